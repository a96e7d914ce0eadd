/** The loop: events in → reduce → schedule → intents → append all (one sync) → publish → perform. Knows ports only. */
import type { Event, EventBody, Request } from '../core/event.ts';
import { type Problem, problem } from '../core/problem.ts';
import { reduce } from '../core/reduce.ts';
import { isRequest, refuse } from '../core/reduce-request.ts';
import type { RunState } from '../core/run-state.ts';
import { nextWake } from '../core/schedule.ts';
import { writeSnapshot } from '../core/snapshot.ts';
import type { Clock, Timer } from '../ports/clock.ts';
import type { ControlAnswer, ControlHandler } from '../ports/control.ts';
import type { AttemptProgress, Executor } from '../ports/executor.ts';
import type { Integrator } from '../ports/integrator.ts';
import type { Journal } from '../ports/journal.ts';
import type { OrderSearch } from '../ports/order-search.ts';
import { findOrder } from './find-order.ts';
import { createInbox } from './inbox.ts';
import { decide } from './intent.ts';
import { createPerformer } from './perform.ts';
import { recover } from './recover.ts';

export interface EnginePorts {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly executor: Executor;
  readonly integrator: Integrator;
  /** Without it the order `optimized` stays what it begins with. */
  readonly orderSearch?: OrderSearch;
}

export interface EngineOptions {
  /** Told in `engine-started`. */
  readonly pid: number;
  readonly version: string;
  /** Facts to record when the engine starts for the first time: tasks that are done already. */
  readonly opening?: readonly EventBody[];
  /** Events between two snapshots. */
  readonly snapshotEvery?: number;
  /** Called after each event has been reduced; tests check invariants here. */
  readonly onReduced?: (state: RunState, event: Event) => void;
}

export interface Engine extends ControlHandler {
  /** Read-only to everybody but the loop. */
  readonly state: RunState;
  /** Runs until the run is paused or has ended. @throws what no event can tell: a journal that cannot be written, a bug */
  run(): Promise<void>;
}

const SNAPSHOT_EVERY = 20_000;

export function createEngine(state: RunState, ports: EnginePorts, options: EngineOptions): Engine {
  const inbox = createInbox(ports.clock);
  const listeners = new Set<(news: Event | AttemptProgress) => void>();
  const publish = (news: Event | AttemptProgress): void => {
    for (const listener of listeners) listener(news);
  };
  const performer = createPerformer(state, ports, inbox, publish);
  /** Requests whose senders have not been answered yet. */
  const unanswered = new Map<EventBody, (answer: ControlAnswer) => void>();
  let isRunning = true;
  let snapshotAt = state.record.seq;
  let wakeTimer: Timer | undefined;

  /** One group: what happened and what follows from it become durable together, before anybody acts on it. */
  const turn = (bodies: readonly EventBody[]): void => {
    const at = ports.clock.now();
    const events: Event[] = [];
    const record = (body: EventBody): void => {
      const event = { seq: state.record.seq + 1, at, ...body } as Event;
      reduce(state, event);
      events.push(event);
      options.onReduced?.(state, event);
    };
    const answers: (() => void)[] = [];
    for (const body of bodies) {
      const problem = objection(state, body);
      if (problem === undefined) record(body);
      const answer = unanswered.get(body);
      if (answer) answers.push(() => answer(problem ? { accepted: false, problem } : TAKEN));
      unanswered.delete(body);
    }
    const commands = decide(state, at, record);
    if (events.length > 0) ports.journal.append(events);
    for (const answer of answers) answer();
    for (const event of events) publish(event);
    for (const command of commands) performer.perform(command);
    if (state.record.stopping) performer.interrupt();
    setWake(at);
    if (state.record.seq - snapshotAt >= (options.snapshotEvery ?? SNAPSHOT_EVERY)) saveSnapshot();
  };

  const setWake = (now: number): void => {
    wakeTimer?.cancel();
    const wake = nextWake(state, now);
    wakeTimer = wake === undefined ? undefined : ports.clock.after(Math.max(0, wake - now), inbox.wake);
  };

  const saveSnapshot = (): void => {
    ports.journal.saveSnapshot({ seq: state.record.seq, text: writeSnapshot(state) });
    snapshotAt = state.record.seq;
  };

  const isOver = (): boolean => state.record.phase === 'paused' || state.record.phase === 'ended';

  const loop = async (): Promise<void> => {
    const recovered = await recover(state, ports);
    turn([
      { type: 'engine-started', pid: options.pid, version: options.version },
      ...recovered,
      ...(options.opening ?? []),
    ]);
    const searching = new AbortController();
    const searched = findOrder(state, ports.orderSearch, searching.signal).then(
      (found) => found !== undefined && !isOver() && inbox.push(found),
      (error: unknown) => inbox.fail(error),
    );
    while (!isOver()) turn(await inbox.take());
    saveSnapshot();
    searching.abort();
    await searched;
  };

  return {
    state,
    async run() {
      ports.clock.onJump((gapMs) => inbox.push({ type: 'clock-jumped', gapMs }));
      try {
        await loop();
      } catch (error) {
        performer.abort('the engine cannot go on');
        throw error;
      } finally {
        isRunning = false;
        for (const answer of unanswered.values()) answer({ accepted: false, problem: tooLate() });
        wakeTimer?.cancel();
        await performer.idle();
        inbox.close();
      }
    },
    submit(request: Request): Promise<ControlAnswer> {
      const problem = isRunning ? refuse(state, request) : tooLate();
      if (problem) return Promise.resolve({ accepted: false, problem });
      return new Promise((resolve) => {
        unanswered.set(request, resolve);
        inbox.push(request);
      });
    },
    watch(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

const TAKEN: ControlAnswer = { accepted: true, message: 'The engine has it.' };

const tooLate = (): Problem =>
  problem(
    'wrong-state',
    'The engine has just come to rest.',
    'Say it again: it is recorded for the next one then.',
  );

/** A request that was fine when it was submitted may have been overtaken; a fault is told once, not by every slot. */
function objection(state: RunState, body: EventBody): Problem | undefined {
  if (isRequest(body)) return refuse(state, body);
  if (body.type !== 'fault-raised' || !state.record.faulted) return undefined;
  return problem('wrong-state', 'The run is faulted already.', body.fix);
}
