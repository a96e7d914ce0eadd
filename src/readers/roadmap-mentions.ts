/**
 * Reads a GSD roadmap line by line: every place that speaks of a phase. Which places speak of the same one is settled in
 * `gsd-roadmap-file`.
 */
import { type DependsOn, findDependsOn } from './depends-on-field.ts';
import { isPhaseId, phaseKey, planNumbers } from './gsd-phase-id.ts';
import { type MarkdownLine, markdownLines, plainText } from './markdown-lines.ts';
import { isDoneStatus, type ProgressRow, readProgress } from './progress-table.ts';

/** A heading with a section, or an item of the list of phases. */
export interface PhaseMention {
  readonly kind: 'section' | 'item';
  readonly key: string;
  readonly written: string;
  readonly title: string;
  readonly line: number;
  readonly isDone: boolean;
  /** Stands among the phases of a milestone that is done. */
  readonly isShipped: boolean;
  readonly isBacklog: boolean;
  /** What its section says, or what follows the item's title. */
  readonly body: string;
  readonly dependsOn: DependsOn | undefined;
  readonly plans: readonly PlanItem[];
}

/** `- [x] 01-02-PLAN.md - Title` in a phase's section. */
export interface PlanItem {
  readonly name: string;
  readonly title: string;
  readonly isDone: boolean;
  readonly line: number;
}

export interface RoadmapMentions {
  readonly mentions: readonly PhaseMention[];
  readonly progress: readonly ProgressRow[];
  /** `Phase 4 depends on Phase 2` outside of the phases' own sections, by the first one's key. */
  readonly sentences: ReadonlyMap<string, DependsOn>;
  /** Ranges of phases that are said to be shipped, as keys. */
  readonly shipped: readonly (readonly [string, string])[];
}

const phaseStart = (): RegExp =>
  /^[^\p{L}\p{N}]*Phase\s+#?([A-Za-z]{0,4}\d{0,6}[A-Za-z]?(?:\.\d{1,6}){0,4}[A-Za-z]?)(?![\p{L}\p{N}])\s*((?:[:.(–—-].*)?)$/iu;
