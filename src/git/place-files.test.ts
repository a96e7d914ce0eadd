import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeScratch, type Scratch, writeFiles } from '../../test/rig/scratch-repository.ts';
import type { Commit } from '../core/plan.ts';
import type { Workspaces } from '../ports/workspaces.ts';
import { deleteLeftovers } from './clean.ts';
import type { LocalFile } from './local-files.ts';
import { worktreeSetup } from './place-files.ts';
import { openRefLedger } from './ref-ledger.ts';
import { openWorktreePool } from './worktree-pool.ts';

let scratch: Scratch;
let older: Commit;
let base: Commit;
let pool: Workspaces;
let setups: number;

beforeEach(async () => {
  scratch = await makeScratch();
  older = await scratch.commit({ '.gitignore': 'tools\n' });
  base = await scratch.commit({ '.gitignore': '.env\nconf/.env\ntools\n', 'a.txt': 'one\n' });
  await writeFiles(scratch.path, { '.env': 'KEY=1\n', 'tools/x': 'the user’s' });
  setups = 0;
  pool = await open([
    { path: '.env', how: 'copy' },
    { path: 'tools', how: 'link' },
  ]);
});
afterEach(() => scratch.remove());

async function open(files: readonly LocalFile[]): Promise<Workspaces> {
  const repository = await scratch.open();
  const run = async (): Promise<void> => {
    setups += 1;
  };
  const ledger = await openRefLedger(repository, () => true);
  return openWorktreePool({
    ...{ repository, ledger, worktreesDir: scratch.worktreesDir },
    setup: worktreeSetup({ checkout: scratch.path, files, commands: [], run }),
  });
}

/** One attempt; gives what its agent finds. */
async function attempt(branch: string, from = base, act: (path: string) => Promise<void> = async () => {}) {
  const workspace = await pool.acquire({ branch, base: from, mode: 'continue' });
  const found = { env: read(workspace.path, '.env'), tool: read(workspace.path, 'tools/x') };
  await act(workspace.path);
  const { changed } = await pool.conclude(workspace, from, 'Work');
  await pool.release(workspace);
  return { ...found, changed, path: workspace.path };
}
const read = (folder: string, file: string): string | null =>
  existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : null;

it('copies and links before the commands, once, and takes nothing of it for work', async () => {
  const first = await attempt('feat/a');
  const second = await attempt('feat/b');
  expect(first).toMatchObject({ env: 'KEY=1\n', tool: 'the user’s', changed: false });
  expect(readlinkSync(join(first.path, 'tools'))).toBe(join(scratch.path, 'tools'));
  expect([second.path, setups]).toEqual([first.path, 1]);
});

it('does it again when a file has changed, and when an agent has taken one away', async () => {
  await attempt('feat/a');
  await writeFile(join(scratch.path, '.env'), 'KEY=22\n');
  expect(await attempt('feat/b', base, (path) => rm(join(path, '.env')))).toMatchObject({ env: 'KEY=22\n' });
  expect(await attempt('feat/c', base, (path) => rm(join(path, 'tools')))).toMatchObject({ env: 'KEY=22\n' });
  expect(await attempt('feat/d')).toMatchObject({ tool: 'the user’s' });
  expect(setups).toBe(4);
});

it('never follows a link when a worktree is switched, cleaned or removed', async () => {
  await attempt('feat/a');
  // Here it is not ignored any more: `git clean` and the checkout want its place.
  const newer = await scratch.commit({ '.gitignore': '.env\n', 'b.txt': 'two\n' }).then(async () => {
    await scratch.git('rm', '-rq', '--cached', 'tools');
    await scratch.git('commit', '-qm', 'Not the tools');
    return (await scratch.git('rev-parse', 'HEAD')) as Commit;
  });
  pool = await open([{ path: '.env', how: 'copy' }]);
  expect(await attempt('feat/b', newer)).toMatchObject({ tool: null, changed: false });
  const tracked = await scratch.commit({ 'tools/y': 'committed' });
  expect(await attempt('feat/c', tracked)).toMatchObject({ tool: 'the user’s' });
  pool = await open([{ path: 'tools', how: 'link' }]);
  await attempt('feat/d');
  await deleteLeftovers({
    ...{ repository: await scratch.open(), branches: [], into: [] },
    worktreesDir: scratch.worktreesDir,
  });
  expect(read(scratch.path, 'tools/x')).toBe('the user’s');
});

it('leaves alone what the commit has itself', async () => {
  await scratch.git('add', '-f', '.env');
  const tracked = await scratch.commit({ '.env': 'KEY=committed\n' });
  await writeFile(join(scratch.path, '.env'), 'KEY=the user’s\n');
  expect(await attempt('feat/a', tracked)).toMatchObject({ env: 'KEY=committed\n', changed: false });
});

it('refuses where the commit does not ignore it, and leaves nothing there', async () => {
  await expect(pool.acquire({ branch: 'feat/a', base: older, mode: 'continue' })).rejects.toMatchObject({
    code: 'workspace-unavailable',
    message: '.env is ignored in your checkout and not in the commit that a task starts from',
  });
  expect(existsSync(join(scratch.worktreesDir, 'w1', '.env'))).toBe(false);
});

it('writes through no link that a commit has in the way', async () => {
  const outside = join(dirname(scratch.path), 'outside');
  await mkdir(outside);
  await symlink(outside, join(scratch.path, 'conf'));
  const withLink = await scratch.commit({});
  await rm(join(scratch.path, 'conf'));
  await writeFiles(scratch.path, { 'conf/.env': 'secret' });
  pool = await open([{ path: 'conf/.env', how: 'copy' }]);
  await expect(pool.acquire({ branch: 'feat/a', base: withLink, mode: 'continue' })).rejects.toMatchObject({
    code: 'workspace-unavailable',
    message: 'conf/.env cannot be brought into a worktree: conf is no folder in the commit',
  });
  expect(existsSync(join(outside, '.env'))).toBe(false);
});
