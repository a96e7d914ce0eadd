/**
 * Makes tasks of what trackers keep (Task Master, Beads, Backlog.md): items with a status of their own, some of them parts of others.
 * An open item with open parts is no task: its parts are. Who waits for it waits for its last parts; its first parts wait for what it
 * waits for. Of any other item with parts, those that are done are no tasks. How each tracker writes an item is left to its reader.
 */
import { unknownDependency } from '../core/analysis/diagnose.ts';
import { type Location, makeTask, type Task, taskId } from '../core/plan.ts';
import { type Problem, problem } from '../core/problem.ts';

/** Where an item stands: `held` is open, but not for an agent (deferred, in review); `cancelled` will never be done. */
export type Standing = 'open' | 'held' | 'done' | 'cancelled';

export interface Reference {
  readonly id: string;
  readonly location: Location;
  /** All parts of the item are meant, whether they stand for it or not. */
  readonly meansParts?: boolean;
}

export interface TrackedItem {
  readonly id: string;
  readonly location: Location;
  readonly task: Omit<Partial<Task>, 'id' | 'location' | 'status' | 'dependsOn' | 'dependencyLocations'>;
  readonly standing: Standing;
  /** The status as written, for people. */
  readonly status: string;
  /** What lets an agent do it, when it is held for another reason than its status. */
  readonly heldFix?: string;
  readonly waitsFor: readonly Reference[];
  /** The item of which it is a part. */
  readonly partOf?: string;
  /** Its parts do not stand for it: they wait for what it waits for, and that is all. */
  readonly hasOwnWork?: boolean;
}

export interface Tracked {
  readonly tasks: readonly Task[];
  readonly problems: readonly Problem[];
}

/** Parts of parts of parts: nobody plans deeper, and every level costs. */
const MAX_LEVELS = 16;
/** A thousand tasks that wait for an item of a thousand parts are a million dependencies. */
const MAX_DEPENDENCIES = 1_000_000;
/** What parts are told of their whole, in characters: each, and all parts of one whole together. */
const MAX_WHOLE_TEXT = 10_000;
const MAX_WHOLE_TEXTS = 8_000_000;

/** The tasks, in the order of the items, and what is odd about their statuses. Never throws. */
export function tasksOf(items: readonly TrackedItem[], file: string): Tracked {
  const tree = makeTree(items);
  const problems: Problem[] = [];
  const tasks: Task[] = [];
  const work: Work = { left: MAX_DEPENDENCIES };
  for (const item of items) {
    if (tree.isSplit(item) || tree.isCovered(item)) continue;
    const task = toTask(item, tree, problems, work);
    if (work.left < 0) {
      const message = `${file} has more than ${MAX_DEPENDENCIES} dependencies; the rest is not read`;
      const fix = 'Split the plan, or let fewer tasks wait for a task with many parts.';
      problems.push(problem('unreadable', message, fix, { location: { file, line: 1 } }));
      break;
    }
    tasks.push(task);
  }
  return { tasks, problems };
}

/** How many dependencies may still be looked at, also those that lead to nothing: below 0 it is time to stop. */
interface Work {
  left: number;
}

interface Tree {
  readonly known: ReadonlyMap<string, TrackedItem>;
  /** The item of which it is a part, when there is one. */
  whole(item: TrackedItem): TrackedItem | undefined;
  parts(item: TrackedItem): readonly TrackedItem[];
  /** Whether its parts stand for it. */
  isSplit(item: TrackedItem): boolean;
  /** Whether it is done, and the item of which it is a part stands for it. */
  isCovered(item: TrackedItem): boolean;
  isWithin(item: TrackedItem, whole: TrackedItem): boolean;
  /** The tasks that have to be done for it to be done; itself when it is not split. */
  ends(item: TrackedItem): readonly TrackedItem[];
}

const isOpen = ({ standing }: TrackedItem): boolean => standing === 'open' || standing === 'held';

