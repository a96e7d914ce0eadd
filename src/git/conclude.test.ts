import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openScratchPool } from '../../test/rig/scratch-pool.ts';
import { makeScratch, readFrom, type Scratch, writeFiles } from '../../test/rig/scratch-repository.ts';
import { type Commit, commit } from '../core/plan.ts';
import type { Workspace, Workspaces } from '../ports/workspaces.ts';
import { readGit } from './run-git.ts';

let scratch: Scratch;
let pool: Workspaces;
let base: Commit;

const openPool = async (): Promise<Workspaces> => (await openScratchPool(scratch)).pool;

const acquire = (branch = 'feat/a') => pool.acquire({ branch, base, mode: 'continue' });
const filesOf = async (at: Commit): Promise<readonly string[]> =>
  (await scratch.git('ls-tree', '-r', '--name-only', at)).split('\n').filter(Boolean);

describe('an index that an agent has used', () => {
  beforeEach(async () => {
    scratch = await makeScratch();
    base = await scratch.commit({ 'a.txt': 'one\n', 'b.txt': 'one\n' });
    pool = await openPool();
  });
  afterEach(() => scratch.remove());

  it.each<[string, (path: string) => Promise<unknown>, readonly string[]]>([
    ['a file removed with git', (path) => readGit(path, ['rm', '-q', 'b.txt']), ['a.txt']],
    [
      'a file moved with git, and a new one',
      async (path) => {
        await readGit(path, ['mv', 'b.txt', 'c.txt']);
        await writeFiles(path, { 'd.txt': 'new\n' });
      },
      ['a.txt', 'c.txt', 'd.txt'],
    ],
    [
      'a file staged and then deleted, and another removed',
      async (path) => {
        await writeFiles(path, { 'c.txt': 'new\n' });
        await readGit(path, ['add', 'c.txt']);
        await rm(join(path, 'c.txt'));
        await readGit(path, ['rm', '-q', 'b.txt']);
      },
      ['a.txt'],
    ],
    [
      'a file only meant to be added',
      async (path) => {
        await writeFiles(path, { 'c.txt': 'new\n' });
        await readGit(path, ['add', '--intent-to-add', 'c.txt']);
      },
      ['a.txt', 'b.txt', 'c.txt'],
    ],
    [
      'a file that is to be ignored from now on',
      async (path) => {
        await writeFiles(path, { '.gitignore': 'b.txt\n' });
        await readGit(path, ['rm', '-q', '--cached', 'b.txt']);
      },
      ['.gitignore', 'a.txt'],
    ],
  ])('loses nothing: %s', async (_name, act, files) => {
    const workspace = await acquire();
    await act(workspace.path);
    const { head } = await pool.conclude(workspace, base, 'Work');
    expect(await filesOf(head)).toEqual(files);
    expect(await readGit(workspace.path, ['status', '--porcelain'])).toBe('');
  });

  it('takes a folder that no commit can hold for no change', async () => {
    const workspace = await acquire();
    await mkdir(join(workspace.path, 'empty'));
    await readGit(join(workspace.path, 'empty'), ['init', '-q']);
    expect(await pool.conclude(workspace, base, 'Work')).toMatchObject({ head: base, changed: false });
  });

  it('lets no error of git leave the room', async () => {
    const workspace = await acquire();
    await writeFiles(workspace.path, { 'a.txt': 'two\n' });
    await rm(join(scratch.path, '.git/worktrees/w1/index'));
    await mkdir(join(scratch.path, '.git/worktrees/w1/index'));
    await expect(pool.release(workspace)).rejects.toMatchObject({ code: 'workspace-unavailable' });
    await writeFile(join(scratch.path, '.git/HEAD'), 'rubbish');
    await expect(pool.audit(null)).rejects.toMatchObject({ code: 'workspace-unavailable' });
  });
});

