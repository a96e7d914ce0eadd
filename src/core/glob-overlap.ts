/** Decides from text alone whether two globs can match the same file. Looks at no file: the base commit is not known here. */

/** The part of a glob before its first wildcard. */
export function literalPrefix(glob: string): string {
  const normal = glob.replace(/^(?:\.\/)+/, '');
  const wildcard = normal.search(/[*?[{]/);
  return wildcard === -1 ? normal : normal.slice(0, wildcard);
}

/** True when the literal prefixes of two globs overlap (SPEC §4) and their literal endings allow it. */
export function globsOverlap(a: string, b: string): boolean {
  const [first, second] = [literalPrefix(a), literalPrefix(b)];
  const [short, long, shortGlob] = first.length <= second.length ? [first, second, a] : [second, first, b];
  if (!long.startsWith(short)) return false;
  if (isLiteral(shortGlob) && !isSameOrInside(long, short)) return false;
  return endingsFit(a, b);
}

const isLiteral = (glob: string): boolean => !/[*?[{]/.test(glob);

/** A path without wildcard stands for itself and, when it is a folder, for what is in it. */
const isSameOrInside = (path: string, folder: string): boolean =>
  path === folder || folder.endsWith('/') || path.startsWith(`${folder}/`);

/** Any Markdown file and `src/a.ts` share the empty prefix, but no file ends in both ways. */
function endingsFit(a: string, b: string): boolean {
  const [first, second] = [literalSuffix(a), literalSuffix(b)];
  return first.endsWith(second) || second.endsWith(first);
}

function literalSuffix(glob: string): string {
  const name = glob.slice(glob.lastIndexOf('/') + 1);
  // A name without wildcard may be a folder, whose files end in any way.
  if (isLiteral(name)) return name.includes('.') && isLiteral(glob) ? name : '';
  return /[^*?[\]{}]*$/.exec(name)?.[0] ?? '';
}
