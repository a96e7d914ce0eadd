/** Git is killed or the disk is full in the midst of a change, and the engine lives on: nothing is lost, and nothing is stuck. */
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openScratchPool } from '../../test/rig/scratch-pool.ts';
import { makeScratch, readFrom, type Scratch, writeFiles } from '../../test/rig/scratch-repository.ts';
import type { Commit } from '../core/plan.ts';
import type { BranchRequest, Workspaces } from '../ports/workspaces.ts';
import { readGit, runGit } from './run-git.ts';

let scratch: Scratch;
let pool: Workspaces;
let base: Commit;
let tip: Commit;
let newer: Commit;

const openPool = async (): Promise<Workspaces> => (await openScratchPool(scratch)).pool;
const acquire = (branch = 'feat/a', more: Partial<BranchRequest> = {}) =>
  pool.acquire({ branch, base, mode: 'continue', ...more });
const isKept = async (path: string): Promise<boolean> => {
  const listed = await scratch.git('worktree', 'list', '--porcelain');
  return listed.split('\n\n').some((one) => one.startsWith(`worktree ${path}\n`) && /^locked/m.test(one));
};

/** While it is there, git fails as soon as it writes `late.txt` into a worktree; it is killed only once. */
const trap = (): string => `${dirname(scratch.path)}-trap`;

/** Gives what happened while git failed so. */
async function trapped<Result>(how: 'killed' | 'disk full', act: () => Promise<Result>): Promise<unknown> {
  const fails =
    how === 'killed' ? `rm '${trap()}'; kill -9 $PPID` : "echo 'No space left on device' >&2; exit 1";
  await scratch.git('config', 'filter.trap.smudge', `if [ -e '${trap()}' ]; then ${fails}; fi; cat`);
  await writeFile(trap(), '');
  try {
    return await act().catch((error: unknown) => error);
  } finally {
    await rm(trap(), { force: true });
  }
}

/** The branch changes `a.txt`; with `late.txt` only where that is said. */
async function workOnA(files: Readonly<Record<string, string>> = { 'a.txt': 'ours\n' }): Promise<string> {
  const workspace = await acquire();
  await writeFiles(workspace.path, files);
  tip = (await pool.conclude(workspace, base, 'Work')).head;
  return workspace.path;
}

/** As `workOnA`; then a person has the worktree, and a repository in it, which no commit can hold. */
async function keepA(files?: Readonly<Record<string, string>>): Promise<string> {
  const path = await workOnA(files);
  await pool.keep('feat/a', 'look');
  await writeFiles(path, { 'tried/notes.txt': 'by hand' });
  await readGit(join(path, 'tried'), ['init', '-q']);
  await pool.release({ path, branch: 'feat/a', head: tip });
  return path;
}
const notesIn = (path: string): Promise<string> => readGit(path, ['hash-object', 'tried/notes.txt']);

/** The target deletes `a.txt`, which the branch has changed. */
async function deleteA(files: Readonly<Record<string, string>>): Promise<void> {
  await scratch.git('rm', '-q', 'a.txt');
  newer = await scratch.commit(files);
}

beforeEach(async () => {
  scratch = await makeScratch();
  const config = '[filter "trap"]\n\trequired = true\n\tclean = cat\n\tsmudge = cat\n';
  await appendFile(join(scratch.path, '.git/config'), config);
  base = await scratch.commit({
    '.gitattributes': 'late.txt filter=trap\n',
    'a.txt': 'one\n',
    'late.txt': 'one\n',
  });
  pool = await openPool();
});
afterEach(() => scratch.remove());

