/** What commits did, in their own words: for telling an agent what others, or earlier sessions, have done. */
import type { Commit } from '../core/plan.ts';

export interface FileChange {
  readonly path: string;
  /** Lines; null for a file that has none. */
  readonly added: number | null;
  readonly deleted: number | null;
}

/** Commits without merges, and the files they changed. Bounded: of a huge history it is the newest part. */
export interface CommittedWork {
  /** The oldest first. */
  readonly subjects: readonly string[];
  /** Each once, those with the most lines first. */
  readonly files: readonly FileChange[];
}

export interface CommitHistory {
  /** What came with a commit: itself, or all that it merged. Null when the repository does not have it. */
  broughtBy(commit: Commit): Promise<CommittedWork | null>;
  /**
   * What a branch has of its own: neither in `base` nor merged into it from elsewhere. Nothing when there is no such branch.
   * @param merged a commit whose history does not count either
   */
  ownWork(branch: string, base: Commit, merged?: Commit): Promise<CommittedWork>;
}
