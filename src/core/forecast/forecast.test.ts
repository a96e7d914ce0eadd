import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attemptRecord } from '../../../test/rig/attempt-record.ts';
import { type NaiveOptions, playNaively } from '../../../test/rig/naive-run.ts';
import { planFrom } from '../../../test/rig/plan-text.ts';
import { randomPlan } from '../../../test/rig/random-plan.ts';
import { randomFrom, type SeededRandom } from '../../../test/rig/seeded-random.ts';
import { createdEvent, failedGate, integrated, started, succeeded } from '../../../test/rig/story.ts';
import { casesOf } from '../../../test/rig/thoroughness.ts';
import type { TaskEstimate } from '../estimate.ts';
import { attemptRecords } from '../estimates/attempt-record.ts';
import type { Event, EventBody } from '../event.ts';
import { waves } from '../graph.ts';
import { makeTask, type Plan, taskId } from '../plan.ts';
import { createRun, reduce } from '../reduce.ts';
import type { RunState } from '../run-state.ts';
import type { RunSettings } from '../settings.ts';
import { forecast, openForecast } from './forecast.ts';
import { forecastSpending } from './spending.ts';

const P90 = 1.2816;
const estimate = (durationMs: number, spread = 0, more: Partial<TaskEstimate> = {}): TaskEstimate => ({
  durationMs,
  spread,
  tokens: 100,
  costUsd: 1,
  from: 'plan',
  ...more,
});

/** Nothing needs a second attempt, unless a test says so. */
function stateOf(
  plan: Plan,
  estimates: readonly TaskEstimate[],
  settings: Partial<RunSettings> = {},
  events: readonly { readonly at: number; readonly body: EventBody }[] = [],
): RunState {
  const created = createdEvent(plan, { gate: [], retries: 0, ...settings });
  const state = createRun({ ...created, estimates });
  for (const { at, body } of events) reduce(state, { ...body, seq: state.record.seq + 1, at } as Event);
  return state;
}
const at = (time: number, ...bodies: readonly EventBody[]) => bodies.map((body) => ({ at: time, body }));

const quantilesOf = (state: RunState, now: number, samples = 4_000): [number, number] => {
  const { p50Ms, p90Ms } = forecast(state, now, { samples }) ?? { p50Ms: -1, p90Ms: -1 };
  return [p50Ms, p90Ms];
};

describe('forecast, beside what can be worked out', () => {
  it('of one task', () => {
    const [p50, p90] = quantilesOf(stateOf(planFrom('A'), [estimate(60_000, 0.5)]), 0);
    expect(p50 / 60_000).toBeCloseTo(1, 1);
    expect(p90 / (60_000 * Math.exp(0.5 * P90))).toBeCloseTo(1, 1);
  });

  it('of an attempt that has been running for longer than its median', () => {
    const state = stateOf(planFrom('A'), [estimate(60_000, 0.5)], {}, at(0, started('A')));
    // Beyond one standard deviation lie 15.87 %: half of that is left at 1.4098, a tenth at 2.1450.
    const elapsed = 60_000 * Math.exp(0.5);
    const [p50, p90] = quantilesOf(state, elapsed, 20_000);
    expect(p50 / (60_000 * Math.exp(0.5 * 1.4098) - elapsed)).toBeCloseTo(1, 1);
    expect(p90 / (60_000 * Math.exp(0.5 * 2.145) - elapsed)).toBeCloseTo(1, 1);
  });

  it('of an attempt that is certain to end, and is late', () => {
    const state = stateOf(planFrom('A\nB: A'), [estimate(1_000), estimate(500)], {}, at(0, started('A')));
    expect([0, 400, 1_000, 90_000].map((now) => quantilesOf(state, now)[0])).toEqual([
      1_500, 1_100, 500, 500,
    ]);
  });

  it('of the longer of two tasks', () => {
    const state = stateOf(planFrom('A\nB'), [estimate(60_000, 0.5), estimate(60_000, 0.5)]);
    // Both are done with probability p² when each is with p.
    const [p50, p90] = quantilesOf(state, 0);
    expect(p50 / (60_000 * Math.exp(0.5 * 0.5449))).toBeCloseTo(1, 1);
    expect(p90 / (60_000 * Math.exp(0.5 * 1.6322))).toBeCloseTo(1, 1);
  });

  it('of attempts that may have to be repaired, as this run has shown', () => {
    const plan = planFrom('A\nB\nC');
    const estimates = [estimate(1_000), estimate(1_000), estimate(1_000)];
    const once = stateOf(plan, estimates, { retries: 1, slots: 1 });
    // With 15 % each, three tasks need none in 61 % of all cases and one at most in 94 %.
    expect(quantilesOf(once, 0)).toEqual([3_000, 4_000]);
    const failing = Array.from({ length: 30 }, (_, ordinal) => [
      ...at(0, started('A', ordinal + 1)),
      ...at(0, failedGate('A', ordinal + 1)),
    ]).flat();
    const often = stateOf(plan, estimates, { retries: 40, slots: 1 }, failing);
    expect(quantilesOf(often, 0)[0]).toBeGreaterThan(5_000);
  });

  it('of merges, one at a time', () => {
    const state = stateOf(
      planFrom('A\nB\nC: A, B'),
      [1_000, 1_000, 1_000].map((each) => estimate(each)),
    );
    expect(forecast(state, 0, { mergeMs: 300 })).toMatchObject({ p50Ms: 1_000 + 600 + 1_000 + 300 });
  });
});

