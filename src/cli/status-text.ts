/** A run as text: the same rows as on the dashboard, in full length. */
import { overviewRows, waveRows } from '../tui/overview-rows.ts';
import { cut, emptyRow, type Row, titleRow } from '../tui/row.ts';
import { type Section, type SectionName, sectionsOf } from '../tui/sections.ts';
import type { RunView } from '../view/run-view.ts';
import { type Palette, rowText } from './palette.ts';

export interface StatusOptions {
  readonly columns: number;
  readonly palette: Palette;
  readonly now: number;
  /** Every task, not only the first of each kind. */
  readonly all: boolean;
  /** The process that works on it; null when none does. */
  readonly pid: number | null;
}

/** Rows that are shown of a section; of others all. */
const few: Readonly<Partial<Record<SectionName, number>>> = { next: 8, waiting: 8, stuck: 8, finished: 4 };
const MOST_WAVES = 12;

export function statusText(view: RunView, { columns, palette, now, all, pid }: StatusOptions): string[] {
  const sections = sectionsOf(view, { width: columns, now, filter: '' });
  const rows: Row[] = [
    ...overviewRows(view, columns, now),
    ...waveRows(view.waves, all ? view.waves.length : MOST_WAVES, columns),
    ...sections.flatMap((section) => [emptyRow, ...sectionRows(section, columns, all)]),
    emptyRow,
    [cut(engineText(view, pid), columns * 2, 'dim')],
  ];
  return rows.map((row) => rowText(row, palette));
}

function sectionRows({ name, title, tone, tasks, rowAt }: Section, width: number, all: boolean): Row[] {
  const shown = all ? tasks.length : Math.min(tasks.length, few[name] ?? tasks.length);
  const more = tasks.length - shown;
  return [
    titleRow(title, width, tone),
    ...Array.from({ length: shown }, (_, place) => rowAt(place)),
    ...(more > 0 ? [[cut(`… and ${more} more; see --all`, width, 'dim')]] : []),
  ];
}

/** Of a run that its engine did not bring to rest. */
export const goneText = (run: string): string =>
  `run ${run}: its engine is gone, what it has recorded is kept; \`tutti resume\` goes on`;

function engineText({ state, run, reason }: RunView, pid: number | null): string {
  if (pid !== null) return `run ${run}: engine alive (process ${pid})`;
  if (state !== 'paused') return `run ${run} has ended`;
  // Whoever paused it has said how it goes on; of what stands above the line's end may be cut off.
  return `run ${run} is paused: ${reason === '' ? '`tutti resume` goes on' : reason}`;
}
