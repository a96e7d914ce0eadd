/** Finds the tasks of a Spec Kit `tasks.md`: `- [ ] T012 [P] [US1] text with path`, and the phase each stands in. Infers nothing. */
import { parsePriority } from './amounts.ts';
import { bulletText, type MarkdownLine, markdownLines, plainText } from './markdown-lines.ts';
import { rawText } from './markdown-parts.ts';
import { pathsInText } from './paths-in-text.ts';
import { fieldOfLine, globsOfLine } from './prose-fields.ts';
import { MAX_DOCUMENT_TASKS } from './reader.ts';

/** Something written on a line; of what a task says it waits for, before it is known which ids there are. */
export interface SpecKitStatement {
  readonly text: string;
  readonly line: number;
}

export interface SpecKitTask {
  readonly id: string;
  readonly title: string;
  /** Its description and what is indented below it. */
  readonly text: string;
  readonly line: number;
  readonly isParallel: boolean;
  /** `US1`, and whatever else stands in brackets in front of the description. */
  readonly labels: readonly string[];
  readonly isDone: boolean;
  readonly files: readonly string[];
  readonly dependencies: readonly SpecKitStatement[];
}

export interface SpecKitPhase {
  /** `Phase 3: User Story 1 - Sign in (Priority: P1)`; empty before the first heading. */
  readonly heading: string;
  /** As short as reasons need it: `Phase 3`. */
  readonly name: string;
  readonly priority: number | undefined;
  readonly tasks: readonly SpecKitTask[];
}

export interface SpecKitFile {
  /** Those with tasks, in order. */
  readonly phases: readonly SpecKitPhase[];
  /** Checkboxes among the tasks which have no id. */
  readonly nameless: readonly SpecKitStatement[];
  /** List items outside of prose that begin with an id and have no box, so that they are no tasks. */
  readonly boxless: readonly SpecKitStatement[];
}

const checkbox = /^([ \t]*)(?:[-*+]|\d{1,9}[.)])[ \t]+\[([ xX])\][ \t]+(.*)$/;
/** `- [] T006`, `- T007 text`: a list item that has no box, or one that is none. */
const boxless = /^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]*(?:\[[^\]]{0,3}\][ \t]*)?(.*)$/;
/** Sections of prose about the tasks. */
const aboutTasks =
  /\b(?:dependenc|order|notes?\b|parallel|strateg|examples?\b|summary|format|conventions?\b|coverage|graph|mvp first|checkpoints?\b)/i;
