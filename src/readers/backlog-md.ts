/**
 * Reads the folder of Backlog.md: tasks on the board, and of what is completed or archived as much as they depend on. Which of a task
 * and its subtasks are tasks is settled in `tracked-items`. Drafts, documents and decisions are not read.
 */
import path from 'node:path';
import { type Task, taskId } from '../core/plan.ts';
import { type Problem, problem } from '../core/problem.ts';
import { type BacklogIds, type BacklogTask, backlogIds, readBacklogTask } from './backlog-task.ts';
import { currentFolders, isInside } from './folder-listing.ts';
import {
  boundTasks,
  type Evidence,
  isFile,
  isFolder,
  nameFromPath,
  type Reader,
  type ReadOptions,
  type ReadResult,
} from './reader.ts';
import { readSource } from './source-file.ts';
import { type Tracked, type TrackedItem, tasksOf } from './tracked-items.ts';
import { isPlainMap } from './yaml-value.ts';

const usualFolders = ['backlog', '.backlog'];
const configNames = ['config.yml', 'config.yaml'];
const rootConfigName = 'backlog.config.yml';
/** How Backlog.md names its files: `task-12.1 - Some words.md`. */
const fileShape = /^[A-Za-z]+-\d[\w.]* - /;

export const backlogMdReader: Reader = {
  format: 'backlog-md',
  matches: (at) => findBacklog(at),
  read: (at, options) => readBacklog(at, options),
};

async function findBacklog(at: string): Promise<readonly Evidence[]> {
  if (!isFolder(at)) return [];
  const absolute = path.resolve(at);
  const isNamed = usualFolders.includes(path.basename(absolute)) && looksLikeBacklog(at);
  if (isNamed || hasNamedTasks(at)) return [evidence(at)];
  const above = path.dirname(absolute);
  if (path.basename(absolute) === 'tasks' && (await findBacklog(above))[0] !== undefined)
    return [evidence(path.join(at, '..'))];
  const places = [await configuredFolder(at), ...usualFolders.map((name) => path.join(at, name))];
  return places
    .filter((place) => place !== undefined && looksLikeBacklog(place))
    .slice(0, 1)
    .map((place) => evidence(place as string));
}

const evidence = (at: string): Evidence => ({ format: 'backlog-md', path: at, found: 'Backlog.md tasks' });

const looksLikeBacklog = (folder: string): boolean =>
  isFolder(path.join(folder, 'tasks')) || configNames.some((name) => isFile(path.join(folder, name)));

const hasNamedTasks = (folder: string): boolean =>
  isFolder(path.join(folder, 'tasks')) &&
  currentFolders
    .markdownFiles(path.join(folder, 'tasks'))
    .files.some((file) => fileShape.test(path.basename(file)));

/** The folder that `backlog.config.yml` names, when it is in the project. */
async function configuredFolder(root: string): Promise<string | undefined> {
  const config = await readConfig(path.join(root, rootConfigName));
  const named = config.backlog_directory ?? config.backlogDirectory;
  if (typeof named !== 'string' || named.trim() === '') return undefined;
  const folder = path.join(root, named.trim());
  return isInside(path.resolve(folder), path.resolve(root)) ? folder : undefined;
}

/** The values of a configuration; what is wrong with it is the business of Backlog.md. */
async function readConfig(file: string): Promise<Readonly<Record<string, unknown>>> {
  if (!isFile(file)) return {};
  const { parseYaml } = await import('./yaml-source.ts');
  const { value } = parseYaml(readSource(file).text ?? '', file);
  return isPlainMap(value) ? value : {};
}

/** The last of its statuses is the one of finished work. */
async function finishedStatus(folder: string): Promise<string> {
  const places = [
    ...configNames.map((name) => path.join(folder, name)),
    path.join(folder, '..', rootConfigName),
  ];
  const { statuses } = await readConfig(places.find(isFile) ?? '');
  const last = Array.isArray(statuses) ? (statuses as readonly unknown[]).at(-1) : undefined;
  return typeof last === 'string' ? last : 'Done';
}

