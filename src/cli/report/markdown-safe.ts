/** Text as Markdown takes it: no character of a plan or an agent is ever syntax, on GitHub neither a link, a mention nor a reference. */
import { fitted, plainText } from '../../view/plain-text.ts';

/** Between it and a name nobody is told, and nothing is linked; it is seen nowhere. */
const JOINER = '\u2060';

/** Text on one line, in a paragraph, a heading or the cell of a table. */
export const markdownText = (text: string): string =>
  plainText(text)
    .trim()
    .replace(/[\\`*_[\]<>#|~&$@{}]/g, '\\$&')
    // What GitHub would link by itself.
    .replace(/:(?=\/)|(?<=www)\./gi, `\\$&${JOINER}`)
    .replace(/[@#]|\bGH-(?=\d)/gi, `$&${JOINER}`)
    // At the beginning of a line they would be a list, or underline what is above.
    .replace(/^(\d*)(?=[.)](?:\s|$)|[+=-]+(?:\s|$))/, '$1\\');

/** An id or a branch: as code where that is plain enough, else as text. */
export const markdownCode = (text: string): string =>
  /^[\w./@#:+ -]{1,200}$/.test(text) && text.trim() === text ? `\`${text}\`` : markdownText(text);

/** Lines as they are, in a fence that nothing in them can close. */
export function markdownFence(lines: readonly string[], language = 'text'): string {
  const plain = lines.map((line) => plainText(line));
  const longest = Math.max(
    0,
    ...plain.map((line) => Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length))),
  );
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return [`${fence}${language}`, ...plain, fence].join('\n');
}

const MAX_CELL = 120;

/** A table as GitHub draws it. */
export function markdownTable(
  columns: readonly { readonly head: string; readonly kind: string }[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map(({ head }) => markdownText(head))),
    line(columns.map(({ kind }) => (kind === 'number' ? '---:' : '---'))),
    ...rows.map((cells) =>
      line(
        cells.map((cell, index) => {
          const text = fitted(cell, MAX_CELL);
          return columns[index]?.kind === 'id' ? markdownCode(text) : markdownText(text);
        }),
      ),
    ),
  ].join('\n');
}
