/** Why a ready task has not started: every reason that holds now, the weightiest first, with when it is expected to end. */

import { hasSession } from './event.ts';
import type { Timestamp } from './plan.ts';
import { holdOf, mostSessions, openAdmission, reservationOf, routeAt } from './policy/admission.ts';
import { isClosed } from './policy/agent-load.ts';
import { beyond, lacking, leftOf, nothingSpent } from './policy/budget.ts';
import { type Reason, reason } from './reason.ts';
import { planned, type RunState, slotsUsed, type TaskState, takenFromBudget, taskAt } from './run-state.ts';
import { roughTokens } from './tokens.ts';

export function whyNotStarted(state: RunState, position: number, current: TaskState): Reason[] {
  const reasons = [
    ...whyRunHolds(state),
    ...whyBaseline(state),
    ...whyPaused(state, position, current),
    ...whyBackOff(state, current),
    ...whyWave(state, position),
    ...whyPool(state, position),
    ...whyFiles(state, position),
    ...whyAgent(state, position),
    ...whyBudget(state, position),
    ...whySlot(state),
    ...whyTurn(state, position),
  ];
  return reasons.length > 0 ? reasons : [reason('turn', 'Nothing holds it: it starts next.')];
}

/** When the attempt that holds something is expected to be through, by its estimate; never in the past. */
export function expectedEnd(state: RunState, position: number): Timestamp | undefined {
  const { attempt } = taskAt(state, position);
  const estimate = state.estimates[position];
  if (attempt === null || estimate === undefined) return undefined;
  return Math.max(state.record.at, attempt.startedAt + estimate.durationMs);
}

/** The earliest end among several holders. */
function soonest(state: RunState, holders: readonly number[]): { readonly until?: Timestamp } {
  const ends = holders.flatMap((holder) => expectedEnd(state, holder) ?? []);
  return ends.length === 0 ? {} : { until: Math.min(...ends) };
}

const idsOf = (state: RunState, positions: readonly number[]) =>
  positions.map((position) => planned(state, position).id);

export const whyRunHolds = ({ record }: RunState): Reason[] =>
  record.phase === 'running' ? [] : [reason('pause', `The run is ${record.phase}: ${record.reason}`)];

const whyBaseline = ({ record, settings }: RunState): Reason[] =>
  record.baseline === 'known' || settings.gate.length === 0
    ? []
    : [reason('baseline', 'The gate is being tried on the base commit first.')];

export function whyPaused(state: RunState, position: number, { paused }: TaskState): Reason[] {
  const { id } = planned(state, position);
  return paused
    ? [reason('task-paused', `Somebody paused it. \`tutti resume ${id}\` takes it up again.`)]
    : [];
}

function whyBackOff({ record }: RunState, { next, failure }: TaskState): Reason[] {
  if (next.notBefore <= record.at) return [];
  return [reason('back-off', `It backs off after: ${failure?.message}`, { until: next.notBefore })];
}

export function whyWave({ index: { waves }, settings, plan, tasks }: RunState, position: number): Reason[] {
  const { open } = waves;
  if (waves.waveOf(position) <= open) return [];
  const { done, of } = waves.progress(open);
  const needed =
    settings.schedule === 'barrier' ? 'all of it' : `${Math.round(settings.waveThreshold * 100)} %`;
  const holding = plan.tasks.filter(
    (_, other) => waves.waveOf(other) === open && !['done', 'skipped'].includes(tasks[other]?.status ?? ''),
  );
  const message = `It is of wave ${waves.waveOf(position)}; of wave ${open}, ${done} of ${of} tasks are done and ${needed} has to be (schedule: ${settings.schedule}).`;
  return [reason('wave', message, { tasks: holding.map(({ id }) => id) })];
}

