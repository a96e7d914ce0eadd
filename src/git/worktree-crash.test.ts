/** What the next engine finds when this one, or its git, is killed at a bad moment: only work is taken for work. */
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openScratchPool, type ScratchPool } from '../../test/rig/scratch-pool.ts';
import { makeScratch, readFrom, type Scratch, writeFiles } from '../../test/rig/scratch-repository.ts';
import type { Commit } from '../core/plan.ts';
import type { Workspace, Workspaces } from '../ports/workspaces.ts';
import { gatherWork } from './conclude.ts';
import type { RefMove } from './ref-ledger.ts';
import { readGit, runGit } from './run-git.ts';

let scratch: Scratch;
let opened: ScratchPool;
let pool: Workspaces;
let base: Commit;

async function openPool(): Promise<Workspaces> {
  opened = await openScratchPool(scratch);
  return opened.pool;
}

const acquire = (branch = 'feat/a', merge?: Commit) =>
  pool.acquire({ branch, base, mode: 'continue', ...(merge ? { merge } : {}) });
const folderOf = ({ path }: Workspace) => ({
  path,
  adminDir: join(scratch.path, '.git/worktrees', basename(path)),
});
const parentsOf = (at: string): Promise<string> => scratch.git('show', '-s', '--format=%P', at);

beforeEach(async () => {
  scratch = await makeScratch();
});
afterEach(() => scratch.remove());

describe('killed while its agent worked', () => {
  beforeEach(async () => {
    base = await scratch.commit({ 'a.txt': 'one\n' });
    pool = await openPool();
  });

  it('clears the lock of a git that was killed, and saves the work', async () => {
    const workspace = await acquire();
    await writeFiles(workspace.path, { 'a.txt': 'half\n' });
    await writeFile(join(scratch.path, '.git/worktrees/w1/index.lock'), '');
    await writeFile(join(scratch.path, '.git/refs/heads/feat/a.lock'), '');
    pool = await openPool();
    const tip = await pool.salvage('feat/a', 'Saved');
    expect(tip && (await readFrom(scratch.path, tip, 'a.txt'))).toBe('half\n');
  });

  it('finds an interrupted attempt even when its agent had left the branch', async () => {
    const workspace = await acquire();
    await readGit(workspace.path, ['checkout', '-q', '--detach']);
    await writeFiles(workspace.path, { 'a.txt': 'half\n' });
    pool = await openPool();
    const tip = await pool.salvage('feat/a', 'Saved');
    expect(tip && (await readFrom(scratch.path, tip, 'a.txt'))).toBe('half\n');
  });

  it('never gives the worktree of an interrupted attempt to another branch', async () => {
    const first = await acquire();
    await writeFiles(first.path, { 'a.txt': 'half\n' });
    pool = await openPool();
    expect((await acquire('feat/b')).path).not.toBe(first.path);
    const again = await acquire();
    expect({ path: again.path, text: await readFrom(scratch.path, again.head, 'a.txt') }).toEqual({
      path: first.path,
      text: 'half\n',
    });
  });
});

describe('killed while a worktree was given back', () => {
  let workspace: Workspace;
  beforeEach(async () => {
    base = await scratch.commit({ 'a.txt': 'one\n' });
    pool = await openPool();
    workspace = await acquire();
    await pool.conclude(workspace, base, 'Work');
    await pool.release(workspace);
  });

  it('leaves a lock that stops nobody', async () => {
    await writeFile(join(folderOf(workspace).adminDir, 'HEAD.lock'), '');
    pool = await openPool();
    expect((await acquire('feat/b')).path).toBe(workspace.path);
  });

  it('leaves a worktree without a head, which is made anew', async () => {
    await readGit(workspace.path, ['symbolic-ref', 'HEAD', 'refs/heads/nothing']);
    pool = await openPool();
    const again = await acquire('feat/b');
    expect(await readFile(join(again.path, 'a.txt'), 'utf8')).toBe('one\n');
  });

  it('does not tie the worktree to its branch', async () => {
    // As it is between the two steps of giving it back.
    await readGit(workspace.path, ['symbolic-ref', 'HEAD', 'refs/heads/feat/a']);
    pool = await openPool();
    const other = await acquire('feat/b');
    expect(other.path).toBe(workspace.path);
    expect((await acquire('feat/a')).path).not.toBe(workspace.path);
    expect(await readFile(join(other.path, 'a.txt'), 'utf8')).toBe('one\n');
    const { exitCode } = await runGit(other.path, ['symbolic-ref', '-q', 'HEAD'], { allow: [1] });
    expect(exitCode).toBe(0);
  });
});

