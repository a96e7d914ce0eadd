/** How much of each pool is in use. Starts and refuses nothing. */
import type { Task } from '../plan.ts';

/** So many units of a pool. */
export interface PoolDemand {
  readonly pool: string;
  readonly units: number;
}

export interface PoolUse {
  /** The first pool that has too little left for a task, and how much of it the task needs. */
  lacking(task: Task): PoolDemand | undefined;
  take(task: Task): void;
  /** @returns the demands that may be met now */
  give(task: Task): readonly PoolDemand[];
  used(pool: string): number;
  /** Units that are free; 0 when more are in use than there are. */
  free(pool: string): number;
  /** The number of units a pool has; a pool that nobody gave a size has one. */
  size(pool: string): number;
}

export function poolUse(sizes: Readonly<Record<string, number>>, tasks: readonly Task[]): PoolUse {
  const inUse = new Map<string, number>();
  const size = (pool: string): number => (Object.hasOwn(sizes, pool) ? (sizes[pool] as number) : 1);
  const used = (pool: string): number => inUse.get(pool) ?? 0;
  const demands = new Map<string, Map<number, PoolDemand>>();
  for (const { pools } of tasks) {
    for (const [pool, units] of Object.entries(pools)) {
      const known = demands.get(pool) ?? new Map<number, PoolDemand>();
      demands.set(pool, known.set(units, { pool, units }));
    }
  }
  const change = ({ pools }: Task, sign: 1 | -1): void => {
    for (const pool of Object.keys(pools)) inUse.set(pool, used(pool) + sign * (pools[pool] as number));
  };
  return {
    lacking({ pools }) {
      for (const pool of Object.keys(pools)) {
        const units = pools[pool] as number;
        if (used(pool) + units > size(pool)) return { pool, units };
      }
      return undefined;
    },
    take: (task) => change(task, 1),
    give(task) {
      change(task, -1);
      return Object.keys(task.pools).flatMap((pool) => [...(demands.get(pool)?.values() ?? [])]);
    },
    used,
    free: (pool) => Math.max(0, size(pool) - used(pool)),
    size,
  };
}
