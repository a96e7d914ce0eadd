/** The serial scheme: tasks in a given order, each as early as its dependencies and what is free allow. */
import type { Project } from './project.ts';

/**
 * The schedule being built. Moments at which something ends are nodes of a list in time order; a task always starts at
 * one of them, so that each adds at most one node, whatever the unit of time.
 *
 * This is the innermost loop of the search: records lie in few arrays, since each array costs registers and checks. A
 * node is told by where its record begins.
 */
export interface Timeline {
  /** By node. */
  readonly time: Float64Array;
  /** Records of nodes: next, previous, the task put last to end there (-1: none), free capacity until the next. */
  readonly nodes: Int32Array;
  /** Records of tasks: node of the start, of the end, the task put before it to end there (-1: none), nothing. */
  readonly tasks: Int32Array;
  /** Length of a node's record. */
  readonly stride: number;
}

const PREVIOUS = 1;
const LAST_ENDING = 2;
const FREE = 3;

/** A shift, not a product, finds a task's record. */
const TASK_SHIFT = 2;
const END = 1;
const ENDING_BEFORE = 2;

const BEGINNING = 0;

export function makeTimeline({ size, words }: Project): Timeline {
  const stride = FREE + words;
  return {
    time: new Float64Array((size + 2) * stride),
    nodes: new Int32Array((size + 2) * stride),
    tasks: new Int32Array(size << TASK_SHIFT),
    stride,
  };
}

/**
 * Schedules all tasks in the order of `list`, in which each follows what it depends on, and gives the makespan.
 * Kelley 1963; every list gives an active schedule, and one of them the shortest.
 */
export function scheduleSerially(project: Project, list: Int32Array, timeline: Timeline): number {
  clear(timeline, project);
  return project.words === 1 ? inOneWord(project, list, timeline) : inManyWords(project, list, timeline);
}

/** The node after all time follows the beginning. */
function clear({ time, nodes, stride }: Timeline, { capacity, words }: Project): void {
  const never = stride;
  time[BEGINNING] = 0;
  time[never] = Infinity;
  nodes[BEGINNING] = never;
  nodes[never + PREVIOUS] = BEGINNING;
  nodes[BEGINNING + LAST_ENDING] = -1;
  for (let word = 0; word < words; word++) {
    nodes[BEGINNING + FREE + word] = capacity[word] as number;
    nodes[never + FREE + word] = capacity[word] as number;
  }
}

/** When all that a task depends on has ended, as a node. Part of the loops below: the compiler inlines it. */
function latestEnd(
  starts: Int32Array,
  items: Int32Array,
  task: number,
  tasks: Int32Array,
  time: Float64Array,
): number {
  let latest = BEGINNING;
  let moment = 0;
  const end = starts[task + 1] as number;
  for (let edge = starts[task] as number; edge < end; edge++) {
    const node = tasks[((items[edge] as number) << TASK_SHIFT) + END] as number;
    const ended = time[node] as number;
    if (ended > moment) {
      moment = ended;
      latest = node;
    }
  }
  return latest;
}

function inOneWord(project: Project, list: Int32Array, { time, nodes, tasks, stride }: Timeline): number {
  const { durations, demand } = project;
  const { starts, items } = project.dependencies;
  const guards = project.guards[0] as number;
  let unused = 2 * stride;
  for (let place = 0; place < list.length; place++) {
    const task = list[place] as number;
    const duration = durations[task] as number;
    const wanted = demand[task] as number;
    let start = latestEnd(starts, items, task, tasks, time);
    let end = (time[start] as number) + duration;
    let last = start;
    let after = start;
    let moment = 0;
    for (;;) {
      after = nodes[last] as number;
      moment = time[after] as number;
      if ((((nodes[last + FREE] as number) - wanted) & guards) !== guards) {
        start = after;
        last = after;
        end = moment + duration;
      } else if (moment >= end) break;
      else last = after;
    }
    let ending = after;
    if (moment !== end) {
      if (end === time[start]) ending = start;
      else {
        ending = unused;
        unused += stride;
        time[ending] = end;
        link(nodes, last, ending, after);
        nodes[ending + FREE] = nodes[last + FREE] as number;
      }
    }
    for (let node = start; node !== ending; node = nodes[node] as number)
      nodes[node + FREE] = (nodes[node + FREE] as number) - wanted;
    record(tasks, nodes, task, start, ending);
  }
  return time[nodes[stride + PREVIOUS] as number] as number;
}