function makeTree(items: readonly TrackedItem[]): Tree {
  const known = new Map<string, TrackedItem>();
  for (const item of items) if (!known.has(item.id)) known.set(item.id, item);
  const wholes = new Map<TrackedItem, TrackedItem>();
  for (const item of items) {
    const whole = known.get(item.partOf ?? '');
    if (whole !== undefined && endsAbove(whole, item, known)) wholes.set(item, whole);
  }
  const partsOf = Map.groupBy(wholes.keys(), (item) => wholes.get(item) as TrackedItem);
  const parts = (item: TrackedItem): readonly TrackedItem[] => partsOf.get(item) ?? [];
  const splits = new Map<TrackedItem, boolean>();
  for (const item of partsOf.keys())
    splits.set(item, isOpen(item) && item.hasOwnWork !== true && parts(item).some(isOpen));
  const isSplit = (item: TrackedItem): boolean => splits.get(item) ?? false;
  const found = new Map<TrackedItem, readonly TrackedItem[]>();
  const ends = (item: TrackedItem): readonly TrackedItem[] => {
    if (!isSplit(item)) return [item];
    const earlier = found.get(item);
    if (earlier !== undefined) return earlier;
    // A part that is done proves nothing about the open one it waited for.
    const awaited = new Set(
      parts(item)
        .filter(isOpen)
        .flatMap(({ waitsFor }) => waitsFor.map(({ id }) => id)),
    );
    const last = parts(item).filter(({ id }) => !awaited.has(id));
    const result = (last.length > 0 ? last : parts(item)).flatMap(ends);
    found.set(item, result);
    return result;
  };
  const isWithin = (item: TrackedItem, whole: TrackedItem): boolean => {
    for (let at: TrackedItem | undefined = item; at !== undefined; at = wholes.get(at))
      if (at === whole) return true;
    return false;
  };
  const isCovered = (item: TrackedItem): boolean => {
    const whole = wholes.get(item);
    return whole !== undefined && whole.hasOwnWork !== true && !isOpen(item) && !isSplit(whole);
  };
  return { known, whole: (item) => wholes.get(item), parts, isSplit, isCovered, isWithin, ends };
}

/** Whether one gets from `whole` to an item that is part of nothing, without meeting `part`. */
function endsAbove(whole: TrackedItem, part: TrackedItem, known: ReadonlyMap<string, TrackedItem>): boolean {
  let at: TrackedItem | undefined = whole;
  for (let level = 0; level < MAX_LEVELS; level++) {
    if (at === undefined) return true;
    if (at.id === part.id) return false;
    at = known.get(at.partOf ?? '');
  }
  return false;
}

function toTask(item: TrackedItem, tree: Tree, problems: Problem[], work: Work): Task {
  const locations = new Map<string, Location>();
  for (const reference of references(item, tree)) {
    for (const { id } of targets(item, reference, tree, problems)) {
      if (--work.left < 0) break;
      if (!locations.has(id)) locations.set(id, reference.location);
    }
    if (--work.left < 0) break;
  }
  const held = isOpen(item) ? heldBy(item, tree) : undefined;
  if (held !== undefined) problems.push(heldItem(item, held));
  const partsAreDone = isOpen(item) && item.hasOwnWork !== true && tree.parts(item).length > 0;
  return makeTask({
    ...withWhole(item, tree),
    ...(held !== undefined ? { autonomous: false } : {}),
    // Perhaps its parts were all there was to do.
    ...(partsAreDone ? { allowEmpty: true } : {}),
    id: taskId(item.id),
    location: item.location,
    status: isOpen(item) ? 'todo' : 'done',
    dependsOn: [...locations.keys()].map(taskId),
    dependencyLocations: Object.fromEntries(locations),
  });
}

