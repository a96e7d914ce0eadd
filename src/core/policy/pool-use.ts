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
  const demandsOf = new Map<number, readonly PoolDemand[]>();
  /** 1 for each task that has any. */
  const demanding = new Uint8Array(tasks.length);
  tasks.forEach(({ pools }, position) => {
    const own = demandsIn(pools);
    if (own.length === 0) return;
    demanding[position] = 1;
    demandsOf.set(position, own);
  });
  const kinds = kindsOfDemand(demandsOf.values());
  const demands = (position: number): readonly PoolDemand[] =>
    demanding[position] === 1 ? (demandsOf.get(position) ?? none) : none;
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
function kindsOfDemand(
  demandsOf: Iterable<readonly PoolDemand[]>,
): ReadonlyMap<string, readonly PoolDemand[]> {
  const kinds = new Map<string, PoolDemand[]>();
  for (const own of demandsOf) {
    for (const demand of own) {
      const known = kinds.get(demand.pool);
      if (known === undefined) kinds.set(demand.pool, [demand]);
      else if (!known.some(({ units }) => units === demand.units)) known.push(demand);
    }
  }
  return kinds;
}
