/** Decides what to do next. Reads no clock and starts nothing: the engine performs what this returns. */
import type { Command } from './command.ts';
import type { RunOutcome } from './event.ts';
import { attemptId, type Timestamp } from './plan.ts';
import { countsOf, planned, type RunState, slotsUsed, taskAt } from './run-state.ts';

/** Everything that can be done at `now`, in the order in which to do it. */
export function schedule(state: RunState, now: Timestamp): readonly Command[] {
  if (state.record.phase === 'paused' || state.record.phase === 'ended') return [];
  const commands: Command[] = [];
  cancellations(state, commands);
  keeps(state, commands);
  if (state.record.phase === 'running') starts(state, now, commands);
  integrations(state, commands);
  if (commands.length === 0 && isIdle(state)) ending(state, commands);
  return commands;
}

/** When the next delayed task may start; undefined when none waits for a time. */
export function nextWake(state: RunState): Timestamp | undefined {
  const first = state.index.delayed.first();
  return first === undefined || state.record.phase !== 'running'
    ? undefined
    : taskAt(state, first).next.notBefore;
}

function cancellations(state: RunState, commands: Command[]): void {
  for (const position of state.index.slots) {
    if (position === -1) continue;
    const task = taskAt(state, position);
    if (task.attempt === null || task.attempt.cancelling) continue;
    if (!state.record.stopping && !task.cancelRequested) continue;
    const because = task.cancelRequested ? 'cancelled by request' : state.record.reason;
    commands.push({
      type: 'cancel-attempt',
      task: planned(state, position).id,
      attempt: task.attempt.id,
      because,
    });
  }
}

function keeps(state: RunState, commands: Command[]): void {
  for (const position of state.index.toKeep) {
    commands.push({ type: 'keep-workspace', task: planned(state, position).id });
  }
}

function starts(state: RunState, now: Timestamp, commands: Command[]): void {
  if (state.record.baseline === 'checking') return;
  if (state.record.baseline === 'unknown' && needsBaseline(state)) {
    commands.push({ type: 'check-baseline' });
    return;
  }
  const free = freeSlots(state);
  const chosen = startable(state, now, free.length);
  chosen.forEach((position, turn) => {
    commands.push(startOf(state, position, free[turn] as number));
  });
}

/** Nothing is gated before somebody works on a branch, and a gate without steps has no baseline. */
const needsBaseline = (state: RunState): boolean =>
  state.integrates && state.settings.gate.length > 0 && state.index.ready.size + state.index.delayed.size > 0;

/** The lowest slots that are free, as many as may be taken. */
function freeSlots(state: RunState): number[] {
  const count = state.record.slots - slotsUsed(state);
  const free: number[] = [];
  for (let slot = 0; free.length < count; slot++) {
    if ((state.index.slots[slot] ?? -1) === -1) free.push(slot);
  }
  return free;
}

/** Up to `count` ready tasks whose time has come, in order; one whose worktree is just being set aside has to wait for that. */
function startable(state: RunState, now: Timestamp, count: number): number[] {
  if (count <= 0) return [];
  const isFree = (position: number): boolean => !state.index.keeping.has(position);
  const ready = state.index.ready
    .smallest(count + state.index.keeping.size)
    .filter(isFree)
    .slice(0, count);
  const due = state.index.delayed
    .smallest(count)
    .filter((position) => isFree(position) && taskAt(state, position).next.notBefore <= now);
  if (due.length === 0) return ready;
  return [...ready, ...due]
    .sort((a, b) => (state.ranks[a] as number) - (state.ranks[b] as number))
    .slice(0, count);
}

function startOf(state: RunState, position: number, slot: number): Command {
  const { id, agent, command } = planned(state, position);
  const task = taskAt(state, position);
  const { kind, merge, restart } = task.next;
  const tip = state.record.targetTip;
  return {
    type: 'start-attempt',
    task: id,
    attempt: attemptId(id, task.attempts + 1),
    kind,
    slot,
    agent: agent ?? (command === undefined ? state.settings.agent : 'command'),
    // A branch that goes on keeps its base: that contains its dependencies already.
    base: task.base === null || restart || merge ? tip : task.base,
    branch: state.branches[position] as string,
    restart,
    ...(merge ? { merge: tip } : {}),
  };
}

/** One at a time, first come first; none begins while a stop is under way, or when it would meet the same fault again. */
function integrations(state: RunState, commands: Command[]): void {
  const { record } = state;
  const position = record.integrationQueue[0];
  if (record.stopping || record.faulted || record.integrating !== -1 || position === undefined) return;
  const { commit } = taskAt(state, position);
  if (commit === null) return;
  commands.push({ type: 'integrate', task: planned(state, position).id, commit, onto: record.targetTip });
}

const isIdle = (state: RunState): boolean =>
  slotsUsed(state) === 0 &&
  state.record.integrating === -1 &&
  state.record.baseline !== 'checking' &&
  state.index.keeping.size === 0;

function ending(state: RunState, commands: Command[]): void {
  const { counts } = state.index;
  if (counts.waiting + counts.ready + counts.integrating === 0) {
    commands.push({ type: 'end-run', outcome: outcomeOf(state), counts: countsOf(state) });
  } else if (state.record.phase === 'draining') {
    commands.push({ type: 'pause-run', reason: state.record.reason });
  }
}

const outcomeOf = (state: RunState): RunOutcome =>
  state.index.counts.done + state.index.counts.skipped === state.tasks.length ? 'all-done' : 'incomplete';
