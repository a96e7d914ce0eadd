/** What is left of a run as a scheduling problem in numbers: for the search of the order `optimized`. Decides nothing. */
import type { Task } from '../plan.ts';
import { isSettled, planned, type RunState, taskAt } from '../run-state.ts';
import type { Demand, ProjectInput } from '../scheduling/project.ts';

/** Globs that many tasks share count as resources of which there is one; more of them slow the search down. */
const MAX_GLOBS = 64;

/** All tasks, what is settled with no duration. Durations and spreads are those of the estimates, slots and pools resources. */
export function remainingProject(state: RunState): ProjectInput {
  const { plan, graph, record, estimates } = state;
  const pools = [...new Set(plan.tasks.flatMap((task) => Object.keys(task.pools)))];
  const globs = state.settings.conflicts === 'serialize' ? sharedGlobs(plan.tasks) : [];
  const demandsOf = (task: Task): Demand[] => [
    { resource: 0, amount: 1 },
    ...pools.flatMap((pool, index) =>
      Object.hasOwn(task.pools, pool) ? [{ resource: 1 + index, amount: task.pools[pool] as number }] : [],
    ),
    ...globs.flatMap((glob, index) =>
      task.files.includes(glob) ? [{ resource: 1 + pools.length + index, amount: 1 }] : [],
    ),
  ];
  return {
    edges: { size: graph.size, dependencies: graph.dependencies, dependents: graph.dependents },
    durations: Float64Array.from(estimates, ({ durationMs }, position) =>
      isSettled(taskAt(state, position).status) ? 0 : durationMs,
    ),
    spreads: Float64Array.from(estimates, ({ spread }) => spread),
    capacities: [record.slots, ...pools.map((pool) => state.index.pools.size(pool)), ...globs.map(() => 1)],
    demands: plan.tasks.map((_, position) => demandsOf(planned(state, position))),
  };
}

/** The globs that most tasks share, at least two. */
function sharedGlobs(tasks: readonly Task[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { files } of tasks)
    for (const glob of new Set(files)) counts.set(glob, (counts.get(glob) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count > 1)
    .sort(([, a], [, b]) => b - a)
    .slice(0, MAX_GLOBS)
    .map(([glob]) => glob);
}

/** All tasks in their present start order. */
export function orderOf({ ranks }: Pick<RunState, 'ranks'>): Int32Array {
  const order = new Int32Array(ranks.length);
  ranks.forEach((rank, position) => {
    order[rank] = position;
  });
  return order;
}
