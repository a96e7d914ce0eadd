/** Decides what to do next. Reads no clock and starts nothing: the engine performs what this returns. */

import { announcements, sameFailure, shortOfBudget } from './announcements.ts';
import type { Command } from './command.ts';
import type { BudgetNarrowed, RunOutcome } from './event.ts';
import type { Timestamp } from './plan.ts';
import { type AgentLoad, growsAt, isClosed } from './policy/agent-load.ts';
import { isOverrun } from './policy/budget.ts';
import {
  type AttemptState,
  countsOf,
  planned,
  type RunState,
  slotsUsed,
  type TaskState,
  taskAt,
} from './run-state.ts';
import { starts } from './starts.ts';
import { roughTokens } from './tokens.ts';

/** Everything that can be done at `now`, in the order in which to do it. */
export function schedule(state: RunState, now: Timestamp): readonly Command[] {
  if (state.record.phase === 'paused' || state.record.phase === 'ended') return [];
  const fault = sameFailure(state);
  // What follows from it shows when it has been recorded.
  if (fault !== undefined) return [{ type: 'announce', news: fault }];
  const commands: Command[] = [];
  cancellations(state, commands);
  keeps(state, commands);
  const starting = state.record.phase === 'running' ? starts(state, now) : [];
  commands.push(...starting);
  integrations(state, commands);
  if (commands.length === 0 && isIdle(state)) ending(state, now, commands);
  const news = announcements(state, now, starting);
  return news.length === 0 ? commands : [...news, ...commands];
}

/** When a task may start that waits for nothing but a time; undefined when there is none. */
export function nextWake(state: RunState, now: Timestamp): Timestamp | undefined {
  const { record, index } = state;
  if (record.phase !== 'running' || record.baseline === 'checking') return undefined;
  const first = index.delayed.first();
  const wakes = first === undefined ? [] : [taskAt(state, first).next.notBefore];
  for (const agent in record.agents) {
    if (index.ready.firstHeld({ type: 'agent', agent }) === undefined) continue;
    const load = record.agents[agent] as AgentLoad;
    wakes.push(...[load.closedUntil, growsAt(load) ?? 0].filter((time) => time > now));
  }
  return wakes.length === 0 ? undefined : Math.min(...wakes);
}

function cancellations(state: RunState, commands: Command[]): void {
  const { slots, suspects } = state.index;
  for (const position of state.record.stopping ? slots : suspects) {
    if (position === -1) continue;
    const task = taskAt(state, position);
    if (task.attempt === null || task.attempt.cancelling) continue;
    const because = cancelReason(state, task);
    if (because === undefined) continue;
    commands.push({
      type: 'cancel-attempt',
      task: planned(state, position).id,
      attempt: task.attempt.id,
      because,
    });
  }
}

/** Why the attempt that runs is to be cancelled; undefined when it is not. */
export function cancelReason({ record, settings }: RunState, task: TaskState): string | undefined {
  if (task.cancelRequested) return 'cancelled by request';
  if (record.stopping) return record.reason;
  if (task.paused) return 'paused by request';
  const { reserved, used } = task.attempt as AttemptState;
  if (reserved === null || !isOverrun(used, reserved, settings.budget.overrun)) return undefined;
  const what = isOverrun({ ...used, costUsd: 0 }, reserved, settings.budget.overrun)
    ? `${used.tokens} tokens`
    : `$${used.costUsd.toFixed(2)}`;
  return `it has used ${what}, more than ${settings.budget.overrun} times what was reserved for it`;
}

function keeps(state: RunState, commands: Command[]): void {
  if (state.index.toKeep.size === 0) return;
  for (const position of state.index.toKeep) {
    commands.push({ type: 'keep-workspace', task: planned(state, position).id });
  }
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

function ending(state: RunState, now: Timestamp, commands: Command[]): void {
  const { counts, delayed } = state.index;
  if (counts.waiting + counts.ready + counts.integrating === 0) {
    commands.push({ type: 'end-run', outcome: outcomeOf(state), counts: countsOf(state) });
  } else if (state.record.phase === 'draining') {
    commands.push({ type: 'pause-run', reason: state.record.reason });
  } else if (delayed.size === 0 && counts.ready > 0 && !awaitsAgent(state, now)) {
    commands.push({ type: 'pause-run', reason: heldReason(state) });
  }
}

/** Whether a task waits for nothing but for its agent's service to take requests again: the run goes on by itself then. */
const awaitsAgent = ({ record, index }: RunState, now: Timestamp): boolean =>
  Object.keys(record.agents).some(
    (agent) =>
      isClosed(record.agents[agent], now) && index.ready.firstHeld({ type: 'agent', agent }) !== undefined,
  );

/** Why nothing goes on although tasks are ready: they need more than is left, or somebody paused them. */
function heldReason(state: RunState): string {
  const short = shortOfBudget(state);
  return short === undefined ? pausedReason(state) : budgetReason(state, short);
}

/** Nothing fits any more. */
function budgetReason({ record: { budget, spent } }: RunState, { task, needs }: BudgetNarrowed): string {
  const tokens =
    budget.tokens === null
      ? []
      : [
          `${roughTokens(spent.tokens)} of ${roughTokens(budget.tokens)} tokens are used, and ${task} needs ${roughTokens(needs.tokens)}`,
        ];
  const cost =
    budget.costUsd === null
      ? []
      : [
          `$${spent.costUsd.toFixed(2)} of $${budget.costUsd.toFixed(2)} is used, and ${task} needs $${needs.costUsd.toFixed(2)}`,
        ];
  return `the budget is used up: ${[...tokens, ...cost].join('; ')}. \`tutti resume --budget N\` raises it.`;
}

function pausedReason(state: RunState): string {
  const paused = state.plan.tasks.filter((_, position) => {
    const task = taskAt(state, position);
    return task.paused && task.status === 'ready';
  });
  const ids = paused.map(({ id }) => id);
  const more = ids.length > 5 ? ` and ${ids.length - 5} more` : '';
  return `only paused tasks are left: ${ids.slice(0, 5).join(', ')}${more}. \`tutti resume ${ids[0]}\` takes it up again.`;
}

const outcomeOf = (state: RunState): RunOutcome =>
  state.index.counts.done + state.index.counts.skipped === state.tasks.length ? 'all-done' : 'incomplete';
