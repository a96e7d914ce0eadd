/** Finds why a graph has no order: the groups of tasks that wait for each other, and a shortest cycle of each group. */
import { type Graph, topologicalOrder } from './graph.ts';

/** Steps that searching for shortest cycles may take, one per dependency looked at: some tenths of a second. */
const MAX_STEPS = 10_000_000;

/**
 * One cycle of each group of tasks that wait for each other, the shortest one first; empty when there is none.
 * Each task of a cycle depends on the one after it, the last on the first. Each is the shortest of its group, unless
 * the groups are so large that `maxSteps` do not suffice to try every task; then it is a cycle all the same.
 */
export function shortestCycles(graph: Graph, maxSteps = MAX_STEPS): number[][] {
  if (topologicalOrder(graph).length === graph.size) return [];
  const groups = findGroups(graph);
  const search = makeSearch(graph, groups.of);
  const found: number[][] = [];
  let steps = 0;
  // Small groups first: they cost little, and large ones may use up what is left.
  for (const members of groups.lists.toSorted((a, b) => a.length - b.length)) {
    let best: number[] | undefined;
    for (const start of members) {
      if (best !== undefined && (steps > maxSteps || best.length === 2)) break;
      const result = search(start, best === undefined ? Infinity : best.length);
      steps += result.steps;
      best = result.cycle ?? best;
    }
    if (best !== undefined) found.push(best);
  }
  return found.sort((a, b) => a.length - b.length || (a[0] as number) - (b[0] as number));
}

interface Groups {
  /** The number of each task's group; -1 for tasks that are in no cycle. */
  readonly of: Int32Array;
  /** The members of each group, in plan order. */
  readonly lists: readonly number[][];
}

/** Strongly connected components of more than one task: Tarjan 1972, without recursion. Linear. */
function findGroups(graph: Graph): Groups {
  const { starts, items } = graph.dependencies;
  const [seen, low, of] = [
    new Int32Array(graph.size),
    new Int32Array(graph.size),
    new Int32Array(graph.size),
  ];
  const nextEdge = starts.slice(0, graph.size);
  const onStack = new Uint8Array(graph.size);
  const [stack, path, lists]: [number[], number[], number[][]] = [[], [], []];
  let count = 0;

  const enter = (position: number): void => {
    count++;
    seen[position] = count;
    low[position] = count;
    onStack[position] = 1;
    stack.push(position);
    path.push(position);
  };
  const leave = (position: number): void => {
    path.pop();
    const above = path.at(-1);
    if (above !== undefined) low[above] = Math.min(low[above] as number, low[position] as number);
    if (low[position] !== seen[position]) return;
    const members = stack.splice(stack.lastIndexOf(position));
    const group = members.length > 1 ? lists.length : -1;
    for (const member of members) {
      onStack[member] = 0;
      of[member] = group;
    }
    if (group !== -1) lists.push(members.sort((a, b) => a - b));
  };
  for (let root = 0; root < graph.size; root++) {
    if (seen[root] !== 0) continue;
    enter(root);
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      const edge = nextEdge[at] as number;
      if (edge === starts[at + 1]) {
        leave(at);
        continue;
      }
      nextEdge[at] = edge + 1;
      const dependency = items[edge] as number;
      if (seen[dependency] === 0) enter(dependency);
      else if (onStack[dependency] === 1) low[at] = Math.min(low[at] as number, seen[dependency] as number);
    }
  }
  return { of, lists };
}

type Search = (
  start: number,
  limit: number,
) => { readonly cycle: number[] | undefined; readonly steps: number };

/** A search for the shortest cycle through a task, if it is shorter than a limit: breadth first, inside its group. */
function makeSearch(graph: Graph, groupOf: Int32Array): Search {
  const { starts, items } = graph.dependencies;
  const cameFrom = new Int32Array(graph.size);
  const visitedBy = new Int32Array(graph.size).fill(-1);
  return (start, limit) => {
    let frontier = [start];
    let steps = 0;
    for (let length = 1; frontier.length > 0 && length < limit; length++) {
      const next: number[] = [];
      for (const position of frontier) {
        // Not by `neighbours`: making a view for each task costs more than looking at its two dependencies.
        for (let edge = starts[position] as number; edge < (starts[position + 1] as number); edge++) {
          const dependency = items[edge] as number;
          steps++;
          if (dependency === start) return { cycle: pathTo(position, start, cameFrom), steps };
          if (groupOf[dependency] !== groupOf[start] || visitedBy[dependency] === start) continue;
          visitedBy[dependency] = start;
          cameFrom[dependency] = position;
          next.push(dependency);
        }
      }
      frontier = next;
    }
    return { cycle: undefined, steps };
  };
}

function pathTo(end: number, start: number, cameFrom: Int32Array): number[] {
  const path = [end];
  for (let step = end; step !== start; ) {
    step = cameFrom[step] as number;
    path.push(step);
  }
  return path.reverse();
}