/** The tasks that are meant by a reference of an item; what is odd about it is told. */
function targets(
  item: TrackedItem,
  reference: Reference,
  tree: Tree,
  problems: Problem[],
): readonly { readonly id: string }[] {
  const other = tree.known.get(reference.id);
  if (other === undefined) {
    if (isOpen(item)) return [reference];
    // It is done: what it waited for was there once.
    const found = unknownDependency(taskId(item.id), taskId(reference.id), [], reference.location);
    problems.push({ ...found, severity: 'info' });
    return [];
  }
  if (tree.isSplit(other) && tree.isWithin(item, other)) {
    problems.push(waitsForWhole(item, other, reference.location));
    return [];
  }
  if (other.standing === 'cancelled' && isOpen(item))
    problems.push(cancelledDependency(item, other, reference.location));
  if (tree.isCovered(other)) return [];
  const parts = reference.meansParts === true ? tree.parts(other) : [];
  return parts.length > 0 ? parts.filter((part) => part !== item).flatMap(tree.ends) : tree.ends(other);
}

/** With what the agent of a part should know of the whole, and with what a part has from it where it does not say so itself. */
function withWhole(item: TrackedItem, tree: Tree): TrackedItem['task'] {
  const whole = tree.whole(item);
  if (whole === undefined || !tree.isSplit(whole)) return item.task;
  const title = whole.task.title ?? whole.id;
  const note = `This is a part of ${whole.id}, "${title}". Its other parts are tasks of their own.`;
  const room = Math.min(MAX_WHOLE_TEXT, Math.floor(MAX_WHOLE_TEXTS / tree.parts(whole).length));
  const text = (whole.task.body ?? '').slice(0, room).replace(/^## /gm, '### ');
  const priority = item.task.priority ?? whole.task.priority;
  return {
    module: title,
    ...item.task,
    ...(priority === undefined ? {} : { priority }),
    body: [item.task.body ?? '', '## The whole', note, text].filter((part) => part !== '').join('\n\n'),
  };
}

/** What it waits for itself and, where nothing else holds it in its whole, what its whole waits for. */
function* references(item: TrackedItem, tree: Tree): Generator<Reference> {
  yield* item.waitsFor;
  let part = item;
  let whole = tree.whole(item);
  while (whole !== undefined && isOpen(item) && isOpen(whole) && isFirst(part, whole, tree)) {
    for (const reference of whole.waitsFor) {
      const other = tree.known.get(reference.id);
      // That a whole waits for its own parts goes without saying.
      if (other === undefined || !tree.isWithin(other, whole)) yield reference;
    }
    part = whole;
    whole = tree.whole(part);
  }
}

/** Whether a part waits for no other open part of its whole. */
const isFirst = (part: TrackedItem, whole: TrackedItem, tree: Tree): boolean =>
  !part.waitsFor.some(({ id }) => {
    const other = tree.known.get(id);
    return other !== undefined && other !== part && isOpen(other) && tree.whole(other) === whole;
  });

/** The item itself or the whole that is held. */
function heldBy(item: TrackedItem, tree: Tree): TrackedItem | undefined {
  for (let at: TrackedItem | undefined = item; at !== undefined; at = tree.whole(at))
    if (at.standing === 'held' && (at === item || at.hasOwnWork !== true)) return at;
  return undefined;
}

const heldItem = ({ id, location }: TrackedItem, held: TrackedItem): Problem =>
  problem(
    'source-status',
    `${id} is left to a person: ${held.id === id ? 'its' : `${held.id}'s`} status is ${held.status}`,
    held.heldFix ?? 'Give it an open status to have an agent do it.',
    { location, tasks: [taskId(id)], severity: 'info' },
  );

const cancelledDependency = ({ id }: TrackedItem, other: TrackedItem, location: Location): Problem =>
  problem(
    'source-status',
    `${id} depends on ${other.id}, whose status is ${other.status}; it does not wait for it`,
    `Remove the dependency, or open ${other.id} again.`,
    { location, tasks: [taskId(id), taskId(other.id)], severity: 'warning' },
  );

const waitsForWhole = ({ id }: TrackedItem, whole: TrackedItem, location: Location): Problem =>
  problem(
    'unclear-dependency',
    `${id} depends on ${whole.id}, of which it is a part; no dependency is read from it`,
    'Remove the dependency.',
    { location, tasks: [taskId(id)], severity: 'warning' },
  );
