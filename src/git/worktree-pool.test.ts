import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeWorkspaces, type WorkspacesDriver } from '../../test/contracts/workspaces.contract.ts';
import { openScratchPool } from '../../test/rig/scratch-pool.ts';
import { makeScratch, readFrom, type Scratch, writeFiles } from '../../test/rig/scratch-repository.ts';
import { type Commit, commit } from '../core/plan.ts';
import type { Workspaces } from '../ports/workspaces.ts';
import { readGit, runGit } from './run-git.ts';

let scratch: Scratch;

const openPool = async (): Promise<Workspaces> => (await openScratchPool(scratch)).pool;

describeWorkspaces('git worktrees', async (): Promise<WorkspacesDriver> => {
  scratch = await makeScratch();
  await scratch.commit({}, 'Start');
  const { path } = scratch;
  let workspaces = await openPool();
  return {
    get workspaces() {
      return workspaces;
    },
    async reopen() {
      workspaces = await openPool();
      return workspaces;
    },
    async seed(files) {
      const seeded = await scratch.commit(files);
      await workspaces.audit(null);
      return seeded;
    },
    async write(folder, file, text) {
      if (text === null) await rm(join(folder, file));
      else await writeFiles(folder, { [file]: text });
    },
    look: (folder, file) => readFile(join(folder, file), 'utf8').catch(() => null),
    async commitInWorkspace(folder, message) {
      await readGit(folder, ['add', '-A']);
      await readGit(folder, ['commit', '-q', '-m', message]);
      return commit(await readGit(folder, ['rev-parse', 'HEAD']));
    },
    read: (from, file) => readFrom(path, from, file),
    async tipOf(branch) {
      const { exitCode, stdout } = await runGit(
        path,
        ['rev-parse', '-q', '--verify', `refs/heads/${branch}`],
        {
          allow: [1],
        },
      );
      return exitCode === 0 ? commit(stdout.trim()) : null;
    },
    moveBranch: async (branch, to) => void (await scratch.git('update-ref', `refs/heads/${branch}`, to)),
    close: () => scratch.remove(),
  };
});

