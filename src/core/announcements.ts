/** What people should hear of without asking, each thing once: marks of the budget, and advice. Changes nothing. */
import type { Command } from './command.ts';
import type { TaskEstimate } from './estimate.ts';
import type { AgentLimited, BudgetCrossed, BudgetNarrowed, FaultRaised, PauseAdvised } from './event.ts';
import type { Timestamp } from './plan.ts';
import { isLimited, reservationOf } from './policy/admission.ts';
import { type AgentLoad, limitAt } from './policy/agent-load.ts';
import { beyond, leftOf, nothingSpent, plus, reachedMark } from './policy/budget.ts';
import { LONGEST_STREAK } from './policy/failure-streak.ts';
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

type News = Extract<Command, { type: 'announce' }>['news'];

const nothing: readonly Command[] = [];

/** @param starting the attempts that are about to start: the state does not know them yet */
export function announcements(
  state: RunState,
  now: Timestamp,
  starting: readonly Command[],
): readonly Command[] {
  const limits = agentLimits(state, now);
  if (limits.length === 0 && !isLimited(state) && !isCrowded(state.index.shortReady)) return nothing;
  const commands: Command[] = [];
  const tell = (news: News | undefined): void => {
    if (news !== undefined) commands.push({ type: 'announce', news });
  };
  limits.forEach(tell);
  tell(crossing(state, 'tokens'));
  tell(crossing(state, 'cost'));
  tell(narrowing(state, starting));
  tell(advice(state, now));
  return commands;
}

/** That tasks fail one after the other in the same way: the run has to rest until somebody has looked. */
export function sameFailure({ record }: RunState): FaultRaised | undefined {
  const { streak } = record;
  if (record.faulted || streak === null || streak.tasks.length < LONGEST_STREAK) return undefined;
  return {
    type: 'fault-raised',
    code: 'same-failure',
    message: `${streak.tasks.length} tasks in a row failed in the same way (${streak.tasks.join(', ')}).`,
    fix: `Look at \`tutti logs ${streak.tasks.at(-1)}\`, mend what they have in common, then \`tutti resume\`.`,
  };
}

const noNews: readonly AgentLimited[] = [];

/** Limits of agents that are not as they were told last. */
function agentLimits({ record }: RunState, now: Timestamp): readonly AgentLimited[] {
  const agents = Object.keys(record.agents);
  if (agents.length === 0) return noNews;
  return agents.flatMap((agent): AgentLimited[] => {
    const load = record.agents[agent] as AgentLoad;
    const told = record.toldLimits[agent];
    const limit = limitAt(load, now);
    const isLonger = load.closedUntil > now && load.closedUntil !== told?.closedUntil;
    if (limit === (told?.limit ?? null) && !isLonger) return [];
    const because = limit === load.limit ? load.closedFor : 'quiet';
    const until = load.closedUntil > now ? { until: load.closedUntil } : {};
    return [{ type: 'agent-limited', agent, limit, because, ...until }];
  });
}

function crossing(
  { record: { budget, spent, marks } }: RunState,
  unit: BudgetCrossed['unit'],
): BudgetCrossed | undefined {
  const limit = unit === 'tokens' ? budget.tokens : budget.costUsd;
  const used = unit === 'tokens' ? spent.tokens : spent.costUsd;
  const percent = reachedMark(used, limit);
  return limit === null || percent <= marks[unit]
    ? undefined
    : { type: 'budget-crossed', percent, unit, used, limit };
}

/** Slots stay free only because of the budget. */
function narrowing(state: RunState, commands: readonly Command[]): BudgetNarrowed | undefined {
  const told = state.record.narrowed;
  const busy = slotsUsed(state) + commands.length;
  const sequential = busy === 1;
  if (busy === 0 || busy >= state.record.slots) return undefined;
  if (told === 'sequential' || (told === 'fewer' && !sequential)) return undefined;
  const starting = commands.flatMap((one) =>
    one.type === 'start-attempt' && one.reserved ? [one.reserved] : [],
  );
  const short = shortOfBudget(state, starting);
  return short === undefined ? undefined : { ...short, sequential };
}

/**
 * The task that needs least among those that only the budget holds, with what it needs.
 * @param starting what attempts that are about to start set aside
 */
export function shortOfBudget(
  state: RunState,
  starting: readonly Spending[] = [],
): BudgetNarrowed | undefined {
  const { budget } = state.record;
  const { ready } = state.index;
  const position =
    ready.firstHeld({ type: 'budget', unit: 'tokens' }) ?? ready.firstHeld({ type: 'budget', unit: 'cost' });
  if (position === undefined) return undefined;
  const left = beyond(leftOf(budget, starting.reduce(plus, takenFromBudget(state))), nothingSpent);
  return {
    type: 'budget-narrowed',
    task: planned(state, position).id,
    needs: reservationOf(state, position),
    left: {
      tokens: budget.tokens === null ? null : left.tokens,
      costUsd: budget.costUsd === null ? null : left.costUsd,
    },
  };
}

function advice(state: RunState, now: Timestamp): PauseAdvised | undefined {
  const { slots, shortReady } = state.index;
  if (state.record.phase !== 'running' || !isCrowded(shortReady)) return undefined;
  if (slotsUsed(state) < state.record.slots) return undefined;
  const holders = slots
    .filter((position) => position !== -1)
    .map((position) => ({
      position,
      startedAt: (taskAt(state, position).attempt as AttemptState).startedAt,
      durationMs: (state.estimates[position] as TaskEstimate).durationMs,
    }));
  const found = starvingHolder(holders, shortReady, now);
  if (found === undefined) return undefined;
  const attempt = taskAt(state, found.position).attempt as AttemptState;
  if (attempt.advised) return undefined;
  const { id } = planned(state, found.position);
  return { type: 'pause-advised', task: id, attempt: attempt.id, leftMs: found.leftMs, waiting: shortReady };
}
