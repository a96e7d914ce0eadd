/** Finds task ids in text people write. An id is one of the plan, or looks like one of the plan's (same prefix, other number). */
import { canonicalName } from '../core/nearest.ts';
import { countedFrom, mentionJudge } from './counted-mentions.ts';

/** Prefix, number, suffix: `T-006b`, `EST-41`, `PROJ-API-12`, `task_3.1`. */
const idShape = /^(.*?)(\d+)([A-Za-z]?(?:\.\d+)*)$/s;
/** Longer ranges than this are a slip of the pen. */
const MAX_RANGE = 1_000;
const MAX_STATEMENT = 10_000;
/** Words longer than this are ids only where they are the whole statement. */
const MAX_WORD = 200;
/** Two ids and the dash between them. */
const MAX_RANGE_WORD = 60;

export interface IdStatement {
  /** The ids that count. */
  readonly ids: string[];
  /** Named outside of bracketed notes, but only talked about. */
  readonly remarked: string[];
  /** Numbers of a list that are no ids: the 2 of `T-001 and 2`. */
  readonly leftover: string[];
}

export interface IdFamily {
  read(text: string, options?: { readonly isBlocking?: boolean }): IdStatement;
  /** The ids in a statement such as `T-002, T-003 (needs T-001's schema)`: here T-002 and T-003. */
  idsIn(text: string): string[];
  /** The ids of one value of a structured list; a value without any is taken as an id itself. */
  idsOf(value: string, owner: string): string[];
}

/** Text that says `nothing`, or says nothing. */
export function isNone(text: string): boolean {
  const bare = text
    .slice(0, MAX_STATEMENT)
    .replace(/\([^()]*\)/g, ' ')
    .replace(/[^\p{L}\p{N}/]+/gu, ' ')
    .trim();
  return (
    /^(?:|none|no|nothing|null|nil|n ?\/ ?a|na|no (?:dependencies|blockers|prerequisites|tasks?)|without|not applicable|tbd)$/i.test(
      bare,
    ) || /^(?:none|nothing)\b/i.test(bare)
  );
}