describe('the worktree pool', () => {
  let pool: Workspaces;
  let base: Commit;
  beforeEach(async () => {
    scratch = await makeScratch();
    base = await scratch.commit({ 'a.txt': 'one\n', '.gitignore': 'node_modules/\n' });
    pool = await openPool();
  });
  afterEach(() => scratch.remove());

  const acquire = (branch = 'feat/a') => pool.acquire({ branch, base, mode: 'continue' });
  const refs = async (prefix: string): Promise<readonly string[]> =>
    (await scratch.git('for-each-ref', '--format=%(refname)', prefix)).split('\n').filter(Boolean);

  it('uses one folder again and keeps ignored files warm', async () => {
    const first = await acquire();
    await writeFiles(first.path, { 'node_modules/x.js': 'x' });
    await pool.conclude(first, base, 'Work');
    await pool.release(first);
    const second = await acquire('feat/b');
    expect(second.path).toBe(first.path);
    expect(await readFile(join(second.path, 'node_modules/x.js'), 'utf8')).toBe('x');
  });

  it('removes what only the last branch ignored', async () => {
    const first = await acquire();
    await writeFiles(first.path, { '.gitignore': 'dist/\n', 'dist/x.js': 'x' });
    await pool.conclude(first, base, 'Ignore dist');
    await pool.release(first);
    const second = await acquire('feat/b');
    expect((await readdir(second.path)).sort()).toEqual(['.git', '.gitignore', 'a.txt']);
  });

  it('commits with the identity of the user, without hooks', async () => {
    const hook = join(scratch.path, '.git/hooks/pre-commit');
    await mkdir(dirname(hook), { recursive: true });
    await writeFile(hook, '#!/bin/sh\nexit 1\n');
    await chmod(hook, 0o755);
    const workspace = await acquire();
    await writeFiles(workspace.path, { 'a.txt': 'two\n' });
    const { head } = await pool.conclude(workspace, base, 'Subject\n\nBody.');
    expect(await scratch.git('log', '-1', '--format=%an|%cn|%B', head)).toBe(
      'Una User|Una User|Subject\n\nBody.\n',
    );
  });

  it('brings work home from another branch, and leaves that branch alone', async () => {
    const workspace = await acquire();
    await readGit(workspace.path, ['switch', '-q', '-c', 'elsewhere']);
    await writeFiles(workspace.path, { 'a.txt': 'two\n' });
    await readGit(workspace.path, ['commit', '-qam', 'Elsewhere']);
    await writeFiles(workspace.path, { 'b.txt': 'loose\n' });
    const result = await pool.conclude(workspace, base, 'Rest');
    expect({ commits: result.commits, strayed: result.strayed }).toEqual({
      commits: 2,
      strayed: 'branch elsewhere',
    });
    expect(await readGit(workspace.path, ['symbolic-ref', 'HEAD'])).toBe('refs/heads/feat/a');
    expect(await readGit(workspace.path, ['status', '--porcelain'])).toBe('');
    expect(await scratch.git('rev-list', '--count', `${base}..elsewhere`)).toBe('1');
  });

  it('brings work home from another branch that an audit has seen already', async () => {
    const workspace = await acquire();
    await readGit(workspace.path, ['switch', '-q', '-c', 'elsewhere']);
    await readGit(workspace.path, ['commit', '-q', '--allow-empty', '-m', 'Elsewhere']);
    expect(await pool.audit(null)).toMatchObject([{ type: 'foreign' }]);
    const { commits, head } = await pool.conclude(workspace, base, 'Rest');
    expect({ commits, head }).toEqual({ commits: 1, head: await scratch.git('rev-parse', 'elsewhere') });
  });

  it('brings commits home from a detached HEAD', async () => {
    const workspace = await acquire();
    await readGit(workspace.path, ['checkout', '-q', '--detach']);
    await readGit(workspace.path, ['commit', '-q', '--allow-empty', '-m', 'Detached']);
    const result = await pool.conclude(workspace, base, 'Rest');
    expect(result).toMatchObject({ commits: 1, changed: false, strayed: 'detached' });
    expect(await scratch.git('rev-parse', 'feat/a')).toBe(result.head);
  });

  it('keeps work that the branch cannot be fast-forwarded to', async () => {
    const workspace = await acquire();
    await writeFiles(workspace.path, { 'a.txt': 'on the branch\n' });
    const { head } = await pool.conclude(workspace, base, 'Work');
    await readGit(workspace.path, ['checkout', '-q', '--detach', base]);
    await writeFiles(workspace.path, { 'a.txt': 'beside it\n' });
    const result = await pool.conclude(workspace, base, 'Stray');
    expect({ head: result.head, strayed: result.strayed }).toEqual({ head, strayed: 'detached' });
    const [kept = ''] = await refs('refs/tutti/kept');
    expect(await scratch.git('show', `${kept}:a.txt`)).toBe('beside it');
    expect(await readFile(join(workspace.path, 'a.txt'), 'utf8')).toBe('on the branch\n');
  });

  it('does not take a look at other commits for work', async () => {
    const newer = await scratch.commit({ 'a.txt': 'by the user\n' });
    await pool.audit(null);
    const workspace = await acquire();
    await readGit(workspace.path, ['checkout', '-q', '--detach', newer]);
    expect(await pool.conclude(workspace, base, 'Rest')).toMatchObject({ head: base, changed: false });
  });

  it('replaces a worktree an agent removed, at the same path', async () => {
    const workspace = await acquire();
    await writeFiles(workspace.path, { 'a.txt': 'two\n' });
    await readGit(workspace.path, ['commit', '-qam', 'Mine']);
    await rm(workspace.path, { recursive: true });
    const result = await pool.conclude(workspace, base, 'Rest');
    expect({ commits: result.commits, strayed: result.strayed }).toEqual({ commits: 1, strayed: 'missing' });
    expect(await readFile(join(workspace.path, 'a.txt'), 'utf8')).toBe('two\n');
    await rm(workspace.path, { recursive: true });
    await pool.release(workspace);
    expect(await readFile(join((await acquire('feat/b')).path, 'a.txt'), 'utf8')).toBe('one\n');
  });

  it('puts a missing .git back and takes the work in', async () => {
    const workspace = await acquire();
    await writeFiles(workspace.path, { 'a.txt': 'two\n' });
    await rm(join(workspace.path, '.git'));
    const result = await pool.conclude(workspace, base, 'Rest');
    expect(await readFrom(scratch.path, result.head, 'a.txt')).toBe('two\n');
    expect(result.strayed).toBeUndefined();
  });

  it('sets a folder aside in which an agent made a repository of its own', async () => {
    const workspace = await acquire();
    await rm(join(workspace.path, '.git'));
    await readGit(workspace.path, ['init', '-q']);
    expect(await pool.conclude(workspace, base, 'Rest')).toMatchObject({ head: base, strayed: 'missing' });
    expect((await readdir(scratch.worktreesDir)).sort()).toEqual(['w1', 'w1-lost-1']);
  });

  it('commits everything but what git cannot add', async () => {
    const workspace = await acquire();
    await mkdir(join(workspace.path, 'empty'));
    await readGit(join(workspace.path, 'empty'), ['init', '-q']);
    await writeFiles(workspace.path, { 'a.txt': 'two\n' });
    const result = await pool.conclude(workspace, base, 'Work');
    expect(await readFrom(scratch.path, result.head, 'a.txt')).toBe('two\n');
    await pool.release(workspace);
    expect(await readdir((await acquire('feat/b')).path)).not.toContain('empty');
  });

  it('survives file names made to be misread', async () => {
    const workspace = await acquire();
    const names = ['-rf', ':(glob)*', '*', 'new\nline', '$(touch pwned)', '"q" \\', 'é 😀'];
    for (const name of names) await writeFile(join(workspace.path, name), `<<<<<<< a\n>>>>>>> b\n`);
    const result = await pool.conclude(workspace, base, 'Work');
    const tree = (await scratch.git('ls-tree', '-z', '--name-only', result.head)).split('\0').filter(Boolean);
    expect(new Set(tree)).toEqual(new Set([...names, '.gitignore', 'a.txt']));
    expect(new Set(result.conflictMarkers)).toEqual(new Set(names.map((name) => `${name}:1`)));
  });

  it('finds its idle worktrees again', async () => {
    const first = await acquire();
    await pool.conclude(first, base, 'Work');
    await pool.release(first);
    pool = await openPool();
    expect((await acquire('feat/b')).path).toBe(first.path);
  });

  it('loses nothing when a workspace is released without being concluded', async () => {
    const first = await acquire();
    await writeFiles(first.path, { 'a.txt': 'half\n' });
    await pool.release(first);
    const [kept = ''] = await refs('refs/tutti/kept/feat/a');
    expect(await scratch.git('show', `${kept}:a.txt`)).toBe('half');
  });

  it('keeps the old tip of a branch that starts over', async () => {
    const first = await acquire();
    await writeFiles(first.path, { 'a.txt': 'two\n' });
    const { head } = await pool.conclude(first, base, 'Work');
    await pool.release(first);
    await pool.acquire({ branch: 'feat/a', base, mode: 'restart' });
    expect(await refs('refs/tutti/kept')).toEqual([`refs/tutti/kept/feat/a/${head.slice(0, 12)}`]);
  });

  it('moves a branch without work of its own instead of merging', async () => {
    const newer = await scratch.commit({ 'a.txt': 'two\n' });
    expect((await pool.acquire({ branch: 'feat/a', base, mode: 'continue', merge: newer })).head).toBe(newer);
  });

  it('refuses a branch the user has checked out, and says where', async () => {
    await scratch.git('switch', '-q', '-c', 'feat/a');
    await expect(acquire()).rejects.toMatchObject({
      code: 'workspace-unavailable',
      message: `feat/a is checked out in ${scratch.path}`,
    });
  });

  it('leaves what no commit can hold in a worktree that a person has, also when the target is merged in', async () => {
    const first = await acquire();
    await writeFiles(first.path, { 'a.txt': 'two\n' });
    await pool.conclude(first, base, 'Work');
    await pool.keep('feat/a', 'look');
    await writeFiles(first.path, { 'tried/notes.txt': 'by hand' });
    await readGit(join(first.path, 'tried'), ['init', '-q']);
    await pool.release(first);
    const newer = await scratch.commit({ 'b.txt': 'theirs\n' });
    const { path } = await pool.acquire({ branch: 'feat/a', base, mode: 'continue', merge: newer });
    expect(await readFile(join(path, 'tried/notes.txt'), 'utf8')).toBe('by hand');
    expect(await readFile(join(path, 'b.txt'), 'utf8')).toBe('theirs\n');
  });

  it('says that the user was moved, and leaves checkout, index and stash alone', async () => {
    await writeFiles(scratch.path, { 'a.txt': 'stashed\n' });
    await scratch.git('stash', '-q');
    expect(await pool.audit(null)).toEqual([{ type: 'foreign', what: 'the stash changed' }]);
    await writeFiles(scratch.path, { 'a.txt': 'dirty\n' });
    const index = await readFile(join(scratch.path, '.git/index'));
    const workspace = await acquire();
    await writeFiles(workspace.path, { 'a.txt': 'two\n' });
    await pool.conclude(workspace, base, 'Work');
    await pool.release(workspace);
    await scratch.git('symbolic-ref', 'HEAD', 'refs/heads/feat/a');
    expect(await pool.audit(null)).toEqual([
      { type: 'foreign', what: 'HEAD of the checkout went from main to feat/a' },
    ]);
    expect(await readFile(join(scratch.path, '.git/index'))).toEqual(index);
    expect(await readFile(join(scratch.path, 'a.txt'), 'utf8')).toBe('dirty\n');
  });

  it('brings a deleted branch back, and keeps what another was moved to', async () => {
    for (const branch of ['feat/a', 'feat/b']) {
      const workspace = await acquire(branch);
      await writeFiles(workspace.path, { 'a.txt': `${branch}\n` });
      await pool.conclude(workspace, base, 'Work');
      await pool.release(workspace);
    }
    const [a, b] = (await scratch.git('rev-parse', 'feat/a', 'feat/b')).split('\n');
    await scratch.git('branch', '-q', '-D', 'feat/a');
    await scratch.git('update-ref', 'refs/heads/feat/b', base);
    expect(await pool.audit(null)).toEqual([
      { type: 'restored', ref: 'refs/heads/feat/a', from: null, to: a, quarantine: null },
      {
        type: 'restored',
        ref: 'refs/heads/feat/b',
        from: base,
        to: b,
        quarantine: 'refs/tutti/quarantine/1-feat-b',
      },
    ]);
    expect(await scratch.git('rev-parse', 'refs/tutti/quarantine/1-feat-b')).toBe(base);
  });

  it('makes way for a file where the last attempt left a folder', async () => {
    const first = await acquire();
    await pool.conclude(first, base, 'Work');
    await writeFiles(first.path, { 'x/untracked.txt': 'left by a gate' });
    await pool.release(first);
    const newer = await scratch.commit({ x: 'a file\n' });
    const second = await pool.acquire({ branch: 'feat/b', base: newer, mode: 'continue' });
    expect(second.path).toBe(first.path);
    expect(await readFile(join(second.path, 'x'), 'utf8')).toBe('a file\n');
  });

  it('keeps what a person left in a worktree that is given back', async () => {
    await scratch.git('branch', 'feat/a', base);
    const path = await pool.keep('feat/a', 'look');
    await writeFiles(path, { 'a.txt': 'by hand\n' });
    await pool.unkeep('feat/a');
    const [kept = ''] = await refs('refs/tutti/kept/feat/a');
    expect(await scratch.git('show', `${kept}:a.txt`)).toBe('by hand');
    expect((await acquire('feat/b')).path).toBe(path);
    expect(await scratch.git('rev-parse', 'feat/a')).toBe(base);
  });

  it('gives many attempts their own worktree at once', async () => {
    const opened = await Promise.all(
      ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => acquire(`many/${name}`)),
    );
    expect(new Set(opened.map(({ path }) => path)).size).toBe(7);
    await Promise.all(opened.map((workspace) => pool.conclude(workspace, base, 'Work')));
    await Promise.all(opened.map((workspace) => pool.release(workspace)));
  });
});
