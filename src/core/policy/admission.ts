/** Whether a ready task may start now, and if not, what holds it: waves, pools, files and budget in one place. */
import { tokensToReserve } from '../estimate.ts';
import type { AttemptKind } from '../event.ts';
import type { Hold } from '../ready-queue.ts';
import { type RunState, takenFromBudget, taskAt } from '../run-state.ts';
import type { Spending } from '../settings.ts';
import { type BudgetUnit, lacking, leftOf, plus } from './budget.ts';

/** One decision about starts. What it has admitted counts as taken until it is closed. */
export interface Admission {
  /** What holds a task; undefined when it may start. */
  holdOf(position: number): Hold | undefined;
  /** Whether what a lane waits for has ended, as far as this task is concerned. */
  isOpen(hold: Hold, position: number): boolean;
  admit(position: number): void;
  /** Takes back what was admitted: it counts again when its start has been recorded. Files are lent until the next decision. */
  close(): void;
}

export function openAdmission(state: RunState): Admission {
  const { waves, pools, files } = state.index;
  const { budget } = state.record;
  const serializes = state.settings.conflicts === 'serialize';
  const isLimited = budget.tokens !== null || budget.costUsd !== null;
  const admitted: number[] = [];
  let left = isLimited ? leftOf(budget, takenFromBudget(state)) : undefined;
  const short = (position: number): BudgetUnit | undefined =>
    left === undefined ? undefined : lacking(reservationOf(state, position), left);
  return {
    holdOf(position) {
      const wave = waves.waveOf(position);
      if (wave > waves.open) return { type: 'wave', wave };
      const demand = pools.lacking(position);
      if (demand !== undefined) return { type: 'pool', ...demand };
      const glob = serializes ? files.inTheWay(position) : undefined;
      if (glob !== undefined) return { type: 'files', glob };
      const unit = short(position);
      return unit === undefined ? undefined : { type: 'budget', unit };
    },
    isOpen(hold, position) {
      switch (hold.type) {
        case 'wave':
          return hold.wave <= waves.open;
        case 'pool':
          return pools.free(hold.pool) >= hold.units;
        case 'files':
          return !files.isHeld(hold.glob);
        case 'budget':
          return short(position) !== hold.unit;
      }
    },
    admit(position) {
      admitted.push(position);
      pools.take(position);
      if (serializes) files.lend(position);
      if (left !== undefined) {
        const { tokens, costUsd } = reservationOf(state, position);
        left = plus(left, { tokens: -tokens, costUsd: -costUsd });
      }
    },
    close() {
      for (const position of admitted) pools.give(position);
    },
  };
}

const nothing: Spending = { tokens: 0, costUsd: 0 };

/** What the next attempt on a task sets aside; nothing when no agent works in it. */
export function reservationOf(state: RunState, position: number): Spending {
  if (!hasSession(taskAt(state, position).next.kind)) return nothing;
  const estimate = state.estimates[position];
  return estimate === undefined ? nothing : { tokens: tokensToReserve(estimate), costUsd: estimate.costUsd };
}

const hasSession = (kind: AttemptKind): boolean => kind !== 'resolve' && kind !== 'verify';