describe('forecast', () => {
  it('is the schedule itself where nothing is left to chance', () => {
    const option = fc.record({
      plan: randomPlan(12),
      slots: fc.integer({ min: 1, max: 4 }),
      seed: fc.nat(),
      pools: fc.boolean(),
      files: fc.boolean(),
      schedule: fc.constantFrom('dynamic', 'threshold', 'barrier'),
    });
    fc.assert(
      fc.property(option, ({ plan: bare, slots, seed, pools, files, schedule }) => {
        const random = randomFrom(seed);
        const plan = {
          ...bare,
          pools: { db: 2 },
          tasks: bare.tasks.map((task) => ({
            ...task,
            pools: pools && random.wholeNumber(0, 1) === 1 ? { db: random.wholeNumber(1, 2) } : {},
            files: files ? [`f${random.wholeNumber(0, 3)}/**`] : [],
          })),
        };
        const estimates = plan.tasks.map(() => estimate(random.wholeNumber(1_000, 1_000_000)));
        const state = stateOf(plan, estimates, { slots, schedule });
        const options: NaiveOptions = {
          slots,
          ranks: state.ranks,
          durationMs: (position) => estimates[position]?.durationMs ?? 0,
          pools: plan.pools,
          waveShare: { dynamic: 0, threshold: 0.8, barrier: 1 }[schedule],
          waves: waves(state.graph) ?? [],
        };
        const { makespanMs, events } = playNaively(plan, options);
        expect(forecast(state, 0, { samples: 1 })?.p90Ms).toBe(makespanMs);
        // Seen from the middle, the same end.
        const half = makespanMs / 2;
        const later = stateOf(
          plan,
          estimates,
          { slots, schedule },
          events.filter((event) => event.at <= half),
        );
        const rest = forecast(later, half, { samples: 1 })?.p90Ms ?? 0;
        expect(Math.abs(rest - (makespanMs - half))).toBeLessThanOrEqual(1);
      }),
      { numRuns: casesOf(300), seed: 5 },
    );
  });

  it('knows how many sessions of an agent may run', () => {
    const plan = planFrom('A\nB\nC');
    const estimates = plan.tasks.map(() => estimate(1_000));
    const p50 = (agentLimits: Record<string, number>) =>
      forecast(stateOf(plan, estimates, { slots: 3, agentLimits }), 0, { samples: 1 })?.p50Ms;
    expect([p50({}), p50({ scripted: 2 }), p50({ scripted: 1 }), p50({ other: 1 })]).toEqual([
      1_000, 2_000, 3_000, 1_000,
    ]);
  });

  it('repeats itself, in whatever slices it is made', () => {
    const plan = planFrom('A\nB\nC: A\nD: B, C');
    const state = stateOf(
      plan,
      plan.tasks.map(() => estimate(1_000, 1)),
      { retries: 2 },
    );
    const sliced = openForecast(state, 0);
    while (sliced?.advance(7) === false);
    expect(sliced?.result()).toEqual(forecast(state, 0));
    expect(forecast(state, 0, { seed: 2 })).not.toEqual(forecast(state, 0));
  });

  it('is about what ends by itself', () => {
    const plan = planFrom('A\nB: A\nC\nD: C\nE\nF: E', (task) => ({ ...task, autonomous: task.id !== 'F' }));
    const estimates = plan.tasks.map((_, position) => estimate(1_000 * 10 ** position));
    const state = stateOf(plan, estimates, { slots: 6 }, [
      ...at(0, started('A'), started('C', 1, 1), failedGate('C')),
      ...at(0, started('E', 1, 2), succeeded('E'), ...integrated('E')),
    ]);
    // C needs a person, and so D does; F is for a person.
    expect(quantilesOf(state, 0)).toEqual([11_000, 11_000]);
    reduce(state, { type: 'pause-requested', task: taskId('A'), seq: state.record.seq + 1, at: 0 });
    expect(forecast(state, 0)).toBeUndefined();
  });

  it('is not made for a run that does not go on', () => {
    const state = stateOf(planFrom('A'), [estimate(1_000)], {}, at(0, { type: 'pause-requested' }));
    expect(forecast(state, 0)).toBeUndefined();
  });

  it('is rough when most of what is left has the default as its estimate', () => {
    const plan = planFrom('A\nB\nC');
    const rough = (...from: TaskEstimate['from'][]): boolean | undefined =>
      forecast(
        stateOf(
          plan,
          from.map((each) => estimate(1_000, 0, { from: each })),
        ),
        0,
      )?.rough;
    expect([rough('default', 'default', 'plan'), rough('default', 'history', 'commits')]).toEqual([
      true,
      false,
    ]);
  });
});

