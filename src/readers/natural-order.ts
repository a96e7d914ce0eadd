/** The order in which people read names with numbers in them: `T-2` before `T-10`. */

/** Numbers inside names count as numbers; else by code unit, so that every machine has the same order. */
export function compareNaturally(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  if (at === a.length || at === b.length) return a.length - b.length;
  let start = at;
  while (isDigit(a, start - 1)) start--;
  const x = numberAt(a, start);
  const y = numberAt(b, start);
  if (x !== '' && y !== '' && x !== y) return Number(x) - Number(y) || (x < y ? -1 : 1);
  // A number ends the word before it, and the shorter word comes first.
  if (start > 0 && x !== y) return x !== '' ? -1 : 1;
  return a.charCodeAt(at) - b.charCodeAt(at);
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

function numberAt(text: string, start: number): string {
  let end = start;
  while (isDigit(text, end)) end++;
  return text.slice(start, end);
}
