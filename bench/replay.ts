/** Claim (c): how long it takes to bring the state of a very long run back, from its journal and from a snapshot. */
import type { Event, EventBody } from '../src/core/event.ts';
import { createRun, reduce } from '../src/core/reduce.ts';
import type { RunState } from '../src/core/run-state.ts';
import { schedule } from '../src/core/schedule.ts';
import { writeSnapshot } from '../src/core/snapshot.ts';
import { intentOf } from '../src/engine/intent.ts';
import { replay } from '../src/engine/replay.ts';
import { openDatabase } from '../src/store/database.ts';
import { openJournal } from '../src/store/sqlite-journal.ts';
import { type Claim, type Figure, interleave, median, timed, timesOf } from './measure.ts';
import { createdEvent, fakeCommit, outcomeOf, RUN, type Story } from './run-story.ts';
import { inScratch, type Scratch } from './scratch.ts';

const EVENTS = 1_000_000;
/** Events after the last snapshot when an engine dies: it writes one every 20,000, so half of that on average. */
const AFTER_SNAPSHOT = 10_000;
const AT = Date.UTC(2026, 10, 21);

/** Two runs of as many events. */
const LONG_SESSIONS: Story = {
  name: '10,000 tasks, long sessions',
  tasks: 10_000,
  slots: 100,
  usageReports: 55,
};
const MANY_TASKS: Story = {
  name: '100,000 tasks, short sessions',
  tasks: 100_000,
  slots: 100,
  usageReports: 1,
};

export const claim: Claim = {
  name: 'replay',
  title: `the state of a run with ${EVENTS.toLocaleString('en')} events`,
  runs: 5,
  measure: (runs) =>
    inScratch(async (scratch) => {
      const stories = [LONG_SESSIONS, MANY_TASKS];
      for (const story of stories) writeJournal(scratch, story);
      const samples = await interleave(
        stories.flatMap((story) => [
          { name: `replay: ${story.name}`, run: () => open(scratch, story, false) },
          { name: `snapshot: ${story.name}`, run: () => open(scratch, story, true) },
        ]),
        runs,
      );
      const figure = (name: string, limit?: number): Figure => ({
        name,
        value: median(timesOf(samples, name)),
        unit: 'ms',
        ...(limit === undefined ? {} : { limit }),
      });
      return {
        samples,
        figures: [
          figure(`replay: ${LONG_SESSIONS.name}`, 3_000),
          figure(`snapshot: ${LONG_SESSIONS.name}`, 500),
          figure(`replay: ${MANY_TASKS.name}`),
          figure(`snapshot: ${MANY_TASKS.name}`),
        ],
        notes: [
          'A journal in SQLite as the engine writes it, made by its reducer and scheduler; read, parsed and reduced.',
          `Snapshot: and the ${AFTER_SNAPSHOT.toLocaleString('en')} events after it.`,
          'Opening the database and reading the first event, which holds the whole plan, are part of all.',
        ],
      };
    }),
};

const journalOf = (scratch: Scratch, { tasks }: Story): string => scratch.file(`journal-${tasks}.db`);

async function open(scratch: Scratch, story: Story, snapshot: boolean): Promise<number> {
  let state: RunState | undefined;
  const elapsed = await timed(() => {
    const database = openDatabase(journalOf(scratch, story));
    state = replay(openJournal(database, RUN), { snapshot });
    database.close();
  });
  if (state?.record.seq !== EVENTS) throw new Error(`replayed ${state?.record.seq} events, not ${EVENTS}`);
  return elapsed;
}

/** Writes the journal of a run, without syncs: only reading it is measured. */
function writeJournal(scratch: Scratch, story: Story): void {
  const database = openDatabase(journalOf(scratch, story));
  database.exec('PRAGMA synchronous = OFF');
  const journal = openJournal(database, RUN);
  const created = createdEvent(story, AT);
  journal.append([created]);
  const state = createRun(created);
  let group: Event[] = [];
  const flush = (): void => {
    journal.append(group);
    group = [];
  };
  for (const event of simulate(state, story)) {
    group.push(event);
    if (event.seq === EVENTS - AFTER_SNAPSHOT) {
      flush();
      journal.saveSnapshot({ seq: event.seq, text: writeSnapshot(state) });
    }
    if (group.length >= 1_000) flush();
    if (event.seq === EVENTS) break;
  }
  flush();
  database.close();
  if (state.record.seq !== EVENTS) throw new Error(`the run ended after ${state.record.seq} events`);
}

/** What happens in a run in which every third task fails twice, without anybody to do the work. */
function* simulate(state: RunState, story: Story): Generator<Event> {
  const outcomes: EventBody[][] = [];
  const record = (body: EventBody): Event => {
    const event = { seq: state.record.seq + 1, at: AT + state.record.seq * 100, ...body } as Event;
    reduce(state, event);
    return event;
  };
  yield record({ type: 'engine-started', pid: 4242, version: '0.1.0' });
  while (state.record.phase === 'running') {
    // Far in the future: a task that waits before its next attempt has waited enough.
    for (const command of schedule(state, Number.MAX_SAFE_INTEGER)) {
      yield record(intentOf(command));
      if (command.type === 'start-attempt') outcomes.push(outcomeOf(state, command, story));
      if (command.type === 'integrate') {
        outcomes.push([
          { type: 'task-integrated', task: command.task, commit: fakeCommit(state.record.seq) },
        ]);
      }
    }
    for (const body of outcomes.splice(0).flat()) yield record(body);
  }
}
