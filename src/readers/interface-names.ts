/** Finds the names in a `Consumes` or `Produces` line: `log(message)`, `src/log.ts`. What they mean is settled by who produces them. */
import { isNone } from './id-family.ts';
import { withoutLines } from './paths-in-text.ts';

const MAX_NAME = 200;
const MAX_TEXT = 4_000;
/** Values, not interfaces. */
const values = /^(?:none|null|undefined|true|false|n\/a|\d+)$/i;
const keywords =
  /^(?:(?:export|default|declare|async|public|private|protected|static|readonly|const|let|var|val|def|fn|func|fun|function|class|interface|type|enum|struct|trait|record|module|component|the)\s+)+/i;

/** Whether the line says that there is nothing: `None — no dependency on Task 1`. */
export const saysNothing = (text: string): boolean =>
  isNone(text.replace(/[()]/g, ' ')) ||
  /^\W*(?:none|nothing|n\/a|no (?:dependenc|interface|other|earlier|new))/i.test(text);

/** The names that are consumed: all in code marks, but for those in bracketed notes. */
export const consumedNames = (text: string): string[] => namesIn(text, false);

/** The names that are produced: those in code marks up to where the description begins; it may mention anything. */
export const producedNames = (text: string): string[] => namesIn(text, true);

function namesIn(text: string, headOnly: boolean): string[] {
  const bounded = text.slice(0, MAX_TEXT);
  const spans = codeSpansOutsideNotes(bounded, headOnly);
  const written = spans.length > 0 ? spans : singleWords(bounded);
  const names = written.map(nameOf).filter((name) => name !== '' && name.length <= MAX_NAME);
  return [...new Set(names)].filter((name) => !values.test(name));
}

/** `export function log(message: string): void` is `log`; a path stays a path. */
function nameOf(span: string): string {
  const bare = span.trim().replace(keywords, '');
  const path = withoutLines(bare);
  if (/^[\w.@~*{},[\]$-]*\/[\w./@~*{},[\]$-]*$/.test(path)) return path.replace(/^\.\//, '');
  const call = /^([\p{L}_$][\p{L}\p{N}_$.#:-]*?)(?:\(|<|\s*:(?!:)|\s*=|\s*\{|$)/u.exec(bare)?.[1];
  return call ?? path;
}

/** Where, outside of code marks, a description begins. */
const description = /\s(?:[-–—]{1,3}|→|=>|->)(?:\s|$)|;|\.(?:\s|$)/;
/** Code marks that are closed later than this many marks on are none. */
const MAX_AHEAD = 20;

function codeSpansOutsideNotes(text: string, headOnly: boolean): string[] {
  // Every second piece is a run of code marks.
  const pieces = text.split(/(`+)/);
  const spans: string[] = [];
  let depth = 0;
  for (let index = 0; index < pieces.length; index += 2) {
    for (const mark of outsideNotes(pieces[index] ?? '')) {
      if (mark === '(') depth++;
      else if (mark === ')') depth = Math.max(0, depth - 1);
      else if (headOnly && depth === 0 && spans.length > 0 && description.test(mark)) return spans;
    }
    const open = pieces[index + 1];
    const ahead = pieces.slice(index + 2, index + 2 + MAX_AHEAD);
    const length = open === undefined ? -1 : ahead.findIndex((piece, at) => at % 2 === 1 && piece === open);
    if (length === -1) continue;
    if (depth === 0) spans.push(ahead.slice(0, length).join(''));
    index += length + 1;
  }
  return spans;
}

/** Text cut at its brackets. */
const outsideNotes = (text: string): string[] => text.split(/([()])/);

/** Without code marks only a list of single words is one of names: `createWidget, createGadget()`. */
function singleWords(text: string): string[] {
  const plain = text.replace(/\([^()]*\)/g, (note) => (/\s/.test(note) ? ' ' : note)).trim();
  const pieces = plain.split(/\s*,\s*|\s+and\s+/).map((piece) => piece.replace(/[.;]$/, '').trim());
  const isName = (piece: string): boolean => /^[\p{L}_$./][\p{L}\p{N}_$./()-]*$/u.test(piece);
  return pieces.every(isName) ? pieces.filter((piece) => /[A-Z_./(]/.test(piece)) : [];
}