function whyPool(state: RunState, position: number): Reason[] {
  const { pools, slots } = state.index;
  const lacking = pools.lacking(position);
  if (lacking === undefined) return [];
  const { pool, units } = lacking;
  const holders = slots.filter((one) => one !== -1 && (planned(state, one).pools[pool] ?? 0) > 0);
  const message = `It needs ${units} of pool ${pool}, of which ${pools.free(pool)} of ${pools.size(pool)} are free: ${idsOf(state, holders).join(', ')}.`;
  return [reason('pool', message, { tasks: idsOf(state, holders), ...soonest(state, holders) })];
}

function whyFiles(state: RunState, position: number): Reason[] {
  const { files } = state.index;
  const glob = state.settings.conflicts === 'serialize' ? files.inTheWay(position) : undefined;
  if (glob === undefined) return [];
  const holders = files.holders(glob);
  const ids = idsOf(state, holders);
  const message = `It may touch the same files as ${ids.join(', ')} (${glob}), which has to be merged first.`;
  return [reason('files', message, { tasks: ids, ...soonest(state, holders) })];
}

function whyAgent(state: RunState, position: number): Reason[] {
  const { record, index, tasks } = state;
  if (!hasSession(taskAt(state, position).next.kind)) return [];
  const { agent } = routeAt(state, position);
  const load = record.agents[agent];
  if (load !== undefined && isClosed(load, record.at)) {
    const what =
      load.closedFor === 'quota'
        ? `The quota of the agent ${agent} is used up`
        : `The service of the agent ${agent} has too much to do`;
    const message = `${what}; \`tutti resume\` tries it at once.`;
    return [reason('agent', message, { until: load.closedUntil })];
  }
  const most = mostSessions(state, agent, record.at);
  if (most === null || index.agents.used(agent) < most) return [];
  const holders = index.slots.filter((one) => one !== -1 && tasks[one]?.attempt?.agent === agent);
  const ids = idsOf(state, holders);
  const because = index.agents.most(agent) === most ? 'by its limit' : 'by what its service bears';
  const message = `No more than ${most} of the agent ${agent} may run at once, ${because}: ${ids.join(', ')}.`;
  return [reason('agent', message, { tasks: ids, ...soonest(state, holders) })];
}

function whyBudget(state: RunState, position: number): Reason[] {
  const { budget } = state.record;
  if (budget.tokens === null && budget.costUsd === null) return [];
  const needs = reservationOf(state, position);
  const left = leftOf(budget, takenFromBudget(state));
  const unit = lacking(needs, left);
  if (unit === undefined) return [];
  const free = beyond(left, nothingSpent);
  const message =
    unit === 'tokens'
      ? `Its attempt sets ${roughTokens(needs.tokens)} tokens aside; ${roughTokens(free.tokens)} of the budget are neither used nor set aside.`
      : `Its attempt sets $${needs.costUsd.toFixed(2)} aside; $${free.costUsd.toFixed(2)} of the budget is neither used nor set aside.`;
  return [reason('budget', message)];
}

function whySlot(state: RunState): Reason[] {
  const { record, index } = state;
  if (slotsUsed(state) < record.slots) return [];
  const holders = index.slots.filter((one) => one !== -1);
  const slots =
    holders.length > record.slots
      ? `More run than the ${record.slots} that may`
      : record.slots === 1
        ? 'The only slot is taken'
        : `All ${record.slots} slots are taken`;
  const ids = idsOf(state, holders);
  return [reason('slot', `${slots}: ${ids.join(', ')}.`, { tasks: ids, ...soonest(state, holders) })];
}

/** Tasks that go first count only when nothing holds them either. */
function whyTurn(state: RunState, position: number): Reason[] {
  const admission = openAdmission(state);
  const ahead = state.tasks.filter(
    ({ status, paused }, other) =>
      status === 'ready' &&
      !paused &&
      (state.ranks[other] as number) < (state.ranks[position] as number) &&
      holdOf(admission, other) === undefined,
  ).length;
  if (ahead === 0) return [];
  const first = ahead === 1 ? 'One ready task goes' : `${ahead} ready tasks go`;
  return [reason('turn', `${first} first (order: ${state.settings.order}).`)];
}
