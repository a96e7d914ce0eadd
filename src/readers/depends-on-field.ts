/** Finds the `Depends on` field among the lines of a roadmap's phase. What it says is read in `dependency-phrase`. */
import { bulletText, type MarkdownLine } from './markdown-lines.ts';

/** What a phase says it depends on, as it stands there. */
export interface DependsOn {
  readonly text: string;
  readonly line: number;
}

const MAX_TEXT = 2_000;

/** `**Depends on**: x`, `- Depends on: x`, `Status: open · Depends on: x`. */
const atStart =
  /(?:^|·)[\s>*+_-]*(depends on|dependencies|dependency|depends)\s*[*_]{0,3}\s*:\s*[*_]{0,3}\s*/i;
/** Anywhere in a line, when it is bold: `**Goal**: y **Depends on**: x`. */
const inBold = /[*_]{2,3}(depends on|dependencies|dependency|depends)\s*:?\s*[*_]{2,3}\s*:?\s*/i;
const nextLabel = /\s(?:\*\*|__)[^*_:]{1,40}(?::\s*(?:\*\*|__)|(?:\*\*|__)\s*:)/;
/** A line that begins like this does not go on with the sentence above it. */
const newBlock = /^\s*(?:[-*+>|<#]|__|\d{1,3}[.)]\s|[A-Za-z][A-Za-z ]{0,30}:(?:\s|$))/;
const heading = /^(?:depends on|dependenc(?:y|ies))$/i;

/** @param lines those of the phase's section, without its own heading */
export function findDependsOn(lines: readonly MarkdownLine[]): DependsOn | undefined {
  let fallback: DependsOn | undefined;
  for (const [index, { kind, text, line }] of lines.entries()) {
    if (kind === 'heading') {
      // What stands below the headings of a phase is about its tasks.
      const listed = heading.test(text) ? itemsBelow(lines, index, '') : undefined;
      return fallback ?? listed ?? belowHeading(lines.slice(index + 1));
    }
    if (/^\s*[-*+]\s+\[.?\]/.test(text)) continue;
    const match = atStart.exec(text) ?? inBold.exec(text);
    if (match === null) continue;
    const isPlain = /^depends/i.test(match[1] ?? '');
    if (!isPlain && fallback !== undefined) continue;
    const found = { text: restOf(lines, index, match.index + match[0].length), line };
    if (isPlain) return found;
    fallback = found;
  }
  return fallback;
}

/** A list under a heading `Dependencies` of the phase. */
function belowHeading(lines: readonly MarkdownLine[]): DependsOn | undefined {
  const index = lines.findIndex(({ kind, text }) => kind === 'heading' && heading.test(text));
  return index === -1 ? undefined : itemsBelow(lines, index, '');
}

function restOf(lines: readonly MarkdownLine[], index: number, start: number): string {
  const rest = lines[index]?.text.slice(start, start + MAX_TEXT) ?? '';
  const end = nextLabel.exec(` ${rest}`)?.index;
  if (end !== undefined) return rest.slice(0, end).trim();
  if (rest.trim() === '') return itemsBelow(lines, index, rest)?.text ?? '';
  return withContinuation(lines, index, rest.trim());
}

/** Prose that was wrapped goes on in the next line. */
function withContinuation(lines: readonly MarkdownLine[], index: number, start: string): string {
  let text = start;
  for (let next = index + 1; next < lines.length && text.length < MAX_TEXT; next++) {
    const { kind, text: more, line } = lines[next] as MarkdownLine;
    if (kind === 'heading' || line !== (lines[next - 1] as MarkdownLine).line + 1 || newBlock.test(more))
      break;
    const end = nextLabel.exec(` ${more}`)?.index;
    text += ` ${more.slice(0, end).trim()}`;
    if (end !== undefined) break;
  }
  return text;
}

function itemsBelow(lines: readonly MarkdownLine[], index: number, start: string): DependsOn | undefined {
  const items: string[] = [];
  for (const { kind, text } of lines.slice(index + 1, index + 101)) {
    const item = kind === 'text' ? bulletText(text) : undefined;
    if (item === undefined || /^\s*[-*+]\s+\[.?\]|^\s*[-*+]\s+\*\*[^*]+:?\*\*:?/.test(text)) break;
    items.push(item.trim());
  }
  const line = lines[items.length > 0 ? index + 1 : index]?.line;
  return line === undefined || items.length === 0
    ? undefined
    : { text: [start, ...items].filter((part) => part !== '').join('; '), line };
}
