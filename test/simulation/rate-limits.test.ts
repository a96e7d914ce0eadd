/** Agents' services that refuse: on a virtual clock, with the real core, and a service that bears only so much at a time. */
import { describe, expect, it } from 'vitest';
import type { Event, EventBody } from '../../src/core/event.ts';
import type { Failure } from '../../src/core/failure.ts';
import { checkInvariants } from '../../src/core/invariants.ts';
import { commit } from '../../src/core/plan.ts';
import { createRun, reduce } from '../../src/core/reduce.ts';
import type { RunState } from '../../src/core/run-state.ts';
import { nextWake } from '../../src/core/schedule.ts';
import { decide } from '../../src/engine/intent.ts';
import { planFrom } from '../rig/plan-text.ts';
import { createdEvent } from '../rig/story.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

interface Service {
  readonly tasks: number;
  readonly slots: number;
  /** How long a session takes that is not refused. */
  readonly sessionMs: number;
  /** What the service says to a session that begins, or goes on, beside so many others. */
  readonly answer: (now: number, sessions: number) => Failure | undefined;
  readonly until?: number;
}

interface Told {
  readonly state: RunState;
  readonly launches: readonly number[];
  readonly refusals: readonly number[];
  /** When each task's session came to its end. */
  readonly ends: readonly number[];
  readonly limits: readonly (number | null)[];
}

/** What a session asks its service: again every ten seconds, as its turns go. */
const TURN_MS = 10_000;

function play({ tasks, slots, sessionMs, answer, until = 24 * HOUR_MS }: Service): Told {
  const plan = planFrom(Array.from({ length: tasks }, (_, index) => `T${index}`).join('\n'));
  const state = createRun(createdEvent(plan, { slots, gate: [], agent: 'busy' }));
  const pending: { readonly at: number; readonly happen: (now: number) => readonly EventBody[] }[] = [];
  const later = (at: number, happen: (now: number) => readonly EventBody[]): void => {
    pending.push({ at, happen });
  };
  const [launches, refusals, ends]: number[][] = [[], [], []];
  const limits: (number | null)[] = [];
  let [now, sessions] = [0, 0];
  const record = (body: EventBody): void => {
    reduce(state, { ...body, seq: state.record.seq + 1, at: now } as Event);
    if (state.record.seq % 50 === 0) checkInvariants(state);
    if (body.type === 'agent-limited') limits.push(body.limit);
  };
  let bodies: readonly EventBody[] = [{ type: 'engine-started', pid: 0, version: 'simulated' }];
  while (now <= until) {
    for (const body of bodies) record(body);
    for (const command of decide(state, now, record)) {
      if (command.type === 'start-attempt') {
        const { task, attempt } = command;
        launches?.push(now);
        sessions++;
        const begun = now;
        const turn = (at: number): readonly EventBody[] => {
          const failure = answer(at, sessions);
          if (failure === undefined && at < begun + sessionMs) {
            later(Math.min(at + TURN_MS, begun + sessionMs), turn);
            return [];
          }
          sessions--;
          (failure === undefined ? ends : refusals)?.push(at);
          if (failure) return [{ type: 'attempt-failed', task, attempt, failure }];
          return [{ type: 'attempt-succeeded', task, attempt, commit: commit(`${task}-work`), commits: 1 }];
        };
        later(now + 1000, turn);
      } else if (command.type === 'keep-workspace') {
        later(now, () => [{ type: 'workspace-kept', task: command.task, path: '/w' }]);
      } else if (command.type === 'integrate') {
        later(now, () => [{ type: 'task-integrated', task: command.task, commit: command.commit }]);
      }
    }
    if (state.record.phase !== 'running' && state.record.phase !== 'draining') break;
    now = Math.min(...pending.map(({ at }) => at), nextWake(state, now) ?? Number.POSITIVE_INFINITY);
    expect(now).toBeLessThan(Number.POSITIVE_INFINITY);
    const due = pending.filter(({ at }) => at <= now);
    pending.splice(0, pending.length, ...pending.filter(({ at }) => at > now));
    bodies = due.flatMap(({ happen }) => happen(now));
  }
  return { state, launches: launches ?? [], refusals: refusals ?? [], ends: ends ?? [], limits };
}

