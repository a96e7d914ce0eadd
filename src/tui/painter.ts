/** Brings frames onto a terminal: rows that have changed, all of them at once. Opens no screen and reads no keys. */
import type { Frame } from './frame.ts';
import type { ListLine } from './list-rows.ts';
import type { Row, Tone } from './row.ts';

/** Numbers of SGR: of the 16 colours, those that can be read on light and on dark. */
const styles: Readonly<Record<Tone, readonly number[]>> = {
  good: [32],
  busy: [36],
  bad: [1, 31],
  dim: [2],
  strong: [1],
};
const INVERSE = 7;

const ESC = '\u001b[';
/** Terminals that know it show what comes between the two as one picture. */
const BEGIN_PICTURE = `${ESC}?2026h`;
const END_PICTURE = `${ESC}?2026l`;
/** A row that is wider than the terminal believes ends at its edge instead of going on in the next one. */
const WRAP_OFF = `${ESC}?7l`;
const WRAP_ON = `${ESC}?7h`;
const ERASE_SCREEN = `${ESC}2J`;
const ERASE_LINE = `${ESC}2K`;
const moveTo = (line: number): string => `${ESC}${line + 1};1H`;
const moveToColumn = (column: number): string => `${ESC}${column + 1}G`;

export interface Painter {
  /** What has to be written so that the terminal shows this frame; empty when it does already. */
  paint(frame: Frame): string;
  /** Somebody else has written there: the next frame is painted as a whole. */
  forget(): void;
}

export function createPainter(coloured: boolean): Painter {
  let shown: readonly string[] = [];
  let size = '';
  return {
    paint(frame) {
      const lines = linesOf(frame, coloured);
      const isNew = size !== `${frame.columns} ${frame.rows}`;
      const changed = lines.flatMap((line, place) =>
        isNew || line !== shown[place] ? [moveTo(place) + ERASE_LINE + line] : [],
      );
      shown = lines;
      size = `${frame.columns} ${frame.rows}`;
      if (changed.length === 0) return '';
      const before = isNew ? ERASE_SCREEN : '';
      return BEGIN_PICTURE + WRAP_OFF + before + changed.join('') + WRAP_ON + END_PICTURE;
    },
    forget() {
      size = '';
    },
  };
}

/** Each line of the screen as the terminal is told it, from top to bottom. */
function linesOf(frame: Frame, coloured: boolean): string[] {
  const { columns, rows, top, main, side, bottom } = frame;
  const lines = top.map((row) => rowText(row, coloured));
  const room = Math.max(0, rows - top.length - bottom.length);
  for (let place = 0; place < room; place++) {
    const line = main[place];
    const beside = side?.rows[place];
    const left = line === undefined ? '' : lineText(line, coloured);
    const right = side === null || beside === undefined ? '' : rowText(beside, coloured);
    lines.push(right === '' ? left : left + moveToColumn(columns - (side?.width ?? 0)) + right);
  }
  lines.push(...bottom.map((row) => rowText(row, coloured)));
  return lines.slice(0, rows);
}

/** The mark says what is selected where there are no colours. */
const lineText = ({ row, isSelected }: ListLine, coloured: boolean): string =>
  rowText([{ text: isSelected ? '›' : ' ' }, ...row], coloured, isSelected);

function rowText(row: Row, coloured: boolean, isInverse = false): string {
  if (!coloured) return row.map(({ text }) => text).join('');
  let written = '';
  for (const { text, tone } of row) {
    const codes = [...(isInverse ? [INVERSE] : []), ...(tone === undefined ? [] : styles[tone])];
    written += codes.length === 0 ? text : `${ESC}${codes.join(';')}m${text}${ESC}0m`;
  }
  return written;
}
