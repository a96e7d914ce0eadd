/** The only functions that change a task's status: they keep counts, heaps, queues and blocking true. */
import { hasSession, type TaskStatus } from './event.ts';
import { neighbours } from './graph.ts';
import type { Timestamp } from './plan.ts';
import { minus, nothingSpent, plus } from './policy/budget.ts';
import type { Hold } from './ready-queue.ts';
import {
  isActive,
  isBroken,
  isMet,
  isSettled,
  type NextAttempt,
  planned,
  type RunState,
  slotsUsed,
  type TaskState,
  taskAt,
  unusedOf,
} from './run-state.ts';

/** Moves a task to a status; dependents are told by `settle` and `reopen`, not here. */
export function setStatus(state: RunState, position: number, status: TaskStatus): void {
  const task = taskAt(state, position);
  const { waves, ready } = state.index;
  const opened = waves.open;
  leave(state, position, task);
  task.status = status;
  state.index.counts[status]++;
  waves.enter(position, status);
  for (let wave = opened + 1; wave <= waves.open; wave++) ready.touch({ type: 'wave', wave });
  if (status === 'ready') {
    enqueue(state, position);
    if (state.traits.isShort(position)) state.index.shortReady++;
  }
  if (status === 'integrating') state.record.integrationQueue.push(position);
  if (needsKeeping(state, position)) state.index.toKeep.add(position);
}

/** Puts a ready task where the next start is chosen from; one that a person has paused stays out. */
function enqueue(state: RunState, position: number): void {
  const { next, paused } = taskAt(state, position);
  if (!paused) (next.notBefore > 0 ? state.index.delayed : state.index.ready).add(position);
}

function dequeue(state: RunState, position: number): void {
  state.index.ready.remove(position);
  state.index.delayed.remove(position);
}

/** A person pauses one task, or takes it up again. */
export function setPaused(state: RunState, position: number, paused: boolean): void {
  const task = taskAt(state, position);
  task.paused = paused;
  if (task.attempt !== null) state.index.suspects.add(position);
  if (task.status !== 'ready') return;
  dequeue(state, position);
  enqueue(state, position);
}

/** From now on tasks start in this order. */
export function setRanks(state: RunState, ranks: readonly number[]): void {
  const queued = Array.from(state.tasks.keys()).filter((position) => state.index.ready.has(position));
  for (const position of queued) state.index.ready.remove(position);
  state.record.ranks = ranks;
  state.ranks.set(ranks);
  state.index.ready.reorder();
  for (const position of queued) state.index.ready.add(position);
}

/** Whether a worktree has to be set aside, in which a person can mend the task. */
export function needsKeeping(state: RunState, position: number): boolean {
  const task = taskAt(state, position);
  const needsPerson = task.status === 'needs-attention' || task.status === 'needs-review';
  return needsPerson && task.kept === null && planned(state, position).workspace === 'worktree';
}

function leave(state: RunState, position: number, task: TaskState): void {
  state.index.counts[task.status]--;
  state.index.waves.leave(position, task.status);
  if (task.status === 'ready') {
    dequeue(state, position);
    if (state.traits.isShort(position)) state.index.shortReady--;
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
  if (state.traits.isAutonomous(position) || next.kind === 'resolve') setStatus(state, position, 'ready');
  else settle(state, position, 'needs-attention', at);
}

/** Moves a task to a settled status and lets its dependents know. */
export function settle(state: RunState, position: number, status: TaskStatus, at: Timestamp): void {
  const task = taskAt(state, position);
  const heldOthers = isSettled(task.status);
  task.endedAt = at;
  task.paused = false;
  setStatus(state, position, status);
  releaseFiles(state, position);
  if (heldOthers) recheckBelow(state, position);
  if (isMet(task)) meet(state, position, at);
  else blockDependents(state, position, position);
}

function meet(state: RunState, position: number, at: Timestamp): void {
  const { unmet } = state.index;
  const { starts, items } = state.graph.dependents;
  const end = starts[position + 1] as number;
  for (let edge = starts[position] as number; edge < end; edge++) {
    const dependent = items[edge] as number;
    const left = (unmet[dependent] as number) - 1;
    unmet[dependent] = left;
    if (left > 0) continue;
    const task = taskAt(state, dependent);
    if (task.status === 'waiting') makeReady(state, dependent, at, task.next);
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
  } else if (state.index.unmet[position] === 0) setStatus(state, position, 'ready');
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
    state.index.waves.enter(position, task.status);
    state.index.unmet[position] = countUnmet(state, position);
    if (task.status === 'ready') {
      enqueue(state, position);
      if (state.traits.isShort(position)) state.index.shortReady++;
    }
    if (task.holdsFiles) state.index.files.hold(position);
    if (task.attempt !== null) {
      takeSlot(state, task.attempt.slot, position);
      state.index.suspects.add(position);
    }
    if (needsKeeping(state, position)) state.index.toKeep.add(position);
  });
}

function countUnmet(state: RunState, position: number): number {
  const { starts, items } = state.graph.dependencies;
  const end = starts[position + 1] as number;
  let unmet = 0;
  for (let edge = starts[position] as number; edge < end; edge++) {
    if (!isMet(taskAt(state, items[edge] as number))) unmet++;
  }
  return unmet;
}

/** An attempt begins: it takes its slot and its units of each pool, and its task's files. */
export function takeSlot(state: RunState, slot: number, position: number): void {
  const { slots, pools, files } = state.index;
  while (slots.length <= slot) slots.push(-1);
  slots[slot] = position;
  pools.take(position);
  const { attempt } = taskAt(state, position);
  if (attempt !== null) {
    state.index.unused = plus(state.index.unused, unusedOf(attempt));
    if (hasSession(attempt.kind)) state.index.agents.take(attempt.agent);
  }
  if (state.settings.conflicts !== 'serialize') return;
  taskAt(state, position).holdsFiles = true;
  files.hold(position);
}

const waitsForTokens: Hold = { type: 'budget', unit: 'tokens' };
const waitsForMoney: Hold = { type: 'budget', unit: 'cost' };

/** Ends the attempt that holds a slot; its files stay its task's. */
export function freeSlot(state: RunState, position: number): void {
  const task = taskAt(state, position);
  const { attempt } = task;
  if (attempt === null) return;
  const { slots, pools, ready } = state.index;
  slots[attempt.slot] = -1;
  // From nothing again when nothing runs: sums of fractions of a cent drift.
  state.index.unused = slotsUsed(state) <= 1 ? nothingSpent : minus(state.index.unused, unusedOf(attempt));
  state.index.suspects.delete(position);
  for (const demand of pools.give(position)) ready.touch({ type: 'pool', ...demand });
  ready.touch(waitsForTokens);
  ready.touch(waitsForMoney);
  const { id, agent, model, slot, workspace, session, reserved, used, told } = attempt;
  if (hasSession(attempt.kind)) {
    state.index.agents.give(agent);
    ready.touch({ type: 'agent', agent });
  }
  task.sessions = [...task.sessions, { id, agent, model, slot, workspace, session, reserved, used, told }];
  task.attempt = null;
}

function releaseFiles(state: RunState, position: number): void {
  const task = taskAt(state, position);
  if (!task.holdsFiles) return;
  task.holdsFiles = false;
  for (const glob of state.index.files.release(position)) state.index.ready.touch({ type: 'files', glob });
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
    state.index.suspects.add(position);
    return;
  }
  settle(state, position, 'cancelled', at);
}
