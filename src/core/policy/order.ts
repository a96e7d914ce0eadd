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
  const precedence = precedenceOf(order, graph, estimates);
  // Numbers are sorted natively: with a function of ours to compare pairs all of this takes twice as long.
  const sorted = precedence.slice().sort();
  const ranked = new Int32Array(tasks.length);
  for (const position of order === 'plan' ? tasks.keys() : byPriority(tasks)) {
    const first = tasks.length - notAbove(sorted, precedence[position] as number);
    ranks[position] = first + (ranked[first] as number);
    ranked[first] = (ranked[first] as number) + 1;
  }
  return ranks;
}

/** Positions, those of higher priority first, else in plan order. */
function byPriority(tasks: readonly Task[]): Iterable<number> {
  const priorityOf = (position: number): number => tasks[position]?.priority ?? 0;
  if (tasks.every(({ priority }) => priority === tasks[0]?.priority)) return tasks.keys();
  return Array.from(tasks.keys()).sort((a, b) => priorityOf(b) - priorityOf(a));
}

/** How many of `sorted` are not above `value`. */
function notAbove(sorted: Float64Array, value: number): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((sorted[middle] as number) <= value) from = middle + 1;
    else to = middle;
  }
  return from;
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
