/** Bars in the columns of a terminal: a line for each lane, time from left to right. Readable without colours. */
import { cellWidth } from '../view/cell-width.ts';
import { fitted } from '../view/plain-text.ts';
import { timeMarks } from '../view/time-axis.ts';
import type { Terminal } from './terminal.ts';
import { wrapList } from './wrapped-text.ts';

export interface LaneBar {
  /** Shown as far as it says something there. */
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly look: 'plain' | 'strong' | 'failed' | 'faint';
  /** From here on it looks otherwise, if it is plain or strong. */
  readonly turnsMs?: number;
}

/** Bars one after the other, or moments that are counted in each column. */
export type Lane =
  | { readonly label: string; readonly bars: readonly LaneBar[] }
  | { readonly label: string; readonly moments: readonly number[] };

export interface LaneChart {
  readonly lengthMs: number;
  readonly lanes: readonly Lane[];
  /** Where time was cut out. */
  readonly cutsMs: readonly number[];
  /** What the signs mean. */
  readonly signs: readonly string[];
}

export interface LaneLayout {
  /** Columns of a line. */
  readonly width: number;
  readonly palette: Terminal['palette'];
}

const LABEL = 9;
const MAX_LINES = 20;
/** Columns that a mark of the axis needs. */
const MARK = 11;

const fills: Readonly<Record<LaneBar['look'], string>> = { plain: '─', strong: '━', failed: '×', faint: '·' };
const TURNED = '═';
const CUT = '┆';

/** Without a line break at its end; empty when there is nothing to see. */
export function laneText(
  { lengthMs, lanes, cutsMs, signs }: LaneChart,
  { width, palette }: LaneLayout,
): string {
  if (lanes.length === 0 || lengthMs <= 0) return '';
  const room = width - LABEL;
  const place = (ms: number): number => Math.min(room, Math.round((ms / lengthMs) * room));
  const cuts = new Set(cutsMs.map((ms) => Math.min(room - 1, place(ms))));
  const shown = lanes.slice(0, MAX_LINES);
  const lines = shown.map((lane) => {
    const line =
      'bars' in lane ? barLine(lane.bars, place, cuts, palette) : momentLine(lane.moments, place, room);
    return `${lane.label.padEnd(LABEL)}${line}`.trimEnd();
  });
  const hidden = lanes.length - shown.length;
  const told = [...signs, ...(hidden > 0 ? [`${hidden} more slots are not shown`] : [])];
  return [
    axis(lengthMs, room, place),
    ...lines,
    ...(told.length === 0 ? [] : [palette.dim(signLine(told, width))]),
  ].join('\n');
}

const signLine = (signs: readonly string[], width: number): string =>
  `${' '.repeat(LABEL)}${wrapList(signs, { width, indent: LABEL, separator: '   ' })}`;

function axis(lengthMs: number, room: number, place: (ms: number) => number): string {
  let line = '';
  for (const { ms, text } of timeMarks(lengthMs, Math.max(1, Math.floor(room / MARK)))) {
    const at = place(ms);
    if (at + text.length <= room) line = `${line.padEnd(at)}${text}`;
  }
  return `${' '.repeat(LABEL)}${line}`;
}

function barLine(
  bars: readonly LaneBar[],
  place: (ms: number) => number,
  cuts: ReadonlySet<number>,
  palette: Terminal['palette'],
): string {
  let used = 0;
  let line = '';
  const idle = (from: number, to: number): string =>
    Array.from({ length: to - from }, (_, index) => (cuts.has(from + index) ? CUT : ' ')).join('');
  for (const bar of bars) {
    const start = Math.max(used, place(bar.startMs));
    const end = place(bar.endMs);
    // Too short to be seen.
    if (end <= start) continue;
    line += idle(used, start) + coloured(bar, drawn(bar, start, end, place), palette);
    used = end;
  }
  return line + idle(used, Math.max(used, ...cuts) + 1);
}

function drawn(
  { name, look, turnsMs }: LaneBar,
  start: number,
  end: number,
  place: (ms: number) => number,
): string {
  const edge = look === 'strong' ? '┃' : '│';
  // That it failed has to be seen without colours, too.
  const signed = look === 'failed' || look === 'faint' ? 1 : 0;
  const text = `${edge}${nameIn(name, end - start - 1 - signed)}`;
  const turns = look === 'plain' || look === 'strong';
  const turn = turns && turnsMs !== undefined ? Math.max(start, place(turnsMs)) : end;
  return filled(filled(text, turn - start, fills[look]), end - start, TURNED);
}

const filled = (text: string, cells: number, fill: string): string =>
  text + fill.repeat(Math.max(0, cells - cellWidth(text)));

function coloured({ look }: LaneBar, text: string, palette: Terminal['palette']): string {
  switch (look) {
    case 'failed':
      return palette.bad(text);
    case 'strong':
      return palette.strong(text);
    case 'faint':
      return palette.dim(text);
    case 'plain':
      return palette.busy(text);
  }
}

/** The id, as far as it says something there. */
function nameIn(name: string, room: number): string {
  const whole = fitted(name, Number.POSITIVE_INFINITY);
  if (cellWidth(whole) <= room) return whole;
  return room >= 5 ? fitted(name, room) : '';
}

/** How many fall into each column: a digit, or `+` for ten and more. */
function momentLine(moments: readonly number[], place: (ms: number) => number, room: number): string {
  const counts = new Array<number>(room).fill(0);
  for (const ms of moments) {
    const at = Math.min(room - 1, place(ms));
    counts[at] = (counts[at] as number) + 1;
  }
  return counts.map((count) => (count === 0 ? ' ' : count > 9 ? '+' : String(count))).join('');
}
