/** In which order ready tasks start: computed once per run, as a rank per task (0 starts first). */
import type { TaskEstimate } from '../estimate.ts';
import { type Graph, longestTails } from '../graph.ts';
import type { Task } from '../plan.ts';
import type { Order } from '../settings.ts';

/**
 * Ranks all tasks. `critical-path` is longest remaining path first (Kelley and Walker 1959's tails used as
 * list-scheduling priority), and what `optimized` begins with; ties go by priority, then plan order.
 */
export function rankTasks(
  tasks: readonly Task[],
  graph: Graph,
  order: Order,
  estimates: readonly Pick<TaskEstimate, 'durationMs'>[],
): Int32Array {
  const ranks = new Int32Array(tasks.length);
  const sorted = Array.from(tasks.keys());
  const precedence = precedenceOf(order, graph, estimates);
  if (order !== 'plan') {
    const priorityOf = (position: number): number => tasks[position]?.priority ?? 0;
    sorted.sort(
      (a, b) =>
        (precedence[b] as number) - (precedence[a] as number) || priorityOf(b) - priorityOf(a) || a - b,
    );
  }
  sorted.forEach((position, rank) => {
    ranks[position] = rank;
  });
  return ranks;
}

/** What is larger goes first. */
function precedenceOf(
  order: Order,
  graph: Graph,
  estimates: readonly Pick<TaskEstimate, 'durationMs'>[],
): Float64Array {
  const durations = Float64Array.from(estimates, ({ durationMs }) => durationMs);
  switch (order) {
    case 'critical-path':
    case 'optimized':
      return longestTails(graph, durations);
    case 'shortest':
      return durations.map((duration) => -duration);
    case 'priority':
    case 'plan':
      return new Float64Array(graph.size);
  }
}