describe('a worktree that a person has', () => {
  it.each<[string, () => Promise<unknown>]>([
    [
      'git cannot merge at all',
      async () => {
        newer = await scratch.commit({ tried: 'a file where the person has a folder\n' });
        return acquire('feat/a', { merge: newer }).catch((error: unknown) => error);
      },
    ],
    [
      'git is killed',
      async () => {
        newer = await scratch.commit({ 'b.txt': 'theirs\n', 'late.txt': 'theirs\n' });
        return trapped('killed', () => acquire('feat/a', { merge: newer }));
      },
    ],
  ])('stays that when the target is merged into it and %s', async (_, fail) => {
    const path = await keepA();
    const notes = await notesIn(path);
    expect(await fail()).toMatchObject({ code: 'workspace-unavailable' });
    expect(await isKept(path)).toBe(true);
    expect(await readGit(path, ['status', '--porcelain', '--branch'])).toBe('## feat/a\n?? tried/');
    expect((await acquire('feat/b')).path).not.toBe(path);
    expect(await notesIn(path)).toBe(notes);
  });

  it('stays that when it begins anew and the disk is full; what the person does then is kept', async () => {
    const path = await keepA({ 'a.txt': 'ours\n', 'late.txt': 'ours\n' });
    expect(await trapped('disk full', () => acquire('feat/a', { mode: 'restart' }))).toMatchObject({
      code: 'disk-full',
    });
    await writeFiles(path, { 'mine.txt': 'of a person\n' });
    pool = await openPool();
    expect((await acquire('feat/b')).path).not.toBe(path);
    const again = await acquire();
    expect([again.path, again.head]).toEqual([path, base]);
    const kept = (await scratch.git('for-each-ref', '--format=%(objectname)', 'refs/tutti/kept')).split('\n');
    const mine = await Promise.all(kept.map((at) => readFrom(scratch.path, at as Commit, 'mine.txt')));
    expect(mine).toContain('of a person\n');
  });

  it('stays that when it begins anew and git is killed', async () => {
    const path = await keepA({ 'late.txt': 'ours\n' });
    const notes = await notesIn(path);
    const failed = await trapped('killed', () => acquire('feat/a', { mode: 'restart' }));
    expect(failed).toMatchObject({ code: 'workspace-unavailable' });
    expect(await isKept(path)).toBe(true);
    expect(await readGit(path, ['status', '--porcelain', '--branch'])).toBe('## feat/a\n?? tried/');
    expect(await notesIn(path)).toBe(notes);
  });

  it('keeps commits that the person makes then', async () => {
    const path = await keepA({ 'a.txt': 'ours\n', 'late.txt': 'ours\n' });
    await trapped('disk full', () => acquire('feat/a', { mode: 'restart' }));
    await readGit(path, ['commit', '-q', '--allow-empty', '-m', 'By a person']);
    const mine = await readGit(path, ['rev-parse', 'HEAD']);
    pool = await openPool();
    await acquire();
    expect(await scratch.git('for-each-ref', '--contains', mine, 'refs/tutti/kept')).not.toBe('');
  });

  it('stays as it is when its branch cannot be moved', async () => {
    const path = await keepA();
    const lock = join(scratch.path, '.git/refs/heads/feat/a.lock');
    await writeFile(lock, '');
    await expect(acquire('feat/a', { mode: 'restart' })).rejects.toMatchObject({
      code: 'workspace-unavailable',
    });
    await rm(lock);
    await writeFiles(path, { 'mine.txt': 'by hand\n' });
    expect((await acquire()).path).toBe(path);
    expect(await readFile(join(path, 'mine.txt'), 'utf8')).toBe('by hand\n');
  });

  it('is not emptied of what cannot be saved, and not put on a branch that is checked out elsewhere', async () => {
    const path = await keepA({ 'a.txt': 'ours\n', 'late.txt': 'ours\n' });
    await trapped('disk full', () => acquire('feat/a', { mode: 'restart' }));
    await writeFiles(path, { 'late.txt': 'by hand\n' });
    await scratch.git('switch', '-q', 'feat/a');
    pool = await openPool();
    await expect(acquire()).rejects.toThrow(`feat/a is checked out in ${scratch.path}`);
    await scratch.git('switch', '-q', 'main');
    await scratch.git('config', 'filter.trap.clean', 'false');
    await expect(acquire()).rejects.toThrow(`git cannot save late.txt in ${path}`);
    expect(await readFile(join(path, 'late.txt'), 'utf8')).toBe('by hand\n');
  });
});

