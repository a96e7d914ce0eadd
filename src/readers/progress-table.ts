/** Reads the progress tables of a GSD roadmap: which phases they say are done. */
import { isPhaseId, phaseKey } from './gsd-phase-id.ts';
import { type MarkdownLine, plainText } from './markdown-lines.ts';

/** More rows than this are not read. */
const MAX_ROWS = 20_000;

/** A status that says done: `Complete`, `✅ Shipped 2026-01-15`; not `Planning complete`. */
export const isDoneStatus = (status: string): boolean =>
  /^[^\p{L}]*(?:completed?|done|shipped)\b/iu.test(status);

export interface ProgressRow {
  readonly key: string;
  readonly name: string;
  readonly isDone: boolean;
}

/** The rows of tables with a column `Status`, whose first column is about phases. */
export function readProgress(lines: readonly MarkdownLine[]): ProgressRow[] {
  const rows: ProgressRow[] = [];
  let columns: readonly string[] | undefined;
  let lastLine = 0;
  for (const { text, line } of lines) {
    if (!text.trimStart().startsWith('|')) continue;
    const cells = text.split('|').slice(1);
    if (line !== lastLine + 1) columns = cells.map((cell) => plainText(cell).toLowerCase());
    lastLine = line;
    const status = columns?.indexOf('status') ?? -1;
    if (status < 1 || rows.length >= MAX_ROWS) continue;
    const [, written, name = ''] =
      /^(?:Phase\s+)?#?([A-Za-z]{0,4}\d[\w.]{0,20}?)[.:]?(?:\s+(.*))?$/i.exec(plainText(cells[0] ?? '')) ??
      [];
    if (written === undefined || !isPhaseId(written)) continue;
    const second = columns?.[1] === 'phase' || columns?.[1] === 'name' ? plainText(cells[1] ?? '') : name;
    const isDone = isDoneStatus(plainText(cells[status] ?? ''));
    rows.push({ key: phaseKey(written), name: second, isDone });
  }
  return rows;
}