describe('a conflict that text cannot show', () => {
  let newer: Commit;
  let tip: Commit;

  /** Both sides change what `seed` makes; gives the worktree in which they are being merged. */
  async function conflict(
    seed: Readonly<Record<string, string>>,
    theirs: (path: string) => Promise<unknown>,
    ours: (path: string) => Promise<unknown>,
  ): Promise<Workspace> {
    base = await scratch.commit(seed);
    pool = await openPool();
    const workspace = await acquire();
    await ours(workspace.path);
    tip = (await pool.conclude(workspace, base, 'Work')).head;
    await pool.release(workspace);
    await theirs(scratch.path);
    newer = await scratch.commit({}, 'Theirs');
    return mergeAgain();
  }
  const mergeAgain = () => pool.acquire({ branch: 'feat/a', base, mode: 'continue', merge: newer });
  const put = (files: Readonly<Record<string, string>>) => (path: string) => writeFiles(path, files);

  beforeEach(async () => {
    scratch = await makeScratch();
  });
  afterEach(() => scratch.remove());

  const binaryAndDeleted = () =>
    conflict(
      { 'logo.bin': 'one\0', 'base.txt': 'one\n', 'text.txt': 'one\n' },
      async (path) => {
        await writeFiles(path, { 'logo.bin': 'theirs\0', 'text.txt': 'theirs\n' });
        await rm(join(path, 'base.txt'));
      },
      put({ 'logo.bin': 'ours\0', 'base.txt': 'ours\n', 'text.txt': 'ours\n' }),
    );

  it('is not resolved by doing nothing about it, and can be resolved by the next', async () => {
    const first = await binaryAndDeleted();
    await writeFiles(first.path, { 'text.txt': 'both\n', 'new.txt': 'new\n' });
    const result = await pool.conclude(first, newer, 'Merge');
    expect(result).toMatchObject({
      head: tip,
      conflictMarkers: [],
      unresolved: { files: ['base.txt', 'logo.bin'] },
    });
    expect(await scratch.git('rev-parse', 'feat/a')).toBe(tip);
    const kept = result.unresolved?.kept ?? commit('');
    expect(await readFrom(scratch.path, kept, 'text.txt')).toBe('both\n');
    expect(await scratch.git('for-each-ref', '--format=%(objectname)', 'refs/tutti/kept/feat/a')).toBe(kept);
    expect(await readGit(first.path, ['status', '--porcelain', '--branch'])).toBe('## feat/a');
    await pool.release(first);

    const second = await mergeAgain();
    await writeFiles(second.path, { 'text.txt': 'both\n', 'logo.bin': 'chosen\0' });
    await readGit(second.path, ['add', 'base.txt']);
    const { head, unresolved } = await pool.conclude(second, newer, 'Merge');
    expect(unresolved).toBeUndefined();
    expect(await readFrom(scratch.path, head, 'logo.bin')).toBe('chosen\0');
    expect(await readFrom(scratch.path, head, 'base.txt')).toBe('ours\n');
    expect(await scratch.git('show', '-s', '--format=%P', head)).toBe(`${tip} ${newer}`);
  });

  it('is not resolved by an engine that died either', async () => {
    await binaryAndDeleted();
    pool = await openPool();
    expect(await pool.salvage('feat/a', 'Saved')).toBe(tip);
    const again = await mergeAgain();
    expect(await readGit(again.path, ['diff', '--name-only', '--diff-filter=U'])).toBe(
      'base.txt\nlogo.bin\ntext.txt',
    );
  });

  it('is seen when the agent has left its branch', async () => {
    const workspace = await binaryAndDeleted();
    await writeFiles(workspace.path, { 'text.txt': 'both\n' });
    await readGit(workspace.path, ['update-ref', '--no-deref', 'HEAD', tip]);
    expect(await pool.conclude(workspace, newer, 'Merge')).toMatchObject({
      head: tip,
      strayed: 'detached',
      unresolved: { files: ['base.txt', 'logo.bin'] },
    });
    expect(await readGit(workspace.path, ['status', '--porcelain', '--branch'])).toBe('## feat/a');
  });

  it.each<[string, Parameters<typeof conflict>, readonly string[]]>([
    [
      'a file renamed on both sides',
      [
        { 'old.txt': 'a\nb\nc\nd\n' },
        (path) => readGit(path, ['mv', 'old.txt', 'theirs.txt']),
        (path) => readGit(path, ['mv', 'old.txt', 'ours.txt']),
      ],
      ['ours.txt', 'theirs.txt'],
    ],
    [
      'a link',
      [
        { 'a.txt': 'one\n' },
        (path) => symlink('theirs', join(path, 'link')),
        (path) => symlink('ours', join(path, 'link')),
      ],
      ['link'],
    ],
    [
      'markers of another size',
      [
        { '.gitattributes': '*.txt conflict-marker-size=5\n', 'a.txt': 'one\n' },
        put({ 'a.txt': 'theirs\n' }),
        put({ 'a.txt': 'ours\n' }),
      ],
      ['a.txt'],
    ],
    [
      'text that git is told not to merge',
      [
        { '.gitattributes': '*.txt -diff\n', 'a.txt': 'one\n' },
        put({ 'a.txt': 'theirs\n' }),
        put({ 'a.txt': 'ours\n' }),
      ],
      ['a.txt'],
    ],
    [
      'a submodule',
      [{ 'a.txt': 'one\n' }, (path) => linkCommit(path, 2), (path) => linkCommit(path, 3)],
      ['sub'],
    ],
  ])('is found: %s', async (_name, sides, files) => {
    const workspace = await conflict(...sides);
    expect(await pool.conclude(workspace, newer, 'Merge')).toMatchObject({
      head: tip,
      unresolved: { files },
    });
  });

  it('is none when git marked it in the text: that is told by its markers', async () => {
    const workspace = await conflict(
      { '.gitattributes': '*.txt conflict-marker-size=12\n', 'a.txt': 'one\n', 'b.md': 'one\n' },
      put({ 'a.txt': 'theirs\n', 'b.md': 'theirs\n' }),
      put({ 'a.txt': 'ours\n', 'b.md': 'ours\n' }),
    );
    const result = await pool.conclude(workspace, newer, 'Merge');
    expect(result).toMatchObject({ conflictMarkers: ['a.txt:1', 'b.md:1'] });
    expect(result.unresolved).toBeUndefined();
  });
});

/** Puts a submodule that nobody has checked out at a made-up commit. */
async function linkCommit(path: string, number: number): Promise<void> {
  await mkdir(join(path, 'sub'), { recursive: true });
  const entry = `160000,${String(number).repeat(40)},sub`;
  await readGit(path, ['update-index', '--add', '--cacheinfo', entry]);
  await writeFiles(path, { '.gitmodules': '[submodule "sub"]\n\tpath = sub\n\turl = ./sub\n' });
}