describe('a run that shows how long its attempts take', () => {
  const plan = planFrom(Array.from({ length: 10 }, (_, index) => `T${index}`).join('\n'));
  const state = (from: TaskEstimate['from']): RunState =>
    stateOf(
      plan,
      plan.tasks.map(() => estimate(1_800_000, 0.5, { from })),
      { slots: 1 },
      at(0, started('T0'), succeeded('T0'), ...integrated('T0')),
    );
  const shown = (count: number, durationMs: number, from: TaskEstimate['from']) => {
    const one = attemptRecord(durationMs, { agent: 'scripted', estimatedMs: 1_800_000 });
    const made = forecast(state(from), 0, { attempts: Array.from({ length: count }, () => one) });
    return [Math.round((made?.p50Ms ?? 0) / 60_000), made?.rough];
  };

  it('is believed soon where nothing was known, and later where something was', () => {
    // Nine are left; each of the others took a minute instead of half an hour.
    expect([0, 2, 3, 10].map((count) => shown(count, 60_000, 'default'))).toEqual([
      [301, true],
      [301, true],
      [16, false],
      [11, false],
    ]);
    expect([3, 10].map((count) => shown(count, 60_000, 'history'))).toEqual([
      [301, false],
      [expect.closeTo(18, -1), false],
    ]);
    // A third more is no contradiction.
    expect(shown(10, 2_400_000, 'plan')).toEqual([301, false]);
  });
});

