/**
 * How good the orders are on PSPLIB's projects: `rcpsp.ts --set DIR [--every N] [--offset N] [--ms N] [--seed N]
 * [--json]`. Resources are pools, jobs are tasks; every schedule is checked before it counts.
 */
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { buildGraph, longestTails } from '../src/core/graph.ts';
import { makeTask, taskId } from '../src/core/plan.ts';
import { boundsOf } from '../src/core/scheduling/bounds.ts';
import { type Schedule, scheduleByOrder } from '../src/core/scheduling/list-schedule.ts';
import { buildProject, type Project } from '../src/core/scheduling/project.ts';
import { searchOrder } from '../src/core/scheduling/search-order.ts';
import { wrongWith } from './check-schedule.ts';
import { type Instance, readInstances } from './psplib.ts';

const { values } = parseArgs({
  options: {
    set: { type: 'string' },
    every: { type: 'string', default: '1' },
    offset: { type: 'string', default: '0' },
    ms: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
if (values.set === undefined) throw new Error('--set DIR: a folder of PSPLIB .sm files');
const [every, offset, ms, seed] = [values.every, values.offset, values.ms, values.seed].map(Number) as [
  number,
  number,
  number,
  number,
];

interface Tally {
  instances: number;
  /** Sums of parts, not percent. */
  gap: number;
  withBest: number;
  overCriticalPath: number;
  reachedBest: number;
}

const tallies = new Map<string, Tally>();
const search = { evaluations: 0, elapsedMs: 0, longestMs: 0, proven: 0 };

/** Instances whose dummies take no time: they are tasks like the others. */
function projectOf({ durations, successors, requests, capacities }: Instance): Project {
  const dependsOn = durations.map((): string[] => []);
  for (const [job, list] of successors.entries())
    for (const successor of list) dependsOn[successor]?.push(`J-${job}`);
  const tasks = dependsOn.map((ids, job) => makeTask({ id: taskId(`J-${job}`), dependsOn: ids.map(taskId) }));
  const demands = requests.map((amounts) =>
    amounts.flatMap((amount, resource) => (amount > 0 ? [{ resource, amount }] : [])),
  );
  return buildProject({ edges: buildGraph({ tasks }), durations, capacities, demands });
}

/** All tasks by rising value, ties in plan order. */
const orderBy = (size: number, value: (task: number) => number): Int32Array =>
  Int32Array.from({ length: size }, (_, task) => task).sort((a, b) => value(a) - value(b) || a - b);

function schedulesOf(project: Project): Readonly<Record<string, Schedule>> {
  const { size, durations } = project;
  const tails = longestTails(project, durations);
  const byOrder = (value: (task: number) => number): Schedule =>
    scheduleByOrder(project, orderBy(size, value));
  const simple = {
    plan: byOrder((task) => task),
    shortest: byOrder((task) => durations[task]!),
    'critical-path': byOrder((task) => -tails[task]!),
  };
  const begun = performance.now();
  const found = searchOrder(project, {
    seed,
    evaluations: Number.POSITIVE_INFINITY,
    shouldStop: () => performance.now() - begun >= ms,
  });
  const elapsed = performance.now() - begun;
  search.evaluations += found.evaluations;
  search.elapsedMs += elapsed;
  search.longestMs = Math.max(search.longestMs, elapsed);
  if (found.best.makespan === found.lowerBound) search.proven++;
  return { ...simple, 'optimized-by-ranks': found.ranked, optimized: found.best };
}

function count(name: string, instance: Instance, schedule: Schedule, criticalPath: number): void {
  const wrong = wrongWith(instance, schedule.starts, schedule.makespan);
  if (wrong !== undefined) throw new Error(`${instance.name}, ${name}: ${wrong}`);
  const fresh: Tally = { instances: 0, gap: 0, withBest: 0, overCriticalPath: 0, reachedBest: 0 };
  const tally = tallies.get(name) ?? fresh;
  tallies.set(name, tally);
  tally.instances++;
  tally.overCriticalPath += schedule.makespan / criticalPath - 1;
  if (instance.bestKnown === undefined) return;
  tally.withBest++;
  tally.gap += schedule.makespan / instance.bestKnown - 1;
  if (schedule.makespan <= instance.bestKnown) tally.reachedBest++;
}

const instances = readInstances(values.set).filter((_, index) => index % every === offset % every);
if (instances.length === 0) throw new Error(`no .sm files in ${values.set}`);
for (const instance of instances) {
  const project = projectOf(instance);
  const { criticalPath } = boundsOf(project);
  for (const [name, schedule] of Object.entries(schedulesOf(project)))
    count(name, instance, schedule, criticalPath);
}

const percent = (sum: number, number: number): number => Number(((100 * sum) / number).toFixed(3));
const orders = Object.fromEntries(
  [...tallies].map(([name, tally]) => [
    name,
    {
      gapPercent: percent(tally.gap, tally.withBest),
      overCriticalPathPercent: percent(tally.overCriticalPath, tally.instances),
      reachedBestPercent: percent(tally.reachedBest, tally.withBest),
      instances: tally.instances,
    },
  ]),
);
const told = {
  ms,
  seed,
  evaluationsPerMs: Number((search.evaluations / search.elapsedMs).toFixed(1)),
  longestMs: Number(search.longestMs.toFixed(1)),
  provenShortest: search.proven,
};

if (values.json) console.log(JSON.stringify({ orders, search: told }));
else {
  console.log(
    `${instances.length} projects, ${ms} ms for each search (${told.evaluationsPerMs} schedules/ms,`,
  );
  console.log(`at most ${told.longestMs} ms; ${told.provenShortest} proven shortest by their lower bound)\n`);
  console.log('order               over best known  over critical path  as short as best known');
  for (const [name, { gapPercent, overCriticalPathPercent, reachedBestPercent }] of Object.entries(orders)) {
    const cells = [gapPercent.toFixed(2), overCriticalPathPercent.toFixed(2), reachedBestPercent.toFixed(1)];
    const [gap = '', over = '', reached = ''] = cells.map((cell) => `${cell} %`);
    console.log(`${name.padEnd(18)}${gap.padStart(17)}${over.padStart(20)}${reached.padStart(24)}`);
  }
}
