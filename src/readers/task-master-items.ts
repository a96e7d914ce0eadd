/** Reads the tasks and subtasks of one list of Task Master: their fields, their statuses, and what their ids refer to. */
import { taskId } from '../core/plan.ts';
import { type Problem, problem } from '../core/problem.ts';
import { parsePriority } from './amounts.ts';
import { asList, asMap, asText, type JsonMap, type JsonNode } from './json-source.ts';
import { presentOnly } from './present-only.ts';
import type { Reference, Standing, TrackedItem } from './tracked-items.ts';

/** What the parts of one reading share. */
interface Reading {
  readonly file: string;
  /** The ids of all tasks that are no subtasks. */
  readonly topLevel: ReadonlySet<string>;
  readonly problems: Problem[];
}

/** The tasks of a list, each followed by its subtasks. */
export function readItems(file: string, list: readonly JsonNode[], problems: Problem[]): TrackedItem[] {
  const topLevel = new Set(list.map((node) => asText(asMap(node)?.get('id')) ?? ''));
  return list.flatMap((node, index) => readItem({ file, topLevel, problems }, node, index));
}

function readItem(reading: Reading, node: JsonNode, index: number): TrackedItem[] {
  const task = asMap(node);
  const id = asText(task?.get('id'));
  if (task === undefined || id === undefined) {
    tell(reading, node, `task ${index + 1}: expected a map with an id`, 'Give it an id.');
    return [];
  }
  const parent = { ...itemOf(reading, task, id), waitsFor: references(reading, task, id, (ref) => ref) };
  const subtasks = asList(task.get('subtasks')) ?? [];
  const siblings = new Set(subtasks.map((subtask) => subtaskId(id, asText(asMap(subtask)?.get('id')) ?? '')));
  /** A bare number is a sibling, as Task Master reads it; else, as people mean it, a task. */
  const resolve = (written: string): string => {
    const sibling = subtaskId(id, written);
    if (siblings.has(sibling)) return sibling;
    return written.includes('.') || reading.topLevel.has(written) ? written : sibling;
  };
  return [
    parent,
    ...subtasks.flatMap((subtask, position) => readSubtask(reading, subtask, position, parent, resolve)),
  ];
}

function readSubtask(
  reading: Reading,
  node: JsonNode,
  position: number,
  parent: TrackedItem,
  resolve: (written: string) => string,
): TrackedItem[] {
  const values = asMap(node);
  const id = asText(values?.get('id'));
  if (values === undefined || id === undefined) {
    const message = `${parent.id}: subtask ${position + 1}: expected a map with an id`;
    tell(reading, node, message, 'Give it an id.', parent.id);
    return [];
  }
  const item = itemOf(reading, values, subtaskId(parent.id, id));
  // Task Master sets the subtasks of a task that is done to done; other tools forget them.
  const settled = parent.standing === 'done' || parent.standing === 'cancelled';
  return [
    {
      ...item,
      ...(settled ? { standing: parent.standing, status: parent.status } : {}),
      partOf: parent.id,
      waitsFor: references(reading, values, item.id, resolve),
    },
  ];
}

/** Subtask 2 of task 5 is called 5.2, also where it is written so. */
const subtaskId = (parent: string, id: string): string =>
  id.startsWith(`${parent}.`) ? id : `${parent}.${id}`;

const standings: Readonly<Record<string, Standing>> = {
  '': 'open',
  pending: 'open',
  todo: 'open',
  'in-progress': 'open',
  // By what it is blocked its dependencies say.
  blocked: 'open',
  review: 'held',
  deferred: 'held',
  done: 'done',
  completed: 'done',
  cancelled: 'cancelled',
};

function itemOf(reading: Reading, values: JsonMap, id: string): Omit<TrackedItem, 'waitsFor'> {
  const location = { file: reading.file, line: values.get('id')?.line ?? 1 };
  const status = asText(values.get('status')) ?? '';
  const known = status.toLowerCase().replaceAll('_', '-');
  const standing = Object.hasOwn(standings, known) ? standings[known] : undefined;
  if (standing === undefined) {
    const more = { location, tasks: [taskId(id)], severity: 'info' as const };
    const message = `${id}: the status ${status} is not known; it counts as open`;
    const fix = `Use one of: ${Object.keys(standings).filter(Boolean).join(', ')}.`;
    reading.problems.push(problem('source-status', message, fix, more));
  }
  const complexity = asText(values.get('complexity'));
  const labels = (asList(values.get('tags')) ?? []).flatMap((label) => asText(label) ?? []);
  return {
    id,
    location,
    standing: standing ?? 'open',
    status,
    task: {
      title: asText(values.get('title')) ?? id,
      body: bodyOf(values),
      files: filesOf(values),
      labels: [...labels, ...(complexity === undefined ? [] : [`complexity-${complexity}`])],
      ...presentOnly({ priority: parsePriority(asText(values.get('priority')) ?? '') }),
    },
  };
}

const sections = [
  ['', 'description'],
  ['Details', 'details'],
  ['Acceptance criteria', 'acceptanceCriteria'],
  ['Test strategy', 'testStrategy'],
] as const;

function bodyOf(values: JsonMap): string {
  return sections
    .flatMap(([heading, key]) => {
      const node = values.get(key);
      const text = asText(node) ?? (asList(node) ?? []).map((item) => `- ${asText(item) ?? ''}`).join('\n');
      if (text === '') return [];
      return [heading === '' ? text : `## ${heading}\n\n${text}`];
    })
    .join('\n\n');
}

/** The files it is to make or change; those it only refers to are not its own. */
const filesOf = (values: JsonMap): string[] =>
  (asList(values.get('relevantFiles')) ?? []).flatMap((node) => {
    const file = asMap(node);
    return asText(file?.get('action')) === 'reference' ? [] : (asText(file?.get('path')) ?? []);
  });

/** @param resolve the id that is meant by what is written */
function references(
  reading: Reading,
  values: JsonMap,
  id: string,
  resolve: (written: string) => string,
): Reference[] {
  const node = values.get('dependencies');
  if (node?.value === undefined) return [];
  // Some write `"1, 2"`.
  const list = asList(node) ?? (asText(node)?.split(',') ?? []).map((value) => ({ value, line: node.line }));
  if (asMap(node) !== undefined)
    tell(reading, node, `${id}: dependencies: expected a list of ids`, 'Write ids in brackets.', id);
  return list.flatMap((item) => {
    const written = asText(item);
    if (written !== undefined)
      return [{ id: resolve(written), location: { file: reading.file, line: item.line } }];
    tell(reading, item, `${id}: dependencies: expected an id`, 'Write the id of a task.', id);
    return [];
  });
}

function tell({ file, problems }: Reading, node: JsonNode, message: string, fix: string, id?: string): void {
  const more = { location: { file, line: node.line }, tasks: id === undefined ? [] : [taskId(id)] };
  problems.push(problem('invalid-value', message, fix, more));
}
