/** A run read once from its first event to its last: the state, who worked when, and what attempts took. */
import { type AttemptFollower, followAttempts } from '../core/estimates/attempt-record.ts';
import type { Event } from '../core/event.ts';
import { createRun, reduce } from '../core/reduce.ts';
import type { RunState } from '../core/run-state.ts';
import { followTimeline, type TimelineFollower } from './timeline.ts';

export interface RunHistory {
  readonly state: RunState;
  readonly timeline: TimelineFollower;
  readonly attempts: AttemptFollower;
}

/** @param events all events of the run, `run-created` first. Linear. @throws RangeError when there is none */
export function readHistory(events: Iterable<Event>): RunHistory {
  const timeline = followTimeline();
  let known: Pick<RunHistory, 'state' | 'attempts'> | undefined;
  for (const event of events) {
    if (event.type === 'run-created') known = { state: createRun(event), attempts: followAttempts(event) };
    else if (known !== undefined) {
      reduce(known.state, event);
      known.attempts.see(event);
    }
    if (known !== undefined) timeline.see(event, known.state);
  }
  if (known === undefined) throw new RangeError('a run begins with run-created');
  return { ...known, timeline };
}
