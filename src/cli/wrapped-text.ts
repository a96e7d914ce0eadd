/** Lays text out in the columns of a terminal: wrapped lists and prose. Knows nothing of what it shows. */
import { grouped } from '../view/amount-text.ts';
import { fitted, plainText } from '../view/plain-text.ts';

export { counted } from '../view/amount-text.ts';
export { shellWord } from '../view/shell-word.ts';

/** The width reports are laid out for: as wide as the terminal, as long as that reads well. */
export const reportWidth = (columns: number): number => Math.min(100, Math.max(40, columns));

export interface ListLayout {
  /** Columns of a whole line. */
  readonly width: number;
  /** Where the list begins: the caller has written up to here, later lines are moved this far. */
  readonly indent: number;
  /** Between two items. */
  readonly separator?: string;
  /** Most lines; what does not fit is counted (`… and 12 more`). */
  readonly lines?: number;
}

/** Longest item shown whole: an id may be any text. */
const MAX_ITEM = 40;

/** Items one after the other, no item broken in two. */
export function wrapList(items: readonly string[], layout: ListLayout): string {
  const { width, indent, separator = ' ', lines = Number.POSITIVE_INFINITY } = layout;
  const room = Math.max(MAX_ITEM / 2, width - indent);
  const pieces = items.map((item) => fitted(item, Math.min(MAX_ITEM, room - separator.length)));
  const rows: string[] = [];
  let next = 0;
  while (next < pieces.length) {
    const left = pieces.length - next;
    let count = countFitting(pieces, next, room - separator.trimEnd().length, separator);
    const isCut = rows.length + 1 >= lines && count < left;
    if (isCut) count = countFitting(pieces, next, room - moreText(left).length - separator.length, separator);
    const row = pieces.slice(next, next + count);
    rows.push([...row, ...(isCut ? [moreText(left - count)] : [])].join(separator));
    if (isCut) break;
    next += count;
  }
  return rows.join(`${separator.trimEnd()}\n${' '.repeat(indent)}`);
}

/** How many pieces from `start` on fit on a line; at least one. */
function countFitting(pieces: readonly string[], start: number, room: number, separator: string): number {
  let used = 0;
  let end = start;
  for (; end < pieces.length; end++) {
    used += Array.from(pieces[end] ?? '').length + (end === start ? 0 : separator.length);
    if (used > room) break;
  }
  return Math.max(1, end - start);
}

const moreText = (count: number): string => `… and ${grouped(count)} more`;

/** Prose broken at spaces so that no line is wider than `width`; a word that is wider stays whole. */
export function wrapWords(text: string, width: number, indent = 0): string {
  const rows: string[] = [];
  for (const word of plainText(text).split(' ')) {
    const row = rows.at(-1);
    if (row !== undefined && row.length + 1 + word.length <= width - indent)
      rows[rows.length - 1] = `${row} ${word}`;
    else rows.push(word);
  }
  return rows.join(`\n${' '.repeat(indent)}`);
}
