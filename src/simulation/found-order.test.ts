import { expect, it } from 'vitest';
import { randomScenario } from '../../test/rig/random-scenario.ts';
import { withFoundOrder } from './found-order.ts';
import { coreRunner } from './run-core.ts';
import { runEngine } from './run-engine.ts';

const medians = { seed: 1, sample: null, failureRate: 0 } as const;

it('the order that is found makes runs at the medians shorter, through the engine as well', async () => {
  let [before, after, found] = [0, 0, 0];
  for (let seed = 1; seed <= 40; seed++) {
    const random = randomScenario(seed, { maxTasks: 20 });
    const scenario = { ...random, settings: { ...random.settings, order: 'optimized' as const } };
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

it('searches for no other order', () => {
  const scenario = randomScenario(1, { maxTasks: 20 });
  expect(withFoundOrder(scenario)).toBe(scenario);
});
