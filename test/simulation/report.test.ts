/** Reports of random simulated runs, against sums that are made in the simplest way over the same events. */
import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/core/event.ts';
import { taskId } from '../../src/core/plan.ts';
import { runEngine } from '../../src/simulation/run-engine.ts';
import { createdEvent } from '../../src/simulation/scenario.ts';
import { makeReport } from '../../src/view/make-report.ts';
import type { Report } from '../../src/view/report.ts';
import { readHistory } from '../../src/view/run-history.ts';
import { type Recipe, World } from '../fakes/world.ts';
import { planFrom } from '../rig/plan-text.ts';
import { randomScenario } from '../rig/random-scenario.ts';
import { runScript, seeded } from './run.ts';

interface Naive {
  readonly elapsedMs: number;
  readonly activeMs: number;
  readonly attempts: number;
  readonly done: number;
  readonly failures: number;
  readonly tokens: number;
  readonly workMs: ReadonlyMap<string, number>;
}

/** Goes through the events again for each question. */
function naively(events: readonly Event[]): Naive {
  const last = events.findLast(({ type }) => type === 'run-ended' || type === 'run-paused') ?? events.at(-1);
  const end = last?.at ?? 0;
  /** Milliseconds in which an engine was at work, one after the other: dear, and hard to get wrong. */
  const lives: { from: number; to: number }[] = [];
  for (const [index, { type, at }] of events.entries()) {
    if (type !== 'engine-started') continue;
    const rest = events.slice(index + 1);
    const next = rest.findIndex((event) => event.type === 'engine-started');
    const own = next === -1 ? rest : rest.slice(0, next);
    const resting = own.find((event) => event.type === 'run-paused' || event.type === 'run-ended');
    const signs = own.filter((event) => !event.type.endsWith('-requested'));
    lives.push({ from: at, to: resting?.at ?? signs.at(-1)?.at ?? at });
  }
  const lived = (from: number, to: number): number =>
    lives.reduce((sum, life) => sum + Math.max(0, Math.min(to, life.to) - Math.max(from, life.from)), 0);
  const workMs = new Map<string, number>();
  for (const begun of events) {
    if (begun.type !== 'attempt-started') continue;
    const ending = events.find(
      (event) =>
        (event.type === 'attempt-succeeded' ||
          event.type === 'attempt-failed' ||
          event.type === 'attempt-recovered') &&
        event.attempt === begun.attempt,
    );
    workMs.set(begun.task, (workMs.get(begun.task) ?? 0) + lived(begun.at, ending?.at ?? end));
  }
  const used = new Map<string, number>();
  for (const event of events)
    if (event.type === 'usage-reported')
      used.set(event.attempt, Math.max(used.get(event.attempt) ?? 0, event.usage.inputTokens));
  const isDone = (event: Event): boolean =>
    event.type === 'task-integrated' ||
    (event.type === 'attempt-succeeded' && event.commit === null) ||
    (event.type === 'integration-recovered' && event.action === 'kept');
  return {
    elapsedMs: end - (events[0]?.at ?? 0),
    activeMs: lived(0, end),
    attempts: events.filter(({ type }) => type === 'attempt-started').length,
    done: events.filter(isDone).length,
    failures: events.filter(
      (event) => event.type === 'attempt-failed' && event.failure.reason === 'gate-failed',
    ).length,
    tokens: [...used.values()].reduce((sum, one) => sum + one, 0),
    workMs,
  };
}

const asNaive = ({ time, attempts, counts, timeline, tokens, tasks }: Report): Naive => ({
  elapsedMs: time.elapsedMs,
  activeMs: time.activeMs,
  attempts,
  done: counts.done,
  failures: timeline.attempts.filter(({ reason }) => reason === 'gate-failed').length,
  tokens: tokens.counted,
  workMs: new Map(tasks.filter((task) => task.attempts > 0).map(({ id, workMs }) => [id, workMs])),
});

const sorted = (naive: Naive): unknown => ({ ...naive, workMs: [...naive.workMs].sort() });

