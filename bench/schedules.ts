/**
 * What a schedule and an order cost over the shortest time possible, on plans that people have written:
 * `schedules.ts --plans DIR [--seeds N] [--json]`. Simulated: no agent, no git, no files that exclude each other.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { computeTimes } from '../src/core/analysis/schedule-bounds.ts';
import { plannedEstimate } from '../src/core/estimate.ts';
import { buildGraph, type Graph, waves } from '../src/core/graph.ts';
import { makeTask, type Plan } from '../src/core/plan.ts';
import { buildProject } from '../src/core/scheduling/project.ts';
import { searchOrder } from '../src/core/scheduling/search-order.ts';
import { defaultScheduling, type Order, type Schedule } from '../src/core/settings.ts';
import { findPlans, readPlan } from '../src/readers/detect.ts';
import { drawAttempt } from '../src/simulation/chance.ts';
import { coreRunner } from '../src/simulation/run-core.ts';

const { values } = parseArgs({
  options: {
    plans: { type: 'string' },
    seeds: { type: 'string', default: '100' },
    json: { type: 'boolean', default: false },
  },
});
if (values.plans === undefined) throw new Error('say where plans are: --plans DIR');

const SLOTS = [2, 4, 7];
const LEAST_TASKS = 10;
/** Schedules tried for `optimized`: far fewer than a run would, as there are thousands of cases. */
const EVALUATIONS = 300;
/** A case counts as reachable when some way ends this close to the bound, in percent. */
const REACHED_PERCENT = 0.1;

const ways: readonly (readonly [Schedule, Order])[] = [
  ['barrier', 'critical-path'],
  ['threshold', 'critical-path'],
  ['dynamic', 'plan'],
  ['dynamic', 'priority'],
  ['dynamic', 'shortest'],
  ['dynamic', 'critical-path'],
  ['dynamic', 'optimized'],
];
const nameOf = (schedule: Schedule, order: Order): string => `${schedule}, ${order}`;

/** Plans of at least ten tasks, each once, with nothing done yet. */
async function plansBelow(folder: string): Promise<Plan[]> {
  const found = new Map<string, Plan>();
  for (const name of readdirSync(folder).sort()) {
    for (const { path, format } of await findPlans(join(folder, name))) {
      const { plan } = await readPlan(path, { format });
      const isUsable = plan.tasks.length >= LEAST_TASKS && waves(buildGraph(plan)) !== null;
      const open = plan.tasks.map(({ id, dependsOn, priority, estimate, outline }) =>
        makeTask({ id, dependsOn, estimate, outline, ...(priority === undefined ? {} : { priority }) }),
      );
      if (isUsable) found.set(`${path} ${format}`, { ...plan, name: `${name}: ${plan.name}`, tasks: open });
    }
  }
  return [...found.values()];
}

/** Percent over the lower bound by way, for one plan, one number of slots and one draw of durations, known beforehand. */
function measure(plan: Plan, graph: Graph, slots: number, seed: number): Map<string, number> {
  const chance = { seed, sample: 0, failureRate: 0 };
  const estimates = plan.tasks.map((task) => {
    const estimate = plannedEstimate(task);
    return { ...estimate, durationMs: drawAttempt(estimate, chance, task.id, 1).durationMs, spread: 0 };
  });
  const durations = Float64Array.from(estimates, ({ durationMs }) => durationMs);
  const work = durations.reduce((sum, duration) => sum + duration, 0);
  const bound = Math.max(computeTimes(graph, durations).length, work / slots);
  const over = (makespan: number): number => 100 * (makespan / bound - 1);
  const found = new Map<string, number>();
  for (const [schedule, order] of ways) {
    if (order === 'optimized') {
      const demands = plan.tasks.map(() => [{ resource: 0, amount: 1 }]);
      const project = buildProject({ edges: graph, durations, capacities: [slots], demands });
      const { ranked } = searchOrder(project, { seed: 1, evaluations: EVALUATIONS });
      found.set(nameOf(schedule, order), over(ranked.makespan));
      continue;
    }
    const settings = {
      ...defaultScheduling,
      schedule,
      order,
      slots,
      conflicts: 'ignore',
      retries: 0,
    } as const;
    const run = coreRunner({ plan, estimates, settings, integrationMs: 0 });
    found.set(nameOf(schedule, order), over(run({ ...chance, sample: null }).makespanMs));
  }
  return found;
}

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, number) => sum + number, 0) / Math.max(1, numbers.length);

const plans = await plansBelow(values.plans);
if (plans.length === 0) throw new Error(`no plan of at least ${LEAST_TASKS} tasks in ${values.plans}`);
const cases = plans.flatMap((plan) => {
  const graph = buildGraph(plan);
  return SLOTS.flatMap((slots) =>
    Array.from({ length: Number(values.seeds) }, (_, seed) => ({
      plan: plan.name,
      slots,
      over: measure(plan, graph, slots, seed + 1),
    })),
  );
});
const rows = ways.map(([schedule, order]) => {
  const name = nameOf(schedule, order);
  const overOf = (chosen: typeof cases): number[] => chosen.map(({ over }) => over.get(name) ?? 0);
  const byPlan = plans.map((plan) => mean(overOf(cases.filter((one) => one.plan === plan.name))));
  const reachable = cases.filter(({ over }) => Math.min(...over.values()) <= REACHED_PERCENT);
  return {
    name,
    bySlots: SLOTS.map((slots) => mean(overOf(cases.filter((one) => one.slots === slots)))),
    worstPlan: Math.max(...byPlan),
    reachable: mean(overOf(reachable)),
    worstReachable: Math.max(...overOf(reachable)),
    reachableCases: reachable.length,
  };
});
if (values.json) console.log(JSON.stringify({ plans: plans.length, seeds: Number(values.seeds), rows }));
else {
  const tasks = plans.map((plan) => plan.tasks.length);
  console.log(
    `${plans.length} plans of ${Math.min(...tasks)} to ${Math.max(...tasks)} tasks, ${values.seeds} draws of durations each; percent over the lower bound`,
  );
  console.log(
    `${rows[0]?.reachableCases} of ${cases.length} cases have a schedule within ${REACHED_PERCENT} % of the bound\n`,
  );
  console.log(
    `${'schedule, order'.padEnd(26)}${SLOTS.map((slots) => `${slots} slots`.padStart(9)).join('')}  worst plan  reachable  worst of those`,
  );
  for (const { name, bySlots, worstPlan, reachable, worstReachable } of rows) {
    const cell = (value: number, width: number): string => `${value.toFixed(1)} %`.padStart(width);
    console.log(
      `${name.padEnd(26)}${bySlots.map((value) => cell(value, 9)).join('')}${cell(worstPlan, 12)}${cell(reachable, 11)}${cell(worstReachable, 16)}`,
    );
  }
}
