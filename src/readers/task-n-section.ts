/** Reads one `### Task N: title` section: its files, what it consumes and produces, its steps. What follows from them is settled in `task-n-order`. */
import { bulletText, codeSpans, type MarkdownLine, plainText } from './markdown-lines.ts';
import type { MarkdownPart } from './markdown-parts.ts';
import { pathsInText, withoutLines } from './paths-in-text.ts';
import { fieldOfLine } from './prose-fields.ts';

export interface Statement {
  readonly text: string;
  readonly line: number;
}

export interface TaskSection {
  /** As written: `3`, `2.1`, `4a`. */
  readonly number: string;
  readonly title: string;
  readonly text: string;
  readonly line: number;
  /** What it creates, changes, tests or deletes. */
  readonly files: readonly string[];
  readonly created: readonly string[];
  readonly consumes: readonly Statement[];
  readonly produces: readonly Statement[];
  /** `**Depends on:** Task 1`. */
  readonly dependencies: readonly Statement[];
  /** It says what it needs, or that it needs nothing. */
  readonly hasInterfaces: boolean;
  readonly isDone: boolean;
}

const taskHeading =
  /^\W{0,4}(?:\[([ xX])\]\s*)?Task\s+#?(\d{1,6}(?:\.\d{1,4}){0,3}[a-z]?)(?![\w.]*\d)(?:\s*\([^()]{1,80}\)(?=\s*[:–—-]))?\W{0,3}?(?:\s*[:.)–—-]+\s*|\s+|$)(.*)$/i;

/** The number of the task that a heading begins. */
export const taskNumberOf = (heading: string): string | undefined => taskHeading.exec(heading)?.[2];

type Block = 'files' | 'interfaces' | 'none';

export function parseTaskSection(part: MarkdownPart): TaskSection {
  const [, mark, number = '', title = ''] = taskHeading.exec(part.heading) ?? [];
  const found = {
    files: new Set<string>(),
    created: new Set<string>(),
    consumes: [] as Statement[],
    produces: [] as Statement[],
    dependencies: [] as Statement[],
  };
  const steps = { ticked: 0, open: 0 };
  let block: Block = 'none';
  let list: Statement[] | undefined;
  let hasInterfaces = false;
  for (const { kind, text, line } of part.lines) {
    const step = /^\s*[-*+][ \t]+\[([ xX])\]/.exec(text)?.[1];
    if (step !== undefined) steps[step === ' ' ? 'open' : 'ticked']++;
    if (kind === 'heading' || step !== undefined) {
      // `#### Files` is a label, too.
      [block, list] = [kind === 'heading' ? (blockOf(text) ?? 'none') : 'none', undefined];
      hasInterfaces ||= block === 'interfaces';
      continue;
    }
    const label = labelOf(text);
    const isIndented = /^\s/.test(text);
    if (label?.name === 'consumes' || label?.name === 'produces') {
      list = found[label.name];
      hasInterfaces = true;
      if (label.rest !== '') list.push({ text: label.rest, line });
    } else if (label?.name === 'files' || label?.name === 'interfaces') {
      [block, list] = [label.name, undefined];
      hasInterfaces ||= block === 'interfaces';
      if (block === 'files') addFiles(label.rest, found);
    } else if (fieldOfLine(text)?.field === 'dependencies') {
      found.dependencies.push({ text: fieldOfLine(text)?.text ?? '', line });
      [block, list, hasInterfaces] = ['none', undefined, true];
    } else if (list !== undefined && isIndented) continueStatement(list, text, line);
    else if (block === 'files' && bulletText(text) !== undefined) addFiles(text, found);
    else if (!isIndented && bulletText(text) === undefined) [block, list] = ['none', undefined];
  }
  return {
    ...found,
    number,
    title: plainText(title) || `Task ${number}`,
    text: part.text,
    line: part.line,
    files: [...found.files],
    created: [...found.created],
    hasInterfaces,
    isDone: (mark !== undefined && mark !== ' ') || (steps.ticked > 0 && steps.open === 0),
  };
}

const blockOf = (heading: string): Block | undefined => {
  const name = plainText(heading).replace(/\W+$/, '').toLowerCase();
  return name === 'files' || name === 'interfaces' ? name : undefined;
};

/** `**Files:**`, `- Consumes: x`, `**Produces**: y`. */
function labelOf(
  text: string,
): { readonly name: 'files' | 'interfaces' | 'consumes' | 'produces'; readonly rest: string } | undefined {
  const [, name = '', rest = ''] =
    /^[\s>*+-]*(files|interfaces?|consumes|produces)(?:\s*\([^()]*\))?[*_]*\s*:[*_]*\s*(.*)$/i.exec(text) ??
    [];
  const known = name.toLowerCase().replace(/^interface$/, 'interfaces');
  return known === '' ? undefined : { name: known as 'files', rest: rest.trim() };
}

/** A bullet below `Consumes:` is another statement; any other line goes on with the last one. */
function continueStatement(list: Statement[], text: string, line: number): void {
  const item = bulletText(text);
  const last = list.at(-1);
  if (item !== undefined || last === undefined) list.push({ text: (item ?? text).trim(), line });
  else list[list.length - 1] = { text: `${last.text} ${text.trim()}`, line: last.line };
}

/** `- Create: a.ts` and `- Modify: b.ts:12-34`; what is only to be read is not touched. */
function addFiles(text: string, found: { readonly files: Set<string>; readonly created: Set<string> }): void {
  const item = bulletText(text) ?? text;
  const [, label = ''] = /^[*_]{0,2}([A-Za-z][A-Za-z /&-]{0,30}?)[*_]{0,2}\s*:/.exec(item) ?? [];
  if (/^(?:read|see|reference|context|inspect|review|none)\b/i.test(label)) return;
  const head = beforeDescription(item.slice(label === '' ? 0 : item.indexOf(':') + 1));
  const spans = codeSpans(head).map((span) => withoutLines(span.trim()));
  const paths = spans.length > 0 ? spans.filter(isPath) : pathsInText(head);
  for (const path of paths) {
    const name = path.replace(/^\.\//, '').replace(/\/$/, '/**');
    found.files.add(name);
    if (/^(?:create|add|new)/i.test(label)) found.created.add(name);
  }
}

/** What stands before a bracketed note or a dash that describes. */
function beforeDescription(text: string): string {
  const end = text.search(/\s[-–—]+\s|\s\(/);
  return end === -1 ? text : text.slice(0, end);
}

const isPath = (text: string): boolean =>
  text.length <= 300 && /^[^\s`"'<>|]+$/.test(text) && !/^(?:-|[a-z]+:\/\/)/i.test(text);

/** Whether a line of a plan's steps or blocks stands anywhere: a heading alone may be of any document. */
export const hasTaskParts = (lines: readonly MarkdownLine[]): boolean =>
  lines.some(
    ({ kind, text }) => kind === 'text' && (labelOf(text) !== undefined || /^\s*[-*+] \[[ xX]\]/.test(text)),
  );
