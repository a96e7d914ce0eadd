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
  const created = firstEvent(journal);
  const snapshot = options.snapshot ? journal.loadSnapshot() : undefined;
  let state = snapshot && readSnapshot(created, snapshot.text);
  state ??= createRun(created);
  for (const event of journal.read(state.record.seq)) reduce(state, event);
  return state;
}

function firstEvent(journal: Journal): Event & RunCreated {
  for (const event of journal.read(0)) {
    if (event.type === 'run-created') return event;
    break;
  }
  throw new InvariantViolation('the journal does not begin with run-created');
}
