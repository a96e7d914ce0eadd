/** Pairs of tasks that can run together and may touch the same files. Literal prefixes only: no file is looked at. */
import { globsOverlap, literalPrefix } from '../glob-overlap.ts';
import type { Graph } from '../graph.ts';
import type { Task } from '../plan.ts';
import { type ReachBlock, reachBlocks } from './reachability.ts';

/** More pairs than this help nobody; comparing stops after so many pairs of globs. In full there is memory for more. */
const MAX_PAIRS = 10_000;
const MAX_COMPARISONS = 5_000_000;
const FULL_FACTOR = 100;

export interface Overlap {
  /** Positions, the lower one first. */
  readonly tasks: readonly [number, number];
  /** The globs both share, the narrower one of each pair. */
  readonly files: readonly string[];
}

interface GlobOf {
  readonly glob: string;
  readonly prefix: string;
  readonly position: number;
}

/** All overlaps of an acyclic plan, in plan order; `truncated` when a bound was hit. */
export function findOverlaps(
  tasks: readonly Task[],
  graph: Graph,
  full = false,
): { readonly overlaps: Overlap[]; readonly truncated: boolean } {
  const factor = full ? FULL_FACTOR : 1;
  const { pairs, truncated } = pairsOfGlobs(tasks, factor * MAX_COMPARISONS);
  const apart = [...pairs.values()].filter(({ tasks: [a, b] }) => a !== b);
  let candidates = apart;
  if (apart.length > 0) {
    for (const block of reachBlocks(graph)) candidates = candidates.filter((pair) => !isOrdered(block, pair));
  }
  const overlaps = candidates
    .map(({ tasks: pair, files }) => ({ tasks: pair, files: [...files].sort() }))
    .sort((a, b) => a.tasks[0] - b.tasks[0] || a.tasks[1] - b.tasks[1]);
  const most = factor * MAX_PAIRS;
  return { overlaps: overlaps.slice(0, most), truncated: truncated || overlaps.length > most };
}

/** Sorted by prefix, everything that begins with a glob's prefix follows it directly: no need to compare all with all. */
function pairsOfGlobs(tasks: readonly Task[], maxComparisons: number) {
  const globs: GlobOf[] = tasks
    .flatMap((task, position) =>
      // What is done runs no more.
      (task.status === 'done' ? [] : [...new Set(task.files)]).map((glob) => ({
        glob,
        prefix: literalPrefix(glob),
        position,
      })),
    )
    .sort((a, b) => (a.prefix < b.prefix ? -1 : a.prefix > b.prefix ? 1 : 0));
  const pairs = new Map<string, { readonly tasks: [number, number]; readonly files: Set<string> }>();
  let comparisons = 0;
  for (const [index, wide] of globs.entries()) {
    for (let next = index + 1; next < globs.length; next++) {
      const narrow = globs[next] as GlobOf;
      if (!narrow.prefix.startsWith(wide.prefix)) break;
      if (++comparisons > maxComparisons) return { pairs, truncated: true };
      if (narrow.position === wide.position || !globsOverlap(wide.glob, narrow.glob)) continue;
      const [first, second] = [
        Math.min(wide.position, narrow.position),
        Math.max(wide.position, narrow.position),
      ];
      const key = `${first} ${second}`;
      const pair = pairs.get(key) ?? { tasks: [first, second], files: new Set<string>() };
      pair.files.add(narrow.glob);
      pairs.set(key, pair);
    }
  }
  return { pairs, truncated: false };
}

function isOrdered(
  block: ReachBlock,
  { tasks: [a, b] }: { readonly tasks: readonly [number, number] },
): boolean {
  const inBlock = (position: number): boolean => position >= block.start && position < block.end;
  return (inBlock(b) && block.has(a, b)) || (inBlock(a) && block.has(b, a));
}
