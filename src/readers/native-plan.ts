/** Reads a file of tutti's own format, YAML or JSON. What the keys mean is in `native-schema`; the graph is judged elsewhere. */
import path from 'node:path';
import type * as z from 'zod';
import { didYouMean } from '../core/nearest.ts';
import { type Location, makeTask, type Task, taskId } from '../core/plan.ts';
import { type Problem, problem } from '../core/problem.ts';
import {
  defaultsSchema,
  fileSchema,
  knownKeys,
  type NativeDefaults,
  type NativeTask,
  taskSchema,
} from './native-schema.ts';
import { presentOnly } from './present-only.ts';
import { boundTasks, nameFromPath, type ReadOptions, type ReadResult } from './reader.ts';
import { isInside, readSource, realOrUndefined } from './source-file.ts';
import { isPlainMap, type PlainValue, parseYaml, type ValuePath, type YamlSource } from './yaml-source.ts';

/** A map with more unknown keys than this is something else altogether. */
const MAX_KEYS_TOLD = 20;

/** What the parts of one reading share. */
interface Reading {
  readonly file: string;
  readonly source: YamlSource;
  readonly problems: Problem[];
}

export function readNative(file: string, options: ReadOptions = {}): ReadResult {
  const { text, problems: sourceProblems } = readSource(file);
  const source = parseYaml(text ?? '', file);
  const reading: Reading = { file, source, problems: [...sourceProblems, ...source.problems] };
  const readable = text !== undefined && source.problems.length === 0;
  const { name, pools, tasks } = readable ? readFile(reading) : { name: undefined, pools: {}, tasks: [] };
  const bounded = boundTasks(tasks, file);
  return {
    plan: {
      name: name ?? nameFromPath(file, options.root),
      source: file,
      format: 'native',
      tasks: bounded.tasks,
      pools,
    },
    problems: [...reading.problems, ...bounded.problems],
    ignored: [],
  };
}

function readFile(reading: Reading) {
  const { value } = reading.source;
  const parsed = fileSchema.safeParse(value);
  if (!parsed.success) tellIssues(reading, parsed.error.issues, [], false);
  const whole = isPlainMap(value) ? value : {};
  const defaults = readDefaults(reading, whole.defaults);
  const pools = parsed.success ? (parsed.data.pools ?? {}) : {};
  const items = Array.isArray(whole.tasks) ? whole.tasks : [];
  if (items.length === 0 && reading.problems.length === 0) {
    const fix = 'Add `tasks:` with at least one `- id: …`.';
    reading.problems.push(problem('no-tasks', `${reading.file} has no tasks`, fix, at(reading, ['tasks'])));
  }
  const tasks = items.flatMap((item, index) => readTask(reading, item, index, defaults, pools));
  return { name: parsed.success ? parsed.data.plan : undefined, pools, tasks };
}

function readDefaults(reading: Reading, value: PlainValue): NativeDefaults {
  if (value === undefined) return {};
  const parsed = defaultsSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  tellIssues(reading, parsed.error.issues, ['defaults'], true);
  return {};
}

/** A task with errors stays in the plan with its id and dependencies: it shall not make those of others unknown. */
function readTask(
  reading: Reading,
  item: PlainValue,
  index: number,
  defaults: NativeDefaults,
  pools: Readonly<Record<string, number>>,
): Task[] {
  const where: ValuePath = ['tasks', index];
  const parsed = taskSchema.safeParse(item);
  if (parsed.success) {
    const task = toTask(reading, { ...defaults, ...parsed.data }, where, defaults);
    checkPools(reading, task, pools, where);
    return [task];
  }
  tellIssues(reading, parsed.error.issues, where, true);
  if (!isPlainMap(item) || typeof item.id !== 'string' || item.id.trim() === '') return [];
  const dependsOn = Array.isArray(item.dependsOn)
    ? item.dependsOn.filter((dependency) => typeof dependency === 'string')
    : [];
  return [makeTask({ id: taskId(item.id), ...placed(reading, where, dependsOn), body: 'unreadable' })];
}

function toTask(reading: Reading, task: NativeTask, where: ValuePath, defaults: NativeDefaults): Task {
  const { duration, tokens, commits } = { ...defaults.estimate, ...task.estimate };
  if (task.merge !== undefined && task.merge !== 'merge') {
    const message = `${task.id}: tutti 0.1 merges with a merge commit only, not by ${task.merge}`;
    const more = {
      ...at(reading, [...where, 'merge']),
      severity: 'warning' as const,
      tasks: [taskId(task.id)],
    };
    reading.problems.push(problem('unsupported', message, 'Remove `merge`.', more));
  }
  return makeTask({
    ...presentOnly({
      module: task.module,
      priority: task.priority,
      agent: task.agent,
      command: task.command,
      gate: task.gate,
      timeoutMs: task.timeout,
    }),
    id: taskId(task.id),
    title: task.title ?? task.id,
    body: task.bodyFile === undefined ? (task.body ?? '') : bodyFromFile(reading, task, task.bodyFile, where),
    ...placed(reading, where, task.dependsOn ?? []),
    files: task.files ?? [],
    outline: task.outline ?? [],
    estimate: presentOnly({ durationMs: duration, tokens, commits }),
    labels: task.labels ?? [],
    status: task.status ?? 'todo',
    pools: task.pools ?? {},
    workspace: task.workspace ?? 'worktree',
    allowEmpty: task.allowEmpty ?? false,
    autonomous: task.autonomous ?? true,
  });
}

