import { readdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openScratchPool } from '../../test/rig/scratch-pool.ts';
import { makeScratch, type Scratch, writeFiles } from '../../test/rig/scratch-repository.ts';
import type { Commit } from '../core/plan.ts';
import type { Workspaces } from '../ports/workspaces.ts';
import type { Setup } from './worktree-setup.ts';

let scratch: Scratch;
let pool: Workspaces;
let base: Commit;

const openPool = async (setup: Setup): Promise<Workspaces> => (await openScratchPool(scratch, setup)).pool;

const acquire = (branch = 'feat/a') => pool.acquire({ branch, base, mode: 'continue' });

let calls: string[];
/** Makes what the repository ignores, and `half.txt` until it has come to its end. */
const install = (end: (path: string, signal: AbortSignal) => Promise<void> = async () => {}): Setup => ({
  key: 'install',
  async run(path, signal) {
    calls.push(basename(path));
    await writeFiles(path, { 'half.txt': 'half', 'node_modules/x.js': 'x' });
    await end(path, signal);
    await rm(join(path, 'half.txt'));
  },
});
const use = async (branch: string, files: Readonly<Record<string, string>> = {}, from = base) => {
  const workspace = await pool.acquire({ branch, base: from, mode: 'continue' });
  await writeFiles(workspace.path, files);
  await pool.conclude(workspace, base, 'Work');
  await pool.release(workspace);
};
beforeEach(async () => {
  calls = [];
  scratch = await makeScratch();
  base = await scratch.commit({ 'a.txt': 'one\n', '.gitignore': 'node_modules/\n' });
  pool = await openPool(install());
});
afterEach(() => scratch.remove());

it('prepares a worktree once, also for the next engine', async () => {
  await use('feat/a');
  pool = await openPool(install());
  await use('feat/b');
  expect(calls).toEqual(['w1']);
});

it('prepares it again for other commands or other packages', async () => {
  await use('feat/a');
  const newer = await scratch.commit({ 'go.sum': 'one' });
  await use('feat/b', {}, newer);
  expect(calls).toEqual(['w1', 'w1']);
  pool = await openPool({ ...install(), key: 'another' });
  await use('feat/c', {}, newer);
  expect(calls).toEqual(['w1', 'w1', 'w1']);
});

it('prepares it again after an agent that may have installed other packages', async () => {
  await use('feat/a', { 'go.sum': 'its own' });
  await use('feat/b');
  expect(calls).toEqual(['w1', 'w1']);
});

it('prepares it again when the target that is merged in brings other packages', async () => {
  await use('feat/a', { 'a.txt': 'two' });
  const newer = await scratch.commit({ 'go.sum': 'one' });
  await pool.acquire({ branch: 'feat/a', base, mode: 'continue', merge: newer });
  expect(calls).toEqual(['w1', 'w1']);
});

it('prepares it each time when a switch takes away what the set-up made', async () => {
  pool = await openPool(install((path) => writeFiles(path, { '.env': 'not ignored' })));
  await pool.release(await pool.acquireDetached(base));
  const { path } = await pool.acquireDetached(base);
  expect(await readFile(join(path, '.env'), 'utf8')).toBe('not ignored');
  expect(calls).toEqual(['w1', 'w1']);
});

it('frees the worktree of a set-up that fails, and repeats it there', async () => {
  pool = await openPool(
    install(async () => {
      if (calls.length === 1) throw new Error('install failed');
    }),
  );
  await expect(acquire()).rejects.toThrow('install failed');
  expect(await readdir((await acquire()).path)).not.toContain('half.txt');
  expect(calls).toEqual(['w1', 'w1']);
});

it('takes nothing for work that a killed set-up left, and repeats it', async () => {
  const reached = Promise.withResolvers<void>();
  const killed = install(() => {
    reached.resolve();
    return new Promise(() => {});
  });
  await use('feat/a', { 'a.txt': 'two' });
  pool = await openPool({ ...killed, key: 'another' });
  void acquire();
  await reached.promise;
  const tip = await scratch.git('rev-parse', 'feat/a');
  pool = await openPool(install());
  expect(await pool.salvage('feat/a', 'Interrupted')).toBe(tip);
  expect(await readdir((await acquire()).path)).not.toContain('half.txt');
  expect(calls).toEqual(['w1', 'w1', 'w1']);
});

it('is broken off by a signal, with its reason', async () => {
  const abort = new AbortController();
  pool = await openPool(
    install(async (_, signal) => {
      abort.abort('stopped');
      signal.throwIfAborted();
    }),
  );
  const request = { branch: 'feat/a', base, mode: 'continue', signal: abort.signal } as const;
  await expect(pool.acquire(request)).rejects.toBe('stopped');
  await expect(pool.acquireDetached(base, abort.signal)).rejects.toBe('stopped');
  expect(calls).toEqual(['w1', 'w1']);
});
