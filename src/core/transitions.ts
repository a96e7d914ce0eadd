/** The only functions that change a task's status: they keep counts, heaps, queues and blocking true. */
import type { TaskStatus } from './event.ts';
import { neighbours } from './graph.ts';
import type { Timestamp } from './plan.ts';
import {
  isActive,
  isBroken,
  isMet,
  isSettled,
  type NextAttempt,
  planned,
  type RunState,
  type TaskState,
  taskAt,
} from './run-state.ts';

/** Moves a task to a status; dependents are told by `settle` and `reopen`, not here. */
export function setStatus(state: RunState, position: number, status: TaskStatus): void {
  const task = taskAt(state, position);
  leave(state, position, task);
  task.status = status;
  state.index.counts[status]++;
  if (status === 'ready') (task.next.notBefore > 0 ? state.index.delayed : state.index.ready).add(position);
  if (status === 'integrating') state.record.integrationQueue.push(position);
  if (needsKeeping(state, position)) state.index.toKeep.add(position);
}

/** Whether a worktree has to be set aside, in which a person can mend the task. */
export function needsKeeping(state: RunState, position: number): boolean {
  const task = taskAt(state, position);
  const needsPerson = task.status === 'needs-attention' || task.status === 'needs-review';
  return needsPerson && task.kept === null && planned(state, position).workspace === 'worktree';
}

function leave(state: RunState, position: number, task: TaskState): void {
  state.index.counts[task.status]--;
  if (task.status === 'ready') {
    state.index.ready.remove(position);
    state.index.delayed.remove(position);
  }
  if (task.status === 'integrating') {
    const place = state.record.integrationQueue.indexOf(position);
    if (place >= 0) state.record.integrationQueue.splice(place, 1);
    if (state.record.integrating === position) state.record.integrating = -1;
  }
  state.index.toKeep.delete(position);
  task.rootCause = -1;
}

/** All dependencies are met: it can start, or a person has to do it. */
export function makeReady(state: RunState, position: number, at: Timestamp, next: NextAttempt): void {
  const task = taskAt(state, position);
  task.next = next;
  task.readyAt = at;
  if (planned(state, position).autonomous || next.kind === 'resolve') setStatus(state, position, 'ready');
  else settle(state, position, 'needs-attention', at);
}

/** Moves a task to a settled status and lets its dependents know. */
export function settle(state: RunState, position: number, status: TaskStatus, at: Timestamp): void {
  const task = taskAt(state, position);
  const heldOthers = isSettled(task.status);
  task.endedAt = at;
  setStatus(state, position, status);
  if (heldOthers) recheckBelow(state, position);
  if (isMet(task)) meet(state, position, at);
  else blockDependents(state, position, position);
}

function meet(state: RunState, position: number, at: Timestamp): void {
  for (const dependent of neighbours(state.graph.dependents, position)) {
    const task = taskAt(state, dependent);
    task.unmet--;
    if (task.unmet === 0 && task.status === 'waiting') makeReady(state, dependent, at, task.next);
  }
}

/** Blocks everything that waits below `position`, on account of `cause`. Each task is blocked at most once. */
function blockDependents(state: RunState, position: number, cause: number): void {
  const open = [position];
  for (let above = open.pop(); above !== undefined; above = open.pop()) {
    for (const dependent of neighbours(state.graph.dependents, above)) {
      const task = taskAt(state, dependent);
      if (task.status !== 'waiting') continue;
      block(state, dependent, cause);
      open.push(dependent);
    }
  }
}

/** Takes a broken task back into the run as `ready`; what it alone blocked waits again. */
export function reopen(state: RunState, position: number, at: Timestamp, next: NextAttempt): void {
  const task = taskAt(state, position);
  task.cancelRequested = false;
  task.endedAt = 0;
  task.next = next;
  task.readyAt = at;
  setStatus(state, position, 'waiting');
  recheckBelow(state, position);
  const cause = brokenDependency(state, position);
  if (cause >= 0) {
    block(state, position, cause);
    blockDependents(state, position, cause);
  } else if (task.unmet === 0) setStatus(state, position, 'ready');
}

/** Finds out anew which tasks below `position` are blocked, and by whom. */
function recheckBelow(state: RunState, position: number): void {
  const freed: number[] = [];
  const open = [position];
  for (let above = open.pop(); above !== undefined; above = open.pop()) {
    for (const dependent of neighbours(state.graph.dependents, above)) {
      if (taskAt(state, dependent).status !== 'blocked') continue;
      setStatus(state, dependent, 'waiting');
      freed.push(dependent);
      open.push(dependent);
    }
  }
  for (const dependent of freed) {
    const cause = brokenDependency(state, dependent);
    if (cause < 0 || taskAt(state, dependent).status !== 'waiting') continue;
    block(state, dependent, cause);
    blockDependents(state, dependent, cause);
  }
}

function block(state: RunState, position: number, cause: number): void {
  setStatus(state, position, 'blocked');
  taskAt(state, position).rootCause = cause;
}

/** The root cause among a task's direct dependencies, or -1. */
function brokenDependency(state: RunState, position: number): number {
  for (const dependency of neighbours(state.graph.dependencies, position)) {
    const task = taskAt(state, dependency);
    if (isBroken(task)) return dependency;
    if (task.status === 'blocked') return task.rootCause;
  }
  return -1;
}

/** Fills the indexes from records that were restored, or made fresh. */
export function indexAll(state: RunState): void {
  state.tasks.forEach((task, position) => {
    state.index.counts[task.status]++;
    if (task.status === 'ready')
      (task.next.notBefore > 0 ? state.index.delayed : state.index.ready).add(position);
    if (task.attempt !== null) takeSlot(state, task.attempt.slot, position);
    if (needsKeeping(state, position)) state.index.toKeep.add(position);
  });
}

export function takeSlot(state: RunState, slot: number, position: number): void {
  while (state.index.slots.length <= slot) state.index.slots.push(-1);
  state.index.slots[slot] = position;
}

/** Ends the attempt that holds a slot. */
export function freeSlot(state: RunState, position: number): void {
  const task = taskAt(state, position);
  if (task.attempt !== null) state.index.slots[task.attempt.slot] = -1;
  task.attempt = null;
}

/**
 * Cancels a task that nothing runs for; one that runs is cancelled when its attempt has ended.
 * With `satisfied` its dependents may go on as if it were done.
 */
export function cancelTask(state: RunState, position: number, satisfied: boolean, at: Timestamp): void {
  const task = taskAt(state, position);
  if (task.status === 'done' || task.status === 'skipped' || task.satisfied) return;
  task.satisfied = satisfied;
  if (isActive(task.status) || state.record.integrating === position) {
    task.cancelRequested = true;
    return;
  }
  settle(state, position, 'cancelled', at);
}
