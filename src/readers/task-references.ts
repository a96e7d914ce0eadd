/** Finds references to numbered tasks in prose: `Task 1`, `Tasks 2, 3 and 5`, `Tasks 1-3`. Knows no plan. */
import { countedFrom, mentionJudge } from './counted-mentions.ts';

const word = /\btasks?\s+(?=#?\d)/gi;
const numberHere = /#?(\d{1,6}(?:\.\d{1,4}){0,3}[a-z]?)(?![\w%])/y;
const separatorHere =
  /\s*(?:(,\s*(?:and|or)|,|;|and|or|&|\+|\/)|(-|–|—|\.{2,3}|…|to|through))\s*(?:tasks?\s+)?(?=#?\d)/iy;
/** Longer ranges than this are a slip of the pen. */
const MAX_RANGE = 1_000;
const MAX_TEXT = 4_000;
/** Numbers that one text may name, ranges included. */
const MAX_NUMBERS = 2_000;

/** `All previous tasks`, `every task above`, `all earlier tasks (1-4)`: not `all tests of the previous task`. */
export const saysAllPrevious = (text: string): boolean =>
  /^[\s(]{0,4}(?:all|every)\s(?:of\s)?(?:the\s)?(?:(?:previous|prior|preceding|earlier|other)\stasks?\b|tasks?\s(?:above|before)\b)/i.test(
    text,
  ) && !/\b(?:except|excluding|but)\b/i.test(text);

/** The numbers in order, each once. With `bare`, numbers at the start need no `Task` before them, and may be `T7` or `#6`. */
export function taskNumbers(text: string, { bare = false }: { readonly bare?: boolean } = {}): string[] {
  const bounded = bare ? boundedList(text) : text.slice(0, MAX_TEXT);
  const found: string[] = [];
  let end = 0;
  if (bare) end = numbersAt(bounded, /^[\s[(]*/.exec(bounded)?.[0].length ?? 0, found);
  for (const match of bounded.matchAll(word)) {
    if (match.index >= end) end = numbersAt(bounded, match.index + match[0].length, found);
  }
  return [...new Set(found)];
}

/** `T7` in a list of its own is Task 7; in a sentence it may be anything. */
const boundedList = (text: string): string => text.slice(0, MAX_TEXT).replace(/\bT(?=\d)/gi, '#');

/** What a `Depends on` says: the numbers that count, and those that are only talked about; each once. */
export function statedNumbers(text: string): {
  readonly numbers: readonly string[];
  readonly remarked: readonly string[];
} {
  const bounded = boundedList(text);
  const start = countedFrom(bounded, (at) => /^(?:tasks?\s+)?#?\d/i.test(bounded.slice(at, at + 20)));
  const all = taskNumbers(bounded, { bare: true });
  if (start === undefined) return { numbers: [], remarked: all };
  const judge = mentionJudge();
  const found: string[] = [];
  let end = start;
  const take = (gap: string, at: number): void => {
    const list: string[] = [];
    const next = numbersAt(bounded, at, list);
    if (list.length > 0 && judge.counts(gap, bounded.slice(next, next + 100))) found.push(...list);
    end = next;
  };
  take('', start + (/^[\s[(]*/.exec(bounded.slice(start))?.[0].length ?? 0));
  for (const match of bounded.matchAll(word))
    if (match.index >= end) take(bounded.slice(end, match.index), match.index + match[0].length);
  const numbers = new Set(found);
  return { numbers: [...numbers], remarked: all.filter((number) => !numbers.has(number)) };
}

/** Collects the list of numbers that begins at `start`; says where it ends. */
function numbersAt(text: string, start: number, found: string[]): number {
  let at = start;
  let rangeFrom: string | undefined;
  while (found.length < MAX_NUMBERS) {
    numberHere.lastIndex = at;
    const number = numberHere.exec(text)?.[1];
    if (number === undefined) return at;
    if (rangeFrom !== undefined) found.push(...between(rangeFrom, number));
    found.push(number);
    at = numberHere.lastIndex;
    separatorHere.lastIndex = at;
    const separator = separatorHere.exec(text);
    if (separator === null) return at;
    rangeFrom = separator[2] === undefined ? undefined : number;
    at = separatorHere.lastIndex;
  }
  return text.length;
}

function between(first: string, last: string): string[] {
  const [from, to] = [Number(first), Number(last)];
  if (!Number.isInteger(from) || !Number.isInteger(to) || to - from > MAX_RANGE) return [];
  return Array.from({ length: Math.max(0, to - from - 1) }, (_, index) => String(from + index + 1));
}
