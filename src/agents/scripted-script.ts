/** What one scripted session does: all that its process needs to know, which imports nothing else. */

/** What a scripted agent can be made to do against the rules. */
export type Disobedience = 'other-branch' | 'move-target' | 'main-checkout' | 'delete-worktree' | 'daemon';

export interface PlannedFile {
  readonly subject: string;
  /** Relative to the worktree, with `/`. */
  readonly file: string;
  readonly content: string;
}

/** What one session does, given to its process as JSON on stdin. */
export interface Script {
  readonly task: string;
  readonly workspace: 'worktree' | 'none';
  readonly commits: readonly PlannedFile[];
  readonly sharedLine?: { readonly file: string; readonly line: string };
  readonly durationMs: number;
  readonly tokens: number;
  readonly crash: boolean;
  readonly stall: boolean;
  readonly empty: boolean;
  readonly exit: number;
  readonly leaveUncommitted: boolean;
  readonly disobey?: Disobedience;
}

/** Lines of a shared file by which the sessions of several tasks are made to conflict. */
export const SHARED_LINE = 'scripted: ';
