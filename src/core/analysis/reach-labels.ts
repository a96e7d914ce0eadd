/**
 * Answers "does this task depend on that one, directly or not" for single pairs, from labels of a few numbers a task.
 * After GRAIL (Yildirim, Chaoji and Zaki 2010): most answers come from the labels alone; the rest are searched for.
 */
import { degree, type Graph, neighbours } from '../graph.ts';

export interface ReachLabels {
  /** Whether `to` depends on `from`, directly or not. */
  reaches(from: number, to: number): boolean;
  /** Tasks looked at by searches so far. */
  steps(): number;
}

/** One walk over the graph, each task after all its dependents: what lies below a task is inside its interval. */
interface Walk {
  /** Where the walk entered each task, and the last number it gave before it left: a subtree of the walk. */
  readonly entered: Int32Array;
  readonly last: Int32Array;
  /** The task's place among those that were left, and the lowest place of anything that depends on it. */
  readonly place: Int32Array;
  readonly lowest: Int32Array;
}

/**
 * Labels an acyclic graph in linear time.
 * @param wave of each task: who depends on another is in a higher wave
 */
export function labelReach(graph: Graph, wave: Int32Array): ReachLabels {
  const walks = [walkGraph(graph, false), walkGraph(graph, true)] as const;
  const visitedIn = new Int32Array(graph.size);
  let round = 0;
  let steps = 0;

  const isBelow = ({ entered, last }: Walk, from: number, to: number): boolean =>
    (entered[from] as number) <= (entered[to] as number) && (last[to] as number) <= (last[from] as number);
  const mayReach = (from: number, to: number): boolean =>
    (wave[from] as number) < (wave[to] as number) &&
    walks.every(
      ({ place, lowest }) =>
        (lowest[from] as number) <= (lowest[to] as number) &&
        (place[to] as number) <= (place[from] as number),
    );
  const search = (from: number, to: number): boolean => {
    round++;
    const stack = [from];
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      for (const next of neighbours(graph.dependents, at)) {
        steps++;
        if (next === to) return true;
        if (visitedIn[next] === round || !mayReach(next, to)) continue;
        if (walks.some((walk) => isBelow(walk, next, to))) return true;
        visitedIn[next] = round;
        stack.push(next);
      }
    }
    return false;
  };
  return {
    reaches(from, to) {
      if (!mayReach(from, to)) return false;
      return walks.some((walk) => isBelow(walk, from, to)) || search(from, to);
    },
    steps: () => steps,
  };
}

/** Depth first along dependents, by an own stack. The second walk goes the other way round, and so tells other things. */
function walkGraph(graph: Graph, backwards: boolean): Walk {
  const { size, dependents } = graph;
  const walk: Walk = {
    entered: new Int32Array(size),
    last: new Int32Array(size),
    place: new Int32Array(size),
    lowest: new Int32Array(size),
  };
  const { entered, last, place, lowest } = walk;
  const tried = new Int32Array(size);
  const path = new Int32Array(size);
  let [clock, left] = [0, 0];
  for (let index = 0; index < size; index++) {
    const root = backwards ? size - 1 - index : index;
    if (entered[root] !== 0 || degree(graph.dependencies, root) > 0) continue;
    let depth = 0;
    path[0] = root;
    entered[root] = ++clock;
    while (depth >= 0) {
      const at = path[depth] as number;
      const count = degree(dependents, at);
      const turn = tried[at] as number;
      if (turn < count) {
        tried[at] = turn + 1;
        const next = dependents.items[
          (dependents.starts[at] as number) + (backwards ? count - 1 - turn : turn)
        ] as number;
        if (entered[next] !== 0) continue;
        entered[next] = ++clock;
        path[++depth] = next;
        continue;
      }
      last[at] = clock;
      place[at] = ++left;
      let low = left;
      for (let edge = dependents.starts[at] as number; edge < (dependents.starts[at + 1] as number); edge++)
        low = Math.min(low, lowest[dependents.items[edge] as number] as number);
      lowest[at] = low;
      depth--;
    }
  }
  return walk;
}
