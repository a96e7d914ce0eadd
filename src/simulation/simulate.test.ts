import { describe, expect, it } from 'vitest';
import { planFrom } from '../../test/rig/plan-text.ts';
import { randomScenario, scenarioOf } from '../../test/rig/random-scenario.ts';
import { casesOf } from '../../test/rig/thoroughness.ts';
import { forecast } from '../core/forecast/forecast.ts';
import { expectedFailureRate } from '../core/forecast/remaining-work.ts';
import { forecastSpending } from '../core/forecast/spending.ts';
import { createRun, reduce } from '../core/reduce.ts';
import { drawAttempt } from './chance.ts';
import { coreRunner } from './run-core.ts';
import { createdEvent } from './scenario.ts';
import { boundOf, quantiles, sampleRuns, utilisationOf } from './simulate.ts';
import { busyMs } from './timeline.ts';

describe('chance', () => {
  const estimate = { durationMs: 60_000, spread: 0.54, tokens: 1_000, costUsd: 2, from: 'plan' } as const;
  const task = planFrom('T').tasks[0]?.id as never;

  it('draws log-normal durations around the median, and failures at their rate', () => {
    const draws = Array.from({ length: 4_000 }, (_, sample) =>
      drawAttempt(estimate, { seed: 7, sample, failureRate: 0.2 }, task, 1),
    );
    const { p50, p90 } = quantiles(draws.map(({ durationMs }) => Math.log(durationMs / 60_000)));
    // A sample of 4,000 is off by more than 0.05 once in a million.
    expect(Math.abs(p50)).toBeLessThan(0.05);
    expect(Math.abs(p90 - 1.2816 * 0.54)).toBeLessThan(0.05);
    const failed = draws.filter(({ succeeds }) => !succeeds).length / draws.length;
    expect(Math.abs(failed - 0.2)).toBeLessThan(0.03);
  });

  it('is the same for the same attempt, whatever the rate of failures, and another for every other', () => {
    const draw = (seed: number, sample: number, ordinal: number, failureRate = 0) =>
      drawAttempt(estimate, { seed, sample, failureRate }, task, ordinal).durationMs;
    expect(draw(1, 1, 1, 0.5)).toBe(draw(1, 1, 1));
    expect(new Set([draw(1, 1, 1), draw(2, 1, 1), draw(1, 2, 1), draw(1, 1, 2)]).size).toBe(4);
  });
});

describe('a simulated run', () => {
  it('is never shorter than its bound, and uses no more than its slots', () => {
    for (let seed = 1; seed <= casesOf(500); seed++) {
      const scenario = randomScenario(seed, { maxTasks: 25, files: true });
      const run = coreRunner(scenario)({ seed, sample: seed, failureRate: 0.1 });
      // Sums of fractions.
      expect(boundOf(scenario.plan, scenario.settings)(run)).toBeLessThanOrEqual(run.makespanMs + 1e-6);
      expect(utilisationOf(run, scenario.settings.slots)).toBeLessThanOrEqual(1);
    }
  });

  it('takes the sum of all attempts with one slot', () => {
    for (let seed = 1; seed <= casesOf(200); seed++) {
      const random = randomScenario(seed, { maxTasks: 25 });
      const scenario = { ...random, integrationMs: 0, settings: { ...random.settings, slots: 1 } };
      const run = coreRunner(scenario)({ seed, sample: seed, failureRate: 0 });
      expect(run.makespanMs).toBe(busyMs(run));
    }
  });

  it('repairs what fails at the gate in another attempt, and gives up as the engine does', () => {
    const scenario = scenarioOf(planFrom('A\nB: A'), [], { retries: 1 });
    const run = coreRunner(scenario)({ seed: 1, sample: null, failureRate: 1 });
    expect(run).toEqual({
      attempts: [
        { task: 'A', attempt: 'A.1', slot: 0, startMs: 0, endMs: 1_000, succeeded: false },
        { task: 'A', attempt: 'A.2', slot: 0, startMs: 1_000, endMs: 2_000, succeeded: false },
      ],
      doneMs: new Map(),
      makespanMs: 2_000,
      outcome: 'incomplete',
      reason: '',
      narrowedMs: null,
      spent: { tokens: 2_000, costUsd: 0.02 },
    });
  });

  it('pauses when the budget is used up', () => {
    const budget = { tokens: 2_500, costUsd: null, cacheWeight: 0.1, overrun: null };
    const scenario = scenarioOf(planFrom('A\nB\nC\nD'), [], { slots: 3, budget });
    const run = coreRunner(scenario)({ seed: 1, sample: null, failureRate: 0 });
    expect({ ...run, attempts: run.attempts.length }).toMatchObject({
      attempts: 2,
      makespanMs: 1_000,
      outcome: 'paused',
      narrowedMs: 0,
      spent: { tokens: 2_000 },
    });
    expect(run.reason).toContain('the budget is used up: 2k of 2.5k tokens are used, and C needs 1k');
  });

  it('leaves out what is done already', () => {
    const plan = planFrom('A\nB: A\nC: B', (task) => (task.id === 'B' ? { ...task, status: 'done' } : task));
    const run = coreRunner(scenarioOf(plan, []))({ seed: 1, sample: null, failureRate: 0 });
    expect(run.attempts.map(({ task, startMs }) => [task, startMs])).toEqual([
      ['A', 0],
      ['C', 0],
    ]);
  });
});

