/** What starts next: ready tasks in start order, each with what holds it. */
import type { TaskId, Timestamp } from '../core/plan.ts';
import { holdOf, openAdmission } from '../core/policy/admission.ts';
import type { Hold } from '../core/ready-queue.ts';
import { planned, type RunState, slotsUsed, taskAt } from '../core/run-state.ts';

export interface QueueView {
  readonly task: TaskId;
  readonly title: string;
  /** Null: it starts at once. */
  readonly held: HeldView | null;
}

export interface HeldView {
  /** `paused`: a person paused the task; `run`: the run starts nothing now. */
  readonly by: Hold['type'] | 'slot' | 'back-off' | 'baseline' | 'paused' | 'run';
  /** Name of the pool, the agent or the glob, the wave that has to be through, or the unit of the budget; null with all others. */
  readonly what: string | null;
  /** With `back-off`: when that is over. */
  readonly until: Timestamp | null;
}

/** Costs O(ready tasks · log of them). @param now for agents that are closed for a time */
export function queueView(state: RunState, now: Timestamp): QueueView[] {
  const ready = state.tasks.flatMap(({ status }, position) => (status === 'ready' ? [position] : []));
  if (ready.length === 0) return [];
  const rank = (position: number): number => state.ranks[position] as number;
  const isLater = (position: number): number => {
    const { paused, next } = taskAt(state, position);
    return paused ? 2 : next.notBefore > now ? 1 : 0;
  };
  ready.sort((a, b) => isLater(a) - isLater(b) || rank(a) - rank(b));
  // Nothing is admitted: whoever only looks must not take anything.
  const admission = openAdmission(state, now);
  let free = state.record.slots - slotsUsed(state);
  return ready.map((position): QueueView => {
    const held = heldBy(state, position, now) ?? ofHold(holdOf(admission, position)) ?? noSlot(free);
    if (held === null) free--;
    const { id, title } = planned(state, position);
    return { task: id, title, held };
  });
}

const held = (by: HeldView['by'], what: string | null = null, until: Timestamp | null = null): HeldView => ({
  by,
  what,
  until,
});

/** What holds it whatever else is free. */
function heldBy(state: RunState, position: number, now: Timestamp): HeldView | null {
  const { record, settings } = state;
  if (record.phase !== 'running') return held('run');
  const { paused, next } = taskAt(state, position);
  if (paused) return held('paused');
  if (next.notBefore > now) return held('back-off', null, next.notBefore);
  return record.baseline !== 'known' && settings.gate.length > 0 ? held('baseline') : null;
}

function ofHold(hold: Hold | undefined): HeldView | null {
  switch (hold?.type) {
    case undefined:
      return null;
    case 'wave':
      return held('wave', String(hold.wave - 1));
    case 'pool':
      return held('pool', hold.pool);
    case 'files':
      return held('files', hold.glob);
    case 'agent':
      return held('agent', hold.agent);
    case 'budget':
      return held('budget', hold.unit);
  }
}

const noSlot = (free: number): HeldView | null => (free > 0 ? null : held('slot'));
