/** File exclusion: which tasks hold which globs, and who is in the way of whom. Looks at globs as text, at no file. */
import { globsOverlap } from '../glob-overlap.ts';
import type { Task } from '../plan.ts';

export interface FileExclusion {
  /** A glob that another task holds and that overlaps one of this task's; undefined when nothing is in its way. */
  inTheWay(position: number): string | undefined;
  hold(position: number): void;
  /** Holds for a start that is about to be recorded, by `hold`; until then `reclaim` takes it back. */
  lend(position: number): void;
  reclaim(): void;
  /** @returns the globs that nobody holds any more */
  release(position: number): readonly string[];
  isHeld(glob: string): boolean;
  /** The tasks that hold a glob. */
  holders(glob: string): readonly number[];
}

/** A glob by the folders of its literal beginning; `rest` is what follows them, up to the first wildcard. */
interface Place {
  readonly glob: string;
  readonly folders: readonly string[];
  readonly rest: string;
  readonly isLiteral: boolean;
}

/** Held globs by folder; what nothing is in has no table. */
interface Folder {
  inside: Map<string, Folder> | undefined;
  /** Globs without wildcard, by their last part. */
  literals: Map<string, Place> | undefined;
  wild: Place[] | undefined;
}

const emptyFolder = (): Folder => ({ inside: undefined, literals: undefined, wild: undefined });

/**
 * Held globs stand in a tree of folders: a question walks down the folders of its own glob and meets only what can
 * overlap it, however many are held elsewhere.
 */
export function fileExclusion(tasks: readonly Task[]): FileExclusion {
  const root = emptyFolder();
  const holdersOf = new Map<string, number[]>();
  /** Of tasks that ask, and until they hold nothing any more. */
  const placesOf = new Map<number, readonly Place[]>();
  /** 1 for each task that holds its globs. */
  const holding = new Uint8Array(tasks.length);
  /** A handful: as many as may start at once. */
  const lent: number[] = [];
  const places = (position: number): readonly Place[] => {
    const known = placesOf.get(position);
    if (known !== undefined) return known;
    const { files } = tasks[position] as Task;
    const found = (files.length > 1 ? [...new Set(files)] : files).map(placeOf);
    placesOf.set(position, found);
    return found;
  };
  const take = (position: number): void => {
    holding[position] = 1;
    for (const place of places(position)) {
      const holders = holdersOf.get(place.glob);
      if (holders) holders.push(position);
      else {
        holdersOf.set(place.glob, [position]);
        enter(root, place);
      }
    }
  };
  const giveUp = (position: number): string[] => {
    if (holding[position] !== 1) return [];
    holding[position] = 0;
    const freed: string[] = [];
    for (const place of places(position)) {
      const holders = holdersOf.get(place.glob) ?? [];
      if (holders.length > 1) {
        holdersOf.set(
          place.glob,
          holders.filter((holder) => holder !== position),
        );
      } else {
        holdersOf.delete(place.glob);
        leave(root, place, 0);
        freed.push(place.glob);
      }
    }
    return freed;
  };

  return {
    inTheWay(position) {
      // Nobody else can hold what overlaps its own.
      if (holdersOf.size === 0 || holding[position] === 1) return undefined;
      for (const place of places(position)) {
        const other = holdersOf.has(place.glob) ? place.glob : findOverlap(root, place);
        if (other !== undefined) return other;
      }
      return undefined;
    },
    hold(position) {
      const place = lent.indexOf(position);
      if (place !== -1) lent.splice(place, 1);
      if (holding[position] !== 1) take(position);
    },
    lend(position) {
      if (holding[position] === 1) return;
      take(position);
      lent.push(position);
    },
    reclaim() {
      for (let position = lent.pop(); position !== undefined; position = lent.pop()) giveUp(position);
    },
    release(position) {
      const freed = giveUp(position);
      // Most never ask again.
      placesOf.delete(position);
      return freed;
    },
    isHeld: (glob) => holdersOf.has(glob),
    holders: (glob) => holdersOf.get(glob) ?? [],
  };
}

