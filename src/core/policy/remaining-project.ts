/** What is left of a run as a scheduling problem in numbers: for the search of the order `optimized`. Decides nothing. */

import { shapeOf, shapesOverlap } from '../glob-overlap.ts';
import type { Task } from '../plan.ts';
import { isSettled, planned, type RunState, taskAt } from '../run-state.ts';
import type { Demand, ProjectInput } from '../scheduling/project.ts';
import { routeAt } from './admission.ts';

/** Files that tasks exclude each other by count as resources of which there is one; more of them slow the search down. */
const MAX_EXCLUSIONS = 64;
/** Of so many globs each is compared with each. */
const MAX_COMPARED = 200;

/** All tasks, what is settled with no duration. Durations and spreads are those of the estimates, slots, pools and limits of agents resources. */
export function remainingProject(state: RunState): ProjectInput {
  const { plan, graph, record, estimates } = state;
  const pools = [...new Set(plan.tasks.flatMap((task) => Object.keys(task.pools)))];
  const agents = Object.entries(state.settings.agentLimits ?? {});
  const globs = state.settings.conflicts === 'serialize' ? exclusions(plan.tasks) : [];
  const demandsOf = (task: Task, agent: string): Demand[] => [
    { resource: 0, amount: 1 },
    ...pools.flatMap((pool, index) =>
      Object.hasOwn(task.pools, pool) ? [{ resource: 1 + index, amount: task.pools[pool] as number }] : [],
    ),
    ...globs.flatMap((group, index) =>
      group.some((glob) => task.files.includes(glob))
        ? [{ resource: 1 + pools.length + index, amount: 1 }]
        : [],
    ),
    ...agents.flatMap(([name], index) =>
      name === agent ? [{ resource: 1 + pools.length + globs.length + index, amount: 1 }] : [],
    ),
  ];
  return {
    edges: { size: graph.size, dependencies: graph.dependencies, dependents: graph.dependents },
    durations: Float64Array.from(estimates, ({ durationMs }, position) =>
      isSettled(taskAt(state, position).status) ? 0 : durationMs,
    ),
    spreads: Float64Array.from(estimates, ({ spread }) => spread),
    capacities: [
      record.slots,
      ...pools.map((pool) => state.index.pools.size(pool)),
      ...globs.map(() => 1),
      ...agents.map(([, limit]) => limit),
    ],
    demands: plan.tasks.map((_, position) =>
      demandsOf(planned(state, position), routeAt(state, position).agent),
    ),
  };
}

/** Globs of which at most one task may hold any at a time: two that overlap, or one that is like no other. What most tasks name first. */
function exclusions(tasks: readonly Task[]): readonly (readonly string[])[] {
  const counts = new Map<string, number>();
  for (const { files } of tasks)
    for (const glob of new Set(files)) counts.set(glob, (counts.get(glob) ?? 0) + 1);
  const globs = [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, MAX_COMPARED)
    .map(([glob]) => ({ glob, shape: shapeOf(glob) }));
  const pairs = globs.flatMap((one, index) =>
    globs
      .slice(index + 1)
      .filter((other) => shapesOverlap(one.shape, other.shape))
      .map((other) => [one.glob, other.glob]),
  );
  const paired = new Set(pairs.flat());
  const alone = globs.flatMap(({ glob }) => (paired.has(glob) ? [] : [[glob]]));
  const named = (group: readonly string[]): number =>
    group.reduce((sum, glob) => sum + (counts.get(glob) ?? 0), 0);
  return [...pairs, ...alone]
    .filter((group) => named(group) > 1)
    .sort((a, b) => named(b) - named(a))
    .slice(0, MAX_EXCLUSIONS);
}

/** All tasks in their present start order. */
export function orderOf({ ranks }: Pick<RunState, 'ranks'>): Int32Array {
  const order = new Int32Array(ranks.length);
  ranks.forEach((rank, position) => {
    order[rank] = position;
  });
  return order;
}