/** The end of a title that says that the phase is done: `- complete`, `(Complete)`, `✅ 2026-01-15`, and in capitals `DONE`. */
const doneMark = /\s*(?:✅|(?:\s[-–—:]+\s?|[([]\s?)(?:✅\s?)?(?:completed?|done|shipped)\b).*$/iu;
const doneCapitals = /\s(?:COMPLETED?|DONE|SHIPPED)\b.*$/;
const openWords = /🚧|📋|in progress|planned|upcoming|not started|active|current/iu;

/** Whether a milestone's title says that all of it is done. */
const saysShipped = (text: string): boolean =>
  !openWords.test(text) && /✅|\b(?:shipped|completed?|archived?)\b/iu.test(text);

/** More places than this are not read: no roadmap speaks of its phases so often. */
const MAX_MENTIONS = 20_000;
/** `<details>` inside each other beyond this are not told apart. */
const MAX_NESTED = 20;

interface Scope {
  readonly level: number;
  readonly isShipped: boolean;
  readonly isBacklog: boolean;
}

/** @param text with `\n` line ends */
export function readMentions(text: string): RoadmapMentions {
  const lines = markdownLines(text, 1);
  const raw = text.split('\n');
  const starts = lines.map(({ kind, level, text: title }) =>
    kind === 'heading' && level >= 2 && level <= 4 ? startOf(title) : undefined,
  );
  const mentions: PhaseMention[] = [];
  const sentences = new Map<string, DependsOn>();
  const shipped: [string, string][] = [];
  const scopes: Scope[] = [];
  const details: boolean[] = [];
  let sectionEnd = -1;
  for (const [index, line] of lines.entries()) {
    if (mentions.length >= MAX_MENTIONS) break;
    if (line.text.includes('<')) readDetails(line.text, details);
    const start = starts[index];
    if (line.kind === 'heading') {
      while ((scopes.at(-1)?.level ?? 0) >= line.level) scopes.pop();
      scopes.push(scopeOf(line, start, scopes.at(-1)));
    }
    const isShipped = details.includes(true) || scopes.some((scope) => scope.isShipped);
    const around = { isShipped, isBacklog: scopes.some((scope) => scope.isBacklog) };
    if (start !== undefined) {
      sectionEnd = endOfSection(lines, starts, index);
      const body = raw.slice(line.line, (lines[sectionEnd]?.line ?? raw.length + 1) - 1).join('\n');
      mentions.push(sectionMention(start, lines.slice(index, sectionEnd), body, around));
    } else if (index >= sectionEnd && line.kind === 'text' && /phase/i.test(line.text)) {
      const item = itemMention(line, around);
      if (item !== undefined) mentions.push(item);
      readSentence(line, sentences);
      if (saysShipped(line.text)) shipped.push(...rangesOf(line.text));
    }
  }
  return { mentions, progress: readProgress(lines), sentences, shipped };
}

/** Keeps whether each open `<details>` holds a milestone that is done; its summary says so. */
function readDetails(text: string, details: boolean[]): void {
  for (const [tag] of text.matchAll(/<\/?details\b|<summary\b/gi)) {
    if (tag.startsWith('</')) details.pop();
    else if (/^<details/i.test(tag)) details.splice(MAX_NESTED, Infinity, false);
    else if (details.length > 0) details[details.length - 1] = saysShipped(text);
  }
}

function scopeOf({ level, text }: MarkdownLine, start: Start | undefined, outer: Scope | undefined): Scope {
  const isMilestone =
    start === undefined && (/✅|\bv\d|milestone/iu.test(text) || /^(?:completed|shipped)\b/i.test(text));
  return {
    level,
    isShipped: isMilestone && saysShipped(text),
    isBacklog: outer?.isBacklog === true || /^\W{0,20}(?:backlog|parking lot|icebox)\b/i.test(text),
  };
}

interface Start {
  readonly written: string;
  readonly title: string;
  readonly isDone: boolean;
}

/** `Phase 08.1: Title - COMPLETE`, `✅ Phase 3 — Title`, `Phase A`. */
function startOf(text: string): Start | undefined {
  if (!/phase/i.test(text)) return undefined;
  const plain = onOneLine(text).replace(/^\[[xX ]?\]\s*/, '');
  const [, written, rest = ''] = phaseStart().exec(plain) ?? [];
  if (written === undefined || !isPhaseId(written)) return undefined;
  const title = ` ${rest.replace(/^[\s:.–—-]+/, '')}`;
  const bare = title.replace(doneMark, '').replace(doneCapitals, '');
  const before = plain.slice(0, plain.indexOf(written));
  const isTicked = /^\[[xX]\]/.test(text.trim()) || /✅|~~/u.test(before);
  return { written, title: bare.replaceAll('~~', '').trim(), isDone: isTicked || bare !== title };
}

/** Plain text of a line with single spaces, cut where nobody reads on: patterns take their time on long runs of spaces. */
const onOneLine = (text: string): string => plainText(text.slice(0, 1_000)).replace(/\s+/g, ' ');

/** A section ends with the next heading of its level or above, the next phase, or the `<details>` that holds it. */
function endOfSection(
  lines: readonly MarkdownLine[],
  starts: readonly (Start | undefined)[],
  start: number,
): number {
  const level = lines[start]?.level ?? 0;
  for (let end = start + 1; end < lines.length; end++) {
    const { kind, level: other, text } = lines[end] as MarkdownLine;
    const isNext =
      kind === 'heading' ? other <= level || starts[end] !== undefined : /^\s*<\/details>/i.test(text);
    if (isNext) return end;
  }
  return lines.length;
}

type Around = Pick<PhaseMention, 'isShipped' | 'isBacklog'>;

function sectionMention(
  start: Start,
  section: readonly MarkdownLine[],
  body: string,
  around: Around,
): PhaseMention {
  const [heading, ...lines] = section as [MarkdownLine, ...MarkdownLine[]];
  return {
    kind: 'section',
    key: phaseKey(start.written),
    written: start.written,
    title: start.title,
    line: heading.line,
    isDone: start.isDone || lines.some(saysDone),
    isShipped: around.isShipped,
    isBacklog: around.isBacklog || /\(backlog\)/i.test(start.title),
    body: body
      .trim()
      .replace(/\n-{3,}$/, '')
      .trim(),
    dependsOn: findDependsOn(lines),
    plans: lines.flatMap(planItem),
  };
}

/** `**Status**: Complete`, `**Completed**: 2026-01-12`, `**Plans**: 3/3 plans complete`. */
function saysDone({ kind, text }: MarkdownLine): boolean {
  const [, field, value = ''] =
    /^[\s>*_-]*(status|completed|plans)\s*[*_]{0,3}\s*:\s*[*_]{0,3}\s*(.*)$/i.exec(text) ?? [];
  if (kind !== 'text' || field === undefined) return false;
  if (/^completed$/i.test(field)) return /\d{4}-\d\d-\d\d/.test(value);
  if (/^plans$/i.test(field)) return /^(\d{1,6})\/\1\s+(?:plans\s+)?(?:executed|completed?)\b/i.test(value);
  return isDoneStatus(value) || /^\[[xX]\]/.test(value);
}

function planItem({ text, line }: MarkdownLine): PlanItem[] {
  const [, mark, name, rest = ''] =
    /^\s*[-*+]\s+\[([ xX]?)\]\s+[*_`]*([\w.-]{1,200})[*_`:]*(?:\s+(.*))?$/.exec(text) ?? [];
  if (name === undefined) return [];
  const id = name.replace(/[-_.]?PLAN(?:\.md)?$|\.md$/i, '').replace(/[.:-]+$/, '');
  if (planNumbers(id) === undefined) return [];
  const title = plainText(rest).replace(/^[\s:–—-]+/, '');
  return [{ name: id, title: /^TBD\b/i.test(title) ? '' : title, isDone: /x/i.test(mark ?? ''), line }];
}

/** `- [ ] **Phase 2: Title** - what it is about`, `- [x] Phase 1: Title (2/2 plans) — completed 2026-02-16`. */
function itemMention({ text, line }: MarkdownLine, around: Around): PhaseMention | undefined {
  const [, box, mark, content = ''] = /^\s{0,3}[-*+]\s+(\[([ xX]?)\]\s*)?(.*)$/.exec(text) ?? [];
  const [, bold, after] = /^[^\p{L}*_]*(?:\*\*|__)([^*_]+)(?:\*\*|__)(.*)$/u.exec(content) ?? [];
  if (box === undefined && bold === undefined) return undefined;
  const start = startOf(bold ?? content.split(/\s[-–—]+\s|\s\(/)[0] ?? '');
  if (start === undefined || start.title === '') return undefined;
  const body = plainText(after ?? '').replace(/^[\s:–—-]+/, '');
  const [, phrase] = /\bdepends on:?\s+(.*)$/i.exec(body) ?? [];
  return {
    ...around,
    kind: 'item',
    key: phaseKey(start.written),
    written: start.written,
    title: start.title,
    line,
    isDone: start.isDone || /x/i.test(mark ?? '') || content.startsWith('~~'),
    isBacklog: around.isBacklog || /\(backlog\)/i.test(content),
    body,
    dependsOn: phrase === undefined ? undefined : { text: phrase.replace(/\)\s*$/, ''), line },
    plans: [],
  };
}

/** `- Phase 4 depends on Phase 2 (templates) and Phase 3`, `**Phase 3 (Login)**: Depends on Phase 1`. */
function readSentence({ text, line }: MarkdownLine, sentences: Map<string, DependsOn>): void {
  const plain = onOneLine(text);
  const [, written, phrase] =
    /^[\s>*+-]*Phase\s+(\S{1,20}?)(?:\s*\([^()]*\))?\s*:?\s+depends\s+(?:only\s+)?on:?\s+(.*)$/i.exec(
      plain,
    ) ?? [];
  if (written === undefined || phrase === undefined || !isPhaseId(written)) return;
  if (!sentences.has(phaseKey(written))) sentences.set(phaseKey(written), { text: phrase, line });
}

const rangesOf = (text: string): [string, string][] =>
  [...text.slice(0, 1_000).matchAll(/\bPhases?\s+(\d[\w.]{0,20})(?:\s*[-–—]\s*(\d[\w.]{0,20}))?/gi)].map(
    ([, from = '', to = from]) => [phaseKey(from), phaseKey(to)],
  );
