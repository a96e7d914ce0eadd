/** Dependencies that another dependency already implies. They do no harm; the plan is clearer without them. */
import { degree, type Graph, neighbours } from '../graph.ts';
import { labelReach, type ReachLabels } from './reach-labels.ts';
import { blockCost, emptyMask, type ReachBlock, reachBlocks } from './reachability.ts';

const MAX_EDGES = 10_000;

/** All three are positions: `task` depends on `via`, and `via` on `dependency`. */
export interface RedundantEdge {
  readonly task: number;
  readonly dependency: number;
  readonly via: number;
}

export interface Redundancy {
  readonly redundant: readonly RedundantEdge[];
  /** There are more. */
  readonly truncated: boolean;
}

/** A graph whose waves are known: it has no cycle. */
export interface Layered {
  readonly graph: Graph;
  readonly wave: Int32Array;
}

/**
 * The transitively redundant edges in plan order; at most 10,000 unless `full`.
 * @param reach of the same graph, for who has it already
 */
export function findRedundant(layered: Layered, full = false, reach?: ReachBlock): Redundancy {
  const limit = full ? Infinity : MAX_EDGES;
  const known = reach === undefined ? undefined : { reaches: reach.has, steps: () => 0 };
  // On sparse graphs labels are nearly linear; where tasks have very many dependencies, sets of bits are cheaper.
  return (
    redundantByLabels(layered, limit, blockCost(layered.graph), known) ??
    redundantByBlocks(layered.graph, limit)
  );
}

/** The lowest `via` of each; undefined when it would take more than `maxSteps`. */
export function redundantByLabels(
  { graph, wave }: Layered,
  limit: number,
  maxSteps: number,
  labels: ReachLabels = labelReach(graph, wave),
): Redundancy | undefined {
  const { starts, items } = graph.dependencies;
  const redundant: RedundantEdge[] = [];
  let pairs = 0;
  for (let task = 0; task < graph.size; task++) {
    const first = starts[task] as number;
    const end = starts[task + 1] as number;
    for (let edge = first; edge < end && end - first > 1; edge++) {
      const dependency = items[edge] as number;
      // What only this task waits for, no other task can imply.
      if (degree(graph.dependents, dependency) < 2) continue;
      pairs += end - first;
      if (pairs + labels.steps() > maxSteps) return undefined;
      let via: number | undefined;
      for (let next = first; next < end; next++) {
        const other = items[next] as number;
        if ((via === undefined || other < via) && labels.reaches(dependency, other)) via = other;
      }
      if (via !== undefined) redundant.push({ task, dependency, via });
      if (redundant.length > limit) return { redundant: inOrder(redundant.slice(0, limit)), truncated: true };
    }
  }
  return { redundant: inOrder(redundant), truncated: false };
}

/** For graphs of any density; costs `blockCost` words. */
export function redundantByBlocks(graph: Graph, limit: number): Redundancy {
  const found = new Map<number, RedundantEdge>();
  const told = (edges: Iterable<RedundantEdge>): RedundantEdge[] => inOrder([...edges]);
  for (const block of reachBlocks(graph)) {
    const siblings = emptyMask(block);
    for (let task = 0; task < graph.size; task++) {
      const dependencies = neighbours(graph.dependencies, task);
      if (dependencies.length < 2) continue;
      for (const dependency of dependencies) siblings.set(dependency);
      for (const dependency of dependencies) {
        const via = block.firstOf(dependency, siblings);
        const key = task * graph.size + dependency;
        if (via !== undefined && !found.has(key)) found.set(key, { task, dependency, via });
      }
      for (const dependency of dependencies) siblings.clear(dependency);
      if (found.size > limit) return { redundant: told(found.values()).slice(0, limit), truncated: true };
    }
  }
  return { redundant: told(found.values()), truncated: false };
}

const inOrder = (edges: RedundantEdge[]): RedundantEdge[] =>
  edges.sort((a, b) => a.task - b.task || a.dependency - b.dependency);
