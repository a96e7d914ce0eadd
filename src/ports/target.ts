/** The target branch: moved only by compare-and-swap, only to commits that carry a task's trailer. */
import type { Commit } from '../core/plan.ts';

export interface MergeRequest {
  readonly commit: Commit;
  readonly onto: Commit;
  /** Subject, body and trailers of the merge commit. */
  readonly message: string;
}

export type MergeResult =
  | { readonly type: 'merged'; readonly commit: Commit; readonly tree: string }
  | {
      readonly type: 'conflict';
      readonly files: readonly string[];
      /** What each side did to the conflicting files since their merge base, for the agent; bounded. */
      readonly explanation: string;
    };

export interface Target {
  tip(): Promise<Commit>;
  /** Tells the ledger where the run left the target: the next audit puts back what differs. */
  expect(known: Commit): void;
  /** The tip; when the branch is gone it is made anew at `known` first. */
  restoreIfMissing(known: Commit): Promise<Commit>;
  /** Makes the merge commit as an object; moves no ref and touches no worktree. */
  merge(request: MergeRequest): Promise<MergeResult>;
  /** Moves the target from one commit to another; false when it was not at `from`. */
  advance(from: Commit, to: Commit): Promise<boolean>;
  /** The commit in `since..tip` that carries the trailer `Tutti-Task: <value>`, the newest if several. */
  findIntegrated(value: string, since: Commit): Promise<Commit | undefined>;
  /** Whether the target contains a commit. */
  contains(commit: Commit): Promise<boolean>;
  /** The tree id of a commit. */
  treeOf(commit: Commit): Promise<string>;
}