const idAtStart = /^[*`[]{0,3}(T\d{2,6}[a-z]?(?:\.\d{1,3})?)(?:[\]*`]{1,3}:?|:)?(?=[\s[(]|$)[ \t]*/;
const labelAtStart = /^[*`]{0,3}\[([A-Za-z][\w .-]{0,30})\][*`]{0,3}(?!\()[ \t]*/;

/** Whether a text has the checkbox lines of a Spec Kit file: enough to recognise one. */
export const hasSpecKitTasks = (text: string): boolean =>
  /^[ \t]*(?:[-*+]|\d{1,9}[.)]) \[[ xX]\] [*`[]{0,3}T\d{3}/m.test(text);

/** @param firstLine the line of the file on which `body` begins */
export function parseSpecKit(body: string, firstLine: number): SpecKitFile {
  const lines = markdownLines(body, firstLine);
  const raw = body.split('\n');
  const level = phaseLevel(lines);
  const phases: { heading: string; tasks: SpecKitTask[]; nameless: SpecKitStatement[] }[] = [];
  const open = (heading: string): void => void phases.push({ heading, tasks: [], nameless: [] });
  open('');
  const withoutBox: SpecKitStatement[] = [];
  let count = 0;
  let prose: number | undefined;
  for (const [index, line] of lines.entries()) {
    if (line.kind === 'heading') {
      if (line.level <= level) open(plainText(line.text));
      if (prose === undefined || line.level <= prose)
        prose = aboutTasks.test(line.text) && !/^\W{0,4}phase\b/i.test(line.text) ? line.level : undefined;
      continue;
    }
    // One more tells the reader that there are too many.
    if (count > MAX_DOCUMENT_TASKS) break;
    const [, indent = '', mark = '', rest = ''] = checkbox.exec(line.text) ?? [];
    const phase = phases.at(-1);
    if (mark === '' && prose === undefined) withoutBox.push(...itemWithoutBox(line));
    if (mark === '' || phase === undefined) continue;
    const id = idAtStart.exec(rest);
    if (id !== null) {
      count++;
      const below = linesBelow(lines, index, indent.length);
      const endLine = lines[index + below.length + 1]?.line ?? firstLine + raw.length;
      const more = rawText(raw, line.line - firstLine + 1, endLine - firstLine);
      const described = rest.slice(id[0].length);
      phase.tasks.push(toTask(id[1] ?? '', mark !== ' ', described, more, line, below));
    } else if (indent === '') phase.nameless.push({ text: plainText(rest), line: line.line });
  }
  const withTasks = phases.filter(({ tasks }) => tasks.length > 0);
  return {
    phases: withTasks.map(({ heading, tasks }) => ({
      heading,
      name: phaseName(heading),
      priority: parsePriority(/\bP[0-3]\b/.exec(heading)?.[0] ?? ''),
      tasks,
    })),
    nameless: withTasks.flatMap(({ nameless }) => nameless),
    boxless: withoutBox,
  };
}

/** An id and words behind it; `- T001, T002 first` and `- T001 → T002` speak about tasks. */
function itemWithoutBox({ text, line }: MarkdownLine): SpecKitStatement[] {
  const rest = boxless.exec(text)?.[1] ?? '';
  const described = rest.slice(idAtStart.exec(rest)?.[0].length ?? rest.length);
  return /^[\p{L}\p{N}[`*]/u.test(described) ? [{ text: plainText(rest), line }] : [];
}

/** The level of the headings that say `Phase`; the second, when none does. */
function phaseLevel(lines: readonly MarkdownLine[]): number {
  const levels = lines
    .filter(({ kind, text }) => kind === 'heading' && /^\W{0,4}phase\b/i.test(text))
    .map(({ level }) => level);
  return levels.length === 0 ? 2 : levels.reduce((least, level) => Math.min(least, level));
}

const phaseName = (heading: string): string =>
  /^phase\s+[\w.]+/i.exec(heading)?.[0] ?? (heading === '' ? 'the beginning' : heading.slice(0, 60));

/** The lines that belong to the task at `index`: indented deeper than its checkbox, down to the next task. */
function linesBelow(lines: readonly MarkdownLine[], index: number, indent: number): MarkdownLine[] {
  const below: MarkdownLine[] = [];
  for (let next = index + 1; next < lines.length; next++) {
    const line = lines[next] as MarkdownLine;
    const depth = /^[ \t]*/.exec(line.text)?.[0].length ?? 0;
    if (line.kind === 'heading' || depth <= indent) break;
    const inside = checkbox.exec(line.text)?.[3];
    if (inside !== undefined && idAtStart.test(inside)) break;
    below.push(line);
  }
  return below;
}

function toTask(
  id: string,
  isDone: boolean,
  described: string,
  more: string,
  { line }: MarkdownLine,
  below: readonly MarkdownLine[],
): SpecKitTask {
  const { labels, isParallel, description } = splitLabels(described);
  const wrapped = below.findIndex(({ text }) => bulletText(text) !== undefined || isField(text));
  const paragraph = below.slice(0, wrapped === -1 ? below.length : wrapped).map(({ text }) => text.trim());
  const sentence = [description, ...paragraph].join(' ');
  const listed = below.flatMap(({ text }) => (bulletText(text) === undefined ? [] : globsOfLine(text)));
  return {
    id,
    title: plainText(description) || id,
    text: [description, ...(more === '' ? [] : [dedented(more)])].join('\n'),
    line,
    isParallel,
    labels,
    isDone,
    files: [...new Set([...pathsInText(sentence), ...listed])].filter(isTouched),
    dependencies: [...statedInSentence(sentence, line), ...statedBelow(below)],
  };
}

function splitLabels(described: string) {
  const labels: string[] = [];
  let isParallel = false;
  let rest = described;
  for (let match = labelAtStart.exec(rest); match !== null; match = labelAtStart.exec(rest)) {
    const label = match[1] ?? '';
    if (label === 'P') isParallel = true;
    else labels.push(label);
    rest = rest.slice(match[0].length);
  }
  return { labels, isParallel, description: rest.replace(/^[\s:–—-]+/, '').trim() };
}

const isField = (text: string): boolean =>
  fieldOfLine(text) !== undefined || /^\s*\*\*[^*]+\*\*\s*:/.test(text);

/** Documents of the feature, which a task reads and does not change. */
const designDocuments =
  /(?:^|\/)(?:spec|plan|tasks|research|data-model|quickstart|constitution)\.md$|(?:^|\/)contracts\//;

const isTouched = (file: string): boolean => !designDocuments.test(file);

/** `(depends on T012, T013)`. */
function statedInSentence(sentence: string, line: number): SpecKitStatement[] {
  return [...sentence.matchAll(/\b(?:depends on|blocked by)\b:?\s*([^().;]{1,500})/gi)].map((match) => ({
    text: match[1] ?? '',
    line,
  }));
}

/** `**Dependencies**: T002` on a line of its own. */
const statedBelow = (below: readonly MarkdownLine[]): SpecKitStatement[] =>
  below.flatMap(({ text, line }) => {
    const stated = fieldOfLine(text);
    return stated?.field === 'dependencies' ? [{ text: stated.text, line }] : [];
  });

/** Without the indentation that all lines have. */
function dedented(text: string): string {
  const lines = text.split('\n');
  const depths = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  const least = depths.reduce((smallest, depth) => Math.min(smallest, depth), Number.POSITIVE_INFINITY);
  return lines.map((line) => line.slice(Math.min(least, line.length))).join('\n');
}