describe('calibration', () => {
  const RUNS = 500;

  /** Durations as the estimates say, by code of its own (Box and Muller). */
  function logNormal(random: SeededRandom, { durationMs, spread }: TaskEstimate): number {
    const uniform = (): number => random.wholeNumber(1, 1_000_000) / 1_000_001;
    const normal = Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    return durationMs * Math.exp(spread * normal);
  }

  /** Whether the P90 held, at the start and half way through, when everything is known that has happened until then. */
  function holds(seed: number): boolean[] {
    const random = randomFrom(seed);
    const plan: Plan = {
      ...planFrom(''),
      tasks: Array.from({ length: 45 }, (_, position) =>
        makeTask({
          id: taskId(`T${position}`),
          dependsOn:
            position < 8
              ? []
              : [...new Set([1, 2].map(() => taskId(`T${random.wholeNumber(0, position - 1)}`)))],
        }),
      ),
    };
    const estimates = plan.tasks.map(() =>
      estimate(random.wholeNumber(5, 120) * 60_000, random.wholeNumber(20, 80) / 100, {
        from: seed % 2 === 0 ? 'plan' : 'default',
      }),
    );
    const settings = { slots: random.wholeNumber(2, 9), retries: 3 };
    const { ranks } = stateOf(plan, estimates, settings);
    const run = playNaively(plan, {
      slots: settings.slots,
      ranks,
      durationMs: (position) => logNormal(random, estimates[position] as TaskEstimate),
      fails: () => random.wholeNumber(1, 100) <= 15,
    });
    return [0, run.makespanMs / 2].map((now) => {
      const past = run.events.filter((event) => now > 0 && event.at <= now);
      const attempts = attemptRecords([
        { ...createdEvent(plan), estimates },
        ...past.map(({ at, body }, index) => ({ ...body, at, seq: index + 2 }) as Event),
      ]);
      const made = forecast(stateOf(plan, estimates, settings, past), now, { samples: 100, seed, attempts });
      return run.makespanMs - now <= (made?.p90Ms ?? 0);
    });
  }

  it('the P90 holds in 85 to 95 % of 500 runs', () => {
    const held = [0, 0];
    for (let seed = 1; seed <= RUNS; seed++) {
      const [first, second] = holds(seed);
      if (first) held[0] = (held[0] ?? 0) + 1;
      if (second) held[1] = (held[1] ?? 0) + 1;
    }
    for (const count of held) {
      expect(count / RUNS).toBeGreaterThanOrEqual(0.85);
      expect(count / RUNS).toBeLessThanOrEqual(0.95);
    }
  }, 120_000);
});

describe('forecastSpending', () => {
  it('of one session', () => {
    const one = estimate(1_000, 0.5, { tokens: 10_000, costUsd: 2 });
    const { tokens, costUsd } = forecastSpending(stateOf(planFrom('A'), [one]));
    expect([tokens.p50 / 10_000, tokens.p90 / (10_000 * Math.exp(0.5 * P90))]).toEqual([
      expect.closeTo(1),
      expect.closeTo(1),
    ]);
    expect(costUsd.p50).toBeCloseTo(2);
  });

  it('of many, drawn by chance', () => {
    const plan = planFrom(Array.from({ length: 20 }, (_, index) => `T${index}`).join('\n'));
    const estimates = plan.tasks.map((_, index) =>
      estimate(1_000, 0.6, { tokens: 1_000 * (1 + (index % 5)) }),
    );
    const random = randomFrom(4);
    const sums = Array.from({ length: 4_000 }, () =>
      estimates.reduce((sum, { tokens, spread }) => {
        let used = 0;
        for (let session = 0; session < 4; session++) {
          const uniform = (): number => random.wholeNumber(1, 1_000_000) / 1_000_001;
          const normal = Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
          used += tokens * Math.exp(spread * normal);
          if (uniform() > 0.15) break;
        }
        return sum + used;
      }, 0),
    ).sort((a, b) => a - b);
    const { tokens } = forecastSpending(stateOf(plan, estimates, { retries: 3 }));
    expect(tokens.p50 / (sums[2_000] as number)).toBeCloseTo(1, 1);
    expect(tokens.p90 / (sums[3_600] as number)).toBeCloseTo(1, 1);
  });

  it('of nothing that is done already', () => {
    const done: EventBody = { type: 'task-skipped', task: taskId('A'), because: 'done-in-source' };
    const state = stateOf(planFrom('A'), [estimate(1_000)], {}, at(0, done));
    expect(forecastSpending(state)).toEqual({ tokens: { p50: 0, p90: 0 }, costUsd: { p50: 0, p90: 0 } });
  });
});