/** @param ids all ids of the plan */
export function idFamily(ids: Iterable<string>): IdFamily {
  const known = new Set(ids);
  // Made when something is not an id exactly as it is written: in most plans everything is.
  let names: KnownNames | undefined;
  const namesKnown = (): KnownNames => {
    names ??= knownNames(known);
    return names;
  };
  const lookUp = (text: string): string | undefined =>
    known.has(text) ? text : namesKnown().canonical.get(canonicalName(text));

  /** `T-002-contract-testing.md` names T-002. */
  const idInWord = (word: string): string | undefined => {
    if (word.length > MAX_WORD) return undefined;
    for (let part = word; part !== ''; part = part.replace(/[-_.]?[^-_.]*$/, '')) {
      if (/^\d+$/.test(part)) return undefined;
      const found = lookUp(part);
      if (found !== undefined) return found;
    }
    const [, start, prefix] = /^((.*?)\d+[A-Za-z]?(?:\.\d+)*)(?![\p{L}\p{N}])/u.exec(word) ?? [];
    const written =
      prefix === undefined || prefix === '' ? undefined : namesKnown().prefixes.get(prefix.toLowerCase());
    return start === undefined || written === undefined ? undefined : start;
  };

  const bareNumber = (piece: string): string | undefined => {
    const digits = /^#?(\d+)$/.exec(piece)?.[1];
    return digits === undefined ? undefined : lookUp(digits);
  };

  /** The first id of a piece and those right behind it; what follows in words only talks about it. */
  const idsInPiece = (piece: string): string[] => {
    const trimmed = piece.replace(/^[\s[\]"'`*_]+|[\s[\]"'`*_.]+$/g, '');
    const whole = known.has(trimmed) ? trimmed : bareNumber(trimmed);
    if (whole !== undefined) return [whole];
    const found: string[] = [];
    let end = 0;
    for (const match of piece.matchAll(words())) {
      const id = idInWord(match[0].replace(/[-_.]+$/, ''));
      const adjacent = !/[\p{L}\p{N}]/u.test(piece.slice(end, match.index));
      if (found.length > 0 && (id === undefined || !adjacent)) break;
      if (id === undefined) continue;
      found.push(id);
      end = match.index + match[0].length;
    }
    return found;
  };

  /** `T-001-T-003` is `T-001 – T-003`. */
  const spacedRange = (word: string): string => {
    if (word.length > MAX_RANGE_WORD || !/\d[A-Za-z]?-\D/.test(word) || lookUp(word) !== undefined)
      return word;
    for (let at = word.indexOf('-'); at !== -1; at = word.indexOf('-', at + 1)) {
      const [first, last] = [word.slice(0, at), word.slice(at + 1)];
      const areIds = [first, last].every((id) => idInWord(id) === id && /\d[A-Za-z]?$/.test(id));
      if (areIds && between(first, last, lookUp) !== undefined) return `${first} – ${last}`;
    }
    return word;
  };

  const read = (statement: string, { isBlocking = false } = {}): IdStatement => {
    const text = withoutNotes(statement).replace(words(), spacedRange);
    const found = new Set<string>();
    const leftover: string[] = [];
    const judge = mentionJudge({ isBlocking });
    const start = countedFrom(text, (at) => startsWithId(text.slice(at, at + MAX_WORD), idInWord));
    let [end, isCounting] = [start ?? 0, true];
    // In `T-001 - the model, used by T-003` the comma is part of the description; in `T-001 - x, T-003 - y` it is not.
    let described = false;
    for (const { piece, at } of start === undefined ? [] : piecesFrom(text, start)) {
      const range = rangeOf(piece, idsInPiece, lookUp);
      if (range === undefined && described && !startsWithId(piece, idInWord)) continue;
      const ids = range ?? idsInHead(piece, idsInPiece);
      described ||= range === undefined && description.test(piece);
      const stray = strayNumber.exec(piece)?.[1];
      if (ids.length === 0 && stray !== undefined && found.size > 0 && isCounting) leftover.push(stray);
      const [first, last] = ids.length === 0 ? [] : wordsWithIds(piece, idInWord);
      if (ids.length === 0) continue;
      const behind = text.slice(at + (last?.end ?? piece.length), at + piece.length + MAX_WORD);
      isCounting = judge.counts(text.slice(end, at + (first?.start ?? 0)), behind);
      end = at + (last?.end ?? piece.length);
      if (isCounting) for (const id of ids) found.add(id);
    }
    const named = [...text.matchAll(words())].map(([word]) => idInWord(word.replace(/[-_.]+$/, '')));
    const remarked = new Set(named.filter((id) => id !== undefined && !found.has(id)) as string[]);
    return { ids: [...found], remarked: [...remarked], leftover };
  };
  const idsIn = (text: string): string[] => read(text).ids;

  return {
    read,
    idsIn,
    idsOf(value, owner) {
      if (known.has(value)) return [value];
      const found = idsIn(value);
      if (found.length > 0 || isNone(value)) return found;
      const prefix = idShape.exec(owner)?.[1] ?? '';
      const number = /^\s*#?(\d+[A-Za-z]?)\s*$/.exec(value)?.[1];
      // `dependencies: [2]` in a plan of T-001, T-002 …
      if (number !== undefined && prefix !== '') return [lookUp(prefix + number) ?? prefix + number];
      return [value.trim().slice(0, 200)];
    },
  };
}

/** Ids by how they are written when nobody minds cases and zeros, and their prefixes by the same in lower case. */
interface KnownNames {
  readonly canonical: ReadonlyMap<string, string>;
  readonly prefixes: ReadonlyMap<string, string>;
}

function knownNames(known: ReadonlySet<string>): KnownNames {
  const canonical = new Map<string, string>();
  const prefixes = new Map<string, string>();
  for (const id of known) {
    const name = canonicalName(id);
    if (!canonical.has(name)) canonical.set(name, id);
    const prefix = idShape.exec(id)?.[1] ?? '';
    // A bare number is an id only where it stands alone; see `bareNumber`.
    if (prefix !== '') prefixes.set(prefix.toLowerCase(), prefix);
  }
  return { canonical, prefixes };
}

/** Without struck-out text, link targets and bracketed notes; a statement that is one single note keeps it. */
function withoutNotes(text: string): string {
  let plain = text.slice(0, MAX_STATEMENT).replace(/~~[^~]*~~/g, ' ');
  const unwrapped = /^\s*\(([^()]*)\)\s*$/.exec(plain)?.[1];
  if (unwrapped !== undefined) return unwrapped;
  for (let before = ''; before !== plain; ) {
    before = plain;
    plain = plain.replace(/\([^()]*\)/g, ' ');
  }
  // An opened bracket that nobody closed is a note to the end.
  return plain.replace(/\([^()]*$/, ' ');
}

const separators = /[,;&+/|\n]|→|=>|[.!?](?=\s)|\b(?:and|plus|or|then|as well as|along with|with)\b/gi;
/** Made when asked for: classes of letters take V8 longer to make than most plans take to be read for their ids. */
const words = (): RegExp => /[\p{L}\p{N}_][\p{L}\p{N}_.-]*/gu;
const strayNumber = /^\s*#?(\d{1,6})[\s.]*$/;

function piecesFrom(text: string, start: number): { readonly piece: string; readonly at: number }[] {
  const pieces: { piece: string; at: number }[] = [];
  let at = start;
  for (const match of text.matchAll(separators)) {
    if (match.index < at) continue;
    pieces.push({ piece: text.slice(at, match.index), at });
    at = match.index + match[0].length;
  }
  return [...pieces, { piece: text.slice(at), at }];
}

/** Where the first id of a piece stands, and the last of those right behind it. */
function wordsWithIds(
  piece: string,
  idInWord: (word: string) => string | undefined,
): { readonly start: number; readonly end: number }[] {
  const found: { start: number; end: number }[] = [];
  for (const { 0: word, index } of piece.matchAll(words())) {
    const isId = idInWord(word.replace(/[-_.]+$/, '')) !== undefined;
    if (isId) found.push({ start: index, end: index + word.length });
    else if (found.length > 0) break;
  }
  return [...found.slice(0, 1), ...found.slice(-1)];
}

/** The ids of a range: `T-001 to T-003`, `T-001–T-003`. */
function rangeOf(
  piece: string,
  idsInPiece: (piece: string) => string[],
  lookUp: (id: string) => string | undefined,
): string[] | undefined {
  const ends = piece.split(/\s+(?:to|through|thru|until)\s+|\s*(?:–|—|\.{2,3}|…)\s*|\s+-\s+/i);
  const first = idsInPiece(ends[0] ?? '').at(-1);
  const last = idsInPiece(ends[1] ?? '')[0];
  if (ends.length !== 2 || first === undefined || last === undefined) return undefined;
  // `T-001, parallel to T-002` and `T-001 leads to T-003` are none.
  if (!/\d[A-Za-z]?[^\p{L}\p{N}]*$/u.test(ends[0] ?? '')) return undefined;
  // Behind a dash words may follow that only mention another task.
  if (!/^[^\p{L}\p{N}]*$/u.test((ends[1] ?? '').trim().slice(last.length))) return undefined;
  return between(first, last, lookUp);
}

function between(
  first: string,
  last: string,
  lookUp: (id: string) => string | undefined,
): string[] | undefined {
  const [from, to] = [idShape.exec(first), idShape.exec(last)];
  if (from === null || to === null || from[1]?.toLowerCase() !== to[1]?.toLowerCase()) return undefined;
  const [low, high] = [Number(from[2]), Number(to[2])];
  if (from[3] !== '' || to[3] !== '' || high <= low || high - low > MAX_RANGE) return undefined;
  const inner = Array.from({ length: high - low - 1 }, (_, index) => lookUp(`${from[1]}${low + index + 1}`));
  return [first, ...inner.filter((id) => id !== undefined), last];
}

const description = /\s+[-–—]+\s+|:\s/;

/** `T-002 — before T-004 can start`: what stands behind the dash or colon describes T-002. */
function idsInHead(piece: string, idsInPiece: (piece: string) => string[]): string[] {
  const found = idsInPiece(piece.split(description)[0] ?? '');
  return found.length > 0 ? found : idsInPiece(piece);
}

const startsWithId = (piece: string, idInWord: (word: string) => string | undefined): boolean =>
  idInWord(/^[^\p{L}\p{N}]*([\p{L}\p{N}_.-]+)/u.exec(piece)?.[1] ?? '') !== undefined;
