/** A table in the columns of a terminal. What does not fit loses columns first, then the ends of its texts. */

import { cellWidth } from '../../view/cell-width.ts';
import { fitted, column as padded } from '../../view/plain-text.ts';
import type { ReportTable, TableColumn } from '../../view/report-tables.ts';
import type { Terminal } from '../terminal.ts';

export interface TableLayout {
  readonly width: number;
  readonly palette: Terminal['palette'];
  /** Most rows; the rest is counted. */
  readonly rows?: number;
  /** Where all rows are. */
  readonly elsewhere?: string;
}

const GAP = 2;
const MAX_ID = 20;
/** A title that is shorter says nothing. */
const LEAST_TEXT = 16;

/** Without a line break at its end; empty when the table has no rows. */
export function tableText(table: ReportTable, layout: TableLayout): string {
  if (table.rows.length === 0) return '';
  const { columns, rows } = withoutExcess(table, layout.width);
  const shown = rows.slice(0, layout.rows ?? rows.length);
  const widths = columnWidths(columns, shown, layout.width);
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => aligned(cell, columns[index] as TableColumn, widths[index] as number))
      .join(' '.repeat(GAP))
      .trimEnd();
  const left = rows.length - shown.length;
  return [
    layout.palette.strong(table.title),
    layout.palette.dim(line(columns.map(({ head }) => head))),
    ...shown.map(line),
    ...(left === 0 ? [] : [layout.palette.dim(`… and ${left} more${layout.elsewhere ?? ''}`)]),
  ].join('\n');
}

function aligned(cell: string, { kind }: TableColumn, width: number): string {
  if (kind !== 'number') return padded(cell, width);
  const text = fitted(cell, width);
  return `${' '.repeat(Math.max(0, width - cellWidth(text)))}${text}`;
}

/** Leaves out columns until what has to be whole is, and there is room for text. */
function withoutExcess(table: ReportTable, width: number): ReportTable {
  const { columns, rows } = table;
  const needed = columns.reduce((sum, column, index) => sum + GAP + leastWidth(column, rows, index), 0);
  if (needed - GAP <= width) return table;
  const worst = Math.max(0, ...columns.map(({ leaves = 0 }) => leaves));
  if (worst === 0) return table;
  const out = columns.findIndex(({ leaves }) => leaves === worst);
  const without = <Item>(items: readonly Item[]): Item[] => items.filter((_, index) => index !== out);
  return withoutExcess({ ...table, columns: without(columns), rows: rows.map(without) }, width);
}

const leastWidth = (column: TableColumn, rows: ReportTable['rows'], index: number): number =>
  column.kind === 'text' ? LEAST_TEXT : naturalWidth(column, rows, index);

function naturalWidth({ head, kind }: TableColumn, rows: ReportTable['rows'], index: number): number {
  const longest = rows.reduce((most, cells) => Math.max(most, widthOf(cells[index] ?? '')), head.length);
  return kind === 'id' ? Math.min(MAX_ID, longest) : longest;
}

/** Of a text as it is shown. */
const widthOf = (text: string): number => cellWidth(fitted(text, Number.POSITIVE_INFINITY));

function columnWidths(columns: readonly TableColumn[], rows: ReportTable['rows'], width: number): number[] {
  const widths = columns.map((column, index) => naturalWidth(column, rows, index));
  const rest = columns.reduce(
    (sum, { kind }, index) => (kind === 'text' ? sum : sum - GAP - (widths[index] as number)),
    width,
  );
  return widths.map((natural, index) =>
    columns[index]?.kind === 'text' ? Math.max(4, Math.min(natural, rest)) : natural,
  );
}
