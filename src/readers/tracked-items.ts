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
}

export interface TrackedItem {
  readonly id: string;
  readonly location: Location;
  readonly task: Omit<Partial<Task>, 'id' | 'location' | 'status' | 'dependsOn' | 'dependencyLocations'>;
  readonly standing: Standing;
  /** The status as written, for people. */
  readonly status: string;
  readonly waitsFor: readonly Reference[];
  /** The item of which it is a part. */
  readonly partOf?: string;
}

export interface Tracked {
  readonly tasks: readonly Task[];
  readonly problems: readonly Problem[];
}

/** Parts of parts of parts: nobody plans deeper, and every level costs. */
const MAX_LEVELS = 16;
/** A thousand tasks that wait for an item of a thousand parts are a million dependencies. */
const MAX_DEPENDENCIES = 1_000_000;

/** The tasks, in the order of the items, and what is odd about their statuses. Never throws. */
export function tasksOf(items: readonly TrackedItem[], file: string): Tracked {
  const tree = makeTree(items);
  const problems: Problem[] = [];
  const tasks: Task[] = [];
  let dependencies = 0;
  for (const item of items) {
    if (tree.isSplit(item) || tree.isCovered(item)) continue;
    const task = toTask(item, tree, problems);
    dependencies += task.dependsOn.length;
    if (dependencies > MAX_DEPENDENCIES) {
      const message = `${file} has more than ${MAX_DEPENDENCIES} dependencies; the rest is not read`;
      const fix = 'Split the plan, or let fewer tasks wait for a task with many parts.';
      problems.push(problem('unreadable', message, fix, { location: { file, line: 1 } }));
      break;
    }
    tasks.push(task);
  }
  return { tasks, problems };
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
  for (const item of partsOf.keys()) splits.set(item, isOpen(item) && parts(item).some(isOpen));
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
    return whole !== undefined && !isOpen(item) && !isSplit(whole);
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

function toTask(item: TrackedItem, tree: Tree, problems: Problem[]): Task {
  const locations = new Map<string, Location>();
  for (const reference of references(item, tree)) {
    const other = tree.known.get(reference.id);
    if (other === undefined && !isOpen(item)) {
      // It is done: what it waited for was there once.
      const found = unknownDependency(taskId(item.id), taskId(reference.id), [], reference.location);
      problems.push({ ...found, severity: 'info' });
      continue;
    }
    if (other !== undefined && tree.isSplit(other) && tree.isWithin(item, other)) {
      problems.push(waitsForWhole(item, other, reference.location));
      continue;
    }
    if (other?.standing === 'cancelled' && isOpen(item))
      problems.push(cancelledDependency(item, other, reference.location));
    if (other !== undefined && tree.isCovered(other)) continue;
    for (const { id } of other === undefined ? [reference] : tree.ends(other))
      if (!locations.has(id)) locations.set(id, reference.location);
  }
  const held = isOpen(item) ? heldBy(item, tree) : undefined;
  if (held !== undefined) problems.push(heldItem(item, held));
  const partsAreDone = isOpen(item) && tree.parts(item).length > 0;
  return makeTask({
    ...item.task,
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

/** What it waits for itself and, where nothing else holds it in its whole, what its whole waits for. */
function references(item: TrackedItem, tree: Tree): readonly Reference[] {
  const found = [...item.waitsFor];
  for (let part = item; ; ) {
    const whole = tree.whole(part);
    if (whole === undefined || !tree.isSplit(whole)) return found;
    const siblings = part.waitsFor.map(({ id }) => tree.known.get(id));
    const isFirst = !siblings.some(
      (other) => other !== undefined && isOpen(other) && tree.whole(other) === whole,
    );
    if (!isFirst) return found;
    // That a whole waits for its own parts goes without saying.
    for (const reference of whole.waitsFor) {
      const other = tree.known.get(reference.id);
      if (other === undefined || !tree.isWithin(other, whole)) found.push(reference);
    }
    part = whole;
  }
}

/** The item itself or the whole that is held. */
function heldBy(item: TrackedItem, tree: Tree): TrackedItem | undefined {
  for (let at: TrackedItem | undefined = item; at !== undefined; at = tree.whole(at))
    if (at.standing === 'held') return at;
  return undefined;
}

const heldItem = ({ id, location }: TrackedItem, held: TrackedItem): Problem =>
  problem(
    'source-status',
    `${id} is left to a person: ${held.id === id ? 'its' : `${held.id}'s`} status is ${held.status}`,
    'Give it an open status to have an agent do it.',
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