/** What holds of every report. */
function holds(report: Report): void {
  const { speedup, time, slots, tries, tasks, timeline } = report;
  // Whole milliseconds were added up and divided.
  expect(speedup.boundMs).toBeLessThanOrEqual(time.activeMs + 1e-6);
  expect(slots.average * time.activeMs).toBeCloseTo(speedup.sequentialMs, 3);
  expect(tries.judged).toBe(tries.firstTry + tries.retried + tries.notDone);
  expect(Object.values(report.counts).reduce((sum: number, count: number) => sum + count, 0)).toBe(
    tasks.length,
  );
  for (const { from, to, spans } of timeline.attempts) {
    expect(to).toBeGreaterThanOrEqual(from);
    for (const [index, span] of spans.entries()) {
      expect(span.from).toBeGreaterThanOrEqual(spans[index - 1]?.to ?? from);
      expect(span.to).toBeGreaterThan(span.from);
    }
  }
  // A slot holds one attempt at a time.
  for (const own of Map.groupBy(timeline.attempts, ({ slot }) => slot).values())
    for (const [index, { from }] of own.entries())
      expect(from).toBeGreaterThanOrEqual(own[index - 1]?.to ?? 0);
}

const reportOf = (events: readonly Event[], now: number | null = null): Report =>
  makeReport(readHistory(events), { now, isCurrent: true, lines: null });

describe('the report of a simulated run', () => {
  it.each(Array.from({ length: 40 }, (_, seed) => seed + 1))(
    'has the numbers of its events, whole and cut off anywhere (seed %i)',
    async (seed) => {
      const scenario = randomScenario(seed, { maxTasks: 25 });
      const events: Event[] = [createdEvent(scenario)];
      await runEngine(scenario, { seed, sample: 1, failureRate: 0.2 }, (event) => events.push(event));
      for (const length of [events.length, 2 + ((seed * 7) % (events.length - 1))]) {
        const some = events.slice(0, length);
        const report = reportOf(some);
        expect(sorted(asNaive(report))).toEqual(sorted(naively(some)));
        holds(report);
      }
    },
  );
});

describe('the report of a run that was killed, paused and resumed', () => {
  const seen = new Set<string>();
  const plan = planFrom('A\nB: A\nC\nD: C\nE: B, D\nF\nG: F\nH: F');
  const recipes = new Map<ReturnType<typeof taskId>, Recipe>([
    [taskId('B'), { failsOnce: true }],
    [taskId('C'), { crashesOnce: true }],
    [taskId('D'), { conflictsWith: taskId('A') }],
    [taskId('H'), { failsAlways: true }],
  ]);

  it.each(Array.from({ length: 25 }, (_, seed) => seed + 1))(
    'has the numbers of its events (seed %i)',
    async (seed) => {
      const choose = seeded(seed);
      const crashes = new Set([5 + choose(15), 25 + choose(20)]);
      const requests = new Map([
        [10 + choose(10), { type: 'pause-requested' } as const],
        [40 + choose(10), { type: 'slots-requested', slots: 1 + choose(4) } as const],
      ]);
      const { events } = await runScript({
        ...{ plan, world: new World(recipes), choose, resume: true, requests },
        crashBeforeEffect: (effects) => crashes.delete(effects),
      });
      const timed = atRandomTimes(events, choose);
      const report = reportOf(timed);
      expect(sorted(asNaive(report))).toEqual(sorted(naively(timed)));
      holds(report);
      for (const { because } of report.timeline.gaps) seen.add(because);
    },
  );

  it('is about runs with each kind of gap', () => {
    expect([...seen].sort()).toEqual(['died', 'not-started', 'paused']);
  });
});

/** In these worlds time hardly passes: here each event comes some time after the one before, an engine much later. */
function atRandomTimes(events: readonly Event[], choose: (count: number) => number): readonly Event[] {
  let at = 0;
  return events.map((event) => {
    at += choose(3_000) + (event.type === 'engine-started' ? 100_000 : 0);
    return { ...event, at };
  });
}
