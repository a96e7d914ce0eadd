/** How long a plan takes at best: longest path, slack, bounds and the ideal curve over slots. Weights in any unit. */
import { type Graph, longestTails, neighbours, topologicalOrder } from '../graph.ts';

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
  const curve: number[] = [];
  const { tails } = times;
  const order = Int32Array.from(graph.ids.keys());
  order.sort((a, b) => (tails[b] as number) - (tails[a] as number) || a - b);
  while (curve.length < most && (curve.at(-1) ?? Infinity) > times.length) {
    // Graham's anomaly: list scheduling may lose by a slot more; whoever has it may leave it idle.
    const makespan = listMakespan(graph, weights, order, curve.length + 1);
    curve.push(Math.min(curve.at(-1) ?? Infinity, makespan));
  }
  return curve;
}

/** @param order all positions, in the order in which they start when they can */
function listMakespan(graph: Graph, weights: Float64Array, order: Int32Array, slots: number): number {
  const { starts, items } = graph.dependents;
  const ends = new Float64Array(graph.size);
  const unmet = new Int32Array(graph.size);
  const rank = new Int32Array(graph.size);
  for (let place = 0; place < graph.size; place++) rank[order[place] as number] = place;
  const ready = keyHeap(graph.size, (a, b) => a - b);
  const running = keyHeap(slots, (a, b) => (ends[a] as number) - (ends[b] as number) || a - b);
  for (let position = 0; position < graph.size; position++) {
    const dependencies = graph.dependencies.starts;
    unmet[position] = (dependencies[position + 1] as number) - (dependencies[position] as number);
    if (unmet[position] === 0) ready.add(rank[position] as number);
  }
  let now = 0;
  for (;;) {
    while (running.size() < slots && ready.size() > 0) {
      const next = order[ready.take()] as number;
      ends[next] = now + (weights[next] as number);
      running.add(next);
    }
    if (running.size() === 0) return now;
    const done = running.take();
    now = ends[done] as number;
    for (let edge = starts[done] as number; edge < (starts[done + 1] as number); edge++) {
      const dependent = items[edge] as number;
      unmet[dependent] = (unmet[dependent] as number) - 1;
      if (unmet[dependent] === 0) ready.add(rank[dependent] as number);
    }
  }
}

interface KeyHeap {
  size(): number;
  add(item: number): void;
  /** Removes the first and gives it; only when there is one. */
  take(): number;
}

/** A binary heap that takes from its top only, and so needs no index: `indexedHeap` is five times slower here. */
function keyHeap(capacity: number, compare: (a: number, b: number) => number): KeyHeap {
  const items = new Int32Array(capacity);
  let size = 0;
  return {
    size: () => size,
    add(item) {
      let place = size++;
      while (place > 0) {
        const parent = (place - 1) >> 1;
        if (compare(item, items[parent] as number) >= 0) break;
        items[place] = items[parent] as number;
        place = parent;
      }
      items[place] = item;
    },
    take() {
      const first = items[0] as number;
      const last = items[--size] as number;
      let place = 0;
      for (;;) {
        let child = 2 * place + 1;
        if (child >= size) break;
        if (child + 1 < size && compare(items[child + 1] as number, items[child] as number) < 0) child++;
        if (compare(items[child] as number, last) >= 0) break;
        items[place] = items[child] as number;
        place = child;
      }
      items[place] = last;
      return first;
    },
  };
}
