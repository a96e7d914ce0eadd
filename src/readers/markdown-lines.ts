/**
 * Sorts the lines of a Markdown text into headings and text, without code blocks and comments: all that prose fields need.
 * No parser library here: one that builds a tree takes seconds for a list of 50,000 items, and plans come in thousands of files.
 */

/** Longer lines are cut: a field is never that long, and patterns take their time on what is. */
const MAX_LINE = 10_000;

export interface MarkdownLine {
  readonly kind: 'heading' | 'text';
  /** 1–6 for a heading, 0 for text. */
  readonly level: number;
  /** A heading's text without its marks; any other line as it is. */
  readonly text: string;
  /** Line in the file. */
  readonly line: number;
}

/** @param firstLine the line of the file on which `body` begins */
export function markdownLines(body: string, firstLine: number): MarkdownLine[] {
  const lines: MarkdownLine[] = [];
  let fence: string | undefined;
  let inComment = false;
  for (const [index, whole] of body.split('\n').entries()) {
    const raw = whole.slice(0, MAX_LINE);
    const mark = /^[ \t>]*(?:[-*+][ \t]+|\d+[.)][ \t]+)?(`{3,}|~{3,})/.exec(raw)?.[1];
    if (fence !== undefined) {
      if (mark?.startsWith(fence) && /^[ \t>]*[`~]+[ \t]*$/.test(raw)) fence = undefined;
      continue;
    }
    if (
      mark !== undefined &&
      !inComment &&
      !(mark.startsWith('`') && raw.trim().slice(mark.length).includes('`'))
    ) {
      fence = mark;
      continue;
    }
    const { text, open } = withoutComments(raw, inComment);
    inComment = open;
    if (text.trim() === '') continue;
    const heading = /^ {0,3}(#{1,6})(?:[ \t]+(.*))?$/.exec(text);
    lines.push({
      kind: heading === null ? 'text' : 'heading',
      level: heading?.[1]?.length ?? 0,
      text: heading === null ? text : (heading[2] ?? '').replace(/[ \t]+#+[ \t]*$/, '').trim(),
      line: firstLine + index,
    });
  }
  return lines;
}

function withoutComments(
  line: string,
  startsInside: boolean,
): { readonly text: string; readonly open: boolean } {
  let text = '';
  let open = startsInside;
  let rest = line;
  for (;;) {
    const next = rest.indexOf(open ? '-->' : '<!--');
    if (!open) text += next === -1 ? rest : rest.slice(0, next);
    if (next === -1) return { text, open };
    rest = rest.slice(next + (open ? 3 : 4));
    open = !open;
  }
}

/** The contents of the code spans of a line. */
export const codeSpans = (text: string): string[] =>
  text.includes('`')
    ? [...text.matchAll(/(?<!`)(`{1,3})(?!`)(.+?)(?<!`)\1(?!`)/g)].map((match) => (match[2] ?? '').trim())
    : [];

/** Text of a bullet or checkbox line without its marks; undefined for other lines. */
export const bulletText = (line: string): string | undefined =>
  /^[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?(.*)$/.exec(line)?.[1];

/** Text without emphasis, code marks and link targets; most text has none. */
export const plainText = (text: string): string =>
  /[[*`_]/.test(text)
    ? text
        .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .replace(/[*`]|(?<![A-Za-z0-9])_+|_+(?![A-Za-z0-9])/g, '')
        .trim()
    : text.trim();
