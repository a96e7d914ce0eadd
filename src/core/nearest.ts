/** Finds the names nearest to a mistyped one, for the fix of a problem. Bounded: long names are not compared. */

const MAX_LENGTH = 64;

/**
 * The names of `candidates` that somebody who wrote `name` may have meant, best first.
 * Other case and other padding (`t-1` for `T-001`) come first; else a third of the letters may differ, at least two.
 */
export function nearestNames(name: string, candidates: Iterable<string>, count = 3): string[] {
  if (name.length > MAX_LENGTH) return [];
  const limit = Math.max(2, Math.floor(name.length / 3));
  const canonical = canonicalName(name);
  const found: { readonly candidate: string; readonly rank: readonly number[] }[] = [];
  for (const candidate of candidates) {
    if (candidate === name || candidate.length > MAX_LENGTH) continue;
    const distance = canonicalName(candidate) === canonical ? 0 : editDistance(name, candidate, limit);
    if (distance > limit || distance >= Math.max(name.length, candidate.length)) continue;
    found.push({ candidate, rank: [distance, -commonPrefix(name, candidate), numberGap(name, candidate)] });
  }
  // Somebody who only padded or cased an id differently meant that id and no neighbour of it.
  const certain = found.filter(({ rank }) => rank[0] === 0);
  return (certain.length > 0 ? certain : found)
    .sort((a, b) => compareRanks(a.rank, b.rank))
    .slice(0, count)
    .map(({ candidate }) => candidate);
}

/** `Did you mean A, B or C?`, or undefined when nothing is near. */
export function didYouMean(name: string, candidates: Iterable<string>): string | undefined {
  const near = nearestNames(name, candidates);
  if (near.length === 0) return undefined;
  const last = near.length > 1 ? ` or ${near.at(-1)}` : '';
  return `Did you mean ${near.slice(0, last === '' ? 1 : -1).join(', ')}${last}?`;
}

/** Lower case, numbers without leading zeros: how ids that mean the same are recognised. */
export const canonicalName = (name: string): string => name.toLowerCase().replace(/0+(?=\d)/g, dropZeros);

/** Zeros inside a number count (`100`), those in front of it do not (`001`). */
function dropZeros(zeros: string, offset: number, whole: string): string {
  return offset > 0 && /\d/.test(whole.charAt(offset - 1)) ? zeros : '';
}

/** Levenshtein's distance; anything above `limit` when it is larger than that. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    if (Math.min(...next) > limit) return limit + 1;
    row = next;
  }
  return row[b.length] as number;
}

function commonPrefix(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

/** How far the numbers at the end of two names are apart. */
function numberGap(a: string, b: string): number {
  const [first, second] = [/\d+$/.exec(a)?.[0], /\d+$/.exec(b)?.[0]];
  return first === undefined || second === undefined ? Infinity : Math.abs(Number(first) - Number(second));
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  for (const [place, value] of a.entries()) {
    const other = b[place] as number;
    if (value !== other) return value < other ? -1 : 1;
  }
  return 0;
}
