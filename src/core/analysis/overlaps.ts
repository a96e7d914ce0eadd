/** Pairs of tasks that can run together and may touch the same files. Literal prefixes only: no file is looked at. */
import { type GlobShape, shapeOf, shapesOverlap } from '../glob-overlap.ts';
import type { Graph } from '../graph.ts';
import type { Task } from '../plan.ts';
import { type OrderBlock, orderBlocks, PAIRWISE_LIMIT } from './reachability.ts';

/** More pairs than this help nobody. In full there is memory for more. */
const MAX_PAIRS = 10_000;
const MAX_COMPARISONS = 5_000_000;
/** Each looks at a pair of tasks: enough for all that are compared without `full` to name one file. */
const MAX_STEPS = PAIRWISE_LIMIT ** 2;
const FULL_FACTOR = 100;

export interface Overlap {
  /** Positions, the lower one first. */
  readonly tasks: readonly [number, number];
  /** The globs both share, the narrower one of each pair. */
  readonly files: readonly string[];
}

/** A glob as the plan spells it, however many tasks name it. */
interface NamedGlob {
  readonly shape: GlobShape;
  /** Positions of the tasks that name it, in plan order. */
  readonly tasks: number[];
  /** What may match a file that this one matches; itself too. */
  readonly overlapping: NamedGlob[];
}

/** All overlaps of an acyclic plan, in plan order; `truncated` when a bound was hit. */
export function findOverlaps(
  tasks: readonly Task[],
  graph: Graph,
  full = false,
): { readonly overlaps: Overlap[]; readonly truncated: boolean } {
  const factor = full ? FULL_FACTOR : 1;
  const globs = namedGlobs(tasks);
  const isComplete = connect([...globs.values()], factor * MAX_COMPARISONS);
  const most = factor * MAX_PAIRS;
  const overlaps: Overlap[] = [];
  let steps = 0;
  if (![...globs.values()].some(isShared)) return { overlaps, truncated: !isComplete };
  for (const block of orderBlocks(graph)) {
    for (let position = block.start; position < block.end; position++) {
      const own = globsOf(tasks[position]).map((glob) => globs.get(glob) as NamedGlob);
      steps += own.reduce((sum, glob) => sum + stepsOf(glob), 0);
      if (steps > factor * MAX_STEPS) return { overlaps, truncated: true };
      overlaps.push(...overlapsWithLater(position, own, block));
      if (overlaps.length > most) return { overlaps: overlaps.slice(0, most), truncated: true };
    }
  }
  return { overlaps, truncated: !isComplete };
}

/** What is done runs no more. */
const globsOf = (task: Task | undefined): readonly string[] =>
  task === undefined || task.status === 'done'
    ? []
    : task.files.length < 2
      ? task.files
      : [...new Set(task.files)];

function namedGlobs(tasks: readonly Task[]): ReadonlyMap<string, NamedGlob> {
  const globs = new Map<string, NamedGlob>();
  tasks.forEach((task, position) => {
    globsOf(task).forEach((glob) => {
      const known = globs.get(glob);
      if (known === undefined) globs.set(glob, { shape: shapeOf(glob), tasks: [position], overlapping: [] });
      else known.tasks.push(position);
    });
  });
  return globs;
}

/**
 * Fills `overlapping`; false when there was too much to compare. Sorted by prefix, everything that begins with a glob's
 * prefix follows it directly: no need to compare all with all.
 */
function connect(globs: readonly NamedGlob[], maxComparisons: number): boolean {
  // By their prefixes alone, which sorts without a call for each pair that is compared.
  const byPrefix = new Map<string, NamedGlob[]>();
  globs.forEach((glob) => {
    const same = byPrefix.get(glob.shape.prefix);
    if (same === undefined) byPrefix.set(glob.shape.prefix, [glob]);
    else same.push(glob);
    glob.overlapping.push(glob);
  });
  const sorted = [...byPrefix.keys()].sort().flatMap((prefix) => byPrefix.get(prefix) ?? []);
  let comparisons = 0;
  for (let index = 0; index < sorted.length; index++) {
    const wide = sorted[index] as NamedGlob;
    for (let next = index + 1; next < sorted.length; next++) {
      const narrow = sorted[next] as NamedGlob;
      if (!narrow.shape.prefix.startsWith(wide.shape.prefix)) break;
      if (++comparisons > maxComparisons) return false;
      if (!shapesOverlap(wide.shape, narrow.shape)) continue;
      wide.overlapping.push(narrow);
      narrow.overlapping.push(wide);
    }
  }
  return true;
}

const isShared = ({ tasks, overlapping }: NamedGlob): boolean => tasks.length > 1 || overlapping.length > 1;

const stepsOf = ({ overlapping }: NamedGlob): number =>
  overlapping.reduce((sum, { tasks }) => sum + tasks.length, 0);

/** The overlaps of one task of the block with those after it, in plan order. */
function overlapsWithLater(position: number, own: readonly NamedGlob[], block: OrderBlock): Overlap[] {
  const shared = new Map<number, Set<string>>();
  for (const glob of own) {
    for (const other of glob.overlapping) {
      const narrow = glob.shape.prefix.length > other.shape.prefix.length ? glob.shape : other.shape;
      for (let index = other.tasks.length - 1; index >= 0; index--) {
        const later = other.tasks[index] as number;
        if (later <= position) break;
        if (block.isOrdered(position, later)) continue;
        const files = shared.get(later);
        if (files === undefined) shared.set(later, new Set([narrow.glob]));
        else files.add(narrow.glob);
      }
    }
  }
  return [...shared]
    .sort(([a], [b]) => a - b)
    .map(([later, files]) => ({ tasks: [position, later], files: [...files].sort() }));
}
