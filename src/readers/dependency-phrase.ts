/**
 * Reads what a roadmap says behind `Depends on`: `Phase 2, Phases 4-6 (needs the schema)`, `Nothing (first phase)`.
 * The grammar is docs/dependency-phrases.md. Which phases there are is not known here: see `phase-references`.
 */
import { isPhaseId } from './gsd-phase-id.ts';
import { phraseTokens, type Token } from './phrase-tokens.ts';

export type PhaseReference =
  | { readonly kind: 'phase'; readonly id: string }
  | { readonly kind: 'range'; readonly from: string; readonly to: string }
  /** The phase before this one. */
  | { readonly kind: 'previous' }
  | { readonly kind: 'all-previous' };

export interface DependencyPhrase {
  readonly meaning: 'phases' | 'nothing' | 'unclear';
  readonly references: readonly PhaseReference[];
  /** What `except` takes away. */
  readonly except: readonly PhaseReference[];
}

const setOf = (list: string): ReadonlySet<string> => new Set(list.split(' '));

const phaseWords = setOf('phase phases');
/** What may stand between a comma and the next phase. */
export const fillers = setOf('also the then both either completion of all just only after from');
/** Before a phase they say that it need not come first … */
export const denials = setOf(
  'not no none nothing without independent independently parallel concurrent concurrently alongside before unlike ' +
    'overlap overlaps overlapping can could may might regardless simultaneously unblocks blocks enables',
);
/** … unless one of these stands right before it. */
export const orders = setOf('after once following upon');
/** Between two phases they are as good as a comma. */
const connections = setOf('then also as well together along with');
/** Behind a phase they begin a remark. */
const remarks = setOf(
  'can could may might which so because since while whereas but though although unless if when that parallel optional',
);
const exceptions = setOf('except excluding excepting');
const settled = setOf('complete completed completion done shipped released finished archived validated');
const nothingWords = setOf(
  'nothing none no not nil null na independent independently standalone self-contained parallel concurrent without ' +
    'can could may might first initial',
);
const outsideWords = setOf(
  'existing current currently already shipped released deployed completed baseline brownfield',
);
const earlierWords = setOf('previous prior preceding earlier');
const allWords = setOf('all every each everything');
/** A number before one of these counts them. */
const units = /^(?:weeks?|days?|hours?|months?|plans?|tasks?|tests?|items?|files?|people|engineers?)$/;

/** @param text the value of a `Depends on` field; its first 2,000 characters are read */
export function readDependencyPhrase(text: string): DependencyPhrase {
  const tokens = phraseTokens(text);
  const spelled = tokens.map((token) => token.text.toLowerCase()).join(' ');
  const reading: Reading = {
    references: [],
    except: [],
    isUnderstood: false,
    isExcepting: false,
    isBehindRemark: false,
  };
  if (!tokens.some(({ kind }) => kind === 'word') || /^n ?\/ ?a\b/.test(spelled)) reading.isUnderstood = true;
  else {
    const but =
      /^(?:nothing|none|no other phases?) (?:but|except|beyond|besides|other than) (?=phases? )/.exec(
        spelled,
      );
    for (const piece of splitPieces(tokens.slice(but?.[0].trim().split(' ').length ?? 0)))
      if (!take(reading, piece)) break;
  }
  const { references, except } = reading;
  if (references.length > 0) return { meaning: 'phases', references, except };
  return { meaning: reading.isUnderstood ? 'nothing' : 'unclear', references, except };
}

interface Piece {
  readonly words: readonly Token[];
  /** Behind a comma or `and` another phase may follow, behind a semicolon or a dash as well; behind the sentence nothing. */
  readonly isClause: boolean;
}

function splitPieces(tokens: readonly Token[]): Piece[] {
  const pieces: Piece[] = [];
  let words: Token[] = [];
  let isClause = false;
  const close = (): void => {
    if (words.length > 0) pieces.push({ words, isClause });
    words = [];
  };
  for (const token of tokens) {
    if (token.kind === 'stop') break;
    if (token.kind === 'word' || token.kind === 'range') words.push(token);
    // `Hard: Phase 1` has a label; `Phase 1: the schema` has a remark.
    else if (token.kind === 'label' && !words.some(({ text }) => /^\d/.test(text))) words = [];
    else {
      close();
      isClause = token.kind !== 'join';
    }
  }
  close();
  return pieces;
}

interface Match {
  readonly reference: PhaseReference;
  readonly start: number;
  readonly end: number;
}

