/** The engine's simulated schedule against a list scheduler that shares no code with it, and against the short way. */
import { expect, it } from 'vitest';
import { randomScenario } from '../../test/rig/random-scenario.ts';
import { casesOf } from '../../test/rig/thoroughness.ts';
import type { Order, Schedule } from '../core/settings.ts';
import { coreRunner } from './run-core.ts';
import { runEngine } from './run-engine.ts';
import type { Scenario } from './scenario.ts';

const medians = { seed: 1, sample: null, failureRate: 0 } as const;

/** What starts first, by the words of the specification. */
function startOrder({ plan, estimates }: Scenario, order: Order): number[] {
  const duration = (task: number): number => estimates[task]?.durationMs ?? 0;
  const tail = (task: number): number => {
    const dependents = plan.tasks.flatMap(({ dependsOn }, other) =>
      dependsOn.some((id) => id === plan.tasks[task]?.id) ? [other] : [],
    );
    return duration(task) + Math.max(0, ...dependents.map(tail));
  };
  const priority = (task: number): number => plan.tasks[task]?.priority ?? 0;
  const keys = plan.tasks.map((_, task) => {
    if (order === 'plan') return [task];
    const first = order === 'critical-path' ? -tail(task) : order === 'shortest' ? duration(task) : 0;
    return [first, -priority(task), task];
  });
  const compare = (a: number[], b: number[]): number => {
    const differing = a.findIndex((value, index) => value !== b[index]);
    return differing === -1 ? 0 : (a[differing] as number) - (b[differing] as number);
  };
  return [...keys.keys()].sort((a, b) => compare(keys[a] as number[], keys[b] as number[]));
}

type Started = readonly [id: string, slot: number, start: number, end: number];

/** Parallel list scheduling, naively: at every moment at which something ends, all tasks are looked at in order. */
function listSchedule(scenario: Scenario, order: Order): readonly Started[] {
  const { plan, estimates, settings, integrationMs } = scenario;
  const inOrder = startOrder(scenario, order);
  const started: Started[] = [];
  const merged = new Set<string>();
  let running: { readonly task: number; readonly slot: number; readonly end: number }[] = [];
  const queue: number[] = [];
  let lane: { readonly task: number; readonly end: number } | undefined;
  const idOf = (task: number): string => plan.tasks[task]?.id ?? '';
  const inUse = (pool: string): number =>
    running.reduce((sum, { task }) => sum + (plan.tasks[task]?.pools[pool] ?? 0), 0);
  for (let now = 0; ; ) {
    for (const task of inOrder) {
      const { dependsOn = [], pools = {} } = plan.tasks[task] ?? {};
      if (running.length >= settings.slots) break;
      if (started.some(([id]) => id === idOf(task)) || !dependsOn.every((id) => merged.has(id))) continue;
      if (Object.entries(pools).some(([pool, units]) => inUse(pool) + units > (settings.pools[pool] ?? 1)))
        continue;
      let slot = 0;
      while (running.some((other) => other.slot === slot)) slot++;
      const end = now + (estimates[task]?.durationMs ?? 0);
      running.push({ task, slot, end });
      started.push([idOf(task), slot, now, end]);
    }
    const next = lane === undefined ? queue.shift() : undefined;
    if (next !== undefined) lane = { task: next, end: now + integrationMs };
    now = Math.min(...running.map(({ end }) => end), lane?.end ?? Number.POSITIVE_INFINITY);
    if (now === Number.POSITIVE_INFINITY) return started;
    const ended = running.filter(({ end }) => end === now);
    running = running.filter(({ end }) => end !== now);
    for (const { task } of ended) {
      // What works on no branch is done when it ends.
      if (plan.tasks[task]?.workspace === 'none') merged.add(idOf(task));
      else queue.push(task);
    }
    if (lane?.end !== now) continue;
    merged.add(idOf(lane.task));
    lane = undefined;
  }
}

const byId = (a: Started, b: Started): number => (a[0] < b[0] ? -1 : 1);

it.each(['critical-path', 'priority', 'plan', 'shortest'] as const)(
  'is that of a list scheduler, with the order %s',
  async (order) => {
    for (let seed = 1; seed <= casesOf(1_000); seed++) {
      const random = randomScenario(seed, { maxTasks: 14 });
      const scenario = { ...random, settings: { ...random.settings, order } };
      const { attempts, outcome } = await runEngine(scenario, medians);
      const found = attempts.map(({ task, slot, startMs, endMs }): Started => [task, slot, startMs, endMs]);
      expect({ seed, outcome, found: found.sort(byId) }).toEqual({
        seed,
        outcome: 'all-done',
        found: [...listSchedule(scenario, order)].sort(byId),
      });
    }
  },
  60_000,
);

it('is the same by the engine and by the core alone: failures, files, waves, a budget that ends', async () => {
  const outcomes = new Set<string>();
  for (let seed = 1; seed <= casesOf(300); seed++) {
    const random = randomScenario(seed, { maxTasks: 20, files: true });
    const schedule = (['dynamic', 'threshold', 'barrier'] satisfies Schedule[])[seed % 3] as Schedule;
    const budget = { ...random.settings.budget, tokens: seed % 4 === 0 ? 12_000 : null };
    const scenario = { ...random, settings: { ...random.settings, schedule, budget, retries: 1 } };
    const chance = { seed, sample: seed % 5 === 0 ? null : seed, failureRate: 0.3 };
    const run = await runEngine(scenario, chance);
    expect({ seed, run }).toEqual({ seed, run: coreRunner(scenario)(chance) });
    outcomes.add(run.outcome);
  }
  expect([...outcomes].sort()).toEqual(['all-done', 'incomplete', 'paused']);
});