async function readBacklog(at: string, options: ReadOptions = {}): Promise<ReadResult> {
  const problems: Problem[] = [];
  const ignored: string[] = [];
  const finished = await finishedStatus(at);
  const readIn = async (below: string, place: BacklogTask['place']): Promise<BacklogTask[]> => {
    const folder = path.join(at, below);
    if (!isFolder(folder)) return [];
    const listed = currentFolders.markdownFiles(folder);
    if (place === 'board') problems.push(...listed.problems);
    const tasks: BacklogTask[] = [];
    for (const file of listed.files) {
      const source = readSource(file);
      const task = await readBacklogTask(file, source.text ?? '', place, finished);
      if (task === undefined && place === 'board') ignored.push(file);
      // What is wrong with what is over is nobody's concern.
      if (place === 'board') problems.push(...source.problems, ...(task?.problems ?? []));
      if (task !== undefined) tasks.push(task);
    }
    return tasks;
  };
  const board = await readIn('tasks', 'board');
  const ids = backlogIds(board);
  const over = [
    ...(await readIn('completed', 'completed')),
    ...(await readIn(path.join('archive', 'tasks'), 'archive')),
  ];
  const items = itemsOf(
    board,
    over.filter(({ id }) => !ids.has(id)),
  );
  const needed = neededTasks(tasksOf(items, at), new Set(board.map(({ id }) => id)));
  const bounded = boundTasks(needed.tasks, at);
  if (board.length === 0) problems.push(noTasks(at, ignored));
  return {
    plan: {
      name: nameFromPath(at, options.root),
      source: at,
      format: backlogMdReader.format,
      tasks: bounded.tasks,
      pools: {},
    },
    problems: [...problems, ...needed.problems, ...bounded.problems, ...ignored.map(ignoredFile)],
    ignored,
  };
}

function noTasks(folder: string, ignored: readonly string[]): Problem {
  const seen = ignored.length === 0 ? 'no task' : `${ignored.length} Markdown files, none of them a task`;
  return problem(
    'no-tasks',
    `${path.join(folder, 'tasks')} holds ${seen}`,
    'Write one: backlog task create "…"',
    {
      location: { file: folder, line: 1 },
    },
  );
}

const ignoredFile = (file: string): Problem =>
  problem(
    'ignored-file',
    `${file} is no task and is not read`,
    'Nothing, unless it should be one: give it an id.',
    { location: { file, line: 1 }, severity: 'info' },
  );

/** In the order of the board: by ordinal where there is one, then by name. */
function itemsOf(board: readonly BacklogTask[], over: readonly BacklogTask[]): readonly TrackedItem[] {
  const ids: BacklogIds = backlogIds([...board, ...over]);
  const inOrder = board.toSorted((a, b) => (a.ordinal === b.ordinal ? 0 : a.ordinal - b.ordinal));
  return [...inOrder, ...over].map(({ item, dependencies, parent }) => {
    const partOf = parent === undefined ? undefined : ids.idOf(parent);
    const waitsFor = dependencies.map(({ text, location }) => ({ id: ids.idOf(text), location }));
    return { ...item, waitsFor, ...(partOf === undefined ? {} : { partOf }) };
  });
}

/** The tasks of the board, and what they wait for from before. */
function neededTasks({ tasks, problems }: Tracked, board: ReadonlySet<string>): Tracked {
  const byId = new Map<string, Task>(tasks.map((task) => [task.id, task]));
  const needed = new Set<string>();
  const open = [...board];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (needed.has(id)) continue;
    needed.add(id);
    open.push(...(byId.get(id)?.dependsOn ?? []));
  }
  return {
    tasks: tasks.filter(({ id }) => needed.has(id)),
    problems: problems.filter(({ tasks: [first] }) => needed.has(first ?? taskId(''))),
  };
}