it.each(['killed', 'disk full'] as const)(
  'takes nothing for work while a merge is taken back, and can be used again (%s)',
  async (how) => {
    await pool.release({ path: await workOnA(), branch: 'feat/a', head: tip });
    await deleteA({ 'late.txt': 'theirs\n' });
    const workspace = await acquire('feat/a', { merge: newer });
    expect(await trapped(how, () => pool.conclude(workspace, newer, 'Merge'))).toBeInstanceOf(Error);
    await pool.release(workspace);
    expect(await pool.salvage('feat/a', 'Saved')).toBe(tip);
    expect((await acquire('feat/a', { merge: newer })).head).toBe(tip);
  },
);

it('takes nothing for work of a branch that begins anew', async () => {
  await workOnA({ 'late.txt': 'ours\n' });
  pool = await openPool();
  await trapped('disk full', () => acquire('feat/a', { mode: 'restart' }));
  expect((await acquire()).head).toBe(base);
});

it.each(['killed', 'disk full'] as const)(
  'gives a worktree that could not be made to the next (%s)',
  async (how) => {
    const failed = await trapped(how, () => acquire());
    expect(failed).toBeInstanceOf(Error);
    expect((await acquire()).path).toMatch(/w1$/);
  },
);

it('gives an idle worktree that could not be switched to the next', async () => {
  const path = await workOnA({ 'late.txt': 'ours\n' });
  await pool.release({ path, branch: 'feat/a', head: tip });
  await trapped('disk full', () => acquire('feat/b'));
  expect((await acquire('feat/b')).path).toBe(path);
});

it('brings commits home that stand beside a merge that nobody resolved', async () => {
  await pool.release({ path: await workOnA(), branch: 'feat/a', head: tip });
  await deleteA({ 'b.txt': 'theirs\n' });
  const { path } = await acquire();
  await readGit(path, ['checkout', '-q', '--detach']);
  await writeFiles(path, { 'c.txt': 'own\n' });
  await readGit(path, ['add', 'c.txt']);
  await readGit(path, ['commit', '-q', '-m', 'Own']);
  const own = await readGit(path, ['rev-parse', 'HEAD']);
  await runGit(path, ['merge', '-q', newer], { allow: [1] });
  const result = await pool.conclude({ path, branch: 'feat/a', head: tip }, base, 'Merge');
  expect(result).toMatchObject({ head: own, unresolved: { files: ['a.txt'] } });
});

it('takes an old tip that an agent only looked at for no work of the branch that began anew', async () => {
  await pool.release({ path: await workOnA(), branch: 'feat/a', head: tip });
  const workspace = await acquire('feat/a', { mode: 'restart' });
  await readGit(workspace.path, ['checkout', '-q', '--detach', tip]);
  expect(await pool.conclude(workspace, base, 'Work')).toMatchObject({ head: base, commits: 0 });
});

it('takes nothing for work of a worktree that could not be made anew', async () => {
  const path = await workOnA({ 'late.txt': 'ours\n' });
  pool = await openPool();
  await rm(path, { recursive: true });
  await trapped('disk full', () => acquire());
  expect((await acquire()).head).toBe(tip);
});

it('knows conflicts of a merge that was given up from those of the next', async () => {
  const path = await keepA({ 'a.txt': 'ours\n', 'c.txt': 'ours\n' });
  await deleteA({ 'b.txt': 'theirs\n' });
  const workspace = await acquire('feat/a', { merge: newer });
  // As an engine leaves it that is killed when it has staged them.
  await writeFile(join(scratch.path, '.git/worktrees/w1/tutti-conflicts'), `${newer}\0a.txt`);
  await readGit(path, ['merge', '--abort']);
  await scratch.git('switch', '-q', '-c', 'other', base);
  const other = await scratch.commit({ 'c.txt': 'theirs\n' });
  await runGit(path, ['merge', '-q', other], { allow: [1] });
  await writeFiles(path, { 'c.txt': 'both\n' });
  expect((await pool.conclude(workspace, base, 'Merge')).unresolved).toBeUndefined();
});
