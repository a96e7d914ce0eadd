import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeScratch, type Scratch, writeFiles } from '../../test/rig/scratch-repository.ts';
import type { Commit } from '../core/plan.ts';
import type { Workspaces } from '../ports/workspaces.ts';
import { type CleanScope, deleteLeftovers, findLeftovers } from './clean.ts';
import { openRefLedger, ownedRefs } from './ref-ledger.ts';
import { openWorktreePool } from './worktree-pool.ts';

let scratch: Scratch;
let pool: Workspaces;
let base: Commit;
let scope: CleanScope;
const branches = ['feat/a', 'feat/b', 'feat/c', 'tutti/run'];
beforeEach(async () => {
  scratch = await makeScratch();
  base = await scratch.commit({ 'a.txt': 'one\n' });
  const repository = await scratch.open();
  const { worktreesDir } = scratch;
  const ledger = await openRefLedger(repository, ownedRefs('tutti/run', branches));
  pool = await openWorktreePool({ repository, ledger, worktreesDir });
  scope = { repository, branches, worktreesDir, into: ['HEAD', 'refs/heads/tutti/run'] };
});
afterEach(() => scratch.remove());

async function work(branch: string, conclude = true): Promise<Commit> {
  const workspace = await pool.acquire({ branch, base, mode: 'continue' });
  await writeFiles(workspace.path, { [`${branch.replace('/', '-')}.txt`]: 'done\n' });
  if (!conclude) return base;
  const { head } = await pool.conclude(workspace, base, 'Work');
  await pool.release(workspace);
  return head;
}

it('deletes what is proven, keeps what is not, and can be repeated', async () => {
  await scratch.git('branch', 'tutti/run', await work('feat/a'));
  await work('feat/b');
  await pool.keep('feat/b', 'needs a person');
  await work('feat/c', false);
  await scratch.git('branch', 'mine', base);

  const found = await findLeftovers(scope);
  expect(Object.fromEntries(found.branches.map(({ ref, provenBy }) => [ref, provenBy]))).toEqual({
    'refs/heads/feat/a': 'refs/heads/tutti/run',
    'refs/heads/feat/b': null,
    'refs/heads/feat/c': 'HEAD',
    'refs/heads/tutti/run': null,
  });
  expect(found.worktrees.map(({ staysBecause }) => staysBecause)).toEqual([
    'locked: needs a person',
    'it has uncommitted work on feat/c',
  ]);

  const deleted = await deleteLeftovers(scope);
  expect(deleted.deleted.map((one) => (one.type === 'branch' ? one.ref : one.path))).toEqual([
    'refs/heads/feat/a',
  ]);
  expect((await deleteLeftovers(scope)).deleted).toEqual([]);

  await pool.salvage('feat/c', 'Saved');
  const again = await deleteLeftovers(scope);
  expect(again.deleted.map((one) => (one.type === 'branch' ? one.ref : one.path))).toEqual([
    join(scratch.worktreesDir, 'w2'),
  ]);
  const left = await scratch.git('for-each-ref', '--format=%(refname:short)');
  expect(left.split('\n')).toEqual(['feat/b', 'feat/c', 'main', 'mine', 'tutti/run']);
});

it('deletes everything once the run has landed', async () => {
  await scratch.git('branch', 'tutti/run', await work('feat/a'));
  await scratch.git('merge', '-q', '--ff-only', 'tutti/run');
  await deleteLeftovers(scope);
  expect(await scratch.git('for-each-ref', '--format=%(refname:short)')).toBe('main');
  expect(await scratch.git('worktree', 'list', '--porcelain')).not.toContain(scratch.worktreesDir);
});
