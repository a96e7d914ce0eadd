/** The dependency graph over task positions (0 … n-1, in plan order). Compact arrays, so that a million tasks fit. */
import type { Plan, TaskId } from './plan.ts';

/** Neighbours of task `i` are `items[starts[i]] … items[starts[i + 1] - 1]`, in plan order of mention. */
export interface Adjacency {
  readonly starts: Int32Array;
  readonly items: Int32Array;
}

/** Who depends on whom, without names. */
export interface Edges {
  readonly size: number;
  readonly dependencies: Adjacency;
  readonly dependents: Adjacency;
}

export interface Graph extends Edges {
  readonly ids: readonly TaskId[];
  /** Position of each id; the first one when an id occurs twice. */
  readonly positions: ReadonlyMap<TaskId, number>;
}

/** Neighbours of `position`, without copying. */
export function neighbours(adjacency: Adjacency, position: number): Int32Array {
  return adjacency.items.subarray(at(adjacency.starts, position), at(adjacency.starts, position + 1));
}

/** How many neighbours `position` has. */
export const degree = ({ starts }: Adjacency, position: number): number =>
  at(starts, position + 1) - at(starts, position);

/**
 * Builds the graph of a plan. Unknown ids, self-dependencies and repeated edges are left out:
 * `analysis/diagnose` tells about them.
 */
export function buildGraph(plan: Pick<Plan, 'tasks'>): Graph {
  const { tasks } = plan;
  const ids = tasks.map(({ id }) => id);
  const positions = new Map<TaskId, number>();
  // From the last to the first, so that the first of two alike stays: asking before would cost as much again.
  for (let position = ids.length - 1; position >= 0; position--)
    positions.set(ids[position] as TaskId, position);
  const starts = new Int32Array(ids.length + 1);
  const items = new Int32Array(tasks.reduce((sum, { dependsOn }) => sum + dependsOn.length, 0));
  const namedBy = new Int32Array(ids.length).fill(-1);
  let filled = 0;
  for (let position = 0; position < ids.length; position++) {
    for (const dependency of tasks[position]?.dependsOn ?? []) {
      const from = positions.get(dependency);
      if (from === undefined || from === position || namedBy[from] === position) continue;
      namedBy[from] = position;
      items[filled++] = from;
    }
    starts[position + 1] = filled;
  }
  const dependencies = { starts, items: items.subarray(0, filled) };
  return { size: ids.length, ids, positions, dependencies, dependents: turned(dependencies) };
}

/** The same edges from their other ends, in plan order: a counting sort. */
function turned({ starts, items }: Adjacency): Adjacency {
  const size = starts.length - 1;
  const next = new Int32Array(size + 1);
  for (let edge = 0; edge < items.length; edge++) bump(next, at(items, edge) + 1);
  for (let position = 0; position < size; position++)
    next[position + 1] = at(next, position + 1) + at(next, position);
  const turnedStarts = next.slice();
  const turnedItems = new Int32Array(items.length);
  for (let position = 0; position < size; position++) {
    for (let edge = at(starts, position); edge < at(starts, position + 1); edge++)
      turnedItems[bump(next, at(items, edge))] = position;
  }
  return { starts: turnedStarts, items: turnedItems };
}

/** The same tasks without the edges from and to some of them. */
export function withoutEdgesOf(graph: Graph, isLeftOut: (position: number) => boolean): Graph {
  const starts = new Int32Array(graph.size + 1);
  const items: number[] = [];
  for (let position = 0; position < graph.size; position++) {
    for (const dependency of isLeftOut(position) ? [] : neighbours(graph.dependencies, position))
      if (!isLeftOut(dependency)) items.push(dependency);
    starts[position + 1] = items.length;
  }
  const dependencies = { starts, items: Int32Array.from(items) };
  return { ...graph, dependencies, dependents: turned(dependencies) };
}

/** A graph never changes, and its order and waves are asked for many times. */
const orders = new WeakMap<Edges, Int32Array>();
const knownWaves = new WeakMap<Graph, Int32Array>();

/** Positions so that each follows all it depends on; shorter than the graph when there is a cycle. Kahn 1962. */
export function topologicalOrder(graph: Edges): Int32Array {
  const known = orders.get(graph);
  if (known !== undefined) return known;
  const order = sortTopologically(graph);
  orders.set(graph, order);
  return order;
}

// Here and below edges are walked by their numbers, not by `neighbours`: a view for each of a million tasks costs more
// than looking at its edges.
function sortTopologically({ size, dependencies, dependents }: Edges): Int32Array {
  const unmet = new Int32Array(size);
  const order = new Int32Array(size);
  let filled = 0;
  for (let position = 0; position < size; position++) {
    unmet[position] = at(dependencies.starts, position + 1) - at(dependencies.starts, position);
    if (unmet[position] === 0) order[filled++] = position;
  }
  const { starts, items } = dependents;
  for (let done = 0; done < filled; done++) {
    const end = at(starts, at(order, done) + 1);
    for (let edge = at(starts, at(order, done)); edge < end; edge++) {
      const dependent = at(items, edge);
      unmet[dependent] = at(unmet, dependent) - 1;
      if (unmet[dependent] === 0) order[filled++] = dependent;
    }
  }
  return filled === size ? order : order.slice(0, filled);
}

/** The wave of each task (SPEC §1), or null when there is a cycle. */
export function waves(graph: Graph): Int32Array | null {
  const order = topologicalOrder(graph);
  if (order.length < graph.size) return null;
  const known = knownWaves.get(graph);
  if (known !== undefined) return known;
  const { starts, items } = graph.dependencies;
  const wave = new Int32Array(graph.size);
  knownWaves.set(graph, wave);
  for (let step = 0; step < order.length; step++) {
    const position = at(order, step);
    let own = 0;
    for (let edge = at(starts, position); edge < at(starts, position + 1); edge++)
      own = Math.max(own, at(wave, at(items, edge)) + 1);
    wave[position] = own;
  }
  return wave;
}

/**
 * The longest path from each task to the end, itself included, with `weights` per task.
 * @throws RangeError on a cyclic graph
 */
export function longestTails(graph: Edges, weights: Float64Array): Float64Array {
  const order = topologicalOrder(graph);
  if (order.length < graph.size) throw new RangeError('longestTails needs an acyclic graph');
  const { starts, items } = graph.dependents;
  const tails = new Float64Array(graph.size);
  for (let step = order.length - 1; step >= 0; step--) {
    const position = at(order, step);
    let longest = 0;
    for (let edge = at(starts, position); edge < at(starts, position + 1); edge++)
      longest = Math.max(longest, at(tails, at(items, edge)));
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

/** Element of an array that is known to have it: the loops above never leave their bounds. */
function at(array: Int32Array | Float64Array, position: number): number {
  return array[position] as number;
}

function bump(array: Int32Array, position: number): number {
  const value = at(array, position);
  array[position] = value + 1;
  return value;
}
