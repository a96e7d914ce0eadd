/** Lines of a screen as spans of text with a tone each: pure data, cut by cells. Colours are given where they are painted. */
import { cellStart, cellText, cellWidth } from '../view/cell-width.ts';
import { column, fitted, plainText } from '../view/plain-text.ts';

/** What a text says by its colour; it never says that by colour alone. */
export type Tone = 'good' | 'busy' | 'bad' | 'dim' | 'strong';

export interface Span {
  readonly text: string;
  readonly tone?: Tone;
}

export type Row = readonly Span[];

export const emptyRow: Row = [];

/** Text of anybody, made harmless and cut to so many cells. */
export const cut = (text: string, width: number, tone?: Tone): Span => toned(fitted(text, width), tone);

/** Longer lines are nothing to read on a screen. */
const LONGEST_TEXT = 10_000;

/** Text of anybody, made harmless. */
export const textSpan = (text: string, tone?: Tone): Span =>
  toned(cellText(plainText(text.slice(0, LONGEST_TEXT))), tone);

/** As `cut`, and exactly as wide. */
export const cell = (text: string, width: number, tone?: Tone): Span => toned(column(text, width), tone);

/** As `cell`, its text at the right. */
export function rightCell(text: string, width: number, tone?: Tone): Span {
  const shown = fitted(text, width);
  return toned(' '.repeat(Math.max(0, width - cellWidth(shown))) + shown, tone);
}

export const toned = (text: string, tone?: Tone): Span => (tone === undefined ? { text } : { text, tone });

export const rowWidth = (row: Row): number => row.reduce((sum, { text }) => sum + cellWidth(text), 0);

/** The beginning of a row that fits; what is cut ends in an ellipsis. */
export function fitRow(row: Row, width: number): Row {
  if (rowWidth(row) <= width) return row;
  const fitting: Span[] = [];
  let room = width;
  for (const span of row) {
    const wide = cellWidth(span.text);
    // The ellipsis needs a cell of the last span that is shown.
    if (wide >= room) {
      fitting.push(toned(fitted(`${span.text} `, room), span.tone));
      break;
    }
    fitting.push(span);
    room -= wide;
  }
  return fitting;
}

/** A row as several, none wider than so many cells. */
export function wrapRow(row: Row, width: number): Row[] {
  const rows: Span[][] = [[]];
  let room = width;
  for (const { text, tone } of row) {
    let rest = text;
    while (rest !== '') {
      const start = cellStart(rest, room);
      if (start === '' && room === width) break;
      if (start !== '') rows.at(-1)?.push(toned(start, tone));
      rest = rest.slice(start.length);
      room -= cellWidth(start);
      if (rest === '') break;
      rows.push([]);
      room = width;
    }
  }
  return rows;
}

/** Parts on one row with a dot between them, as many as fit. */
export function dotted(parts: readonly Span[], width: number): Row {
  const row: Span[] = [];
  let room = width;
  for (const part of parts) {
    const gap = row.length === 0 ? '' : ' · ';
    const wide = gap.length + cellWidth(part.text);
    // The first one is cut rather than left out.
    if (row.length === 0 && wide > room) return [cut(part.text, room, part.tone)];
    if (wide > room) break;
    if (gap !== '') row.push(toned(gap, 'dim'));
    row.push(part);
    room -= wide;
  }
  return row;
}

/** A part at the left and one at the right of the same row; the left one gives way. */
export function spread(left: Row, right: Row, width: number): Row {
  const shown = fitRow(right, width);
  const before = fitRow(left, Math.max(0, width - rowWidth(shown) - 1));
  const gap = width - rowWidth(before) - rowWidth(shown);
  return [...before, toned(' '.repeat(Math.max(0, gap))), ...shown];
}

/** A title with a line to the end of the row. */
export function titleRow(title: string, width: number, tone: Tone = 'strong'): Row {
  const text = fitted(title, width);
  const rest = width - cellWidth(text) - 1;
  return [toned(text, tone), ...(rest > 0 ? [toned(` ${'─'.repeat(rest)}`, 'dim')] : [])];
}

/** The columns of a list, in cells; 0: there is no room for it. */
export interface Columns {
  readonly width: number;
  readonly id: number;
  readonly title: number;
  readonly module: number;
  readonly phase: number;
}
