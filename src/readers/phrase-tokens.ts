/** Cuts a dependency phrase into words and what stands between them. Notes in brackets and struck-out text are gone. Knows no meaning. */
import { plainText } from './markdown-lines.ts';

/** Nobody writes a longer one. */
const MAX_PHRASE = 2_000;

export interface Token {
  /**
   * `join`: a comma or `and`. `clause`: a semicolon, or a dash that begins a remark. `range`: a dash between numbers.
   * `label`: a colon. `stop`: the end of the sentence.
   */
  readonly kind: 'word' | 'join' | 'clause' | 'range' | 'label' | 'stop';
  readonly text: string;
}

const everyToken = (): RegExp => /[\p{L}\p{N}_]+(?:['’.-][\p{L}\p{N}_]+)*|->|[-–—]+|\.+|[…→,;:&+/|!?]/gu;
/** A note that is only another phase: `Phase 3 (and Phase 4)`. */
const noteOfPhase = /\(((?:and|or|plus|also|as well as|&|\+) phases? #?[\w.–-]{1,20})\)/gi;
const joins = /^(?:and|or|plus|[,&+/|→]|->)$/i;
const phaseNumber = /^\d+[A-Za-z]?(?:\.\d+)*[A-Za-z]?$/;

export function phraseTokens(text: string): Token[] {
  const plain = withoutNotes(bareText(text).replace(noteOfPhase, ' $1 '));
  const tokens: Token[] = [];
  for (const match of plain.matchAll(everyToken())) tokens.push(...tokensOf(match[0], plain, match.index));
  return tokens.map((each, index) =>
    each.kind === 'range' && !isBetweenPhases(tokens, index) ? { ...each, kind: 'clause' } : each,
  );
}

/** The part of a phrase that is read, without emphasis and struck-out text. */
export const bareText = (text: string): string =>
  plainText(text.slice(0, MAX_PHRASE).replace(/~~[^~]*~~/g, ' '));

function tokensOf(text: string, whole: string, start: number): Token[] {
  if (joins.test(text)) return [{ kind: 'join', text }];
  if (/^[\p{L}\p{N}_]/u.test(text)) return wordsOf(text);
  if (text === ':') return [{ kind: 'label', text }];
  if (text === ';') return [{ kind: 'clause', text }];
  if (/^\.{2,}$|^…$/.test(text)) return [{ kind: 'range', text }];
  if (/^[.!?]$/.test(text)) return [{ kind: 'stop', text }];
  // `1—3` is a range; `Phase 1 — Phase 3 follows` is not.
  const isSpaced = /\s/.test(whole.charAt(start - 1)) || /\s/.test(whole.charAt(start + text.length));
  return [{ kind: isSpaced && !/^[-–]$/.test(text) ? 'clause' : 'range', text }];
}

/** `phase-3` and `Phase3` are two words; `Phase 2's` loses its ending. */
function wordsOf(text: string): Token[] {
  const bare = text.replace(/['’]s?$/, '');
  const [, phase, rest] = /^(phases?)[-_]?(\d.*)$/i.exec(bare) ?? [];
  const words = phase === undefined || rest === undefined ? [bare] : [phase, rest];
  return words.map((word) => ({ kind: 'word', text: word }));
}

function isBetweenPhases(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1]?.text ?? '';
  const next = tokens[index + 1]?.text ?? '';
  const after = /^phases?$/i.test(next) ? (tokens[index + 2]?.text ?? '') : next;
  return phaseNumber.test(before) && phaseNumber.test(after);
}

/** A phrase that is one single note keeps its words; a bracket that nobody closed is a note to the end. */
export function withoutNotes(text: string): string {
  let [depth, outside] = [0, ''];
  for (const character of text) {
    if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character)) depth = Math.max(0, depth - 1);
    else if (depth === 0) outside += character;
    if (depth > 0 && !outside.endsWith(' ')) outside += ' ';
  }
  return /[\p{L}\p{N}]/u.test(outside) ? outside : text.replace(/[()[\]{}]/g, ' ');
}
