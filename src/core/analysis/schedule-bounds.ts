/** How long a plan takes at best: longest path, slack, bounds and the ideal curve over slots. Weights in any unit. */
import { type Graph, longestTails, neighbours, topologicalOrder } from '../graph.ts';
import { indexedHeap } from '../indexed-heap.ts';

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
  const starts = new Float64Array(graph.size);
  let length = 0;
  for (const position of topologicalOrder(graph)) {
    const end = (starts[position] as number) + (weights[position] as number);
    length = Math.max(length, end);
    for (const dependent of neighbours(graph.dependents, position))
      starts[dependent] = Math.max(starts[dependent] as number, end);
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
  const lasting = starts.filter((_, position) => (weights[position] as number) > 0).sort();
  const ends = starts
    .map((start, position) => start + (weights[position] as number))
    .filter((_, position) => (weights[position] as number) > 0)
    .sort();
  let peak = starts.length > 0 ? 1 : 0;
  let ended = 0;
  for (const [begun, start] of lasting.entries()) {
    while ((ends[ended] as number) <= start) ended++;
    peak = Math.max(peak, begun + 1 - ended);
  }
  return peak;
}

/** Makespans of list scheduling by longest tail for 1 … `most` slots; a further slot never makes it longer. */
export function speedupCurve(graph: Graph, weights: Float64Array, times: Times, most: number): number[] {
  const curve: number[] = [];
  for (let slots = 1; slots <= most; slots++) {
    // Graham's anomaly: list scheduling may lose by a slot more; whoever has it may leave it idle.
    curve.push(Math.min(curve.at(-1) ?? Infinity, listMakespan(graph, weights, times, slots)));
  }
  return curve;
}

function listMakespan(graph: Graph, weights: Float64Array, { tails }: Times, slots: number): number {
  const ends = new Float64Array(graph.size);
  const unmet = Int32Array.from(
    { length: graph.size },
    (_, position) => neighbours(graph.dependencies, position).length,
  );
  const ready = indexedHeap((a, b) =>
    tails[a] === tails[b] ? a < b : (tails[a] as number) > (tails[b] as number),
  );
  const running = indexedHeap((a, b) =>
    ends[a] === ends[b] ? a < b : (ends[a] as number) < (ends[b] as number),
  );
  unmet.forEach((count, position) => {
    if (count === 0) ready.add(position);
  });
  let now = 0;
  for (;;) {
    for (let next = ready.first(); next !== undefined && running.size < slots; next = ready.first()) {
      ready.remove(next);
      ends[next] = now + (weights[next] as number);
      running.add(next);
    }
    const done = running.first();
    if (done === undefined) return now;
    running.remove(done);
    now = ends[done] as number;
    for (const dependent of neighbours(graph.dependents, done)) {
      unmet[dependent] = (unmet[dependent] as number) - 1;
      if (unmet[dependent] === 0) ready.add(dependent);
    }
  }
}