/** A task's place, its dependencies without repetition, and the place of each. */
function placed(reading: Reading, where: ValuePath, dependsOn: readonly string[]) {
  const locations: Record<string, Location> = Object.create(null);
  for (const [index, dependency] of dependsOn.entries())
    locations[dependency] ??= at(reading, [...where, 'dependsOn', index]).location;
  return {
    location: at(reading, where).location,
    dependsOn: [...new Set(dependsOn)].map(taskId),
    dependencyLocations: { ...locations },
  };
}

function bodyFromFile(reading: Reading, task: NativeTask, bodyFile: string, where: ValuePath): string {
  const tell = (message: string, fix: string): string => {
    const more = { ...at(reading, [...where, 'bodyFile']), tasks: [taskId(task.id)] };
    reading.problems.push(problem('invalid-value', `${task.id}: ${message}`, fix, more));
    return '';
  };
  if (task.body !== undefined) return tell('both body and bodyFile are given', 'Keep one of them.');
  const folder = path.dirname(reading.file);
  const file = path.join(folder, bodyFile);
  const [real, realFolder] = [realOrUndefined(file), realOrUndefined(folder)];
  const staysByName = !path.isAbsolute(bodyFile) && isInside(path.resolve(file), path.resolve(folder));
  const staysInFact = real === undefined || realFolder === undefined || isInside(real, realFolder);
  if (!staysByName || !staysInFact)
    return tell(
      `bodyFile ${bodyFile} leads out of the plan’s folder`,
      'Move the file into the plan’s folder.',
    );
  if (real === undefined)
    return tell(`bodyFile ${bodyFile} does not exist`, 'Correct the path or write the file.');
  const { text, problems } = readSource(file);
  reading.problems.push(...problems);
  return text ?? '';
}

function checkPools(
  reading: Reading,
  task: Task,
  pools: Readonly<Record<string, number>>,
  where: ValuePath,
): void {
  for (const [pool, units] of Object.entries(task.pools)) {
    const size = Object.hasOwn(pools, pool) ? pools[pool] : undefined;
    if (size === undefined || units <= size) continue;
    const message = `${task.id} needs ${units} of pool ${pool}, which has only ${size}`;
    const more = { ...at(reading, [...where, 'pools']), tasks: [task.id] };
    reading.problems.push(
      problem('invalid-value', message, `Raise the pool to ${units} or ask for less.`, more),
    );
  }
}

/** Turns zod's issues into problems with the line of each; `inTask` also for defaults, whose keys are a task's. */
function tellIssues(
  reading: Reading,
  issues: readonly z.core.$ZodIssue[],
  where: ValuePath,
  inTask: boolean,
): void {
  const subject = subjectOf(reading, where);
  const tell = (message: string, fix: string, location: Location): void => {
    const tasks = subject.id === undefined ? [] : [taskId(subject.id)];
    reading.problems.push(problem('invalid-value', subject.prefix + message, fix, { location, tasks }));
  };
  for (const issue of issues.flatMap(innermost)) {
    if (issue.code === 'unrecognized_keys') {
      const known = knownKeys(issue.path, inTask);
      for (const key of issue.keys.slice(0, MAX_KEYS_TOLD)) {
        const location = {
          file: reading.file,
          line: reading.source.keyLineOf([...where, ...issue.path], key),
        };
        const fix = didYouMean(key, known) ?? 'Remove it.';
        tell(
          `unknown key ${JSON.stringify(key)}`,
          known.length === 0 ? fix : `${fix} Known: ${known.join(', ')}.`,
          location,
        );
      }
    } else {
      const name = issue.path.map(String).join('.');
      const missing = inTask && name === 'id' && subject.id === undefined;
      const message = missing ? 'a task needs an id' : `${name === '' ? '' : `${name}: `}${issue.message}`;
      const { location } = at(reading, [...where, ...issue.path]);
      tell(message, missing ? 'Add `id:`.' : `Correct ${name === '' ? 'this' : name}.`, location);
    }
  }
}

function subjectOf(
  { source }: Reading,
  [part, index]: ValuePath,
): { readonly id?: string; readonly prefix: string } {
  if (part === undefined) return { prefix: '' };
  if (part === 'defaults') return { prefix: 'defaults: ' };
  const item =
    isPlainMap(source.value) && Array.isArray(source.value.tasks)
      ? source.value.tasks[Number(index)]
      : undefined;
  const id = isPlainMap(item) && typeof item.id === 'string' && item.id.trim() !== '' ? item.id : undefined;
  return id === undefined ? { prefix: `task ${Number(index) + 1}: ` } : { id, prefix: `${id}: ` };
}

/** Of a value that fits no shape: what is wrong inside the shape it was meant for, when that can be told. */
function innermost(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const meant = issue.errors.find((errors) => errors.some(({ path: inside }) => inside.length > 0));
  return meant?.map((inside) => ({ ...inside, path: [...issue.path, ...inside.path] })) ?? [issue];
}

const at = ({ file, source }: Reading, where: ValuePath): { readonly location: Location } => ({
  location: { file, line: source.lineOf(where) },
});
