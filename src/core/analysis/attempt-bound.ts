/** How short a run could have been: the time that no schedule of the attempts it really made undercuts. Merging counts for nothing here. */
import type { Graph } from '../graph.ts';
import type { Plan } from '../plan.ts';
import type { RunSettings } from '../settings.ts';
import { computeTimes, type Times } from './schedule-bounds.ts';

export interface AttemptBound {
  /** Of tasks each as long as all its attempts together: `length` is that of their longest chain. */
  readonly times: Times;
  /** All attempts, shared evenly by the slots. */
  readonly work: number;
  /** The largest of that chain, of `work`, and of what each pool needs. */
  readonly makespan: number;
}

/**
 * Linear in tasks, dependencies and pools.
 * @param graph the dependencies that counted
 * @param weights of each task: how long all its attempts took together, in any unit
 */
export function attemptBound(
  { tasks }: Pick<Plan, 'tasks'>,
  graph: Graph,
  weights: Float64Array,
  { slots, pools }: Pick<RunSettings, 'slots' | 'pools'>,
): AttemptBound {
  const work = weights.reduce((sum, weight) => sum + weight, 0) / slots;
  const times = computeTimes(graph, weights);
  const inPools = new Map<string, number>();
  tasks.forEach((task, position) => {
    for (const [pool, units] of Object.entries(task.pools))
      inPools.set(pool, (inPools.get(pool) ?? 0) + units * (weights[position] as number));
  });
  const needed = [...inPools].map(
    ([pool, sum]) => sum / (Object.hasOwn(pools, pool) ? (pools[pool] as number) : 1),
  );
  return { times, work, makespan: Math.max(times.length, work, ...needed) };
}
