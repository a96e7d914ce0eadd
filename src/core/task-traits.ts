/**
 * What decisions ask about every task and what never changes, a bit each: the entries of a large plan fit into no cache of
 * a processor, these do. Everything else is asked of the plan.
 */
import type { TaskEstimate } from './estimate.ts';
import type { Task } from './plan.ts';
import { isShort } from './policy/starvation.ts';

const AUTONOMOUS = 1;
const SHORT = 2;

export interface TaskTraits {
  /** Agents may do it, without a person. */
  isAutonomous(position: number): boolean;
  /** See `policy/starvation`. */
  isShort(position: number): boolean;
}

export function taskTraits(tasks: readonly Task[], estimates: readonly TaskEstimate[]): TaskTraits {
  const bits = new Uint8Array(tasks.length);
  tasks.forEach(({ autonomous }, position) => {
    const estimate = estimates[position];
    bits[position] = (autonomous ? AUTONOMOUS : 0) | (estimate && isShort(estimate) ? SHORT : 0);
  });
  const has = (position: number, bit: number): boolean => ((bits[position] as number) & bit) !== 0;
  return {
    isAutonomous: (position) => has(position, AUTONOMOUS),
    isShort: (position) => has(position, SHORT),
  };
}
