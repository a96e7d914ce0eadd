/** Decides from text alone whether two globs can match the same file. Looks at no file: the base commit is not known here. */

/** What comparing needs to know of a glob; made once for each. */
export interface GlobShape {
  readonly glob: string;
  /** The part before its first wildcard. */
  readonly prefix: string;
  /** What every file it matches ends in; empty when that is not known. */
  readonly suffix: string;
  readonly isLiteral: boolean;
}

export function shapeOf(glob: string): GlobShape {
  const literal = isLiteral(glob);
  const prefix = literal ? withoutDot(glob) : literalPrefix(glob);
  return { glob, prefix, suffix: literalSuffix(glob, literal), isLiteral: literal };
}

/** The part of a glob before its first wildcard. */
export function literalPrefix(glob: string): string {
  const normal = withoutDot(glob);
  const wildcard = normal.search(/[*?[{]/);
  return wildcard === -1 ? normal : normal.slice(0, wildcard);
}

const withoutDot = (glob: string): string => (glob.startsWith('./') ? glob.replace(/^(?:\.\/)+/, '') : glob);

export const globsOverlap = (a: string, b: string): boolean => shapesOverlap(shapeOf(a), shapeOf(b));

/** True when the literal prefixes of two globs overlap (SPEC §4) and their literal endings allow it. */
export function shapesOverlap(a: GlobShape, b: GlobShape): boolean {
  const [short, long] = a.prefix.length <= b.prefix.length ? [a, b] : [b, a];
  if (!long.prefix.startsWith(short.prefix)) return false;
  if (short.isLiteral && !isSameOrInside(long.prefix, short.prefix)) return false;
  // Any Markdown file and `src/a.ts` share the empty prefix, but no file ends in both ways.
  return a.suffix.endsWith(b.suffix) || b.suffix.endsWith(a.suffix);
}

const isLiteral = (glob: string): boolean => !/[*?[{]/.test(glob);

/** A path without wildcard stands for itself and, when it is a folder, for what is in it. */
const isSameOrInside = (path: string, folder: string): boolean =>
  path === folder || folder.endsWith('/') || path.startsWith(`${folder}/`);

function literalSuffix(glob: string, literal: boolean): string {
  const name = glob.slice(glob.lastIndexOf('/') + 1);
  // A name without wildcard may be a folder, whose files end in any way.
  if (literal || isLiteral(name)) return literal && name.includes('.') ? name : '';
  return /[^*?[\]{}]*$/.exec(name)?.[0] ?? '';
}
