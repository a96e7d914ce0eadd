/**
 * Reads Task Master's `tasks.json`, tagged and untagged. Which of an item and its subtasks are tasks is settled in `tracked-items`.
 * Only the file is read: neither Task Master's configuration nor its database.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { nearestNames } from '../core/nearest.ts';
import { type Problem, problem } from '../core/problem.ts';
import { asList, asMap, type JsonNode, parseJson } from './json-source.ts';
import {
  boundTasks,
  type Evidence,
  isFile,
  isFolder,
  nameFromPath,
  type Reader,
  type ReadOptions,
  type ReadResult,
  splitPart,
} from './reader.ts';
import { MAX_DATA_BYTES, readSource } from './source-file.ts';
import { readItems } from './task-master-items.ts';
import { tasksOf } from './tracked-items.ts';

const currentPlace = path.join('.taskmaster', 'tasks', 'tasks.json');
/** Inside `.taskmaster`, and where versions before 0.16 kept it. Other tools use these names too. */
const otherPlaces = [path.join('tasks', 'tasks.json'), 'tasks.json'];
const usualTag = 'master';

export const taskMasterReader: Reader = {
  format: 'task-master',
  matches: async (at) => findTaskMaster(at),
  read: async (at, options) => readTaskMaster(at, options),
};

function findTaskMaster(at: string): readonly Evidence[] {
  const { file, part } = splitPart(at);
  if (isFile(file))
    return file.toLowerCase().endsWith('.json') && (part !== undefined || isTaskMaster(file))
      ? [evidence(at)]
      : [];
  if (!isFolder(file) || part !== undefined) return [];
  if (existsSync(path.join(file, currentPlace))) return [evidence(path.join(file, currentPlace))];
  return otherPlaces
    .map((place) => path.join(file, place))
    .filter((place) => isFile(place) && isTaskMaster(place))
    .slice(0, 1)
    .map(evidence);
}

const evidence = (at: string): Evidence => ({
  format: 'task-master',
  path: at,
  found: 'Task Master’s tasks.json',
});

/** By its place, else by what only Task Master writes: tags around lists of tasks, or `subtasks` and `testStrategy` in them. */
function isTaskMaster(file: string): boolean {
  if (path.resolve(file).endsWith(path.sep + currentPlace)) return true;
  const { text } = readSource(file, MAX_DATA_BYTES);
  if (text === undefined || !/"(?:subtasks|testStrategy|dependencies)"\s*:/.test(text)) return false;
  return tagsOf(parseJson(text, file).root).size > 0;
}

/** The lists of tasks by tag; the untagged form has one list, called `master` as Task Master does when it adds tags. */
function tagsOf(root: JsonNode | undefined): ReadonlyMap<string, JsonNode> {
  const whole = asMap(root);
  const untagged = whole?.get('tasks');
  if (untagged !== undefined && asList(untagged) !== undefined) return new Map([[usualTag, untagged]]);
  const tags = new Map<string, JsonNode>();
  for (const [tag, value] of whole ?? []) {
    const tasks = asMap(value)?.get('tasks');
    if (tasks !== undefined && asList(tasks) !== undefined) tags.set(tag, tasks);
  }
  return tags;
}

function readTaskMaster(at: string, options: ReadOptions = {}): ReadResult {
  const { file, part } = splitPart(at);
  const { text, problems: sourceProblems } = readSource(file, MAX_DATA_BYTES);
  const source = parseJson(text ?? '', file);
  const problems = [...sourceProblems, ...(text === undefined ? [] : source.problems)];
  const tags = tagsOf(source.root);
  const tag = source.root === undefined ? undefined : chooseTag(file, tags, part, problems);
  const items = readItems(file, asList(tags.get(tag ?? '')) ?? [], problems);
  if (tag !== undefined && items.length === 0 && problems.length === 0)
    problems.push(noTasks(file, tags.get(tag)?.line ?? 1));
  const tracked = tasksOf(items, file);
  const bounded = boundTasks(tracked.tasks, file);
  const suffix = tag === undefined || tag === usualTag ? '' : `#${tag}`;
  return {
    plan: {
      name: nameFromPath(file, options.root) + suffix,
      source: at,
      format: taskMasterReader.format,
      tasks: bounded.tasks,
      pools: {},
    },
    problems: [...problems, ...tracked.problems, ...bounded.problems],
    ignored: [],
  };
}

const noTasks = (file: string, line: number): Problem =>
  problem('no-tasks', `${file} has no tasks`, 'Let Task Master write some, or name another file.', {
    location: { file, line },
  });

/** The tag that was named, else `master`, else the only one. */
function chooseTag(
  file: string,
  tags: ReadonlyMap<string, JsonNode>,
  wanted: string | undefined,
  problems: Problem[],
): string | undefined {
  const names = [...tags.keys()];
  const [first] = names;
  const location = { file, line: 1 };
  if (first === undefined) {
    problems.push(noTasks(file, 1));
    return undefined;
  }
  const list = names.slice(0, 20).join(', ');
  const example = `${file}#${(wanted === undefined ? undefined : nearestNames(wanted, names)[0]) ?? first}`;
  if (wanted !== undefined) {
    if (tags.has(wanted)) return wanted;
    const message = `${file} has no tag ${wanted}; it has ${list}`;
    problems.push(problem('no-tasks', message, `Name one of them, for example ${example}.`, { location }));
    return undefined;
  }
  if (names.length === 1) return first;
  if (!tags.has(usualTag)) {
    const message = `${file} has several tags, and none is called ${usualTag}: ${list}`;
    const fix = `Name one of them, for example ${example}.`;
    problems.push(problem('ambiguous-format', message, fix, { location }));
    return undefined;
  }
  problems.push(otherTags(file, names, tags.get(usualTag)?.line ?? 1));
  return usualTag;
}

function otherTags(file: string, names: readonly string[], line: number): Problem {
  const others = names.filter((name) => name !== usualTag);
  const message = `${file} has ${names.length} tags; ${usualTag} is read, and not ${others.slice(0, 20).join(', ')}`;
  const fix = `Nothing, or name another one: ${file}#${others[0]}.`;
  return problem('ignored-file', message, fix, { location: { file, line }, severity: 'info' });
}