/** The same for demands that do not fit into one word. */
function inManyWords(project: Project, list: Int32Array, { time, nodes, tasks, stride }: Timeline): number {
  const { durations, demand, guards, words } = project;
  const { starts, items } = project.dependencies;
  let unused = 2 * stride;
  for (let place = 0; place < list.length; place++) {
    const task = list[place] as number;
    const duration = durations[task] as number;
    const wanted = task * words;
    let start = latestEnd(starts, items, task, tasks, time);
    let end = (time[start] as number) + duration;
    let last = start;
    let after = start;
    let moment = 0;
    for (;;) {
      after = nodes[last] as number;
      moment = time[after] as number;
      if (!fits(nodes, last + FREE, demand, wanted, guards)) {
        start = after;
        last = after;
        end = moment + duration;
      } else if (moment >= end) break;
      else last = after;
    }
    let ending = after;
    if (moment !== end) {
      if (end === time[start]) ending = start;
      else {
        ending = unused;
        unused += stride;
        time[ending] = end;
        link(nodes, last, ending, after);
        nodes.copyWithin(ending + FREE, last + FREE, last + stride);
      }
    }
    for (let node = start; node !== ending; node = nodes[node] as number) {
      for (let word = 0; word < words; word++)
        nodes[node + FREE + word] = (nodes[node + FREE + word] as number) - (demand[wanted + word] as number);
    }
    record(tasks, nodes, task, start, ending);
  }
  return time[nodes[stride + PREVIOUS] as number] as number;
}

function fits(
  nodes: Int32Array,
  free: number,
  demand: Int32Array,
  wanted: number,
  guards: Int32Array,
): boolean {
  for (let word = 0; word < guards.length; word++) {
    const guard = guards[word] as number;
    if ((((nodes[free + word] as number) - (demand[wanted + word] as number)) & guard) !== guard)
      return false;
  }
  return true;
}

/** Puts a new node between two. */
function link(nodes: Int32Array, before: number, node: number, after: number): void {
  nodes[node] = after;
  nodes[node + PREVIOUS] = before;
  nodes[node + LAST_ENDING] = -1;
  nodes[before] = node;
  nodes[after + PREVIOUS] = node;
}

function record(tasks: Int32Array, nodes: Int32Array, task: number, start: number, end: number): void {
  const place = task << TASK_SHIFT;
  tasks[place] = start;
  tasks[place + END] = end;
  tasks[place + ENDING_BEFORE] = nodes[end + LAST_ENDING] as number;
  nodes[end + LAST_ENDING] = task;
}

/**
 * The tasks by falling end, into `list`: an order for the same project seen from its end. Of tasks that end together
 * the one put there last comes first, so that also tasks of no duration follow what they depend on.
 */
export function listByFallingEnd({ nodes, tasks, stride }: Timeline, list: Int32Array): void {
  let filled = 0;
  for (let node = nodes[stride + PREVIOUS] as number; ; node = nodes[node + PREVIOUS] as number) {
    let task = nodes[node + LAST_ENDING] as number;
    for (; task !== -1; task = tasks[(task << TASK_SHIFT) + ENDING_BEFORE] as number) list[filled++] = task;
    if (node === BEGINNING) return;
  }
}

/** Starts by task, into `starts`. */
export function readStarts({ time, tasks }: Timeline, starts: Float64Array): void {
  for (let task = 0; task < starts.length; task++)
    starts[task] = time[tasks[task << TASK_SHIFT] as number] as number;
}