const overloaded: Failure = { reason: 'rate-limited', message: '429' };

describe('a service that is overloaded for a while', () => {
  const storm = (from: number, to: number) => (now: number) =>
    now >= from && now < to ? overloaded : undefined;

  it.each([
    [2, 30_000],
    [4, 30_000],
    [7, 30_000],
    [10, 30_000],
    [7, 3 * MINUTE_MS],
    [7, 20 * MINUTE_MS],
  ])('%i slots are as busy as before two quiet intervals after a storm of %i ms', (slots, stormMs) => {
    const [from, sessionMs] = [30 * MINUTE_MS, 4 * MINUTE_MS];
    const { state, ends, limits } = play({
      ...{ tasks: 60 * slots, slots, sessionMs },
      answer: storm(from, from + stormMs),
    });
    expect(state.record.outcome).toBe('all-done');
    // Nobody pays for it with a retry.
    expect(state.tasks.every(({ charged }) => charged === 1)).toBe(true);
    expect(limits[0]).toBe(Math.max(1, Math.floor(slots / 2)));
    expect(limits.at(-1)).toBe(null);
    // The last refusal may have been half a back-off before the storm's end, and the first interval begins there.
    const quiet = from + stormMs + 10 * MINUTE_MS + 5 * MINUTE_MS;
    const busy = ends.filter((at) => at >= quiet && at < quiet + HOUR_MS).length;
    expect(busy).toBeGreaterThanOrEqual(0.9 * slots * (HOUR_MS / (sessionMs + 1000)));
  });

  it('asks less and less often while it lasts', () => {
    const { state, refusals } = play({
      ...{ tasks: 3, slots: 7, sessionMs: MINUTE_MS, answer: storm(0, 8 * HOUR_MS) },
    });
    expect(refusals.length).toBeLessThan(120);
    expect(state.record.outcome).toBe('all-done');
  });

  it('gives up on a service that refuses for good', () => {
    const { state } = play({ tasks: 1, slots: 7, sessionMs: MINUTE_MS, answer: () => overloaded });
    expect(state.index.counts['needs-attention']).toBe(1);
    expect(state.record.at).toBeLessThan(12 * HOUR_MS);
  });

  it('finds how many sessions a service bears for good, and stays near', () => {
    const { state, ends, refusals } = play({
      ...{ tasks: 400, slots: 7, sessionMs: 4 * MINUTE_MS },
      answer: (_, sessions) => (sessions > 4 ? overloaded : undefined),
    });
    expect(state.tasks.every(({ charged }) => charged === 1)).toBe(true);
    const hours = (ends.at(-1) ?? 0) / HOUR_MS;
    expect(ends.length / hours).toBeGreaterThan(0.6 * 4 * 15);
    expect(refusals.length / hours).toBeLessThan(30);
  });
});

describe('a quota that is used up', () => {
  it.each([
    ['as the agent says when', 3 * HOUR_MS],
    ['without a word on when', undefined],
  ])('opens a breaker %s, and the run goes on by itself', (_, until) => {
    const [from, reset] = [10 * MINUTE_MS, 3 * HOUR_MS];
    const failure: Failure = {
      reason: 'quota-exhausted',
      message: 'used up',
      ...(until === undefined ? {} : { until }),
    };
    const { state, launches, limits } = play({
      ...{ tasks: 50, slots: 7, sessionMs: 4 * MINUTE_MS },
      answer: (now) => (now >= from && now < reset ? failure : undefined),
    });
    const between = launches.filter((at) => at > from + TURN_MS && at < reset);
    // One session at a time finds out.
    if (until === undefined) expect(between.length).toBeLessThan(8);
    else expect(between).toEqual([]);
    expect(state.record.outcome).toBe('all-done');
    expect(state.tasks.every(({ charged }) => charged === 1)).toBe(true);
    // It says nothing about how many sessions the service bears.
    expect(new Set(limits)).toEqual(new Set([null]));
    expect((launches.at(-1) ?? 0) - reset).toBeLessThan(2 * HOUR_MS);
  });
});
