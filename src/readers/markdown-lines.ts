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
  const fences: Fence[] = [];
  // Most texts have neither: asked once, not for each of their lines.
  const hasFences = body.includes('```') || body.includes('~~~');
  const hasComments = body.includes('<!--');
  let inComment = false;
  const rows = body.split('\n');
  // By numbers: in code that has just been loaded, `of` makes an object for each line of hundreds of files.
  for (let index = 0; index < rows.length; index++) {
    const line = firstLine + index;
    let text = rows[index] as string;
    if (text.length > MAX_LINE) text = text.slice(0, MAX_LINE);
    if (hasFences) {
      const mark = !inComment && (text.includes('```') || text.includes('~~~')) ? fenceOf(text) : undefined;
      if (mark !== undefined) readFence(mark, fences);
      if (mark !== undefined || fences.length > 0) continue;
    }
    if (hasComments && (inComment || text.includes('<!--')))
      ({ text, open: inComment } = withoutComments(text, inComment));
    if (text.trim() === '') continue;
    const heading = text.includes('#') ? /^ {0,3}(#{1,6})(?:[ \t]+(.*))?$/.exec(text) : null;
    lines.push(
      heading === null ? { kind: 'text', level: 0, text, line } : headingOf(heading[1], heading[2], line),
    );
  }
  return lines;
}

const headingOf = (marks = '', text = '', line: number): MarkdownLine => ({
  kind: 'heading',
  level: marks.length,
  text: (text.includes('#') ? text.replace(/[ \t]+#+[ \t]*$/, '') : text).trim(),
  line,
});

/** A line of code marks that begins or ends a block of code. */
interface Fence {
  readonly mark: string;
  readonly indent: number;
  /** What stands behind the mark, such as `js`; only a beginning has it. */
  readonly info: string;
}

function fenceOf(line: string): Fence | undefined {
  const [, indent = '', mark, info = ''] =
    /^([ \t>]*)(?:[-*+][ \t]+|\d+[.)][ \t]+)?(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
  if (mark === undefined || (mark.startsWith('`') && info.includes('`'))) return undefined;
  return { mark, indent: indent.length, info: info.trim() };
}

/**
 * Opens or closes. People put Markdown with code blocks of its own between three marks, and mean those blocks to be
 * inside; strictly the first end inside would end it all, and what follows would be read as headings and tasks.
 */
function readFence(fence: Fence, open: Fence[]): void {
  const top = open.at(-1);
  const holdsMarkdown = top !== undefined && /^(?:markdown|md)\b/i.test(top.info);
  if (top === undefined || (holdsMarkdown && (fence.info !== '' || fence.indent > top.indent)))
    open.push(fence);
  else if (fence.info === '') {
    const same = open.findLastIndex(({ mark }) => mark === fence.mark);
    if (same !== -1) open.length = same;
    else if (fence.mark.startsWith(top.mark)) open.pop();
  }
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

const codeSpan = /(?<!`)(`{1,3})(?!`)(.+?)(?<!`)\1(?!`)/;
const everyCodeSpan = new RegExp(codeSpan, 'g');

/** The contents of the code spans of a line. */
export const codeSpans = (text: string): string[] =>
  text.includes('`') ? [...text.matchAll(everyCodeSpan)].map((match) => (match[2] ?? '').trim()) : [];

/** The contents of its first one. */
export const firstCodeSpan = (text: string): string | undefined =>
  text.includes('`') ? codeSpan.exec(text)?.[2]?.trim() : undefined;

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
