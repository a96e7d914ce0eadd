/** How long a plan takes at best: longest path, slack, bounds and the ideal curve over slots. Weights in any unit. */
import { degree, type Graph, longestTails, neighbours, topologicalOrder } from '../graph.ts';

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
  const order = topologicalOrder(graph);
  for (let step = 0; step < order.length; step++) {
    const position = order[step] as number;
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
  lasting.sort();
  for (let begun = 0; begun < lasting.length; begun++) {
    while ((ends[ended] as number) <= (lasting[begun] as number)) ended++;
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
  /** Places in the order of what waits for nothing: a bit each, and a bit for each word of them that has any. */
  readonly ready: Int32Array;
  readonly readyWords: Int32Array;
  /** How many these are. */
  readonly waiting: number;
}

function beginningOf(graph: Graph, order: Int32Array): Beginning {
  const rank = new Int32Array(graph.size);
  const unmet = new Int32Array(graph.size);
  const ready = new Int32Array((graph.size >>> 5) + 1);
  const readyWords = new Int32Array((ready.length >>> 5) + 1);
  let waiting = 0;
  for (let place = 0; place < graph.size; place++) {
    const position = order[place] as number;
    rank[position] = place;
    unmet[position] = degree(graph.dependencies, position);
    if (unmet[position] !== 0) continue;
    addPlace(ready, readyWords, place);
    waiting++;
  }
  return { order, rank, unmet, ready, readyWords, waiting };
}

function addPlace(ready: Int32Array, readyWords: Int32Array, place: number): void {
  ready[place >>> 5] = (ready[place >>> 5] as number) | (1 << (place & 31));
  readyWords[place >>> 10] = (readyWords[place >>> 10] as number) | (1 << ((place >>> 5) & 31));
}

// One function on arrays of numbers, not a `rankSet` and an object for each end: it runs for each number of slots, in code
// that has just been loaded, where each call costs as much as all the rest of a step.
function listMakespan(graph: Graph, weights: Float64Array, beginning: Beginning, slots: number): number {
  const { starts, items } = graph.dependents;
  const { order, rank } = beginning;
  const [unmet, ready, readyWords] = [
    beginning.unmet.slice(),
    beginning.ready.slice(),
    beginning.readyWords.slice(),
  ];
  // What ends first is the last: slots are few, so that keeping an order costs less than a heap.
  const running = new Int32Array(slots);
  const ends = new Float64Array(slots);
  let { waiting } = beginning;
  let busy = 0;
  let now = 0;
  for (;;) {
    for (; busy < slots && waiting > 0; waiting--) {
      let top = 0;
      while (readyWords[top] === 0) top++;
      const words = readyWords[top] as number;
      const word = top * 32 + 31 - Math.clz32(words & -words);
      const bits = ready[word] as number;
      ready[word] = bits & (bits - 1);
      if (ready[word] === 0) readyWords[top] = words & (words - 1);
      const position = order[word * 32 + 31 - Math.clz32(bits & -bits)] as number;
      const end = now + (weights[position] as number);
      let place = busy++;
      for (; place > 0 && (ends[place - 1] as number) < end; place--) {
        ends[place] = ends[place - 1] as number;
        running[place] = running[place - 1] as number;
      }
      ends[place] = end;
      running[place] = position;
    }
    if (busy === 0) return now;
    now = ends[busy - 1] as number;
    // All that ends at this moment, before anything starts: the best of what becomes ready goes first.
    while (busy > 0 && ends[busy - 1] === now) {
      const done = running[--busy] as number;
      const last = starts[done + 1] as number;
      for (let edge = starts[done] as number; edge < last; edge++) {
        const dependent = items[edge] as number;
        unmet[dependent] = (unmet[dependent] as number) - 1;
        if (unmet[dependent] !== 0) continue;
        addPlace(ready, readyWords, rank[dependent] as number);
        waiting++;
      }
    }
  }
}
