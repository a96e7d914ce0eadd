/** Writes to a run's journal while no engine is at work on it: its first events, requests, a landing. Under the repository's lock. */
import type { Event, EventBody, RunCreated } from '../core/event.ts';
import type { Timestamp } from '../core/plan.ts';
import { createRun, reduce } from '../core/reduce.ts';
import type { RunState } from '../core/run-state.ts';
import { schedule } from '../core/schedule.ts';
import type { Journal } from '../ports/journal.ts';
import { intentOf } from './intent.ts';

/** Begins a journal: what is known of the run at its birth is durable together, or not at all. */
export function beginJournal(
  journal: Journal,
  at: Timestamp,
  created: RunCreated,
  facts: readonly EventBody[],
): RunState {
  const first = { seq: 1, at, ...created };
  const state = createRun(first);
  const events = facts.map((body) => recorded(state, at, body));
  journal.append([first, ...events]);
  return state;
}

/** Records facts or requests, and the end of the run when that is all that follows. Performs nothing. */
export function recordOffline(
  journal: Journal,
  state: RunState,
  at: Timestamp,
  bodies: readonly EventBody[],
): readonly Event[] {
  const events = bodies.map((body) => recorded(state, at, body));
  const ending = schedule(state, at).find(({ type }) => type === 'end-run');
  if (ending) events.push(recorded(state, at, intentOf(ending)));
  journal.append(events);
  return events;
}

function recorded(state: RunState, at: Timestamp, body: EventBody): Event {
  const event = { seq: state.record.seq + 1, at, ...body } as Event;
  reduce(state, event);
  return event;
}
