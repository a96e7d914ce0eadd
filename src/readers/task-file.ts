/** Reads one Markdown file of a task folder: front matter, prose fields, outline, body. What its ids refer to is settled in `task-files`. */
import { type Estimate, makeTask, type Task, taskId } from '../core/plan.ts';
import { type Problem, problem } from '../core/problem.ts';
import { parseTokens } from '../core/tokens.ts';
import {
  parseAutonomous,
  parseCount,
  parseEffortInHours,
  parsePriority,
  parseStatus,
  splitList,
} from './amounts.ts';
import { linesOfCommitPlans, readOutline } from './commit-plan.ts';
import { fileName } from './folder-listing.ts';
import { type FrontMatter, splitFrontMatter } from './front-matter.ts';
import { type MarkdownLine, markdownLines, plainText } from './markdown-lines.ts';
import { presentOnly } from './present-only.ts';
import { type FieldLine, type FieldName, globsOfLine, proseFields } from './prose-fields.ts';
import type { YamlSource } from './yaml-source.ts';
import type { PlainValue } from './yaml-value.ts';

/** One thing the file says about its neighbours, before it is known which ids there are. */
export interface Statement {
  readonly text: string;
  readonly line: number;
  /** From front matter: a value without an id is a wrong id, not prose. */
  readonly structured: boolean;
  readonly certain: boolean;
}

export interface TaskFile {
  readonly file: string;
  /** The id its name gives. */
  readonly namedId: string | undefined;
  /** It has what only tasks have: a stated id, a known field, or its own id as heading. */
  readonly isEvident: boolean;
  /** Without its dependencies. Its id is the one its front matter gives, else that of its name, else empty. */
  readonly task: Task;
  readonly dependencies: readonly Statement[];
  readonly blocks: readonly Statement[];
  readonly problems: readonly Problem[];
}

/** `T-001.md`, `T-001-slug.md`, `T-006b.md`, `EST-41.md`, `PROJ-API-12 some words.md`; the ending is like any other words. */
const nameShape = /^((?:[A-Za-z][A-Za-z0-9]*[-_])+\d+[a-z]?(?:\.\d+)*|[A-Z]{1,5}\d+[a-z]?)(?:[-_. ].*)?$/;

export const idOfName = (file: string): string | undefined => nameShape.exec(fileName(file))?.[1];

export const hasIdInName = (file: string): boolean => nameShape.test(fileName(file));

const looksLikeId = (text: string): boolean => /^\S{1,100}$/.test(text) && /\d/.test(text);

/** Front matter keys by their letters alone; the rest of a file's front matter is nobody's business. */
const keyFields: ReadonlyMap<string, FieldName | 'id' | 'title' | 'hours'> = new Map(
  Object.entries({
    id: 'id',
    title: 'title name',
    status: 'status state',
    priority: 'priority',
    dependencies: 'dependencies dependson depends blockedby',
    blocks: 'blocks blocking',
    labels: 'tags labels',
    module: 'module component',
    wave: 'wave',
    estimate: 'estimate estimatedtime effort',
    hours: 'estimatehours estimatedhours',
    tokens: 'tokens estimatedtokens',
    files: 'files filesmodified',
    commits: 'commits plannedcommits',
    agent: 'agent',
    autonomous: 'autonomous',
  }).flatMap(([field, keys]) => keys.split(' ').map((key) => [key, field as FieldName] as const)),
);

type Key = FieldName | 'id' | 'title' | 'hours';

/** Waits as little as `splitFrontMatter` does. @param text the file's text with `\n` line ends */
export function parseTaskFile(file: string, text: string): TaskFile | Promise<TaskFile> {
  const front = splitFrontMatter(text, file);
  return front instanceof Promise ? front.then((read) => taskFileOf(file, read)) : taskFileOf(file, front);
}

