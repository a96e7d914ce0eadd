/** The serial scheme: tasks in a given order, each as early as its dependencies and what is free allow. */
import type { Project } from './project.ts';

/**
 * The schedule being built. Moments at which something ends are nodes of a list in time order; a task always starts at
 * one of them, so that each adds at most one node, whatever the unit of time.
 * Node 0 is the beginning, node 1 is after all time.
 */
export interface Timeline {
  readonly time: Float64Array;
  readonly next: Int32Array;
  readonly previous: Int32Array;
  /** Free capacity from this node to the next: `words` per node. */
  readonly free: Int32Array;
  /** By task: the nodes at which it starts and ends. */
  readonly startNode: Int32Array;
  readonly endNode: Int32Array;
  /** By node: the last task that was put to end there; by task: the one put there before it. -1: none. */
  readonly lastEnding: Int32Array;
  readonly endingBefore: Int32Array;
}

const BEGINNING = 0;
const NEVER = 1;

export function makeTimeline({ size, words }: Project): Timeline {
  const nodes = size + 2;
  return {
    time: new Float64Array(nodes),
    next: new Int32Array(nodes),
    previous: new Int32Array(nodes),
    free: new Int32Array(nodes * words),
    startNode: new Int32Array(size),
    endNode: new Int32Array(size),
    lastEnding: new Int32Array(nodes),
    endingBefore: new Int32Array(size),
  };
}

/**
 * Schedules all tasks in the order of `list`, in which each follows what it depends on, and gives the makespan.
 * Kelley 1963; every list gives an active schedule, and one of them the shortest.
 */
export function scheduleSerially(project: Project, list: Int32Array, timeline: Timeline): number {
  return project.words === 1 ? oneWord(project, list, timeline) : manyWords(project, list, timeline);
}

function clear({ time, next, previous, free, lastEnding }: Timeline, capacity: Int32Array): void {
  time[BEGINNING] = 0;
  time[NEVER] = Infinity;
  next[BEGINNING] = NEVER;
  previous[NEVER] = BEGINNING;
  lastEnding[BEGINNING] = -1;
  free.set(capacity);
}

function oneWord(project: Project, list: Int32Array, timeline: Timeline): number {
  const { durations, demand } = project;
  const { starts, items } = project.dependencies;
  const { time, next, previous, free, startNode, endNode, lastEnding, endingBefore } = timeline;
  const guards = project.guards[0] as number;
  clear(timeline, project.capacity);
  let nodes = 2;
  for (let place = 0; place < list.length; place++) {
    const task = list[place] as number;
    let start = BEGINNING;
    let earliest = 0;
    const edges = starts[task + 1] as number;
    for (let edge = starts[task] as number; edge < edges; edge++) {
      const node = endNode[items[edge] as number] as number;
      const ended = time[node] as number;
      if (ended > earliest) {
        earliest = ended;
        start = node;
      }
    }
    const duration = durations[task] as number;
    const wanted = demand[task] as number;
    let end = earliest + duration;
    let last = start;
    let after = start;
    for (;;) {
      after = next[last] as number;
      if ((((free[last] as number) - wanted) & guards) !== guards) {
        start = after;
        last = after;
        end = (time[after] as number) + duration;
      } else if ((time[after] as number) >= end) break;
      else last = after;
    }
    let ending = after;
    if (end === time[start]) ending = start;
    else if (time[after] !== end) {
      ending = nodes++;
      time[ending] = end;
      free[ending] = free[last] as number;
      lastEnding[ending] = -1;
      next[ending] = after;
      previous[ending] = last;
      next[last] = ending;
      previous[after] = ending;
    }
    for (let node = start; node !== ending; node = next[node] as number)
      free[node] = (free[node] as number) - wanted;
    startNode[task] = start;
    endNode[task] = ending;
    endingBefore[task] = lastEnding[ending] as number;
    lastEnding[ending] = task;
  }
  return time[previous[NEVER] as number] as number;
}

function manyWords(project: Project, list: Int32Array, timeline: Timeline): number {
  const { durations, demand, guards, words } = project;
  const { starts, items } = project.dependencies;
  const { time, next, previous, free, startNode, endNode, lastEnding, endingBefore } = timeline;
  clear(timeline, project.capacity);
  let nodes = 2;
  for (let place = 0; place < list.length; place++) {
    const task = list[place] as number;
    let start = BEGINNING;
    for (let edge = starts[task] as number; edge < (starts[task + 1] as number); edge++) {
      const node = endNode[items[edge] as number] as number;
      if ((time[node] as number) > (time[start] as number)) start = node;
    }
    const duration = durations[task] as number;
    let end = (time[start] as number) + duration;
    let last = start;
    let after = start;
    for (;;) {
      after = next[last] as number;
      let fits = true;
      for (let word = 0; fits && word < words; word++) {
        const guard = guards[word] as number;
        const left = (free[last * words + word] as number) - (demand[task * words + word] as number);
        fits = (left & guard) === guard;
      }
      if (!fits) {
        start = after;
        last = after;
        end = (time[after] as number) + duration;
      } else if ((time[after] as number) >= end) break;
      else last = after;
    }
    let ending = after;
    if (end === time[start]) ending = start;
    else if (time[after] !== end) {
      ending = nodes++;
      time[ending] = end;
      free.copyWithin(ending * words, last * words, (last + 1) * words);
      lastEnding[ending] = -1;
      next[ending] = after;
      previous[ending] = last;
      next[last] = ending;
      previous[after] = ending;
    }
    for (let node = start; node !== ending; node = next[node] as number) {
      for (let word = 0; word < words; word++)
        free[node * words + word] =
          (free[node * words + word] as number) - (demand[task * words + word] as number);
    }
    startNode[task] = start;
    endNode[task] = ending;
    endingBefore[task] = lastEnding[ending] as number;
    lastEnding[ending] = task;
  }
  return time[previous[NEVER] as number] as number;
}

/**
 * The tasks by falling end, into `list`: an order for the same project seen from its end. Of tasks that end together
 * the one put there last comes first, so that also tasks of no duration follow what they depend on.
 */
export function listByFallingEnd(timeline: Timeline, list: Int32Array): void {
  const { previous, lastEnding, endingBefore } = timeline;
  let filled = 0;
  for (let node = previous[NEVER] as number; ; node = previous[node] as number) {
    for (let task = lastEnding[node] as number; task !== -1; task = endingBefore[task] as number)
      list[filled++] = task;
    if (node === BEGINNING) return;
  }
}

/** Starts by task, into `starts`. */
export function readStarts({ time, startNode }: Timeline, starts: Float64Array): void {
  for (let task = 0; task < startNode.length; task++)
    starts[task] = time[startNode[task] as number] as number;
}
