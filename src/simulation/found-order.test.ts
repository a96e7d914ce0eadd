import { expect, it } from 'vitest';
import { randomScenario } from '../../test/rig/random-scenario.ts';
import { casesOf } from '../../test/rig/thoroughness.ts';
import { withFoundOrder } from './found-order.ts';
import { coreRunner } from './run-core.ts';
import { runEngine } from './run-engine.ts';
import type { Scenario } from './scenario.ts';

const medians = { seed: 1, sample: null, failureRate: 0 } as const;

/** The durations of a random scenario are so uncertain; 0 is exact. */
function optimizedScenario(seed: number, spread: number): Scenario {
  const random = randomScenario(seed, { maxTasks: 20 });
  return {
    ...random,
    estimates: random.estimates.map((estimate) => ({ ...estimate, spread })),
    settings: { ...random.settings, order: 'optimized' },
  };
}

it('the order that is found makes runs of exact durations shorter, through the engine as well', async () => {
  let [before, after, found] = [0, 0, 0];
  for (let seed = 1; seed <= casesOf(40); seed++) {
    const scenario = optimizedScenario(seed, 0);
    const searched = withFoundOrder(scenario);
    const run = coreRunner(searched)(medians);
    expect(run).toEqual(await runEngine(searched, medians));
    before += coreRunner(scenario)(medians).makespanMs;
    after += run.makespanMs;
    if (searched.found !== undefined) found++;
  }
  expect(found).toBeGreaterThan(0);
  expect(after).toBeLessThan(before);
}, 60_000);

it('an order is only taken that is shorter on average over uncertain durations', () => {
  let found = 0;
  for (let seed = 1; seed <= casesOf(40); seed++) {
    const scenario = optimizedScenario(seed, 0.5);
    const searched = withFoundOrder(scenario);
    if (searched.found === undefined) continue;
    found++;
    // Other draws than those it was chosen by.
    expect(meanMakespan(searched)).toBeLessThan(meanMakespan(scenario));
  }
  expect(found).toBeGreaterThan(0);
}, 60_000);

function meanMakespan(scenario: Scenario): number {
  const run = coreRunner(scenario);
  let sum = 0;
  for (let sample = 0; sample < 200; sample++) sum += run({ seed: 7, sample, failureRate: 0 }).makespanMs;
  return sum / 200;
}

it('searches for no other order', () => {
  const scenario = randomScenario(1, { maxTasks: 20 });
  expect(withFoundOrder(scenario)).toBe(scenario);
});
