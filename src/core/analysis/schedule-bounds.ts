/** How long a plan takes at best: longest path, slack, bounds and the ideal curve over slots. Weights in any unit. */
import { degree, type Graph, longestTails, neighbours, topologicalOrder } from '../graph.ts';
import { rankSet } from '../rank-set.ts';

export interface Times {
  /** Earliest start of each task with unlimited slots. */
  readonly starts: Float64Array;
  /** Longest path from each task to the end, itself included. */
  readonly tails: Float64Array;
  /** Length of the critical path. */
  readonly length: number;
}

/** Linear. @throws RangeError on a cyclic graph */
export function computeTimes(graph: Graph, weights: Float64Array): Times {
  const tails = longestTails(graph, weights);
  const { starts: first, items } = graph.dependencies;
  const starts = new Float64Array(graph.size);
  let length = 0;
  for (const position of topologicalOrder(graph)) {
    let start = 0;
    for (let edge = first[position] as number; edge < (first[position + 1] as number); edge++) {
      const dependency = items[edge] as number;
      start = Math.max(start, (starts[dependency] as number) + (weights[dependency] as number));
    }
    starts[position] = start;
    length = Math.max(length, start + (weights[position] as number));
  }
  return { starts, tails, length };
}

/** The positions of one longest path, from its first task to its last; the first in plan order where several are. */
export function criticalPath(graph: Graph, weights: Float64Array, { tails, length }: Times): number[] {
  const path: number[] = [];
  let next = tails.indexOf(length);
  while (next !== -1) {
    path.push(next);
    const rest = (tails[next] as number) - (weights[next] as number);
    const followers = neighbours(graph.dependents, next);
    next = followers.find((position) => tails[position] === rest) ?? -1;
  }
  return path;
}

/** Most tasks under way at one moment when each starts as early as it can; a task of no length never is. */
export function peakOfEarliestStarts({ starts }: Times, weights: Float64Array): number {
  const lasting = starts.filter((_, position) => (weights[position] as number) > 0);
  const lengths = weights.filter((weight) => weight > 0);
  const ends = lasting.map((start, index) => start + (lengths[index] as number)).sort();
  let peak = starts.length > 0 ? 1 : 0;
  let ended = 0;
  for (const [begun, start] of lasting.sort().entries()) {
    while ((ends[ended] as number) <= start) ended++;
    peak = Math.max(peak, begun + 1 - ended);
  }
  return peak;
}

/**
 * Makespans of list scheduling by longest tail for 1, 2, 3 … slots, up to `most` or to where more make no difference;
 * a further slot never makes it longer.
 */
export function speedupCurve(graph: Graph, weights: Float64Array, times: Times, most: number): number[] {
  if (most === 0) return [];
  const curve: number[] = [];
  const { tails } = times;
  const order = Int32Array.from(graph.ids.keys());
  order.sort((a, b) => (tails[b] as number) - (tails[a] as number) || a - b);
  const beginning = beginningOf(graph, order);
  while (curve.length < most && (curve.at(-1) ?? Infinity) > times.length) {
    // Graham's anomaly: list scheduling may lose by a slot more; whoever has it may leave it idle.
    const makespan = listMakespan(graph, weights, beginning, curve.length + 1);
    curve.push(Math.min(curve.at(-1) ?? Infinity, makespan));
  }
  return curve;
}

/** What every schedule of the curve begins with. */
interface Beginning {
  /** All positions, in the order in which they start when they can. */
  readonly order: Int32Array;
  /** Where in it each position stands. */
  readonly rank: Int32Array;
  readonly unmet: Int32Array;
  /** Places in the order of what waits for nothing. */
  readonly ready: readonly number[];
}

function beginningOf(graph: Graph, order: Int32Array): Beginning {
  const rank = new Int32Array(graph.size);
  const unmet = new Int32Array(graph.size);
  const ready: number[] = [];
  for (let place = 0; place < graph.size; place++) {
    const position = order[place] as number;
    rank[position] = place;
    unmet[position] = degree(graph.dependencies, position);
    if (unmet[position] === 0) ready.push(place);
  }
  return { order, rank, unmet, ready };
}

function listMakespan(graph: Graph, weights: Float64Array, beginning: Beginning, slots: number): number {
  const { starts, items } = graph.dependents;
  const { order, rank } = beginning;
  const unmet = beginning.unmet.slice();
  const ready = rankSet(graph.size);
  for (const place of beginning.ready) ready.add(place);
  const ends = new Float64Array(graph.size);
  // The one that ends first is the last: slots are few, so that keeping an order costs less than a heap.
  const running: number[] = [];
  let now = 0;
  for (;;) {
    while (running.length < slots) {
      const next = ready.first();
      if (next === -1) break;
      ready.remove(next);
      const position = order[next] as number;
      ends[position] = now + (weights[position] as number);
      insert(running, position, ends);
    }
    const first = running.at(-1);
    if (first === undefined) return now;
    now = ends[first] as number;
    // All that ends at this moment, before anything starts: the best of what becomes ready goes first.
    while (running.length > 0 && ends[running.at(-1) as number] === now) {
      const done = running.pop() as number;
      for (let edge = starts[done] as number; edge < (starts[done + 1] as number); edge++) {
        const dependent = items[edge] as number;
        unmet[dependent] = (unmet[dependent] as number) - 1;
        if (unmet[dependent] === 0) ready.add(rank[dependent] as number);
      }
    }
  }
}

/** Keeps what ends first at the end. */
function insert(running: number[], position: number, ends: Float64Array): void {
  const end = ends[position] as number;
  let place = running.length;
  running.push(position);
  while (place > 0 && (ends[running[place - 1] as number] as number) < end) {
    running[place] = running[place - 1] as number;
    place--;
  }
  running[place] = position;
}
