/** Reads a "Task N" plan (superpowers and kin): one Markdown file with a section per task. */
import path from 'node:path';
import { canonicalName } from '../core/nearest.ts';
import { makeTask, type Task, type TaskId, taskId } from '../core/plan.ts';
import { type Problem, problem } from '../core/problem.ts';
import { type Folders, foldersIn, isMarkdown, markdownFilesIn } from './folder-listing.ts';
import { splitFrontMatter } from './front-matter.ts';
import { type MarkdownLine, markdownLines } from './markdown-lines.ts';
import { type MarkdownPart, markdownParts } from './markdown-parts.ts';
import {
  boundTasks,
  type Evidence,
  isFile,
  isFolder,
  MAX_DOCUMENT_TASKS,
  nameFromPath,
  type Reader,
  type ReadOptions,
  type ReadResult,
} from './reader.ts';
import { readSource } from './source-file.ts';
import { hasIdInName } from './task-file.ts';
import { connectTaskN } from './task-n-order.ts';
import { hasTaskParts, parseTaskSection, type TaskSection, taskNumberOf } from './task-n-section.ts';

/** Where such plans are kept; also one level deeper, as in `docs/superpowers/plans`. */
const usualPlaces = ['docs/plans', 'plans'];
/** Rules for every task are told to every agent: not when that would make the plan this much longer. */
const MAX_RULES = 16 * 1024;
const MAX_REPEATED = 16 * 1024 * 1024;
/** Headings of other levels that are told. */
const MAX_TOLD = 20;

export const taskNReader: Reader = {
  format: 'task-n',
  matches: async (at, folders) => findPlans(at, folders),
  read: (at, options) => readTaskN(at, options),
};

function findPlans(at: string, folders?: Folders): readonly Evidence[] {
  if (isFile(at)) return isMarkdown(at) ? evidence(at, false) : [];
  if (!isFolder(at)) return [];
  const own = markdownFilesIn(at, folders).flatMap((file) => evidence(file, true));
  if (own.length > 0) return own;
  const nested = foldersIn(path.join(at, 'docs')).map((folder) => path.join(folder, 'plans'));
  return [...usualPlaces.map((place) => path.join(at, place)), ...nested]
    .flatMap((place) => markdownFilesIn(place, folders))
    .flatMap((file) => evidence(file, true));
}

