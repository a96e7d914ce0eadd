/** Writes a plan as a native file, YAML or JSON, that reads back as the same tasks. Writes no file. */
import path from 'node:path';
import { Document, isMap, isSeq, type Node, type YAMLMap } from 'yaml';
import { formatDuration } from '../core/duration.ts';
import { type Location, makeTask, type Plan, type Task, taskId } from '../core/plan.ts';
import { presentOnly } from './present-only.ts';

export type NativeSyntax = 'yaml' | 'json';

/** The whole file; YAML has comments that name the line of each task and each dependency in the source. */
export function nativeText(plan: Plan, syntax: NativeSyntax): string {
  const file = {
    plan: plan.name,
    ...(Object.keys(plan.pools).length === 0 ? {} : { pools: plan.pools }),
    tasks: plan.tasks.map(toNative),
  };
  if (syntax === 'json') return `${JSON.stringify(file, null, 2)}\n`;
  const document = new Document(file, { aliasDuplicateObjects: false });
  document.commentBefore = ` Written by \`tutti convert\` from ${oneLine(plan.source)} (${plan.format}).`;
  const tasks = document.get('tasks');
  if (isSeq(tasks)) {
    for (const [index, task] of plan.tasks.entries()) comment(tasks.items[index], task, plan.source);
  }
  return document.toString({ lineWidth: 0, blockQuote: 'literal' });
}

const defaults = makeTask({ id: taskId('x') });

/** Only what differs from what the reader takes for granted. */
function toNative(task: Task): Record<string, unknown> {
  const { durationMs, tokens, commits } = task.estimate;
  const estimate = presentOnly({ duration: told(durationMs), tokens, commits });
  const full = {
    id: task.id,
    title: task.title === task.id ? undefined : task.title,
    dependsOn: task.dependsOn,
    module: task.module,
    priority: task.priority,
    labels: task.labels,
    files: task.files,
    estimate: Object.keys(estimate).length === 0 ? undefined : estimate,
    outline: task.outline,
    status: task.status === defaults.status ? undefined : task.status,
    pools: Object.keys(task.pools).length === 0 ? undefined : task.pools,
    agent: task.agent,
    command: task.command,
    workspace: task.workspace === defaults.workspace ? undefined : task.workspace,
    gate: task.gate?.map(({ name, run, timeoutMs }) => presentOnly({ name, run, timeout: told(timeoutMs) })),
    timeout: told(task.timeoutMs),
    allowEmpty: task.allowEmpty === defaults.allowEmpty ? undefined : task.allowEmpty,
    autonomous: task.autonomous === defaults.autonomous ? undefined : task.autonomous,
    body: task.body === defaults.body ? undefined : task.body,
  };
  const lists = new Set(['dependsOn', 'labels', 'files', 'outline']);
  return Object.fromEntries(
    Object.entries(full).filter(
      ([key, value]) =>
        value !== undefined && !(lists.has(key) && Array.isArray(value) && value.length === 0),
    ),
  );
}

const told = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : formatDuration(ms);

/** Where the task and each of its dependencies came from, and why an inferred one is there. */
function comment(item: unknown, task: Task, source: string): void {
  if (!isMap(item)) return;
  item.commentBefore = ` ${place(task.location, source)}`;
  const list = (item as YAMLMap).get('dependsOn');
  if (!isSeq(list)) return;
  for (const [index, id] of task.dependsOn.entries()) {
    const location = Object.hasOwn(task.dependencyLocations, id) ? task.dependencyLocations[id] : undefined;
    const reasons = task.dependencyReasons ?? {};
    const reason = Object.hasOwn(reasons, id) ? reasons[id] : undefined;
    const text = [location === undefined ? '' : place(location, source), reason ?? ''].filter(
      (part) => part !== '',
    );
    if (text.length > 0) (list.items[index] as Node).comment = ` ${oneLine(text.join('; '))}`;
  }
}

/** The source is named at the top: here only what lies in it, or the file's own name. */
function place({ file, line }: Location, source: string): string {
  const inside = path.relative(source, file);
  const name = inside === '' || inside.startsWith('..') ? path.basename(file) : inside;
  return `${oneLine(name)}:${line}`;
}

/** A comment ends with its line, and has no characters that YAML refuses. */
const oneLine = (text: string): string => text.replace(/[\p{C}\u2028\u2029]+/gu, ' ');