it('many runs: the same seed gives the same, and quantiles are of values that occurred', () => {
  const scenario = scenarioOf(planFrom('A\nB: A\nC: A\nD'), [
    { spread: 0 },
    { durationMs: 3_000, spread: 0 },
  ]);
  const options = { seed: 3, samples: 50, failureRate: 0.2 };
  expect(sampleRuns(scenario, options)).toEqual(sampleRuns(scenario, options));
  expect(sampleRuns(scenario, { ...options, seed: 4 })).not.toEqual(sampleRuns(scenario, options));
  expect(quantiles([5, 1, 4, 2, 3, 6, 7, 8, 9, 10])).toEqual({ p50: 5, p90: 9 });
  const certain = scenarioOf(planFrom('A\nB: A\nC: A\nD'), Array(4).fill({ spread: 0 }));
  expect(sampleRuns(certain, { seed: 1, samples: 3, failureRate: 0 })).toEqual({
    samples: 3,
    makespanMs: { p50: 2_000, p90: 2_000 },
    boundMs: 2_000,
    overBound: 0,
    workMs: 4_000,
    tokens: { p50: 4_000, p90: 4_000 },
    costUsd: { p50: 0.04, p90: 0.04 },
    utilisation: 1,
    sessions: 4,
    paused: 0,
    incomplete: 0,
  });
});

it('agrees with what a run expects of itself before it starts', () => {
  const estimates = [40, 10, 25, 60, 15, 30, 20, 35].map((minutes) => ({ durationMs: minutes * 60_000 }));
  for (const retries of [0, 2]) {
    const scenario = scenarioOf(planFrom('A\nB\nC: A\nD: B\nE: A, B\nF: C\nG: D, E\nH: G'), estimates, {
      retries,
    });
    const state = createRun(createdEvent(scenario));
    reduce(state, { seq: 2, at: 0, type: 'engine-started', pid: 0, version: 'simulated' });
    const failureRate = expectedFailureRate(retries);
    const runs = sampleRuns(scenario, { seed: 1, samples: 2_000, failureRate, lastSucceeds: true });
    const time = forecast(state, 0, { samples: 4_000 });
    const { tokens, costUsd } = forecastSpending(state);
    const ratios = [
      [runs.makespanMs.p50, time?.p50Ms],
      [runs.makespanMs.p90, time?.p90Ms],
      [runs.tokens.p50, tokens.p50],
      [runs.tokens.p90, tokens.p90],
      [runs.costUsd.p50, costUsd.p50],
      [runs.costUsd.p90, costUsd.p90],
    ].map(([one = 0, other = 0]) => one / other);
    expect(Math.min(...ratios)).toBeGreaterThan(0.96);
    expect(Math.max(...ratios)).toBeLessThan(1.04);
    expect(runs.incomplete).toBe(0);
  }
});
