/** How long what is left of a plan takes: tasks that are done count for nothing, and nothing waits for them. */

import { estimatedDurationMs } from '../estimate.ts';
import { type Graph, withoutEdgesOf } from '../graph.ts';
import type { Plan, TaskId } from '../plan.ts';
import { PAIRWISE_LIMIT } from './reachability.ts';
import { computeTimes, criticalPath, peakOfEarliestStarts, speedupCurve } from './schedule-bounds.ts';

/** Most slots of the speed-up curve; each point is a schedule of all tasks. */
const MAX_CURVE = 64;
const MAX_LARGE_CURVE = 16;

/** Times count in tasks, or in seconds as soon as one task that is left has an estimated duration. */
export type TimeUnit = 'tasks' | 'seconds';

export interface Timing {
  readonly maxParallelism: number;
  /** By position; null for a task that is done. */
  readonly slack: readonly (number | null)[];
  readonly criticalPath: {
    readonly tasks: readonly TaskId[];
    readonly length: number;
    readonly unit: TimeUnit;
  };
  /** Lower bounds: the critical path, all work divided by the slots, and the larger of the two. */
  readonly bounds: {
    readonly slots: number;
    readonly criticalPath: number;
    readonly work: number;
    readonly makespan: number;
  };
  readonly speedup: readonly { readonly slots: number; readonly makespan: number }[];
}

/** Linear but for the curve. Computed in whole milliseconds (or tasks), so that sums are exact; told in the unit. */
export function timePlan(plan: Plan, graph: Graph, slots: number, withCurve: boolean): Timing {
  const { tasks } = plan;
  const isDone = (position: number): boolean => tasks[position]?.status === 'done';
  const left = tasks.reduce((count, { status }) => count + (status === 'done' ? 0 : 1), 0);
  const rest = left === tasks.length ? graph : withoutEdgesOf(graph, isDone);
  const estimated = tasks.some(
    ({ status, estimate }) => status !== 'done' && estimate.durationMs !== undefined,
  );
  const weights = new Float64Array(tasks.length);
  tasks.forEach((task, position) => {
    weights[position] = task.status === 'done' ? 0 : estimated ? estimatedDurationMs(task) : 1;
  });
  const told = (value: number): number => (estimated ? value / 1000 : value);
  const times = computeTimes(rest, weights);
  const { starts, tails, length } = times;
  let total = 0;
  for (const weight of weights) total += weight;
  const work = total / slots;
  const most = withCurve && left > 0 ? (graph.size > PAIRWISE_LIMIT ? MAX_LARGE_CURVE : MAX_CURVE) : 0;
  return {
    maxParallelism: left === 0 ? 0 : peakOfEarliestStarts(times, weights),
    slack: tasks.map(({ status }, position) =>
      status === 'done' ? null : told(length - (starts[position] as number) - (tails[position] as number)),
    ),
    criticalPath: {
      tasks: criticalPath(rest, weights, times)
        .filter((position) => !isDone(position))
        .map((position) => graph.ids[position] as TaskId),
      length: told(length),
      unit: estimated ? 'seconds' : 'tasks',
    },
    bounds: {
      slots,
      criticalPath: told(length),
      work: told(work),
      makespan: told(Math.max(length, work)),
    },
    speedup: speedupCurve(rest, weights, times, most).map((makespan, index) => ({
      slots: index + 1,
      makespan: told(makespan),
    })),
  };
}
