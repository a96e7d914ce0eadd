/** One thing that holds a task, or that decided about it. */
import type { TaskId, Timestamp } from './plan.ts';

export interface Reason {
  readonly code:
    | 'dependency'
    | 'blocked'
    | 'task-paused'
    | 'wave'
    | 'pool'
    | 'files'
    | 'agent'
    | 'budget'
    | 'slot'
    | 'turn'
    | 'back-off'
    | 'baseline'
    | 'pause'
    | 'running'
    | 'queue'
    | 'person'
    | 'settled';
  readonly message: string;
  /** Tasks it is about. */
  readonly tasks: readonly TaskId[];
  /** When it is known or expected to end. */
  readonly until?: Timestamp;
}

export const reason = (code: Reason['code'], message: string, more: Partial<Reason> = {}): Reason => ({
  code,
  message,
  tasks: [],
  ...more,
});
