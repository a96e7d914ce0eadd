/** What people should hear of without asking, each thing once: marks of the budget, and advice. Changes nothing. */
import type { Command } from './command.ts';
import type { TaskEstimate } from './estimate.ts';
import type { BudgetCrossed, BudgetNarrowed, PauseAdvised } from './event.ts';
import type { Timestamp } from './plan.ts';
import { reservationOf } from './policy/admission.ts';
import { leftOf, nothingSpent, plus, reachedMark } from './policy/budget.ts';
import { isCrowded, starvingHolder } from './policy/starvation.ts';
import {
  type AttemptState,
  planned,
  type RunState,
  slotsUsed,
  takenFromBudget,
  taskAt,
} from './run-state.ts';
import type { Spending } from './settings.ts';

const nothing: readonly Command[] = [];

/** @param starting the attempts that are about to start: the state does not know them yet */
export function announcements(
  state: RunState,
  now: Timestamp,
  starting: readonly Command[],
): readonly Command[] {
  const { budget } = state.record;
  const isLimited = budget.tokens !== null || budget.costUsd !== null;
  if (!isLimited && !isCrowded(state.index.shortReady)) return nothing;
  const news = [...crossings(state), ...narrowing(state, starting), ...advice(state, now)];
  return news.map((one) => ({ type: 'announce', news: one }));
}

function crossings({ record: { budget, spent, marks } }: RunState): BudgetCrossed[] {
  const cross = (unit: BudgetCrossed['unit'], used: number, limit: number | null): BudgetCrossed[] => {
    const percent = reachedMark(used, limit);
    return limit === null || percent <= marks[unit]
      ? []
      : [{ type: 'budget-crossed', percent, unit, used, limit }];
  };
  return [...cross('tokens', spent.tokens, budget.tokens), ...cross('cost', spent.costUsd, budget.costUsd)];
}

/** Slots stay free only because of the budget. */
function narrowing(state: RunState, starting: readonly Command[]): BudgetNarrowed[] {
  const busy = slotsUsed(state) + starting.length;
  if (state.record.narrowed || busy === 0 || busy >= state.record.slots) return [];
  const aside = starting.reduce(
    (sum, command) => plus(sum, ('reserved' in command && command.reserved) || nothingSpent),
    nothingSpent,
  );
  const short = shortOfBudget(state, aside);
  return short === undefined ? [] : [short];
}

/**
 * The task that needs least among those that only the budget holds, with what it needs.
 * @param aside what is about to be set aside besides what the state knows of
 */
export function shortOfBudget(state: RunState, aside: Spending = nothingSpent): BudgetNarrowed | undefined {
  const position = state.index.ready.firstHeld({ type: 'budget' });
  if (position === undefined) return undefined;
  return {
    type: 'budget-narrowed',
    task: planned(state, position).id,
    needs: reservationOf(state, position),
    left: limitedOf(leftOf(state.record.budget, plus(takenFromBudget(state), aside))),
  };
}

const limitedOf = ({ tokens, costUsd }: Spending): BudgetNarrowed['left'] => ({
  tokens: Number.isFinite(tokens) ? Math.max(0, tokens) : null,
  costUsd: Number.isFinite(costUsd) ? Math.max(0, costUsd) : null,
});

function advice(state: RunState, now: Timestamp): PauseAdvised[] {
  const { slots, shortReady } = state.index;
  if (state.record.phase !== 'running' || !isCrowded(shortReady)) return [];
  if (slotsUsed(state) < state.record.slots) return [];
  const holders = slots
    .filter((position) => position !== -1)
    .map((position) => ({
      position,
      startedAt: (taskAt(state, position).attempt as AttemptState).startedAt,
      durationMs: (state.estimates[position] as TaskEstimate).durationMs,
    }));
  const found = starvingHolder(holders, shortReady, now);
  if (found === undefined) return [];
  const attempt = taskAt(state, found.position).attempt as AttemptState;
  if (attempt.advised) return [];
  const { id } = planned(state, found.position);
  return [
    { type: 'pause-advised', task: id, attempt: attempt.id, leftMs: found.leftMs, waiting: shortReady },
  ];
}
