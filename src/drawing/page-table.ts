/** Tables in pages: texts of any content, numbers at the right, and a frame that scrolls where the window is narrow. */
import { escapeText } from './markup.ts';

export interface PageTable {
  readonly title: string;
  readonly columns: readonly { readonly head: string; readonly isNumber: boolean }[];
  readonly rows: readonly (readonly string[])[];
}

/** The table alone, without its title. */
function pageTable({ title, columns, rows }: PageTable): string {
  const cell = (tag: string, text: string, index: number): string =>
    `<${tag}${columns[index]?.isNumber ? ' class="number"' : ''}><bdi>${escapeText(text)}</bdi></${tag.split(' ', 1)[0]}>`;
  const head = columns.map((column, index) => cell('th scope="col"', column.head, index)).join('');
  const body = rows.map(
    (cells) => `<tr>${cells.map((text, index) => cell('td', text, index)).join('')}</tr>`,
  );
  // Who has no pointer scrolls it by keyboard.
  return `<div class="wide" tabindex="0" role="region" aria-label="${escapeText(title)}"><table><thead><tr>${head}</tr></thead><tbody>\n${body.join('\n')}\n</tbody></table></div>`;
}

/** With its title; folded away when told so. */
export const tableSection = (table: PageTable, isFolded = false): string =>
  isFolded
    ? `<section><details><summary>${escapeText(table.title)} (${table.rows.length})</summary>${pageTable(table)}</details></section>`
    : `<section><h2>${escapeText(table.title)}</h2>${pageTable(table)}</section>`;
