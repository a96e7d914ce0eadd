/** Failures: work that went wrong, as data in events. What follows from each is decided in `policy/retry`. */

import type { Timestamp } from './plan.ts';

/** Every reason has an entry in docs/ERRORS.md. */
export type FailureReason =
  /** The agent left no change where one was asked for. */
  | 'empty-result'
  /** A gate step failed on the branch. */
  | 'gate-failed'
  /** The merge onto the target conflicts. */
  | 'merge-conflict'
  /** The merged tree fails the gate although the branch passed. */
  | 'merge-gate-failed'
  /** The result contains conflict markers. */
  | 'conflict-markers'
  /** The agent worked outside its branch or worktree. */
  | 'left-workspace'
  /** The agent ended with an error and left no change. */
  | 'agent-failed'
  /** A plain command (`workspace: none`) ended with an error. */
  | 'command-failed'
  /** No output and no commit for too long. */
  | 'stalled'
  | 'timed-out'
  /** It was stopped because it used far more than was set aside for it. */
  | 'overrun'
  /** The agent's process was ended by a signal that is not ours. */
  | 'agent-crashed'
  /** The agent's service had too many requests. */
  | 'rate-limited'
  /** What the agent may use in some hours or days is used up. */
  | 'quota-exhausted'
  /** What the agent can hold of a conversation is full. */
  | 'context-exhausted'
  /** The agent's model would not do the task. */
  | 'declined'
  /** The engine died while the attempt ran. */
  | 'engine-died'
  /** Cancelled by a pause or a person. */
  | 'cancelled'
  /** The workspace could not be prepared, for a passing reason. */
  | 'workspace-failed';

export interface Failure {
  readonly reason: FailureReason;
  /** One line for people. */
  readonly message: string;
  /** What the next session of the agent is told: gate output, conflict, marker positions. */
  readonly feedback?: string;
  readonly files?: readonly string[];
  /** When the agent's service takes requests again, as it said. */
  readonly until?: Timestamp;
}

/** Sessions that ended for these reasons are not charged against the task's retries (SPEC §4). */
const uncharged: ReadonlySet<FailureReason> = new Set([
  'agent-crashed',
  'rate-limited',
  'quota-exhausted',
  'engine-died',
  'cancelled',
  'workspace-failed',
]);

export const isCharged = (failure: Failure): boolean => !uncharged.has(failure.reason);
