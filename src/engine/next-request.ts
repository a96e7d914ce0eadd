/** The request that a task's next attempt would get, for whoever wants to look at it. Starts nothing. */
import { reduce } from '../core/reduce.ts';
import { isBroken, planned, type RunState, taskAt } from '../core/run-state.ts';
import { startOf } from '../core/starts.ts';
import { setStatus } from '../core/transitions.ts';
import type { AttemptRequest } from '../ports/executor.ts';
import { attemptRequest } from './attempt-request.ts';

/**
 * The request of the attempt that runs, else of one that would start now: after a retry when the task needs a person, and
 * as if nothing held it.
 * @param state made for this: the attempt starts in it
 */
export function nextRequest(state: RunState, position: number): AttemptRequest {
  const task = taskAt(state, position);
  const next = () => ({ seq: state.record.seq + 1, at: state.record.at });
  if (task.attempt === null) {
    if (isBroken(task))
      reduce(state, { ...next(), type: 'retry-requested', task: planned(state, position).id });
    if (task.status !== 'ready') setStatus(state, position, 'ready');
    const { type: _, ...start } = startOf(state, position, state.index.slots.length);
    reduce(state, { ...next(), ...start, type: 'attempt-started' });
  }
  return attemptRequest(state, position);
}