/** What a phrase has said so far. */
interface Reading {
  readonly references: PhaseReference[];
  readonly except: PhaseReference[];
  /** It says `nothing`, or names what is there already. */
  isUnderstood: boolean;
  isExcepting: boolean;
  /** A title or another remark stood behind a phase: only `Phase 4` with its word counts from there. */
  isBehindRemark: boolean;
}

const hasPhase = ({ references }: Reading): boolean => references.length > 0;

/** False when what follows the piece cannot be a dependency any more. */
function take(reading: Reading, { words, isClause }: Piece): boolean {
  const lower = words.map(({ text }) => text.toLowerCase());
  const cut = lower.findIndex((word) => exceptions.has(word));
  if (cut > 0 || (cut === 0 && hasPhase(reading))) {
    if (!take(reading, { words: words.slice(0, cut), isClause })) return false;
    reading.isExcepting = true;
    return take(reading, { words: words.slice(cut + 1), isClause: false });
  }
  if (words.length === 0) return true;
  return hasPhase(reading) ? takeNext(reading, words, lower, isClause) : takeFirst(reading, words, lower);
}

/** Before the first phase anything may stand: `v1.1 Phase 10`, `Auth from Phase 2`, `Can start after Phase 3`. */
function takeFirst(reading: Reading, words: readonly Token[], lower: readonly string[]): boolean {
  const match = findReference(reading, words, lower);
  const lead = lower.slice(0, match?.start ?? lower.length);
  const isDenied = lead.some((word) => denials.has(word)) && !orders.has(lead.at(-1) ?? '');
  const general = isDenied ? undefined : generalReference(lower, match !== undefined);
  if (general !== undefined) {
    reading.references.push(general);
    return true;
  }
  if (match !== undefined && !isDenied) return accept(reading, match, words, lower);
  if (isDenied || nothingWords.has(lower[0] ?? '')) {
    reading.isUnderstood = true;
    return false;
  }
  if (isOutside(lower)) reading.isUnderstood = true;
  return true;
}

/** Behind a phase only another one counts; the first piece that mentions one in another way begins the remarks. */
function takeNext(
  reading: Reading,
  words: readonly Token[],
  lower: readonly string[],
  isClause: boolean,
): boolean {
  const match = findReference(reading, words, lower);
  if (match === undefined) {
    reading.isBehindRemark ||= isClause;
    return !lower.some(isRemark);
  }
  const lead = lower.slice(0, match.start);
  const isBare = !phaseWords.has(lower[match.start] ?? '');
  // `Phase 1: login, 3 screens, Phase 2: mail`.
  if (reading.isBehindRemark && isBare) return !lower.some(isRemark);
  const isNamed = lead.every((word) => fillers.has(word));
  const comesFrom =
    !isClause &&
    !reading.isBehindRemark &&
    /^(?:from|of|after)$/.test(lead.at(-1) ?? '') &&
    !lead.some(isRemark);
  const isDoubted = lower.slice(match.end).some(isRemark);
  if ((!isNamed && !comesFrom) || isDoubted) return false;
  return accept(reading, match, words, lower);
}

/** Takes the phase, and those right behind it; words that mention yet another one are a remark. */
function accept(reading: Reading, match: Match, words: readonly Token[], lower: readonly string[]): boolean {
  (reading.isExcepting ? reading.except : reading.references).push(match.reference);
  const [wordsBehind, lowerBehind] = [words.slice(match.end), lower.slice(match.end)];
  const next = findReference(reading, wordsBehind, lowerBehind);
  if (next?.start === 0) return accept(reading, next, wordsBehind, lowerBehind);
  // `Phase 2 as well as Phase 3`, but not `Phase 2 then Phase 3 can start`.
  const isConnected =
    next !== undefined &&
    phaseWords.has(lowerBehind[next.start] ?? '') &&
    lowerBehind.slice(0, next.start).every((word) => connections.has(word)) &&
    !lowerBehind.slice(next.end).some(isRemark);
  if (isConnected) return accept(reading, next, wordsBehind, lowerBehind);
  return next === undefined && !lowerBehind.some(isRemark);
}

function findReference(
  reading: Reading,
  words: readonly Token[],
  lower: readonly string[],
): Match | undefined {
  for (let start = 0; start < words.length; start++) {
    const found = referenceAt(words, lower, start, hasPhase(reading));
    if (found !== undefined) return found;
  }
  return undefined;
}

const isRemark = (word: string): boolean => remarks.has(word) || denials.has(word);

