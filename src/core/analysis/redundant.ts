/** Dependencies that another dependency already implies. They do no harm; the plan is clearer without them. */
import { type Graph, neighbours } from '../graph.ts';
import { emptyMask, reachBlocks } from './reachability.ts';

const MAX_EDGES = 10_000;

/** All three are positions: `task` depends on `via`, and `via` on `dependency`. */
export interface RedundantEdge {
  readonly task: number;
  readonly dependency: number;
  readonly via: number;
}

/** The transitively redundant edges of an acyclic graph, in plan order; `truncated` when there are more. */
export function findRedundant(graph: Graph): {
  readonly redundant: RedundantEdge[];
  readonly truncated: boolean;
} {
  const found = new Map<string, RedundantEdge>();
  for (const block of reachBlocks(graph)) {
    const siblings = emptyMask(block);
    for (let task = 0; task < graph.size; task++) {
      const dependencies = neighbours(graph.dependencies, task);
      if (dependencies.length < 2) continue;
      for (const dependency of dependencies) siblings.set(dependency);
      for (const dependency of dependencies) {
        const via = block.firstOf(dependency, siblings);
        const key = `${task} ${dependency}`;
        if (via !== undefined && !found.has(key)) found.set(key, { task, dependency, via });
      }
      for (const dependency of dependencies) siblings.clear(dependency);
      if (found.size > MAX_EDGES) return { redundant: sorted(found).slice(0, MAX_EDGES), truncated: true };
    }
  }
  return { redundant: sorted(found), truncated: false };
}

const sorted = (found: ReadonlyMap<string, RedundantEdge>): RedundantEdge[] =>
  [...found.values()].sort((a, b) => a.task - b.task || a.dependency - b.dependency);
