/** Reads a file of tutti's own format: YAML, JSON, or Markdown with the plan as front matter. What the keys mean is in `native-schema`; the graph is judged elsewhere. */
import path from 'node:path';
import { type Location, makeTask, type Task, taskId } from '../core/plan.ts';
import { problem } from '../core/problem.ts';
import { isInside, isMarkdown, realOrUndefined } from './folder-listing.ts';
import { at, type Reading, tellIssues } from './native-issues.ts';
import { splitNativeMarkdown } from './native-markdown.ts';
import {
  defaultsSchema,
  fileSchema,
  type NativeDefaults,
  type NativeTask,
  taskSchema,
} from './native-schema.ts';
import { presentOnly } from './present-only.ts';
import { boundTasks, nameFromPath, type ReadOptions, type ReadResult } from './reader.ts';
import { readSource } from './source-file.ts';
import { parseYaml, type ValuePath } from './yaml-source.ts';
import { isPlainMap, type PlainValue } from './yaml-value.ts';

export async function readNative(file: string, options: ReadOptions = {}): Promise<ReadResult> {
  const { text, problems: sourceProblems } = readSource(file);
  const parts = isMarkdown(file)
    ? await splitNativeMarkdown(text ?? '', file)
    : { source: parseYaml(text ?? '', file), sections: new Map(), problems: [] };
  const source = parts.source ?? parseYaml('', file);
  const told = text === undefined ? [] : parts.problems;
  const problems = [...sourceProblems, ...source.problems, ...told];
  const reading: Reading = { file, source, sections: parts.sections, problems };
  const readable = text !== undefined && parts.source !== undefined && source.problems.length === 0;
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
      files: task.files,
      outline: task.outline,
      labels: task.labels,
      status: task.status,
      pools: task.pools,
      workspace: task.workspace,
      allowEmpty: task.allowEmpty,
      autonomous: task.autonomous,
    }),
    id: taskId(task.id),
    title: task.title ?? titleOfSection(reading, task.id) ?? task.id,
    body: bodyOf(reading, task, where),
    ...placed(reading, where, task.dependsOn ?? []),
    estimate: presentOnly({ durationMs: duration, tokens, commits }),
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

const titleOfSection = ({ sections }: Reading, id: string): string | undefined =>
  sections.get(id)?.title || undefined;

function bodyOf(reading: Reading, task: NativeTask, where: ValuePath): string {
  const section = reading.sections.get(task.id);
  if (section === undefined)
    return task.bodyFile === undefined
      ? (task.body ?? '')
      : bodyFromFile(reading, task, task.bodyFile, where);
  const other = task.body !== undefined ? 'body' : task.bodyFile !== undefined ? 'bodyFile' : undefined;
  if (other !== undefined) {
    const message = `${task.id}: both ${other} and a section (line ${section.line}) are given`;
    const more = { ...at(reading, [...where, other]), tasks: [taskId(task.id)] };
    reading.problems.push(problem('invalid-value', message, 'Keep one of them.', more));
  }
  return section.text;
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
    // The configuration has the last word on sizes, and a run refuses what is still too small then.
    const fix = `Raise the pool to ${units}, here or in tutti.yaml, or ask for less.`;
    const more = {
      ...at(reading, [...where, 'pools']),
      severity: 'warning' as const,
      tasks: [task.id],
    };
    reading.problems.push(problem('invalid-value', message, fix, more));
  }
}
