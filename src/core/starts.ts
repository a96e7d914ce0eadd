/** Which ready tasks start now, and how: fills free slots in order with what nothing holds. */
import type { Command } from './command.ts';
import { attemptId, type Timestamp } from './plan.ts';
import { openAdmission, reservationOf, routeAt } from './policy/admission.ts';
import { sessionToResume } from './policy/session-to-resume.ts';
import { planned, type RunState, slotsUsed, taskAt } from './run-state.ts';

/** Starts as commands, or the trial of the gate that comes before all of them. */
export function starts(state: RunState, now: Timestamp): readonly Command[] {
  if (state.record.baseline === 'checking') return [];
  if (state.record.baseline === 'unknown' && needsBaseline(state)) return [{ type: 'check-baseline' }];
  const chosen = startable(state, now, state.record.slots - slotsUsed(state));
  const slots = slotsFor(state, chosen);
  return chosen.map((position, index) => startOf(state, position, slots[index] as number));
}

/** Nothing is gated before somebody works on a branch, and a gate without steps has no baseline. */
const needsBaseline = (state: RunState): boolean =>
  state.integrates && state.settings.gate.length > 0 && state.index.ready.size + state.index.delayed.size > 0;

/** A free slot for each: the one in which a session can be gone on with, else the lowest. */
function slotsFor(state: RunState, chosen: readonly number[]): readonly number[] {
  const { slots } = state.index;
  const taken = new Set<number>();
  const isFree = (slot: number): boolean => (slots[slot] ?? -1) === -1 && !taken.has(slot);
  const take = (slot: number): number => {
    taken.add(slot);
    return slot;
  };
  const own = chosen.map((position) => {
    const slot = sessionToResume(taskAt(state, position), routeAt(state, position))?.slot;
    return slot !== undefined && slot < state.record.slots && isFree(slot) ? take(slot) : undefined;
  });
  let lowest = 0;
  return own.map((slot) => {
    if (slot !== undefined) return slot;
    while (!isFree(lowest)) lowest++;
    return take(lowest);
  });
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
  const chosen: number[] = [];
  while (chosen.length < count) {
    ready.admit(admission.isOpen);
    const position = ready.first();
    if (position === undefined) break;
    const hold = admission.holdOf(position);
    if (hold !== undefined) {
      ready.park(position, hold);
      continue;
    }
    ready.setAside(position);
    // A worktree that is just being set aside for a person is no use to the next attempt.
    if (state.index.keeping.has(position)) continue;
    admission.admit(position);
    chosen.push(position);
  }
  admission.close();
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
export function startOf(
  state: RunState,
  position: number,
  slot: number,
): Extract<Command, { type: 'start-attempt' }> {
  const { id } = planned(state, position);
  const task = taskAt(state, position);
  const { kind, merge, restart } = task.next;
  const tip = state.record.targetTip;
  return {
    type: 'start-attempt',
    task: id,
    attempt: attemptId(id, task.attempts + 1),
    kind,
    slot,
    ...routeAt(state, position),
    // A branch that goes on keeps its base: that contains its dependencies already.
    base: task.base === null || restart || merge ? tip : task.base,
    branch: state.branches[position] as string,
    restart,
    ...(merge ? { merge: tip } : {}),
    ...(isLimited(state) ? { reserved: reservationOf(state, position) } : {}),
  };
}

const isLimited = ({ record: { budget } }: RunState): boolean =>
  budget.tokens !== null || budget.costUsd !== null;
