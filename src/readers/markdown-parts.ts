/** Cuts a Markdown text into the parts that its headings begin, with the text of each as it was written. */
import { type MarkdownLine, markdownLines } from './markdown-lines.ts';

export interface MarkdownPart {
  /** The heading's text without its marks. */
  readonly heading: string;
  readonly level: number;
  /** The heading's line in the file. */
  readonly line: number;
  /** What stands below it, without blank lines around it. */
  readonly text: string;
  /** The same as headings and lines of text, without code and comments. */
  readonly lines: readonly MarkdownLine[];
}

/**
 * The parts that begin with a heading that `begins` accepts; each ends before the next such heading, or before one of
 * its own level or above.
 * @param firstLine the line of the file on which `body` begins
 * @param lines those of `body`, for who has them already
 */
export function markdownParts(
  body: string,
  firstLine: number,
  begins: (heading: MarkdownLine) => boolean,
  lines: readonly MarkdownLine[] = markdownLines(body, firstLine),
): MarkdownPart[] {
  const raw = body.split('\n');
  const parts: MarkdownPart[] = [];
  let open: { readonly heading: MarkdownLine; readonly from: number } | undefined;
  const close = (index: number, endLine: number): void => {
    if (open === undefined) return;
    const { heading, from } = open;
    const text = rawText(raw, heading.line - firstLine + 1, endLine - firstLine);
    const { level, line } = heading;
    parts.push({ heading: heading.text, level, line, text, lines: lines.slice(from, index) });
    open = undefined;
  };
  for (const [index, line] of lines.entries()) {
    if (line.kind !== 'heading') continue;
    const isStart = begins(line);
    if (isStart || (open !== undefined && line.level <= open.heading.level)) close(index, line.line);
    if (isStart) open = { heading: line, from: index + 1 };
  }
  close(lines.length, firstLine + raw.length);
  return parts;
}

/** The lines from `start` to before `end`, counted from 0, without blank lines and rules around them. */
export function rawText(raw: readonly string[], start: number, end: number): string {
  const isEmpty = (line: string | undefined): boolean => /^\s*(?:-{3,}\s*)?$/.test(line ?? '');
  let [from, to] = [start, end];
  while (from < to && isEmpty(raw[from])) from++;
  while (to > from && isEmpty(raw[to - 1])) to--;
  return raw.slice(from, to).join('\n');
}
