/** File exclusion: which tasks hold which globs, and who is in the way of whom. Looks at globs as text, at no file. */
import { type GlobShape, shapeOf, shapesOverlap } from '../glob-overlap.ts';
import type { Task } from '../plan.ts';

export interface FileExclusion {
  /** A glob that another task holds and that overlaps one of this task's; undefined when nothing is in its way. */
  inTheWay(position: number): number | undefined;
  hold(position: number): void;
  /** @returns the globs that nobody holds any more */
  release(position: number): readonly number[];
  holds(position: number): boolean;
  isHeld(glob: number): boolean;
  /** The tasks that hold a glob, and its text. */
  holders(glob: number): readonly number[];
  textOf(glob: number): string;
}

/** Globs that may match anywhere: their literal part names no folder. */
const ANYWHERE = '';

/** What tasks say of their files: the same for every run of a plan, and worked out when it is first asked for. */
interface DeclaredFiles {
  readonly shapes: readonly GlobShape[];
  /** By glob: its first folder. */
  readonly folders: readonly string[];
  /** The globs of a task. */
  globs(position: number): readonly number[];
}

const declared = new WeakMap<readonly Task[], DeclaredFiles>();

function declaredFiles(tasks: readonly Task[]): DeclaredFiles {
  const known = declared.get(tasks);
  if (known !== undefined) return known;
  const numbers = new Map<string, number>();
  const shapes: GlobShape[] = [];
  const folders: string[] = [];
  const globsOf: (readonly number[])[] = [];
  const numberOf = (glob: string): number => {
    const number = numbers.get(glob) ?? shapes.length;
    if (number < shapes.length) return number;
    const shape = shapeOf(glob);
    numbers.set(glob, number);
    shapes.push(shape);
    folders.push(/^[^/]+\//.exec(shape.prefix)?.[0] ?? ANYWHERE);
    return number;
  };
  const globs = (position: number): readonly number[] => {
    const found = globsOf[position] ?? [...new Set((tasks[position] as Task).files.map(numberOf))];
    globsOf[position] = found;
    return found;
  };
  const files = { shapes, folders, globs };
  declared.set(tasks, files);
  return files;
}

/**
 * Equal globs share a number, and held globs are found by their first folder: a question costs as much as there are
 * globs held below it, not as there are tasks.
 */
export function fileExclusion(tasks: readonly Task[]): FileExclusion {
  const { shapes, folders, globs } = declaredFiles(tasks);
  const folderOf = (glob: number): string => folders[glob] as string;
  const held = new Map<number, Set<number>>();
  const heldBelow = new Map<string, Set<number>>();
  const holding = new Set<number>();

  const among = (candidates: Iterable<number> | undefined, glob: number): number | undefined => {
    const shape = shapes[glob] as GlobShape;
    for (const other of candidates ?? []) if (shapesOverlap(shape, shapes[other] as GlobShape)) return other;
    return undefined;
  };
  const overlapping = (glob: number): number | undefined => {
    if (held.has(glob)) return glob;
    const folder = folderOf(glob);
    if (folder === ANYWHERE) return among(held.keys(), glob);
    return among(heldBelow.get(folder), glob) ?? among(heldBelow.get(ANYWHERE), glob);
  };

  return {
    inTheWay(position) {
      // Nobody else can hold what overlaps its own.
      if (holding.has(position) || held.size === 0) return undefined;
      for (const glob of globs(position)) {
        const other = overlapping(glob);
        if (other !== undefined) return other;
      }
      return undefined;
    },
    hold(position) {
      if (holding.has(position)) return;
      holding.add(position);
      for (const glob of globs(position)) {
        const holders = held.get(glob);
        if (holders) holders.add(position);
        else {
          held.set(glob, new Set([position]));
          const folder = folderOf(glob);
          const below = heldBelow.get(folder);
          if (below) below.add(glob);
          else heldBelow.set(folder, new Set([glob]));
        }
      }
    },
    release(position) {
      if (!holding.delete(position)) return [];
      return globs(position).filter((glob) => {
        const holders = held.get(glob);
        holders?.delete(position);
        if (holders === undefined || holders.size > 0) return false;
        held.delete(glob);
        heldBelow.get(folderOf(glob))?.delete(glob);
        return true;
      });
    },
    holds: (position) => holding.has(position),
    isHeld: (glob) => held.has(glob),
    holders: (glob) => [...(held.get(glob) ?? [])],
    textOf: (glob) => (shapes[glob] as GlobShape).glob,
  };
}
