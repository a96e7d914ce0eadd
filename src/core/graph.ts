/** The dependency graph over task positions (0 … n-1, in plan order). Compact arrays, so that a million tasks fit. */
import type { Plan, TaskId } from './plan.ts';

/** Neighbours of task `i` are `items[starts[i]] … items[starts[i + 1] - 1]`, in plan order of mention. */
export interface Adjacency {
  readonly starts: Int32Array;
  readonly items: Int32Array;
}

export interface Graph {
  readonly size: number;
  readonly ids: readonly TaskId[];
  /** Position of each id; the first one when an id occurs twice. */
  readonly positions: ReadonlyMap<TaskId, number>;
  readonly dependencies: Adjacency;
  readonly dependents: Adjacency;
}

/** Neighbours of `position`, without copying. */
export function neighbours(adjacency: Adjacency, position: number): Int32Array {
  return adjacency.items.subarray(at(adjacency.starts, position), at(adjacency.starts, position + 1));
}

/**
 * Builds the graph of a plan. Unknown ids, self-dependencies and repeated edges are left out:
 * `analysis/diagnose` tells about them.
 */
export function buildGraph(plan: Pick<Plan, 'tasks'>): Graph {
  const ids = plan.tasks.map(({ id }) => id);
  const positions = new Map<TaskId, number>();
  ids.forEach((id, position) => {
    if (!positions.has(id)) positions.set(id, position);
  });
  const edges: number[] = [];
  plan.tasks.forEach((task, position) => {
    for (const dependency of new Set(task.dependsOn)) {
      const from = positions.get(dependency);
      if (from !== undefined && from !== position) edges.push(from, position);
    }
  });
  return {
    size: ids.length,
    ids,
    positions,
    dependencies: adjacency(edges, ids.length, 1),
    dependents: adjacency(edges, ids.length, 0),
  };
}

/** Groups flat `from, to` pairs by one of their ends (0 or 1), keeping their order: a counting sort. */
function adjacency(edges: readonly number[], size: number, keyOffset: 0 | 1): Adjacency {
  const starts = new Int32Array(size + 1);
  for (let edge = keyOffset; edge < edges.length; edge += 2) bump(starts, (edges[edge] as number) + 1);
  for (let position = 0; position < size; position++)
    starts[position + 1] = at(starts, position + 1) + at(starts, position);
  const next = starts.slice();
  const items = new Int32Array(edges.length / 2);
  for (let edge = 0; edge < edges.length; edge += 2) {
    const key = edges[edge + keyOffset] as number;
    items[bump(next, key)] = edges[edge + 1 - keyOffset] as number;
  }
  return { starts, items };
}

/** Positions so that each follows all it depends on; shorter than the graph when there is a cycle. Kahn 1962. */
export function topologicalOrder(graph: Graph): Int32Array {
  const unmet = new Int32Array(graph.size);
  const order = new Int32Array(graph.size);
  let filled = 0;
  for (let position = 0; position < graph.size; position++) {
    unmet[position] = at(graph.dependencies.starts, position + 1) - at(graph.dependencies.starts, position);
    if (unmet[position] === 0) order[filled++] = position;
  }
  for (let done = 0; done < filled; done++) {
    for (const dependent of neighbours(graph.dependents, at(order, done))) {
      unmet[dependent] = at(unmet, dependent) - 1;
      if (unmet[dependent] === 0) order[filled++] = dependent;
    }
  }
  return filled === graph.size ? order : order.slice(0, filled);
}

/** The wave of each task (SPEC §1), or null when there is a cycle. */
export function waves(graph: Graph): Int32Array | null {
  const order = topologicalOrder(graph);
  if (order.length < graph.size) return null;
  const wave = new Int32Array(graph.size);
  for (const position of order) {
    for (const dependent of neighbours(graph.dependents, position)) {
      if (at(wave, dependent) <= at(wave, position)) wave[dependent] = at(wave, position) + 1;
    }
  }
  return wave;
}

/**
 * The longest path from each task to the end, itself included, with `weights` per task.
 * @throws RangeError on a cyclic graph
 */
export function longestTails(graph: Graph, weights: Float64Array): Float64Array {
  const order = topologicalOrder(graph);
  if (order.length < graph.size) throw new RangeError('longestTails needs an acyclic graph');
  const tails = new Float64Array(graph.size);
  for (let step = order.length - 1; step >= 0; step--) {
    const position = at(order, step);
    let longest = 0;
    for (const dependent of neighbours(graph.dependents, position))
      longest = Math.max(longest, at(tails, dependent));
    tails[position] = at(weights, position) + longest;
  }
  return tails;
}

/** Everything that depends on `position`, directly or not, without itself. */
export function descendants(graph: Graph, position: number): number[] {
  const seen = new Set<number>([position]);
  const found: number[] = [position];
  for (let next = 0; next < found.length; next++) {
    for (const dependent of neighbours(graph.dependents, found[next] as number)) {
      if (!seen.has(dependent)) {
        seen.add(dependent);
        found.push(dependent);
      }
    }
  }
  return found.slice(1);
}

/** Whether `to` depends on `from`, directly or not. */
export function reaches(graph: Graph, from: number, to: number): boolean {
  return from !== to && descendants(graph, from).includes(to);
}

/** How many breadth-first searches `shortestCycle` may start; beyond that the cycle found is a cycle, perhaps not the shortest. */
const MAX_CYCLE_SEARCHES = 2_000;

/**
 * The shortest cycle in dependency order (each depends on the one after it, the last on the first),
 * or null when there is none.
 */
export function shortestCycle(graph: Graph): number[] | null {
  const acyclic = new Uint8Array(graph.size);
  for (const position of topologicalOrder(graph)) acyclic[position] = 1;
  let best: number[] | null = null;
  let searches = 0;
  for (let position = 0; position < graph.size && searches < MAX_CYCLE_SEARCHES; position++) {
    if (acyclic[position] === 1) continue;
    searches++;
    const cycle = cycleThrough(graph, position, acyclic, best === null ? Infinity : best.length);
    if (cycle !== null) best = cycle;
    if (best?.length === 2) break;
  }
  return best;
}

/** A cycle through `start` shorter than `limit`, by breadth-first search along dependencies. */
function cycleThrough(graph: Graph, start: number, acyclic: Uint8Array, limit: number): number[] | null {
  const cameFrom = new Map<number, number>();
  let frontier = [start];
  for (let length = 1; frontier.length > 0 && length < limit; length++) {
    const next: number[] = [];
    for (const position of frontier) {
      for (const dependency of neighbours(graph.dependencies, position)) {
        if (dependency === start) return pathTo(position, cameFrom);
        if (acyclic[dependency] === 1 || cameFrom.has(dependency)) continue;
        cameFrom.set(dependency, position);
        next.push(dependency);
      }
    }
    frontier = next;
  }
  return null;
}

function pathTo(end: number, cameFrom: ReadonlyMap<number, number>): number[] {
  const path = [end];
  for (let step = cameFrom.get(end); step !== undefined; step = cameFrom.get(step)) path.push(step);
  return path.reverse();
}

/** Element of an array that is known to have it: the loops above never leave their bounds. */
function at(array: Int32Array | Float64Array, position: number): number {
  return array[position] as number;
}

function bump(array: Int32Array, position: number): number {
  const value = at(array, position);
  array[position] = value + 1;
  return value;
}
