/** Workspaces: a worktree on a branch for each attempt, taken from a warm pool. */
import type { Commit, TaskId } from '../core/plan.ts';

export interface Workspace {
  readonly path: string;
  /** Null: detached, for a gate run on a commit that has no branch. */
  readonly branch: string | null;
  /** Its head when it was acquired. */
  readonly head: Commit;
}

export interface BranchRequest {
  readonly branch: string;
  /** Where the branch starts when it does not exist yet. */
  readonly base: Commit;
  /** `restart` moves an existing branch back to `base` (its old tip is kept under refs/tutti/kept). */
  readonly mode: 'continue' | 'restart';
  /** Merge this commit into the branch first and leave conflicts in the files for the agent. */
  readonly merge?: Commit;
  /** The worktree to be preferred, where it is idle. */
  readonly near?: string;
  /** Breaks off the preparation of the workspace. */
  readonly signal?: AbortSignal;
}

/** What an attempt left in its workspace, after the engine committed the rest. */
export interface WorkResult {
  /** The branch's tip. */
  readonly head: Commit;
  /** The tip's tree id. */
  readonly tree: string;
  /** Commits on the branch that `base` does not contain. */
  readonly commits: number;
  /** Whether the tip's tree differs from the tree of its merge base with `base`. */
  readonly changed: boolean;
  /** `file:line` of conflict markers the branch adds, at most 20. */
  readonly conflictMarkers: readonly string[];
  /**
   * Files of a merge in progress whose conflict git could not mark in the text (binary, deleted on one side, renamed
   * twice) and nobody resolved. The branch is as it was before the merge then, which has to be begun anew; all that
   * was in the worktree is in the commit `kept`.
   */
  readonly unresolved?: { readonly files: readonly string[]; readonly kept: Commit };
  /** Where the agent had moved to, when its worktree was not on its branch any more (`branch x`, `detached`, `missing`). */
  readonly strayed?: string;
}

/** One thing that changed outside what the engine did itself. */
export type AuditFinding =
  | {
      readonly type: 'restored';
      readonly ref: string;
      readonly from: Commit | null;
      readonly to: Commit;
      readonly quarantine: string | null;
    }
  | { readonly type: 'foreign'; readonly what: string };

export interface Workspaces {
  /**
   * Gives a clean worktree that has the branch checked out; one kept for a person is given as it is, but with a merge what
   * it holds is committed first.
   * Rejects with the reason of the request's signal when that breaks off its preparation.
   * @throws Fault `workspace-unavailable`, `disk-full` or `repository-damaged`
   */
  acquire(request: BranchRequest): Promise<Workspace>;
  /** Gives a clean detached worktree at a commit; rejects with the signal's reason when that breaks off its preparation. */
  acquireDetached(commit: Commit, signal?: AbortSignal): Promise<Workspace>;
  /**
   * Calls `tell` with the number of commits that the worktree's head has beyond `base`: at first when there are any, then
   * soon after each time that number changed. The result ends that.
   */
  watchCommits(workspace: Workspace, base: Commit, tell: (commits: number) => void): () => void;
  /**
   * Commits whatever is uncommitted (also a merge in progress) under `message`, brings commits an agent
   * made on another branch of the same worktree back to the workspace's branch when that is a fast-forward,
   * and says what is there.
   */
  conclude(workspace: Workspace, base: Commit, message: string): Promise<WorkResult>;
  /**
   * Puts the worktree back into the pool.
   * @param untouched true: nothing has run in it since `conclude`, which spares the next who takes it a look at every file
   */
  release(workspace: Workspace, untouched?: boolean): Promise<void>;
  /** Sets a worktree with this branch aside for a person (a lock of git's own, which survives us); gives its path. */
  keep(branch: string, reason: string): Promise<string>;
  /** Gives a kept worktree back to the pool; does nothing when there is none. */
  unkeep(branch: string): Promise<void>;
  /**
   * After a crash: commits what an interrupted attempt left in the worktree that has its branch.
   * @returns the branch's tip, or null when there is no such branch
   */
  salvage(branch: string, message: string): Promise<Commit | null>;
  /** Compares all refs and the user's HEAD with the ledger, puts moved refs of the run back, adopts the rest. */
  audit(task: TaskId | null): Promise<readonly AuditFinding[]>;
}