function taskFileOf(file: string, front: FrontMatter): TaskFile {
  const values = frontValues(front);
  const lines = markdownLines(front.body, front.bodyLine);
  const isPlanned = linesOfCommitPlans(lines);
  const prose = proseFields(lines, isPlanned);
  const namedId = idOfName(file);
  const statedId = values.id?.text;
  const heading = lines.find(({ kind, level }) => kind === 'heading' && level === 1);
  const id = statedId ?? namedId ?? '';
  const first = (field: FieldName): string | undefined =>
    values[field]?.text ?? (prose.length === 0 ? undefined : usableText(prose, field));
  return {
    file,
    namedId,
    isEvident: isEvident(statedId, namedId, values, prose, heading),
    task: makeTask({
      ...readScalars(first, values.hours?.text),
      id: taskId(id),
      title: values.title?.text ?? titleOf(heading, id) ?? titleFromName(file, id) ?? id,
      body: front.body.trim(),
      status: parseStatus(first('status') ?? ''),
      files: listOf('files', values, prose, globsOfLine),
      labels: listOf('labels', values, prose, splitList),
      outline: readOutline(lines, isPlanned),
      location: { file, line: values.id?.line ?? heading?.line ?? 1 },
    }),
    dependencies: statements('dependencies', values, prose),
    blocks: statements('blocks', values, prose),
    problems: [...front.problems, ...idProblems(file, values.id)],
  };
}

interface FrontValue {
  /** Undefined for a list or a map. */
  readonly text: string | undefined;
  /** Those of a list; of text only where it may name several tasks. */
  readonly items: readonly { readonly text: string; readonly line: number }[];
  readonly line: number;
}

/** Not a `Map`, as in `plain-yaml`. */
type FrontValues = { [Name in Key]?: FrontValue };

function frontValues({ values, source }: FrontMatter): FrontValues {
  const found: FrontValues = {};
  if (values === undefined || source === undefined) return found;
  const keys = Object.keys(values);
  // By numbers, as in `plain-yaml`.
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as string;
    const field = keyFields.get(key) ?? keyFields.get(key.toLowerCase().replace(/[^a-z]/g, ''));
    if (field === undefined) continue;
    const value = values[key];
    const text = typeof value === 'string' ? value.trim() : '';
    const stated: FrontValue = {
      text: text === '' ? undefined : text,
      items: Array.isArray(value)
        ? listedItems(value, key, source)
        : field === 'dependencies' || field === 'blocks'
          ? splitOutsideNotes(text).map((part) => ({ text: part, line: source.lineOf([key]) }))
          : noItems,
      line: source.keyLineOf([], key),
    };
    const earlier = found[field];
    found[field] = earlier === undefined ? stated : joined(earlier, stated);
  }
  return found;
}

/** One for all: a plan has thousands of fields that are no list. */
const noItems: FrontValue['items'] = [];

function listedItems(values: readonly PlainValue[], key: string, source: YamlSource): FrontValue['items'] {
  const items: { readonly text: string; readonly line: number }[] = [];
  for (let index = 0; index < values.length; index++) {
    const text = textOfItem(values[index]);
    if (text !== '') items.push({ text, line: source.lineOf([key, index]) });
  }
  return items;
}

/** `depends_on` beside `blocked_by`: both count. */
const joined = (first: FrontValue, second: FrontValue): FrontValue => ({
  text: first.text ?? second.text,
  items: [...first.items, ...second.items],
  line: first.line,
});

/** An item may be a map that names a task: `- id: T-001`. */
function textOfItem(item: PlainValue): string {
  if (typeof item === 'string') return item.trim();
  if (Array.isArray(item) || item === undefined) return '';
  const id = item.id ?? item.task ?? Object.keys(item)[0];
  return typeof id === 'string' ? id.trim() : '';
}

/** A status line deep in the body tells about something else. */
const isUsable = (line: FieldLine): boolean => line.text !== '' && (line.field !== 'status' || line.certain);

const usableText = (prose: readonly FieldLine[], field: FieldName): string | undefined =>
  prose.find((line) => line.field === field && isUsable(line))?.text;

function isEvident(
  statedId: string | undefined,
  namedId: string | undefined,
  values: FrontValues,
  prose: readonly FieldLine[],
  heading: MarkdownLine | undefined,
): boolean {
  if (statedId !== undefined)
    return looksLikeId(statedId) || values.status !== undefined || values.dependencies !== undefined;
  if (namedId === undefined) return false;
  const hasFields = prose.length > 0 || Object.keys(values).length > 0;
  return hasFields || (heading?.text.includes(namedId) === true && /^[A-Za-z]+[-_]/.test(namedId));
}

