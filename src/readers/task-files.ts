/** Reads a folder of task files into a plan: which files are tasks, and which task waits for which. One file is read in `task-file`. */
import path from 'node:path';
import { unknownDependency } from '../core/analysis/diagnose.ts';
import { byDependency, type Location, type Task, type TaskId, taskId } from '../core/plan.ts';
import { type Problem, problem } from '../core/problem.ts';
import { currentFolders, type Folders } from './folder-listing.ts';
import { idFamily, isNone } from './id-family.ts';
import {
  boundTasks,
  type Evidence,
  isFolder,
  MAX_TASKS,
  nameFromPath,
  type Reader,
  type ReadOptions,
  type ReadResult,
} from './reader.ts';
import { readSource } from './source-file.ts';
import { type DependencyField, type Edge, statedEdges } from './stated-edges.ts';
import { hasIdInName, idOfName, parseTaskFile, type TaskFile } from './task-file.ts';

/** Below a repository's folder, task files are looked for here first. */
const usualPlaces = [
  'docs/implementation-plan',
  'implementation-plan',
  'tasks',
  'docs/tasks',
  'docs/plan/tasks',
  'plan/tasks',
];

export const taskFilesReader: Reader = {
  format: 'task-files',
  matches: (at, folders) => findTaskFolders(at, folders),
  read: (folder, options) => readFolder(folder, options),
};

/** The folder itself when it holds task files; else the usual places below it; else the folder with all that is in it. */
async function findTaskFolders(at: string, folders: Folders = currentFolders): Promise<readonly Evidence[]> {
  if (!isFolder(at)) return [];
  const { files } = folders.markdownFiles(at);
  const named = files.filter(hasIdInName);
  const depth = path.join(at, '-').length - 1;
  const direct = files.filter((file) => !file.includes(path.sep, depth));
  if (direct.some(isNamedAsTask) || (await hasTasks(direct))) return [evidence(at, named.length)];
  const places: string[] = [];
  for (const place of usualPlaces.map((below) => path.join(at, below))) {
    const inside = files.filter((file) => file.startsWith(place + path.sep));
    if (inside.some(isNamedAsTask) || (await hasTasks(inside))) places.push(place);
  }
  if (places.length > 0) return places.map((place) => evidence(place, countBelow(named, place)));
  return (await hasTasks(files)) ? [evidence(at, named.length)] : [];
}

const countBelow = (files: readonly string[], folder: string): number =>
  files.filter((file) => file.startsWith(folder + path.sep)).length;

const evidence = (folder: string, count: number): Evidence => ({
  format: 'task-files',
  path: folder,
  found: count === 1 ? '1 task file' : `${count} task files`,
});

/** In a folder of its own a name such as `EST-41.md` is enough. */
const isNamedAsTask = (file: string): boolean => /^[A-Z]+-\d/.test(idOfName(file) ?? '');

/** Anywhere in a repository it is not (`ADR-001.md`): one that is surely a task must be among them. */
async function hasTasks(files: readonly string[]): Promise<boolean> {
  for (const file of files) {
    const { text = '' } = readSource(file);
    const mayBe = hasIdInName(file) || text.trimStart().startsWith('---');
    if (mayBe && (await parseTaskFile(file, text)).isEvident) return true;
  }
  return false;
}

async function readFolder(folder: string, options: ReadOptions = {}): Promise<ReadResult> {
  const listed = (options.folders ?? currentFolders).markdownFiles(folder);
  const named = listed.outside.filter(hasIdInName);
  const problems: Problem[] = [...listed.problems, ...named.map(outsideFile)];
  const parsed: TaskFile[] = [];
  const ignored: string[] = [];
  for (const file of listed.files.slice(0, 2 * MAX_TASKS)) {
    const { text, problems: sourceProblems } = readSource(file);
    const read = parseTaskFile(file, text ?? '');
    const taskFile = read instanceof Promise ? await read : read;
    if (taskFile.isEvident || taskFile.namedId !== undefined) problems.push(...sourceProblems);
    parsed.push(taskFile);
  }
  const isTask = taskJudge(parsed);
  const chosen = parsed.filter((file) => {
    if (isTask(file)) return true;
    ignored.push(file.file);
    return false;
  });
  const bounded = boundTasks(joinTasks(chosen, problems), folder);
  if (chosen.length === 0) problems.push(noTasks(folder, ignored));
  return {
    plan: {
      name: nameFromPath(folder, options.root),
      source: folder,
      format: taskFilesReader.format,
      tasks: bounded.tasks,
      pools: {},
    },
    problems: [...problems, ...bounded.problems, ...ignored.map(ignoredFile)],
    ignored,
  };
}

/** A name alone makes a task where it is of a family that surely has tasks, or is written as ids are (`EST-41`). */
function taskJudge(files: readonly TaskFile[]): (file: TaskFile) => boolean {
  // Most plans have no file that would ask for them.
  let families: ReadonlySet<string> | undefined;
  return (file) => {
    if (file.isEvident) return true;
    if (file.namedId === undefined) return false;
    families ??= new Set(files.filter(({ isEvident }) => isEvident).map((other) => familyOf(idOf(other))));
    return families.size === 0 || families.has(familyOf(file.namedId)) || isNamedAsTask(file.file);
  };
}

