/** Plays the engine of a long run to whoever watches it: real journal, lock and socket, events at a steady rate, and nobody at work. Stops with its input. */

import { lockRun, openHome } from '../src/compose.ts';
import { startControlServer } from '../src/control/server.ts';
import type { AttemptProgress } from '../src/core/attempt-progress.ts';
import type { Event, EventBody } from '../src/core/event.ts';
import type { Timestamp } from '../src/core/plan.ts';
import { reduce } from '../src/core/reduce.ts';
import type { RunState } from '../src/core/run-state.ts';
import { schedule } from '../src/core/schedule.ts';
import { intentOf } from '../src/engine/intent.ts';
import { beginJournal } from '../src/engine/record.ts';
import { createdEvent, outcomeOf, RUN, type Story } from './run-story.ts';

const EVERY_MS = 1000 / Number(process.argv[2]);
const STORY: Story = { name: '1,000 tasks', tasks: 1_000, slots: 20, usageReports: 3 };
/** The run is in its middle when somebody comes: all sections of a screen have something to show. */
const PLAYED_BEFORE = 3_000;

/** One event at a time, by turns of all attempts that run; the caller applies each before it asks for the next. */
function* play(state: RunState): Generator<EventBody, undefined> {
  yield { type: 'engine-started', pid: process.pid, version: 'bench' };
  const running: EventBody[][] = [];
  while (state.record.phase === 'running') {
    // Far in the future: a task that waits before its next attempt has waited enough.
    for (const command of schedule(state, Number.MAX_SAFE_INTEGER)) {
      yield intentOf(command);
      if (command.type === 'start-attempt') running.push(outcomeOf(state, command, STORY));
      if (command.type === 'integrate')
        running.push([{ type: 'task-integrated', task: command.task, commit: state.record.targetTip }]);
    }
    const turn = running.shift();
    const next = turn?.shift();
    if (turn === undefined || next === undefined) continue;
    yield next;
    running.push(turn);
  }
  return undefined;
}

/** What an agent would say beside an event of its attempt. */
function progressOf(event: Event): AttemptProgress | undefined {
  if (!('attempt' in event) || event.type === 'attempt-succeeded') return undefined;
  const { task, attempt, seq } = event;
  return {
    type: 'attempt-progress',
    task,
    attempt,
    text: `reads file ${seq} and writes what follows from it`,
  };
}

const home = await openHome({ cwd: process.cwd(), env: process.env, flags: {} });
const lock = await lockRun(home, RUN);
const journal = home.journal(RUN);
const begun: Timestamp = home.clock.now() - PLAYED_BEFORE * EVERY_MS;
const { seq: _, at, ...created } = createdEvent(STORY, begun);
const state = beginJournal(journal, at, created, []);
const story = play(state);
const listeners = new Set<(news: Event | AttemptProgress) => void>();

function next(count: number): Event[] {
  const events: Event[] = [];
  while (events.length < count) {
    const { value: body } = story.next();
    if (body === undefined) break;
    const event = { seq: state.record.seq + 1, at: begun + state.record.seq * EVERY_MS, ...body } as Event;
    reduce(state, event);
    events.push(event);
  }
  return events;
}

journal.append(next(PLAYED_BEFORE));
const server = await startControlServer(
  {
    submit: async () => ({ accepted: true, message: 'nobody is at work' }),
    watch(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  },
  { run: RUN, address: home.folder.socketFile },
);

/** As many as are due by now: a process that had to wait keeps the rate. */
const timer = setInterval(() => {
  const due = Math.floor((home.clock.now() - begun) / EVERY_MS) - state.record.seq;
  if (due <= 0) return;
  const events = next(due);
  journal.append(events);
  for (const event of events)
    for (const news of [event, progressOf(event)]) if (news) for (const tell of listeners) tell(news);
}, EVERY_MS);

console.log('ready');
process.stdin.resume().once('end', async () => {
  clearInterval(timer);
  await server.close();
  lock.release();
  home.close();
});