const SLASH = 0x2f;
/** Whether a character is one of `*`, `?`, `[` and `{`. */
const isWildcard = (code: number): boolean =>
  code === 0x2a || code === 0x3f || code === 0x5b || code === 0x7b;

function placeOf(glob: string): Place {
  let start = 0;
  while (glob.startsWith('./', start)) start += 2;
  const folders: string[] = [];
  let end = start;
  for (; end < glob.length && !isWildcard(glob.charCodeAt(end)); end++) {
    if (glob.charCodeAt(end) !== SLASH) continue;
    folders.push(glob.slice(start, end));
    start = end + 1;
  }
  const rest = glob.slice(start, end);
  return { glob, folders, rest, isLiteral: end === glob.length && rest !== '' };
}

function enter(root: Folder, place: Place): void {
  let folder = root;
  for (const name of place.folders) {
    folder.inside ??= new Map();
    let next = folder.inside.get(name);
    if (next === undefined) {
      next = emptyFolder();
      folder.inside.set(name, next);
    }
    folder = next;
  }
  if (place.isLiteral) {
    folder.literals ??= new Map();
    folder.literals.set(place.rest, place);
  } else {
    if (folder.wild) folder.wild.push(place);
    else folder.wild = [place];
  }
}

/** Takes a glob out again, and the folders that nothing is held in any more. */
function leave(folder: Folder, place: Place, depth: number): void {
  const name = place.folders[depth];
  if (name === undefined) {
    if (place.isLiteral) folder.literals?.delete(place.rest);
    else folder.wild = folder.wild?.filter(({ glob }) => glob !== place.glob);
    return;
  }
  const next = folder.inside?.get(name);
  if (next === undefined) return;
  leave(next, place, depth + 1);
  if (isEmpty(next)) folder.inside?.delete(name);
}

const isEmpty = ({ inside, literals, wild }: Folder): boolean =>
  (inside?.size ?? 0) + (literals?.size ?? 0) + (wild?.length ?? 0) === 0;

/** A held glob that may match the same file; two equal ones are known to. */
function findOverlap(root: Folder, place: Place): string | undefined {
  const { glob, folders, rest, isLiteral } = place;
  let folder: Folder = root;
  for (const name of folders) {
    // A path without wildcard may be a folder of this name.
    const found = firstOf(folder.wild, glob) ?? sameAs(folder.literals?.get(name), glob);
    if (found !== undefined) return found;
    const next = folder.inside?.get(name);
    if (next === undefined) return undefined;
    folder = next;
  }
  const here = firstOf(folder.wild, glob);
  if (here !== undefined) return here;
  if (isLiteral) {
    const below = folder.inside?.get(rest);
    return sameAs(folder.literals?.get(rest), glob) ?? (below && firstBelow(below, glob));
  }
  for (const [name, literal] of folder.literals ?? []) {
    if (name.startsWith(rest) && globsOverlap(glob, literal.glob)) return literal.glob;
  }
  for (const [name, inside] of folder.inside ?? []) {
    const found = name.startsWith(rest) ? firstBelow(inside, glob) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

const firstOf = (candidates: Iterable<Place> | undefined, glob: string): string | undefined => {
  if (candidates === undefined) return undefined;
  for (const candidate of candidates) if (globsOverlap(glob, candidate.glob)) return candidate.glob;
  return undefined;
};

const sameAs = (candidate: Place | undefined, glob: string): string | undefined =>
  candidate !== undefined && globsOverlap(glob, candidate.glob) ? candidate.glob : undefined;

function firstBelow(folder: Folder, glob: string): string | undefined {
  const here = firstOf(folder.wild, glob) ?? firstOf(folder.literals?.values(), glob);
  if (here !== undefined) return here;
  for (const inside of folder.inside?.values() ?? []) {
    const found = firstBelow(inside, glob);
    if (found !== undefined) return found;
  }
  return undefined;
}