function readScalars(first: (field: FieldName) => string | undefined, hours: string | undefined) {
  const read = <Value>(field: FieldName, parse: (text: string) => Value): Value | undefined => {
    const written = first(field);
    if (written === undefined) return undefined;
    const text = plainText(written);
    return /^(?:none|n\/a|tbd|null|[-–—]*)$/i.test(text) ? undefined : parse(text);
  };
  const estimate: Estimate = presentOnly({
    durationMs: hours === undefined ? read('estimate', parseEffortInHours) : parseEffortInHours(hours),
    tokens: read('tokens', parseAboutTokens),
    commits: read('commits', parseCount),
  });
  return {
    ...presentOnly({
      priority: read('priority', parsePriority),
      module: read('module', asWritten),
      agent: read('agent', asWritten),
      declaredWave: read('wave', parseWave),
    }),
    estimate,
    autonomous: read('autonomous', parseAutonomous) ?? true,
  };
}

const parseAboutTokens = (text: string): number | undefined => parseTokens(text.replace(/^~\s*/, ''));

const asWritten = (text: string): string => text;

function parseWave(text: string): number | undefined {
  const wave = /^(?:wave\s*)?(\d{1,6})\b/i.exec(text)?.[1];
  return wave === undefined ? undefined : Number(wave);
}

function listOf(
  field: FieldName,
  values: FrontValues,
  prose: readonly FieldLine[],
  read: (text: string) => string[],
): string[] {
  const front = values[field];
  const items =
    front === undefined
      ? []
      : front.text === undefined
        ? front.items.map(({ text }) => text)
        : splitList(front.text);
  // One of a kind is never there twice: nearly all lists of hundreds of files are as short as that.
  if (prose.length === 0 && items.length < 2) return items;
  const lines = prose.filter((line) => line.field === field);
  return [...new Set([...items, ...lines.flatMap(({ text }) => read(text))])];
}

function statements(
  field: 'dependencies' | 'blocks',
  values: FrontValues,
  prose: readonly FieldLine[],
): Statement[] {
  const items = values[field]?.items ?? noItems;
  const front = items.map(({ text, line }) => ({ text, line, structured: true, certain: true }));
  if (prose.length === 0) return front;
  const written = prose
    .filter((line) => line.field === field && line.text !== '')
    .map(({ text, line, certain }) => ({ text, line, structured: false, certain }));
  return [...front, ...written];
}

/** `T-001, T-002` in one value are two; a comma in a bracketed note is not ours. */
export function splitOutsideNotes(text: string): string[] {
  if (!text.includes(',') && !text.includes(';')) return text.trim() === '' ? [] : [text.trim()];
  return text
    .split(/[,;](?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** `# T-001: GraphQL Subscriptions`, `# [T-001] GraphQL`, `# Task T-001 - GraphQL`. */
function titleOf(heading: MarkdownLine | undefined, id: string): string | undefined {
  if (heading === undefined) return undefined;
  const text = plainText(heading.text);
  const start = id === '' ? -1 : text.indexOf(id);
  const before = text.slice(0, Math.max(0, start));
  const isLabelled = start !== -1 && /^\W*(?:task|ticket|story|issue)?\W*$/i.test(before);
  const title = (isLabelled ? text.slice(start + id.length) : text)
    .replace(isLabelled ? /^[\s\]):.–—-]+/ : /^/, '')
    .trim();
  return title === '' ? undefined : title;
}

/** `T-001-graphql-subscriptions.md` → `graphql subscriptions`. */
function titleFromName(file: string, id: string): string | undefined {
  const name = fileName(file).replace(/\.(?:md|markdown)$/i, '');
  const slug = name.startsWith(id) ? name.slice(id.length) : '';
  const words = slug.replace(/[-_.\s]+/g, ' ').trim();
  return words === '' ? undefined : words;
}

function idProblems(file: string, id: FrontValue | undefined): Problem[] {
  if (id === undefined || id.text !== undefined || id.items.length === 0) return [];
  const fix = 'Write one id, for example `id: T-001`.';
  return [problem('invalid-value', `${file}: id is not text`, fix, { location: { file, line: id.line } })];
}
