/** Brings a run's state back from its journal: the newest snapshot, then the events after it. */
import type { Event, RunCreated } from '../core/event.ts';
import { InvariantViolation } from '../core/invariant-violation.ts';
import { createRun, reduce } from '../core/reduce.ts';
import type { RunState } from '../core/run-state.ts';
import { readSnapshot } from '../core/snapshot.ts';
import type { Journal } from '../ports/journal.ts';

/** @throws InvariantViolation when the journal does not begin with `run-created` */
export function replay(
  journal: Journal,
  options: { readonly snapshot: boolean } = { snapshot: true },
): RunState {
  const events = journal.read(0)[Symbol.iterator]();
  const created = asCreated(events.next().value);
  const snapshot = options.snapshot ? journal.loadSnapshot() : undefined;
  const saved = snapshot && readSnapshot(created, snapshot.text);
  if (saved) {
    events.return?.();
    for (const event of journal.read(saved.record.seq)) reduce(saved, event);
    return saved;
  }
  // Goes on where it is: the first event holds the whole plan and is not to be read twice.
  const state = createRun(created);
  for (let next = events.next(); !next.done; next = events.next()) reduce(state, next.value);
  return state;
}

function asCreated(event: Event | undefined): Event & RunCreated {
  if (event?.type === 'run-created') return event;
  throw new InvariantViolation('the journal does not begin with run-created');
}
