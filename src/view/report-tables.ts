/** The tables of a report in words, for every form of it. Lays nothing out. */
import { roughDuration } from '../core/duration.ts';
import { roughTokens } from '../core/tokens.ts';
import { grouped } from './amount-text.ts';
import { dollars } from './budget-text.ts';
import type { LineChange, ModuleReport, Report, TaskReport } from './report.ts';

export interface ReportTable {
  readonly title: string;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly string[])[];
}

export interface TableColumn {
  readonly head: string;
  /** Numbers stand at the right; texts of the plan are of any length and content. */
  readonly kind: 'id' | 'word' | 'number' | 'text';
  /** Where room is short, the one with the highest is left out first; absent: never. */
  readonly leaves?: number;
}

interface Cell<Item> extends TableColumn {
  readonly text: (item: Item) => string;
  /** Left out when nothing stands in it. */
  readonly isOptional?: boolean;
}

const NOTHING = '–';

/** `+120 −4`. */
export const changeText = (lines: LineChange | null): string =>
  lines === null || lines.files === 0 ? NOTHING : `+${grouped(lines.added)} −${grouped(lines.removed)}`;

const duration = (ms: number | null): string => (ms === null || ms === 0 ? NOTHING : roughDuration(ms));
const tokens = (count: number): string => (count === 0 ? NOTHING : roughTokens(count));
const cost = (usd: number): string => (usd === 0 ? NOTHING : dollars(usd));
const number = (count: number): string => (count === 0 ? NOTHING : grouped(count));

const taskCells: readonly Cell<TaskReport>[] = [
  { head: 'Task', kind: 'id', text: ({ id }) => id },
  { head: 'State', kind: 'word', text: ({ status }) => status },
  { head: 'Attempts', kind: 'number', text: ({ attempts }) => number(attempts) },
  // A default is nobody's estimate.
  {
    head: 'Estimate',
    kind: 'number',
    text: ({ estimateMs, estimateFrom }) => (estimateFrom === 'default' ? NOTHING : duration(estimateMs)),
    isOptional: true,
    leaves: 2,
  },
  { head: 'Work', kind: 'number', text: ({ workMs }) => duration(workMs) },
  { head: 'Merge', kind: 'number', text: ({ mergeMs }) => duration(mergeMs), isOptional: true, leaves: 4 },
  { head: 'Tokens', kind: 'number', text: (task) => tokens(task.tokens), isOptional: true },
  { head: 'Cost', kind: 'number', text: ({ costUsd }) => cost(costUsd), isOptional: true, leaves: 3 },
  { head: 'Lines', kind: 'number', text: ({ lines }) => changeText(lines), isOptional: true, leaves: 1 },
  { head: 'Title', kind: 'text', text: ({ id, title }) => (title === id ? '' : title), isOptional: true },
];

const moduleCells: readonly Cell<ModuleReport>[] = [
  { head: 'Module', kind: 'id', text: ({ module }) => module ?? 'in no module' },
  { head: 'Tasks', kind: 'number', text: ({ tasks: count }) => grouped(count) },
  { head: 'Done', kind: 'number', text: ({ done }) => grouped(done) },
  { head: 'Attempts', kind: 'number', text: ({ attempts }) => number(attempts) },
  { head: 'Work', kind: 'number', text: ({ workMs }) => duration(workMs) },
  { head: 'Commits', kind: 'number', text: ({ commits }) => number(commits) },
  { head: 'Tokens', kind: 'number', text: (one) => tokens(one.tokens), isOptional: true },
  { head: 'Cost', kind: 'number', text: ({ costUsd }) => cost(costUsd), isOptional: true, leaves: 3 },
  { head: 'Lines', kind: 'number', text: ({ lines }) => changeText(lines), isOptional: true, leaves: 1 },
];

export const taskTable = ({ tasks }: Report): ReportTable => tableOf('Tasks', taskCells, tasks);

/** Without rows when the plan names no module. */
export const moduleTable = ({ modules }: Report): ReportTable => tableOf('Modules', moduleCells, modules);

function tableOf<Item>(title: string, cells: readonly Cell<Item>[], items: readonly Item[]): ReportTable {
  const used = cells.filter(
    ({ text, isOptional }) => !isOptional || items.some((item) => !['', NOTHING].includes(text(item))),
  );
  return {
    title,
    columns: used.map(({ head, kind, leaves }) => ({
      head,
      kind,
      ...(leaves === undefined ? {} : { leaves }),
    })),
    rows: items.map((item) => used.map(({ text }) => text(item))),
  };
}
