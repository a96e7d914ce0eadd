/** How much of each pool is in use. Starts and refuses nothing. */
import type { Task } from '../plan.ts';

/** So many units of a pool. */
export interface PoolDemand {
  readonly pool: string;
  readonly units: number;
}

export interface PoolUse {
  /** The first pool that has too little left for a task, and how much of it the task needs. */
  lacking(position: number): PoolDemand | undefined;
  take(position: number): void;
  /** @returns the demands that may be met now */
  give(position: number): readonly PoolDemand[];
  used(pool: string): number;
  /** Units that are free; 0 when more are in use than there are. */
  free(pool: string): number;
  /** The number of units a pool has; a pool that nobody gave a size has one. */
  size(pool: string): number;
}

const none: readonly PoolDemand[] = [];

export function poolUse(
  sizes: Readonly<Record<string, number>>,
  tasks: readonly Pick<Task, 'pools'>[],
): PoolUse {
  const inUse = new Map<string, number>();
  const size = (pool: string): number => (Object.hasOwn(sizes, pool) ? (sizes[pool] as number) : 1);
  const used = (pool: string): number => inUse.get(pool) ?? 0;
  const demandsOf = tasks.map(({ pools }) => demandsIn(pools));
  const kinds = kindsOfDemand(demandsOf);
  const demands = (position: number): readonly PoolDemand[] => demandsOf[position] as readonly PoolDemand[];
  return {
    lacking(position) {
      const own = demands(position);
      return own === none ? undefined : own.find(({ pool, units }) => used(pool) + units > size(pool));
    },
    take(position) {
      for (const { pool, units } of demands(position)) inUse.set(pool, used(pool) + units);
    },
    give(position) {
      const own = demands(position);
      for (const { pool, units } of own) inUse.set(pool, used(pool) - units);
      return own === none ? none : own.flatMap(({ pool }) => kinds.get(pool) ?? none);
    },
    used,
    free: (pool) => Math.max(0, size(pool) - used(pool)),
    size,
  };
}

function demandsIn(pools: Task['pools']): readonly PoolDemand[] {
  const names = Object.keys(pools);
  return names.length === 0 ? none : names.map((pool) => ({ pool, units: pools[pool] as number }));
}

/** For each pool the different amounts of it that tasks need. */
function kindsOfDemand(demandsOf: readonly (readonly PoolDemand[])[]): ReadonlyMap<string, PoolDemand[]> {
  const kinds = new Map<string, PoolDemand[]>();
  for (const demand of demandsOf.flat()) {
    const known = kinds.get(demand.pool);
    if (known === undefined) kinds.set(demand.pool, [demand]);
    else if (!known.some(({ units }) => units === demand.units)) known.push(demand);
  }
  return kinds;
}
