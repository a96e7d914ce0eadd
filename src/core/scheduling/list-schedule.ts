/** The parallel scheme, which is what the engine does: whenever something ends, what is ready and fits starts in order. */
import { degree } from '../graph.ts';
import type { Project } from './project.ts';

export interface Schedule {
  /** By task, in the unit of the durations. */
  readonly starts: Float64Array;
  readonly makespan: number;
}

export interface ListSchedule extends Schedule {
  /** All tasks by rising start; each follows what it depends on, and as an order it gives the same schedule. */
  readonly sequence: Int32Array;
}

/**
 * Starts tasks in the order of `order` (first to last, all of them, in any order), skipping those that do not fit just
 * now: Kelley 1963, Kolisch 1996. Gives non-delay schedules only; the shortest schedule need not be one.
 */
export function scheduleByOrder(project: Project, order: Int32Array): ListSchedule {
  const { size, durations, words, demand, dependents } = project;
  const starts = new Float64Array(size);
  const ends = new Float64Array(size);
  const sequence = new Int32Array(size);
  let started = 0;
  const unmet = new Int32Array(size);
  const ready = new Uint32Array((size >>> 5) + 1);
  const rank = new Int32Array(size);
  const free = project.capacity.slice();
  // The one that ends first is the last: few run at a time, so that keeping an order costs less than a heap.
  const running: number[] = [];
  const addReady = (task: number): void => {
    const place = rank[task] as number;
    ready[place >>> 5] = (ready[place >>> 5] as number) | (1 << (place & 31));
  };
  const start = (task: number, now: number): void => {
    take(free, demand, task * words);
    starts[task] = now;
    sequence[started++] = task;
    ends[task] = now + (durations[task] as number);
    insert(running, task, ends);
  };
  for (let place = 0; place < size; place++) rank[order[place] as number] = place;
  for (let task = 0; task < size; task++) {
    unmet[task] = degree(project.dependencies, task);
    if (unmet[task] === 0) addReady(task);
  }
  for (let now = 0; ; ) {
    for (let word = 0; word < ready.length && fits(project, free, project.least, 0); word++) {
      for (let bits = ready[word] as number; bits !== 0; bits &= bits - 1) {
        const bit = 31 - Math.clz32(bits & -bits);
        const task = order[word * 32 + bit] as number;
        if (!fits(project, free, demand, task * words)) continue;
        ready[word] = (ready[word] as number) & ~(1 << bit);
        start(task, now);
      }
    }
    const first = running.at(-1);
    if (first === undefined) return { starts, makespan: now, sequence };
    now = ends[first] as number;
    // All that ends at this moment, before anything starts: the best of what becomes ready goes first.
    while (running.length > 0 && ends[running.at(-1) as number] === now) {
      const done = running.pop() as number;
      giveBack(free, demand, done * words);
      const after = dependents.starts[done + 1] as number;
      for (let edge = dependents.starts[done] as number; edge < after; edge++) {
        const task = dependents.items[edge] as number;
        unmet[task] = (unmet[task] as number) - 1;
        if (unmet[task] === 0) addReady(task);
      }
    }
  }
}

function fits({ words, guards }: Project, free: Int32Array, demand: Int32Array, from: number): boolean {
  for (let word = 0; word < words; word++) {
    const guard = guards[word] as number;
    if ((((free[word] as number) - (demand[from + word] as number)) & guard) !== guard) return false;
  }
  return true;
}

function take(free: Int32Array, demand: Int32Array, from: number): void {
  for (let word = 0; word < free.length; word++)
    free[word] = (free[word] as number) - (demand[from + word] as number);
}

function giveBack(free: Int32Array, demand: Int32Array, from: number): void {
  for (let word = 0; word < free.length; word++)
    free[word] = (free[word] as number) + (demand[from + word] as number);
}

/** Keeps what ends first at the end. */
function insert(running: number[], task: number, ends: Float64Array): void {
  const end = ends[task] as number;
  let place = running.length;
  running.push(task);
  while (place > 0 && (ends[running[place - 1] as number] as number) < end) {
    running[place] = running[place - 1] as number;
    place--;
  }
  running[place] = task;
}
