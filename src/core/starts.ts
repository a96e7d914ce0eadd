/** Which ready tasks start now, and how: fills free slots in order with what nothing holds. */
import type { Command } from './command.ts';
import { attemptId, type Timestamp } from './plan.ts';
import {
  admit,
  closeAdmission,
  holdOf,
  isLimited,
  isOpen,
  openAdmission,
  reservationOf,
  routeAt,
} from './policy/admission.ts';
import { sessionToResume } from './policy/session-to-resume.ts';
import type { Hold } from './ready-queue.ts';
import { planned, type RunState, slotsUsed, taskAt } from './run-state.ts';

type Start = Extract<Command, { type: 'start-attempt' }>;

const nothing: readonly Command[] = [];

/** Starts as commands, or the trial of the gate that comes before all of them. */
export function starts(state: RunState, now: Timestamp): readonly Command[] {
  if (state.record.baseline === 'checking') return nothing;
  if (state.record.baseline === 'unknown' && needsBaseline(state)) return [{ type: 'check-baseline' }];
  const chosen = startable(state, now, state.record.slots - slotsUsed(state));
  if (chosen.length === 0) return nothing;
  const slots = slotsFor(state, chosen);
  return chosen.map((position, index) => startOf(state, position, slots[index] as number));
}

/** Nothing is gated before somebody works on a branch, and a gate without steps has no baseline. */
const needsBaseline = (state: RunState): boolean =>
  state.integrates && state.settings.gate.length > 0 && state.index.ready.size + state.index.delayed.size > 0;

/** A free slot for each: the one in which a session can be gone on with, else the lowest. */
function slotsFor(state: RunState, chosen: readonly number[]): readonly number[] {
  const { slots } = state.index;
  const taken: number[] = [];
  const isFree = (slot: number): boolean =>
    (slots[slot] ?? -1) === -1 && (taken.length === 0 || !taken.includes(slot));
  const own = chosen.map((position) => {
    const slot = sessionSlot(state, position);
    if (slot === undefined || slot >= state.record.slots || !isFree(slot)) return undefined;
    taken.push(slot);
    return slot;
  });
  let lowest = 0;
  return own.map((slot) => {
    if (slot !== undefined) return slot;
    while (!isFree(lowest)) lowest++;
    return lowest++;
  });
}

/** Where the session ran that the next attempt can go on in. */
function sessionSlot(state: RunState, position: number): number | undefined {
  const task = taskAt(state, position);
  return task.sessions.length === 0 ? undefined : sessionToResume(task, routeAt(state, position))?.slot;
}

/** Up to `count` ready tasks that nothing holds, in order; those that something holds are parked in its lane. */
function startable(state: RunState, now: Timestamp, count: number): readonly number[] {
  const { ready, files } = state.index;
  ready.restore();
  files.reclaim();
  wakeDue(state, now);
  // Only time may have opened them.
  for (const agent in state.record.agents) ready.touch({ type: 'agent', agent });
  const admission = openAdmission(state, now);
  const isOpenNow = (hold: Hold, position: number): boolean => isOpen(admission, hold, position);
  const chosen: number[] = [];
  while (chosen.length < count) {
    ready.admit(isOpenNow);
    const position = ready.first();
    if (position === undefined) break;
    const hold = holdOf(admission, position);
    if (hold !== undefined) {
      ready.park(position, hold);
      continue;
    }
    ready.setAside(position);
    // A worktree that is just being set aside for a person is no use to the next attempt.
    if (state.index.keeping.has(position)) continue;
    admit(admission, position);
    chosen.push(position);
  }
  closeAdmission(admission, chosen);
  return chosen;
}

/** Tasks whose back-off is over join the others. */
function wakeDue(state: RunState, now: Timestamp): void {
  const { delayed, ready } = state.index;
  for (let first = delayed.first(); first !== undefined; first = delayed.first()) {
    if (taskAt(state, first).next.notBefore > now) return;
    delayed.remove(first);
    ready.add(first);
  }
}

/** How a ready task starts in a slot. */
export function startOf(state: RunState, position: number, slot: number): Start {
  const { id } = planned(state, position);
  const task = taskAt(state, position);
  const { kind, merge, restart } = task.next;
  const { agent, model } = routeAt(state, position);
  const tip = state.record.targetTip;
  const start: { -readonly [Key in keyof Start]: Start[Key] } = {
    type: 'start-attempt',
    task: id,
    attempt: attemptId(id, task.attempts + 1),
    kind,
    slot,
    agent,
    // A branch that goes on keeps its base: that contains its dependencies already.
    base: task.base === null || restart || merge ? tip : task.base,
    branch: state.branches[position] as string,
    restart,
  };
  if (model !== undefined) start.model = model;
  if (merge) start.merge = tip;
  if (isLimited(state)) start.reserved = reservationOf(state, position);
  return start;
}
