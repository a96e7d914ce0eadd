/** The target branch: merges made as objects, the branch moved by compare-and-swap. Touches no worktree. */
import { Fault } from '../core/fault.ts';
import type { Commit } from '../core/plan.ts';
import type { MergeRequest, MergeResult, Target } from '../ports/target.ts';
import { commitTree } from './commit-tree.ts';
import { explainConflict } from './conflict-explanation.ts';
import { faultsOnly } from './git-fault.ts';
import { branchRef, type RefLedger } from './ref-ledger.ts';
import { type Repository, resolveCommit } from './repository.ts';
import { environmentFault, readGit, runGit } from './run-git.ts';
import { findTrailer } from './trailers.ts';
import { removeBranchLock } from './worktree-folder.ts';
import { listWorktrees } from './worktree-list.ts';

export interface TargetOptions {
  readonly repository: Repository;
  readonly ledger: RefLedger;
  /** The branch's name, without `refs/heads/`. It must exist by the time it is used. */
  readonly branch: string;
}

/** The target branch of a run; `restoreIfMissing` is also what makes it. */
export function openTarget({ repository, ledger, branch }: TargetOptions): Target {
  const cwd = repository.topLevel;
  const ref = branchRef(branch);
  const tip = async (): Promise<Commit> => {
    const found = await resolveCommit(repository, ref);
    if (found) return found;
    throw new Fault(
      'target-moved',
      `the target branch ${branch} is gone`,
      `Bring it back: git branch ${branch} COMMIT`,
    );
  };
  return {
    tip: () => faultsOnly(tip),
    expect: (known) => ledger.record(ref, known),
    restoreIfMissing: (known) =>
      faultsOnly(async () => {
        // Only now, before the run has begun: no git of ours can hold it.
        await removeBranchLock(repository, branch);
        const found = await resolveCommit(repository, ref);
        // Somebody who makes it at the same moment is as good: the tip is read again either way.
        if (!found) await ledger.move([{ ref, to: known, from: null }]);
        return found ?? tip();
      }),
    merge: (request) => faultsOnly(() => merge(cwd, request)),
    advance: (from, to) =>
      faultsOnly(async () => {
        await refuseCheckedOut(repository, branch);
        return ledger.move([{ ref, to, from }]);
      }),
    findIntegrated: (value, since) =>
      faultsOnly(async () => findTrailer(repository, value, [await tip(), `^${since}`])),
    contains: (commit) => faultsOnly(async () => contains(cwd, commit, await tip())),
    treeOf: (commit) =>
      faultsOnly(() => readGit(cwd, ['rev-parse', '--verify', '-q', '--end-of-options', `${commit}^{tree}`])),
  };
}

async function contains(cwd: string, commit: Commit, tip: Commit): Promise<boolean> {
  const args = ['merge-base', '--is-ancestor', commit, tip];
  // 128: a commit this repository does not have is not in the target either.
  return (await runGit(cwd, args, { allow: [1, 128] })).exitCode === 0;
}

async function merge(cwd: string, { commit: theirs, onto, message }: MergeRequest): Promise<MergeResult> {
  const options = ['--write-tree', '--name-only', '-z', '--no-messages', '--allow-unrelated-histories'];
  const merged = await runGit(cwd, ['merge-tree', ...options, onto, theirs], { allow: [1] });
  // Before 2.44 merge-tree takes a tree it cannot read for an empty one, says so, and exits with 0.
  const fault = environmentFault(merged.stderr);
  if (fault) throw fault;
  const [tree = '', ...files] = merged.stdout.split('\0').filter(Boolean);
  if (merged.exitCode === 0) {
    return { type: 'merged', commit: await commitTree(cwd, tree, [onto, theirs], message), tree };
  }
  const conflicting = [...new Set(files)];
  return {
    type: 'conflict',
    files: conflicting,
    explanation: await explainConflict(cwd, { onto, commit: theirs, files: conflicting }),
  };
}

// Moving a branch under a checkout makes that checkout look as if it took everything back, and its next
// commit would. Somebody who looks at the target while it grows does exactly this.
async function refuseCheckedOut(repository: Repository, branch: string): Promise<void> {
  const holder = (await listWorktrees(repository)).find((worktree) => worktree.branch === branch);
  if (!holder) return;
  const fix = `Look at it detached, then resume: git -C '${holder.path}' switch --detach`;
  throw new Fault('target-moved', `the target ${branch} is checked out in ${holder.path}`, fix);
}
