/** One picture of the dashboard: which rows stand where, for a view, what the person did, and a size. Pure. */
import type { RunView } from '../view/run-view.ts';
import { helpRows } from './help-rows.ts';
import { current, type ListLine, listLines, type Selection } from './list-rows.ts';
import { overviewRows, waveRows } from './overview-rows.ts';
import { cut, emptyRow, fitRow, type Row, titleRow } from './row.ts';
import { type Section, sectionsOf } from './sections.ts';
import { bottomRows } from './status-line.ts';
import type { Page, Ui } from './ui.ts';

export interface Frame {
  readonly columns: number;
  readonly rows: number;
  readonly top: readonly Row[];
  readonly main: readonly ListLine[];
  /** Beside the list, where there is room for it. */
  readonly side: { readonly width: number; readonly rows: readonly Row[] } | null;
  readonly bottom: readonly Row[];
}

export interface FrameInput {
  readonly view: RunView;
  readonly ui: Ui;
  readonly owns: boolean;
  readonly now: number;
  readonly columns: number;
  readonly rows: number;
  /** What happened last, the newest last. */
  readonly news: readonly Row[];
  /** The rows of the open page, when it is not one that is made here. */
  readonly pageRows: readonly Row[];
}

/** The least a screen needs: below it there is one line that says so. */
const LEAST_COLUMNS = 40;
const LEAST_ROWS = 10;
const WIDE_COLUMNS = 120;
const MOST_WAVES_ABOVE = 4;
/** A list below the overview is worth more than waves. */
const LEAST_LIST_ROWS = 12;

/** How the rows and columns of a screen are shared. */
export interface Places {
  readonly sideWidth: number;
  readonly mainWidth: number;
  readonly room: number;
  readonly top: readonly Row[];
  readonly bottom: readonly Row[];
}

export function placesOf(input: FrameInput): Places {
  const { view, ui, now, columns, rows } = input;
  const overview = overviewRows(view, columns, now);
  const bottom = bottomRows(input);
  const sideWidth =
    columns >= WIDE_COLUMNS && ui.page === null ? Math.min(64, Math.floor(columns * 0.34)) : 0;
  const spare = rows - overview.length - bottom.length - LEAST_LIST_ROWS;
  const waves =
    sideWidth > 0 || ui.page !== null
      ? []
      : waveRows(view.waves, Math.max(1, Math.min(MOST_WAVES_ABOVE, spare)), columns);
  const top = [...overview, ...waves];
  return {
    sideWidth,
    // One cell for the mark of what is selected, and a gap before the side.
    mainWidth: columns - 1 - (sideWidth > 0 ? sideWidth + 2 : 0),
    room: Math.max(0, rows - top.length - bottom.length),
    top,
    bottom,
  };
}

/** The sections of the list as they stand in a frame of this size. */
export const sectionsIn = ({ view, ui, now }: FrameInput, { mainWidth }: Places): Section[] =>
  sectionsOf(view, { width: mainWidth, now, filter: ui.filter });

export function frameOf(input: FrameInput): Frame {
  const { ui, columns, rows } = input;
  if (columns < LEAST_COLUMNS || rows < LEAST_ROWS) return tooSmall(input);
  const places = placesOf(input);
  const { top, bottom, sideWidth, room } = places;
  const main = ui.page === null ? listIn(input, places) : pageIn(input, ui.page, places);
  const side = sideWidth > 0 ? { width: sideWidth, rows: sideRows(input, sideWidth, room) } : null;
  return { columns, rows, top, main, side, bottom };
}

function listIn(input: FrameInput, places: Places): ListLine[] {
  const { mainWidth, room } = places;
  const sections = sectionsIn(input, places);
  const selected: Selection | undefined = current(sections, input.ui.selected);
  const lines = listLines(sections, room, mainWidth, selected);
  if (lines.length > 0 || input.ui.filter === '') return lines;
  return [plainLine([cut(`No task matches "${input.ui.filter}".`, mainWidth, 'dim')])];
}

const plainLine = (row: Row): ListLine => ({ isSelected: false, row });

/** Title of a page, and as many of its rows as fit. */
function pageIn(input: FrameInput, page: Page, { room, mainWidth }: Places): ListLine[] {
  const rows = rowsOfPage(input, page);
  const shown = Math.max(0, room - 1);
  const last = Math.max(0, rows.length - shown);
  const start = Math.min(input.ui.scroll ?? last, last);
  const where =
    rows.length > shown ? ` (${start + 1} to ${Math.min(rows.length, start + shown)} of ${rows.length})` : '';
  return [
    plainLine(titleRow(`${titleOf(page)}${where}`, mainWidth)),
    ...rows.slice(start, start + shown).map((row) => plainLine(fitRow(row, mainWidth))),
  ];
}

/** All rows of an open page. */
export const rowsOfPage = ({ pageRows, columns }: FrameInput, page: Page): readonly Row[] =>
  page.name === 'help' ? helpRows(columns - 1) : pageRows;

function titleOf(page: Page): string {
  switch (page.name) {
    case 'task':
      return `${page.task}  ${['story', 'log', 'diff'].map((tab) => (tab === page.tab ? `[${tab}]` : tab)).join('  ')}`;
    case 'output':
      return `: ${page.title}`;
    case 'graph':
      return 'GRAPH';
    case 'timeline':
      return 'TIMELINE';
    case 'help':
      return 'HELP';
  }
}

/** All waves, then what happened last. */
function sideRows({ view, news }: FrameInput, width: number, room: number): Row[] {
  const waves = waveRows(view.waves, Math.max(3, Math.floor(room / 2)), width, '');
  const above = [titleRow('WAVES', width), ...waves, emptyRow, titleRow('LATEST', width)];
  const left = Math.max(0, room - above.length);
  const latest = left === 0 ? [] : news.slice(-left).map((row) => fitRow(row, width));
  return [...above, ...latest].slice(0, room);
}

function tooSmall({ columns, rows, view }: FrameInput): Frame {
  const { counts, tasks } = view;
  const text = `${counts.done + counts.skipped}/${tasks.length} done; this screen needs ${LEAST_COLUMNS} × ${LEAST_ROWS}`;
  return { columns, rows, top: [[cut(text, columns)]], main: [], side: null, bottom: [] };
}
