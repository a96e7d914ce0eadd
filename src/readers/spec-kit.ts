/** Reads a Spec Kit `tasks.md` into a plan: which task waits for which follows from the phases, `[P]` and the files named. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { makeTask, type Task, taskId } from '../core/plan.ts';
import { type Problem, problem } from '../core/problem.ts';
import { type DependencyList, statedBudget } from './dependency-list.ts';
import { foldersIn, isMarkdown } from './folder-listing.ts';
import { splitFrontMatter } from './front-matter.ts';
import { presentOnly } from './present-only.ts';
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
import { connectSpecKit } from './spec-kit-order.ts';
import {
  hasSpecKitTasks,
  parseSpecKit,
  type SpecKitPhase,
  type SpecKitStatement,
  type SpecKitTask,
} from './spec-kit-tasks.ts';

/** Problems of one kind that are told. */
const MAX_TOLD = 20;

export const specKitReader: Reader = {
  format: 'spec-kit',
  matches: async (at) => findTasksFiles(at),
  read: (at, options) => readTasksFile(at, options),
};

/** The file itself; or `tasks.md` in the folder, else in each feature's folder below `specs/`. */
function findTasksFiles(at: string): readonly Evidence[] {
  if (isFile(at)) return isMarkdown(at) ? evidence(at) : [];
  if (!isFolder(at)) return [];
  const own = evidence(path.join(at, 'tasks.md'));
  if (own.length > 0) return own;
  return ['specs', '.specify/specs']
    .flatMap((place) => foldersIn(path.join(at, place)))
    .flatMap((folder) => evidence(path.join(folder, 'tasks.md')));
}

function evidence(file: string): Evidence[] {
  const text = isFile(file) ? (readSource(file).text ?? '') : '';
  if (!hasSpecKitTasks(text)) return [];
  // Code blocks and comments may have such lines, too.
  const tasks = parseSpecKit(text, 1).phases.reduce((sum, phase) => sum + phase.tasks.length, 0);
  if (tasks === 0) return [];
  const found = `${tasks} ${tasks === 1 ? 'task' : 'tasks'} such as T001`;
  return [{ format: specKitReader.format, path: file, found }];
}

async function readTasksFile(at: string, options: ReadOptions = {}): Promise<ReadResult> {
  const file = isFolder(at) ? (findTasksFiles(at)[0]?.path ?? path.join(at, 'tasks.md')) : at;
  const { text, problems: sourceProblems } = readSource(file);
  const front = await splitFrontMatter(text ?? '', file);
  const { phases, nameless, boxless } = parseSpecKit(front.body, front.bodyLine);
  const problems: Problem[] = [
    ...sourceProblems,
    ...nameless.slice(0, MAX_TOLD).map((line) => noId(file, line)),
    ...boxless.slice(0, MAX_TOLD).map((line) => noBox(file, line)),
  ];
  if (phases.length === 0 && text !== undefined) problems.push(noTasks(file));
  const budget = statedBudget();
  const dependencies = connectSpecKit(phases, file, budget);
  problems.push(...budget.problems(file));
  const documents = designDocuments(file, options.root);
  const tasks = phases.flatMap((phase) =>
    phase.tasks.map((task) => toTask(task, phase, file, documents, dependencies.get(task))),
  );
  const bounded = boundTasks(tasks, file, MAX_DOCUMENT_TASKS);
  return {
    plan: {
      name: nameFromPath(file, options.root),
      source: at,
      format: specKitReader.format,
      tasks: bounded.tasks,
      pools: {},
    },
    problems: [...problems, ...bounded.problems],
    ignored: [],
  };
}

function toTask(
  task: SpecKitTask,
  phase: SpecKitPhase,
  file: string,
  documents: string,
  dependencies: DependencyList | undefined,
): Task {
  const story = task.labels.find((label) => /^US[\w.-]*$/i.test(label));
  const about = [phase.heading === '' ? '' : `This is part of ${phase.heading}.`, documents];
  return makeTask({
    ...presentOnly({ module: story, priority: phase.priority }),
    id: taskId(task.id),
    title: task.title,
    body: [task.text, about.filter((sentence) => sentence !== '').join(' ')].join('\n\n').trim(),
    files: task.files,
    labels: task.labels,
    status: task.isDone ? 'done' : 'todo',
    location: { file, line: task.line },
    ...dependencies?.fields(),
  });
}

/** What the agent should read first; only where it can be found from the repository's folder. */
function designDocuments(file: string, root: string | undefined): string {
  if (root === undefined) return '';
  const folder = path.dirname(file);
  const shown = path.relative(path.resolve(root), path.resolve(folder)).split(path.sep).join('/');
  if (shown === '' || shown.startsWith('..') || path.isAbsolute(shown)) return '';
  const there = ['spec.md', 'plan.md', 'research.md', 'data-model.md', 'quickstart.md', 'contracts'].filter(
    (name) => existsSync(path.join(folder, name)),
  );
  return there.length === 0 ? '' : `The feature is described in ${shown}: ${there.join(', ')}.`;
}

const noId = (file: string, { text, line }: SpecKitStatement): Problem =>
  problem(
    'invalid-value',
    `"${text.slice(0, 60)}" has no id such as T012 and is not read as a task`,
    'Give it an id, or leave it if it is none.',
    { location: { file, line }, severity: 'warning' },
  );

const noBox = (file: string, { text, line }: SpecKitStatement): Problem =>
  problem(
    'invalid-value',
    `"${text.slice(0, 60)}" has no box such as [ ] and is not read as a task`,
    'Begin it with `- [ ] ` if it is a task, or with another word if it is none.',
    { location: { file, line }, severity: 'warning' },
  );

const noTasks = (file: string): Problem =>
  problem(
    'no-tasks',
    `${file} has no task such as \`- [ ] T001 Create the project\``,
    'Name a tasks.md of Spec Kit.',
    { location: { file, line: 1 } },
  );
