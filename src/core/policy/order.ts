/** In which order ready tasks start: computed once per run, as a rank per task (0 starts first). */
import type { RunSettings } from '../event.ts';
import { type Graph, longestTails } from '../graph.ts';
import { plannedCommits, type Task } from '../plan.ts';

const MS_PER_COMMIT = 30 * 60_000;

/** Expected duration of one attempt, in milliseconds: the plan's estimate, else its commits, else one commit. */
export function estimatedDurationMs(task: Task): number {
  return task.estimate.durationMs ?? MS_PER_COMMIT * Math.max(1, plannedCommits(task));
}

/**
 * Ranks all tasks. `critical-path` is longest remaining path first (Kelley and Walker 1959's tails used as
 * list-scheduling priority); ties go by priority, then plan order.
 */
export function rankTasks(tasks: readonly Task[], graph: Graph, order: RunSettings['order']): Int32Array {
  const ranks = new Int32Array(tasks.length);
  const sorted = Array.from(tasks.keys());
  if (order === 'critical-path') {
    const tails = longestTails(graph, Float64Array.from(tasks, estimatedDurationMs));
    const priorityOf = (position: number): number => tasks[position]?.priority ?? 0;
    sorted.sort(
      (a, b) => (tails[b] as number) - (tails[a] as number) || priorityOf(b) - priorityOf(a) || a - b,
    );
  }
  sorted.forEach((position, rank) => {
    ranks[position] = rank;
  });
  return ranks;
}