/** @param strict a heading alone is not enough: it may be of any document */
function evidence(file: string, strict: boolean): Evidence[] {
  if (hasIdInName(file)) return [];
  const text = readSource(file).text ?? '';
  if (!/^ {0,3}#{1,4}[ \t].*\btask\s+#?\d/im.test(text)) return [];
  const lines = markdownLines(text, 1);
  const level = taskLevel(lines);
  const tasks = lines.filter((line) => beginsTask(line, level)).length;
  if (tasks === 0 || (strict && !hasTaskParts(lines))) return [];
  const found = `${tasks} "Task N" ${tasks === 1 ? 'section' : 'sections'}`;
  return [{ format: taskNReader.format, path: file, found }];
}

/** The level of most task headings: `#### Task 1.1` below `### Task 1` is part of it. */
function taskLevel(lines: readonly MarkdownLine[]): number {
  const counts = [0, 0, 0, 0, 0, 0, 0];
  for (const { kind, level, text } of lines)
    if (kind === 'heading' && level <= 4 && taskNumberOf(text) !== undefined)
      counts[level] = (counts[level] ?? 0) + 1;
  return counts.indexOf(Math.max(...counts, 1));
}

const beginsTask = ({ kind, level, text }: MarkdownLine, taskLevel: number): boolean =>
  kind === 'heading' && level === taskLevel && taskNumberOf(text) !== undefined;

async function readTaskN(at: string, options: ReadOptions = {}): Promise<ReadResult> {
  const file = isFolder(at) ? (findPlans(at)[0]?.path ?? at) : at;
  const { text, problems: sourceProblems } = readSource(file);
  const { body, bodyLine } = await splitFrontMatter(text ?? '', file);
  const lines = markdownLines(body, bodyLine);
  const level = taskLevel(lines);
  // One more tells that there are too many.
  const sections = markdownParts(body, bodyLine, (line) => beginsTask(line, level), lines)
    .slice(0, MAX_DOCUMENT_TASKS + 1)
    .map(parseTaskSection);
  const problems: Problem[] = [...sourceProblems];
  if (sections.length === 0 && text !== undefined) problems.push(noTasks(file));
  const { lists, problems: unclear } = connectTaskN(sections, idsByNumber(sections), file);
  problems.push(...otherLevels(lines, level, file), ...unclear, ...silent(sections, file));
  const rules = rulesForAll(body, bodyLine, lines, sections.length);
  const tasks = sections.map((section, position) =>
    makeTask({ ...toTask(section, file, rules), ...lists[position]?.fields() }),
  );
  const bounded = boundTasks(tasks, file, MAX_DOCUMENT_TASKS);
  return {
    plan: {
      name: nameFromPath(file, options.root),
      source: at,
      format: taskNReader.format,
      tasks: bounded.tasks,
      pools: {},
    },
    problems: [...problems, ...bounded.problems],
    ignored: [],
  };
}

/**
 * Headings like those of tasks that begin none. A higher one ends the section before it, and its own text is in no task;
 * a deeper one is part of the task above, as its number may say: `Task 1.1` below `Task 1` is told to nobody.
 */
function otherLevels(lines: readonly MarkdownLine[], level: number, file: string): Problem[] {
  const marks = (count: number): string => '#'.repeat(count);
  const problems: Problem[] = [];
  let above: string | undefined;
  for (const line of lines) {
    const number = line.kind === 'heading' ? taskNumberOf(line.text) : undefined;
    if (line.kind === 'heading' && line.level <= level) above = line.level === level ? number : undefined;
    if (number === undefined || line.level === level) continue;
    if (above !== undefined && number.startsWith(`${above}.`)) continue;
    const isHigher = line.level < level;
    const lost = isHigher ? 'and its text is in no task' : 'and its text belongs to the heading above it';
    problems.push(
      problem(
        'invalid-value',
        `"${line.text.slice(0, 60)}" is not read as a task: the others are ${marks(level)}, ${lost}`,
        `Write it with ${marks(level)} if it is a task, or give it a heading without "Task ${number}".`,
        { location: { file, line: line.line }, severity: isHigher ? 'error' : 'warning' },
      ),
    );
    if (problems.length === MAX_TOLD) break;
  }
  return problems;
}

const idOfNumber = (number: string): TaskId => taskId(`task-${number}`);

/** `Task 01` is Task 1. */
function idsByNumber(sections: readonly TaskSection[]): (number: string) => TaskId {
  const written = new Map(sections.map(({ number }) => [canonicalName(number), number]));
  return (number) => idOfNumber(written.get(canonicalName(number)) ?? number);
}

const toTask = (section: TaskSection, file: string, rules: string) => ({
  id: idOfNumber(section.number),
  title: section.title,
  body: rules === '' ? section.text : `${section.text}\n\n${rules}`,
  files: section.files,
  status: section.isDone ? ('done' as const) : ('todo' as const),
  location: { file, line: section.line } satisfies Task['location'],
});

/** `## Global Constraints`: every task's agent has to know them, and sees its own task only. */
function rulesForAll(body: string, bodyLine: number, lines: readonly MarkdownLine[], tasks: number): string {
  const isRules = ({ level, heading }: MarkdownPart): boolean =>
    level <= 3 && /^(?:global |project |plan )?constraints$/i.test(heading);
  if (!/^ {0,3}#{1,3}[ \t].{0,20}constraints/im.test(body)) return '';
  const part = markdownParts(body, bodyLine, () => true, lines).find(isRules);
  if (part === undefined || part.text === '') return '';
  const rules = `## ${part.heading}\n\n${part.text}`;
  return rules.length > MAX_RULES || rules.length * tasks > MAX_REPEATED ? '' : rules;
}

/** Plans of the older kind say what each task touches and not what it needs: they are meant to be done in order. */
function silent(sections: readonly TaskSection[], file: string): Problem[] {
  const mute = sections.filter(({ hasInterfaces }) => !hasInterfaces);
  const first = mute[0];
  if (first === undefined || sections.length < 2) return [];
  const tasks = mute.map(({ number }) => idOfNumber(number));
  return [
    problem(
      'unclear-dependency',
      `${mute.length} of ${sections.length} tasks do not say what they consume: they wait only for tasks that touch the same files`,
      'Add **Interfaces:** or **Depends on:** to them, or `tutti convert` the plan and write dependsOn.',
      { location: { file, line: first.line }, tasks, severity: 'warning' },
    ),
  ];
}

const noTasks = (file: string): Problem =>
  problem(
    'no-tasks',
    `${file} has no section such as \`### Task 1: Logger\``,
    'Name a plan with such sections.',
    {
      location: { file, line: 1 },
    },
  );
