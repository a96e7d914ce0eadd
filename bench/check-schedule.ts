/** Says what is wrong with a schedule of a PSPLIB instance: naive on purpose, and shares nothing with what makes them. */
import type { Instance } from './psplib.ts';

/** The first thing that is wrong, or undefined. Times are whole, as the instances are. */
export function wrongWith(
  instance: Instance,
  starts: ArrayLike<number>,
  makespan: number,
): string | undefined {
  const { durations, successors, requests, capacities } = instance;
  const startOf = (job: number): number => starts[job] ?? Number.NaN;
  const endOf = (job: number): number => startOf(job) + (durations[job] ?? Number.NaN);
  for (const job of durations.keys()) {
    if (!Number.isInteger(startOf(job)) || startOf(job) < 0) return `job ${job} starts at ${startOf(job)}`;
    for (const successor of successors[job] ?? [])
      if (startOf(successor) < endOf(job)) return `job ${successor} starts before job ${job} ends`;
  }
  const last = Math.max(...durations.map((_, job) => endOf(job)));
  if (last !== makespan) return `it ends at ${last}, not at ${makespan}`;
  for (let moment = 0; moment < last; moment++) {
    const running = [...durations.keys()].filter((job) => startOf(job) <= moment && moment < endOf(job));
    for (const [resource, capacity] of capacities.entries()) {
      const used = running.reduce((sum, job) => sum + (requests[job]?.[resource] ?? 0), 0);
      if (used > capacity) return `${used} of ${capacity} of resource ${resource} are in use at ${moment}`;
    }
  }
  return undefined;
}