describe('killed while the target was merged in', () => {
  let newer: Commit;
  let tip: Commit;

  /** All of the disk as it was when git last wrote `late.txt` into a worktree, half-way through what it did. */
  const halfWay = (): string => `${dirname(scratch.path)}-half-way`;
  afterEach(() => rm(halfWay(), { recursive: true, force: true }));

  /** The kill: what came after that moment never was. */
  async function goBackHalfWay(): Promise<void> {
    const home = dirname(scratch.path);
    await rm(home, { recursive: true });
    await rename(halfWay(), home);
    pool = await openPool();
  }

  /** The branch and the target both change `a.txt`; the target also brings files of its own, `late.txt` as the last. */
  beforeEach(async () => {
    const copy = `rm -rf '${halfWay()}' && cp -a '${dirname(scratch.path)}' '${halfWay()}' && cat`;
    await scratch.git('config', 'filter.copy.smudge', copy);
    base = await scratch.commit({
      '.gitattributes': 'late.txt filter=copy\n',
      'a.txt': 'one\n',
      'late.txt': 'one\n',
    });
    pool = await openPool();
    const workspace = await acquire();
    await writeFiles(workspace.path, { 'a.txt': 'ours\n' });
    tip = (await pool.conclude(workspace, base, 'Work')).head;
    await pool.release(workspace);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['into a conflict', { 'a.txt': 'theirs\n' }],
    ['cleanly', {}],
  ])('takes no half of a merge for work (%s)', async (_, theirs) => {
    newer = await scratch.commit({ ...theirs, 'b.txt': 'theirs\n', 'late.txt': 'theirs\n' });
    const { path } = await acquire('feat/a', newer);
    await goBackHalfWay();
    expect(await readdir(path)).toContain('b.txt');
    expect(await pool.salvage('feat/a', 'Saved')).toBe(tip);
    const again = await acquire('feat/a', newer);
    await writeFiles(again.path, { 'a.txt': 'both\n' });
    const { head } = await pool.conclude(again, newer, 'Merge');
    expect(await scratch.git('rev-list', '--count', '--min-parents=2', head)).toBe('1');
    expect(await scratch.git('diff', '--name-only', newer, head)).toBe('a.txt');
  });

  it('takes no half of a merge for work when a person has the worktree', async () => {
    newer = await scratch.commit({ 'a.txt': 'theirs\n', 'b.txt': 'theirs\n', 'late.txt': 'theirs\n' });
    await writeFiles(await pool.keep('feat/a', 'look'), { 'mine.txt': 'by hand\n' });
    await acquire('feat/a', newer);
    await goBackHalfWay();
    const again = await acquire('feat/a');
    expect(await scratch.git('worktree', 'list', '--porcelain')).toContain(`${again.path}\n`);
    expect(await scratch.git('worktree', 'list', '--porcelain')).toContain('locked look');
    expect(await readFrom(scratch.path, again.head, 'mine.txt')).toBe('by hand\n');
    expect(await scratch.git('diff', '--name-only', tip, again.head)).toBe('mine.txt');
    expect(await readGit(again.path, ['status', '--porcelain'])).toBe('');
  });

  it('takes nothing of a merge for work that was being taken back, because it was not resolved', async () => {
    await scratch.git('rm', '-q', 'a.txt');
    newer = await scratch.commit({ 'b.txt': 'theirs\n', 'late.txt': 'theirs\n' });
    const workspace = await acquire('feat/a', newer);
    const { unresolved } = await pool.conclude(workspace, newer, 'Merge');
    expect(unresolved?.files).toEqual(['a.txt']);
    await goBackHalfWay();
    expect(await pool.salvage('feat/a', 'Saved')).toBe(tip);
  });

  it('takes no unresolved merge for a resolved one when it was staged already', async () => {
    await scratch.git('rm', '-q', 'a.txt');
    newer = await scratch.commit({ 'b.txt': 'theirs\n' });
    const workspace = await acquire('feat/a', newer);
    const move = async (moves: readonly RefMove[]): Promise<never> => {
      await opened.ledger.move(moves);
      throw new Error('killed');
    };
    const killed = { ...opened, ledger: { ...opened.ledger, move } };
    await expect(gatherWork(killed, folderOf(workspace), 'feat/a', 'Merge')).rejects.toThrow('killed');
    pool = await openPool();
    expect(await pool.salvage('feat/a', 'Saved')).toBe(tip);
  });

  it('takes nothing for work of a branch that is moved to the target, instead of merging it', async () => {
    await acquire('feat/b');
    newer = await scratch.commit({ 'b.txt': 'theirs\n' });
    pool = await openPool();
    const { move } = opened.ledger;
    Object.assign(opened.ledger, {
      async move(moves: readonly RefMove[]): Promise<never> {
        await move(moves);
        throw new Error('killed');
      },
    });
    await expect(acquire('feat/b', newer)).rejects.toThrow('killed');
    pool = await openPool();
    const again = await acquire('feat/b', newer);
    expect(again.head).toBe(newer);
    expect(await readGit(again.path, ['status', '--porcelain'])).toBe('');
  });

  it('takes nothing for work of what an agent only looked at', async () => {
    newer = await scratch.commit({ 'b.txt': 'theirs\n', 'late.txt': 'theirs\n' });
    pool = await openPool();
    const workspace = await acquire('feat/a');
    await readGit(workspace.path, ['checkout', '-q', '--detach', newer]);
    expect(await pool.conclude(workspace, base, 'Work')).toMatchObject({ head: tip, strayed: 'detached' });
    await goBackHalfWay();
    expect(await pool.salvage('feat/a', 'Saved')).toBe(tip);
  });

  it('knows a resolved merge for one until its branch has it, and makes no second of it', async () => {
    newer = await scratch.commit({ 'a.txt': 'theirs\n', 'late.txt': 'theirs\n' });
    const workspace = await acquire('feat/a', newer);
    await writeFiles(workspace.path, { 'a.txt': 'both\n' });
    const folder = folderOf(workspace);
    const killed = {
      ...opened,
      ledger: { ...opened.ledger, move: () => Promise.reject(new Error('killed')) },
    };
    await expect(gatherWork(killed, folder, 'feat/a', 'Merge')).rejects.toThrow('killed');
    pool = await openPool();
    const saved = await pool.salvage('feat/a', 'Saved');
    expect(await parentsOf('feat/a')).toBe(`${tip} ${newer}`);
    // Killed after the branch was moved, before the merge was forgotten; beside it lies what no commit can hold.
    const again = await acquire('feat/a');
    await readGit(again.path, ['init', '-q', 'empty']);
    await writeFile(join(folder.adminDir, 'MERGE_HEAD'), `${newer}\n`);
    pool = await openPool();
    expect(again.head).toBe(saved);
    expect(await pool.salvage('feat/a', 'Saved')).toBe(saved);
  });
});