/** The phase or the range at `start`. Without the word `Phase` a number has to be all that the piece says. */
function referenceAt(
  words: readonly Token[],
  lower: readonly string[],
  start: number,
  isNaming: boolean,
): Match | undefined {
  let at = start;
  while (phaseWords.has(lower[at] ?? '')) at++;
  const isNamed = at > start;
  // `Phase 1 of v1.0` names one phase.
  if (!isNamed && /^v\d+\./i.test(words[at]?.text ?? '')) return undefined;
  const first = idsOf(words[at]?.text ?? '', isNamed || isNaming);
  if (first === undefined || (!isNamed && !isBareId(first[0]))) return undefined;
  at++;
  if (!isNamed && !mayStandAlone(lower, start, at, isNaming)) return undefined;
  const [from, to] = first;
  if (to !== undefined) return { reference: { kind: 'range', from, to }, start, end: at };
  const last = rangeEnd(words, lower, at);
  if (last === undefined) return { reference: { kind: 'phase', id: from }, start, end: at };
  return { reference: { kind: 'range', from, to: last.id }, start, end: last.end };
}

/** Behind `Phase 1,` a number or one letter is another phase; `v1.2`, `2.0` and `M1` are not. */
const isBareId = (id: string): boolean => /^(?:\d|[A-Za-z]$)/.test(id) && !/^\d+\.0$/.test(id);

function mayStandAlone(lower: readonly string[], start: number, end: number, isNaming: boolean): boolean {
  const next = lower[end];
  if (next === undefined) return lower.slice(0, start).every((word) => fillers.has(word));
  if (isNaming) return !units.test(next);
  return start === 0 && (settled.has(next) || /^(?:[-–—.…]+|to|through|thru|until)$/.test(next));
}

/** One id, or two of a range. `02-03` without the word `Phase` is a plan: it stands for its phase. */
function idsOf(text: string, isNamed: boolean): [string] | [string, string] | undefined {
  const [, from, to] = /^(\d+[A-Za-z]?(?:\.\d+)*)-(\d+[A-Za-z]?(?:\.\d+)*)$/.exec(text) ?? [];
  if (from !== undefined && to !== undefined) {
    if (!isPhaseId(from) || !isPhaseId(to)) return undefined;
    return !isNamed && /^0?\d+[^-]*-0\d/.test(text) ? [from] : [from, to];
  }
  return isPhaseId(text) && (isNamed || /^\d/.test(text)) ? [text] : undefined;
}

function rangeEnd(
  words: readonly Token[],
  lower: readonly string[],
  at: number,
): { readonly id: string; readonly end: number } | undefined {
  if (words[at]?.kind !== 'range' && !/^(?:to|through|thru|until)$/.test(lower[at] ?? '')) return undefined;
  const position = phaseWords.has(lower[at + 1] ?? '') ? at + 2 : at + 1;
  const id = words[position]?.text ?? '';
  return /^\d/.test(id) && isPhaseId(id) ? { id, end: position + 1 } : undefined;
}

/** `All previous phases`, `all phases`, `the preceding phase`. */
function generalReference(lower: readonly string[], namesOne: boolean): PhaseReference | undefined {
  const hasAll = lower.slice(0, 3).some((word) => allWords.has(word));
  const earlier = lower.findIndex((word) => earlierWords.has(word));
  const isAllOthers = lower.some((word) => /^(?:others?|above|before)$/.test(word));
  if (hasAll && (earlier >= 0 || isAllOthers)) return { kind: 'all-previous' };
  if (namesOne) return undefined;
  const isPlain = lower.every(
    (word) =>
      allWords.has(word) || fillers.has(word) || phaseWords.has(word) || settled.has(word) || word === 'are',
  );
  if (hasAll && isPlain) return { kind: 'all-previous' };
  if (earlier < 0) return undefined;
  if (lower[earlier + 1] === 'phases') return { kind: 'all-previous' };
  return lower[earlier + 1] === 'phase' ? { kind: 'previous' } : undefined;
}

/** What is there already, whatever it is: `Existing core`, `v1.0 complete`, `Milestone 1 shipped`, `the previous milestone`. */
function isOutside(lower: readonly string[]): boolean {
  const [first = ''] = lower.filter((word) => word !== 'the');
  if (outsideWords.has(first) || /^v\d|^\d+\.0$/.test(first)) return true;
  return (
    lower.includes('milestone') &&
    lower.some((word) => settled.has(word) || earlierWords.has(word) || /^v\d/.test(word))
  );
}
