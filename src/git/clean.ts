/** What `clean` may delete: the run's branches and worktrees, each with the proof that its work is safe. */
import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Commit } from '../core/plan.ts';
import { commit } from '../core/plan.ts';
import { PRIVATE_REFS } from './ref-ledger.ts';
import type { Repository } from './repository.ts';
import { GitError, readGit, runGit } from './run-git.ts';
import { holdsWork, readClaim } from './worktree-claim.ts';
import { removeFolder } from './worktree-folder.ts';
import { type ListedWorktree, listWorktrees, readAdminDirs } from './worktree-list.ts';
import { isClean, readStatus } from './worktree-status.ts';

export interface BranchLeftover {
  readonly type: 'branch';
  /** The full ref; also what the engine kept under refs/tutti. */
  readonly ref: string;
  readonly tip: Commit;
  /** The ref that contains its work; null: unproven, never deleted. */
  readonly provenBy: string | null;
  /** A worktree that has it checked out; it stays then. */
  readonly checkedOutIn: string | null;
}

export interface WorktreeLeftover {
  readonly type: 'worktree';
  readonly path: string;
  /** Why it has to stay; null: it can go. */
  readonly staysBecause: string | null;
}

export interface Leftovers {
  readonly branches: readonly BranchLeftover[];
  readonly worktrees: readonly WorktreeLeftover[];
}

export interface CleanScope {
  readonly repository: Repository;
  /** Branches the run created, its target among them when it may go too. */
  readonly branches: readonly string[];
  readonly worktreesDir: string;
  /** Refs whose history counts as proof, the user's branch first: `HEAD`, `refs/heads/tutti/…`. */
  readonly into: readonly string[];
}

export interface Cleaned {
  readonly deleted: readonly (BranchLeftover | WorktreeLeftover)[];
  readonly stayed: readonly (BranchLeftover | WorktreeLeftover)[];
}

/** Lists what is left of a run; deletes nothing. */
export async function findLeftovers(scope: CleanScope): Promise<Leftovers> {
  const { repository, branches, into, worktreesDir } = scope;
  const listed = await listWorktrees(repository);
  const own = new Set(branches.map((branch) => `refs/heads/${branch}`));
  const refs = [...(await readTips(repository))].filter(
    ([ref]) => own.has(ref) || ref.startsWith(PRIVATE_REFS),
  );
  const proofs = await readProofs(repository, into);
  const leftovers = refs.map(
    ([ref, tip]): BranchLeftover => ({
      type: 'branch',
      ref,
      tip,
      // A ref is no proof for itself.
      provenBy: into.find((name) => name !== ref && proofs.get(name)?.has(ref)) ?? null,
      checkedOutIn:
        listed.find(({ branch }) => branch !== null && `refs/heads/${branch}` === ref)?.path ?? null,
    }),
  );
  const folder = await realpath(worktreesDir).catch(() => worktreesDir);
  const worktrees = listed.filter(({ path }) => dirname(path) === folder);
  const adminDirs = await readAdminDirs(repository.commonDir);
  return {
    branches: leftovers,
    worktrees: await Promise.all(worktrees.map((one) => judgeWorktree(one, adminDirs.get(one.path)))),
  };
}

/**
 * Deletes what is proven to be safe, judged afresh at this moment. Nobody may be using the pool. What cannot go is
 * in `stayed`; calling it again does no harm.
 */
export async function deleteLeftovers(scope: CleanScope): Promise<Cleaned> {
  const deleted: (BranchLeftover | WorktreeLeftover)[] = [];
  const stayed: (BranchLeftover | WorktreeLeftover)[] = [];
  for (const worktree of (await findLeftovers(scope)).worktrees) {
    const gone =
      worktree.staysBecause === null && (await attempt(() => removeFolder(scope.repository, worktree.path)));
    (gone ? deleted : stayed).push(worktree);
  }
  // Once more, because a worktree that is gone no longer has its branch checked out.
  for (const branch of (await findLeftovers(scope)).branches) {
    const safe = branch.provenBy !== null && branch.checkedOutIn === null;
    const gone = safe && (await attempt(() => deleteRef(scope.repository, branch)));
    (gone ? deleted : stayed).push(branch);
  }
  return { deleted, stayed };
}

async function attempt(deletion: () => Promise<unknown>): Promise<boolean> {
  try {
    await deletion();
    return true;
  } catch (error) {
    if (error instanceof GitError) return false;
    throw error;
  }
}

/** Compare-and-delete: a branch that moved since it was judged stays. */
async function deleteRef(repository: Repository, { ref, tip }: BranchLeftover): Promise<void> {
  await repository.refs.run(() => runGit(repository.commonDir, ['update-ref', '--no-deref', '-d', ref, tip]));
}

async function judgeWorktree(
  { path, branch, locked, prunable, head }: ListedWorktree,
  adminDir: string | undefined,
): Promise<WorktreeLeftover> {
  const stays = (staysBecause: string | null): WorktreeLeftover => ({ type: 'worktree', path, staysBecause });
  if (locked !== null) return stays(`locked: ${locked || 'no reason given'}`);
  if (prunable) return stays(null);
  const claim = adminDir ? await readClaim({ adminDir }) : null;
  const isWork = !adminDir || (await holdsWork({ adminDir }));
  const holds = claim ?? branch;
  const status = await readStatus(path).catch(() => null);
  if (!status) return stays('git cannot read it');
  // Without a claim it was released, with a suspended one it was being changed: what lies in it is rubbish of a gate or of git.
  if (holds !== null && isWork && !isClean(status)) return stays(`it has uncommitted work on ${holds}`);
  if (claim !== null && status.branch !== claim && !(await isReachable(path, head))) {
    return stays(`its HEAD is on no branch (it was working on ${claim})`);
  }
  return stays(null);
}

async function isReachable(path: string, head: Commit | null): Promise<boolean> {
  if (!head) return true;
  const refs = await readGit(path, [
    'for-each-ref',
    '--count=1',
    '--format=%(refname)',
    `--contains=${head}`,
  ]);
  return refs !== '';
}

async function readTips(repository: Repository): Promise<ReadonlyMap<string, Commit>> {
  const format = '--format=%(refname)%00%(objectname)';
  const text = await readGit(repository.commonDir, ['for-each-ref', format, 'refs/heads', PRIVATE_REFS]);
  return new Map(
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => {
        const [ref = '', tip = ''] = line.split('\0');
        return [ref, commit(tip)];
      }),
  );
}

/** For each ref that can prove: all refs it contains, in one git process. */
async function readProofs(
  repository: Repository,
  into: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const proofs = new Map<string, ReadonlySet<string>>();
  for (const name of into) {
    const args = ['for-each-ref', '--format=%(refname)', `--merged=${name}`, 'refs/heads', PRIVATE_REFS];
    // 128 or 129: there is no such ref, so it proves nothing.
    const { stdout, exitCode } = await runGit(repository.topLevel, args, { allow: [128, 129] });
    proofs.set(name, new Set(exitCode === 0 ? stdout.split('\n').filter(Boolean) : []));
  }
  return proofs;
}