const familyOf = (id: string): string => id.replace(/\d+[A-Za-z]?(?:\.\d+)*$/, '').toLowerCase();

const idOf = ({ task }: TaskFile): TaskId => task.id;

/** Both directions are the union: what a task waits for, and what other files say it waits for. */
function joinTasks(files: readonly TaskFile[], problems: Problem[]): Task[] {
  const ids = files.map(idOf);
  const family = idFamily(ids);
  const known: ReadonlySet<string> = new Set(ids);
  const resolve = (file: TaskFile, field: DependencyField): readonly Edge[] => {
    if (file[field].length === 0) return [];
    const stated = statedEdges({ id: idOf(file), file: file.file, field, statements: file[field], family });
    if (stated.problems.length > 0) problems.push(...stated.problems);
    return stated.edges;
  };
  const waiting = files.map((file) => resolve(file, 'dependencies'));
  const blocking = files.map((file) => resolve(file, 'blocks'));
  const blockedBy = Map.groupBy(blocking.flat(), ({ task }) => task);
  files.forEach((file, index) => {
    if (file.problems.length > 0) problems.push(...file.problems);
    for (const edge of blocking[index] as readonly Edge[])
      if (!known.has(edge.task))
        problems.push(
          unknownDependency(idOf(file), taskId(edge.task), known, edge.location, 'says it blocks'),
        );
  });
  problems.push(...oneSided(files, waiting, blocking));
  return files.map((file, index) => {
    const dependsOn: TaskId[] = [];
    const dependencyLocations = byDependency<Location>();
    const add = ({ dependency, location }: Edge): void => {
      if (dependencyLocations[dependency] !== undefined) return;
      dependsOn.push(taskId(dependency));
      dependencyLocations[dependency] = location;
    };
    (waiting[index] as readonly Edge[]).forEach(add);
    blockedBy.get(idOf(file))?.forEach(add);
    return { ...file.task, dependsOn, dependencyLocations };
  });
}

/**
 * A file that names others, but not the one that names it, disagrees with it. So does `Dependencies: None` beside
 * another file's `Blocks`. `Blocks: None` does not: templates say it of every task, and the dependency is safe.
 */
function oneSided(
  files: readonly TaskFile[],
  waiting: readonly (readonly Edge[])[],
  blocking: readonly (readonly Edge[])[],
): Problem[] {
  if (blocking.every((edges) => edges.length === 0)) return [];
  const positions = new Map<string, number>(files.map((file, index) => [idOf(file), index]));
  const key = ({ task, dependency }: Edge): string => JSON.stringify([task, dependency]);
  const [waits, blocks] = [new Set(waiting.flat().map(key)), new Set(blocking.flat().map(key))];
  const warn = (edge: Edge, silent: string, field: string): Problem =>
    problem(
      'one-sided-block',
      `${edge.task} waits for ${edge.dependency} (${edge.location.file}:${edge.location.line}), but the ${field} of ${silent} do not say so`,
      `Add it there, or remove it here; until then ${edge.task} waits.`,
      { location: edge.location, tasks: [taskId(edge.task), taskId(edge.dependency)], severity: 'warning' },
    );
  const fromWaiting = waiting.flat().filter((edge) => {
    const other = positions.get(edge.dependency);
    return other !== undefined && !blocks.has(key(edge)) && (blocking[other]?.length ?? 0) > 0;
  });
  const fromBlocking = blocking.flat().filter((edge) => {
    const other = positions.get(edge.task);
    if (other === undefined || waits.has(key(edge))) return false;
    const saysNone = files[other]?.dependencies.some(({ text, structured }) => !structured && isNone(text));
    return (waiting[other]?.length ?? 0) > 0 || saysNone === true;
  });
  return [
    ...fromWaiting.map((edge) => warn(edge, edge.dependency, 'blocks')),
    ...fromBlocking.map((edge) => warn(edge, edge.task, 'dependencies')),
  ];
}

const ignoredFile = (file: string): Problem =>
  problem(
    'ignored-file',
    `${file} is no task and is not read`,
    'Nothing, unless it should be one: give it an id.',
    {
      location: { file, line: 1 },
      severity: 'info',
    },
  );

const outsideFile = (file: string): Problem =>
  problem(
    'ignored-file',
    `${file} is a link to a file outside of the folder and is not read`,
    'Put the file itself here, or name the folder that holds both.',
    { location: { file, line: 1 }, severity: 'warning' },
  );

function noTasks(folder: string, ignored: readonly string[]): Problem {
  const seen =
    ignored.length === 0 ? 'no Markdown file' : `${ignored.length} Markdown files, none of them a task`;
  return problem(
    'no-tasks',
    `${folder} holds ${seen}`,
    'Name a folder with files such as T-001.md, or a plan.yaml.',
    { location: { file: folder, line: 1 } },
  );
}
