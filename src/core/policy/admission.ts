/** Whether a ready task may start now, and if not, what holds it: waves, pools, files, agents and budget in one place. */
import { tokensToReserve } from '../estimate.ts';
import { hasSession } from '../event.ts';
import type { Timestamp } from '../plan.ts';
import type { Hold } from '../ready-queue.ts';
import { planned, type RunState, takenFromBudget, taskAt } from '../run-state.ts';
import type { Spending } from '../settings.ts';
import { isClosed, isProbed, limitAt } from './agent-load.ts';
import { type BudgetUnit, lacking, leftOf, minus } from './budget.ts';
import { type Route, routeOf } from './routing.ts';

/** One decision about starts. What it has admitted counts as taken until it is closed. */
export interface Admission {
  readonly state: RunState;
  readonly agents: AgentAdmission | undefined;
  /** What is left of the budget; undefined when nothing limits it. */
  left: Spending | undefined;
}

export const openAdmission = (state: RunState, now: Timestamp = state.record.at): Admission => ({
  state,
  agents: openAgents(state, now),
  left: isLimited(state) ? leftOf(state.record.budget, takenFromBudget(state)) : undefined,
});

/** What holds a task; undefined when it may start. */
export function holdOf(admission: Admission, position: number): Hold | undefined {
  const { state, agents } = admission;
  const { waves, pools, files } = state.index;
  const wave = waves.waveOf(position);
  if (wave > waves.open) return { type: 'wave', wave };
  const demand = pools.lacking(position);
  if (demand !== undefined) return { type: 'pool', ...demand };
  const glob = serializes(state) ? files.inTheWay(position) : undefined;
  if (glob !== undefined) return { type: 'files', glob };
  const agent = agents?.lacking(position);
  if (agent !== undefined) return { type: 'agent', agent };
  const unit = shortOf(admission, position);
  return unit === undefined ? undefined : { type: 'budget', unit };
}

/** Whether what a lane waits for has ended, as far as this task is concerned. */
export function isOpen(admission: Admission, hold: Hold, position: number): boolean {
  const { waves, pools, files } = admission.state.index;
  switch (hold.type) {
    case 'wave':
      return hold.wave <= waves.open;
    case 'pool':
      return pools.free(hold.pool) >= hold.units;
    case 'files':
      return !files.isHeld(hold.glob);
    case 'agent':
      return admission.agents?.lacking(position) !== hold.agent;
    case 'budget':
      return shortOf(admission, position) !== hold.unit;
  }
}

export function admit(admission: Admission, position: number): void {
  const { state, agents, left } = admission;
  state.index.pools.take(position);
  agents?.take(position);
  if (serializes(state)) state.index.files.lend(position);
  if (left !== undefined) admission.left = minus(left, reservationOf(state, position));
}

/** Takes back what was admitted: it counts again when its start has been recorded. Files are lent until the next decision. */
export function closeAdmission({ state }: Admission, admitted: readonly number[]): void {
  for (const position of admitted) state.index.pools.give(position);
}

const shortOf = ({ state, left }: Admission, position: number): BudgetUnit | undefined =>
  left === undefined ? undefined : lacking(reservationOf(state, position), left);

const serializes = ({ settings }: RunState): boolean => settings.conflicts === 'serialize';

/** Whether there is a budget at all. */
export const isLimited = ({ record: { budget } }: RunState): boolean =>
  budget.tokens !== null || budget.costUsd !== null;

interface AgentAdmission {
  /** The agent that would work on it, when no more sessions of it may run. */
  lacking(position: number): string | undefined;
  take(position: number): void;
}

/** Undefined when nothing limits any agent. */
function openAgents(state: RunState, now: Timestamp): AgentAdmission | undefined {
  const { agents: use } = state.index;
  const loads = state.record.agents;
  if (!use.isLimited && Object.keys(loads).length === 0) return undefined;
  const admitted = new Map<string, number>();
  const agentOf = (position: number): string | undefined =>
    hasSession(taskAt(state, position).next.kind) ? routeAt(state, position).agent : undefined;
  return {
    lacking(position) {
      const agent = agentOf(position);
      if (agent === undefined) return undefined;
      if (isClosed(loads[agent], now)) return agent;
      const most = mostSessions(state, agent, now);
      return most !== null && use.used(agent) + (admitted.get(agent) ?? 0) >= most ? agent : undefined;
    },
    take(position) {
      const agent = agentOf(position);
      if (agent !== undefined) admitted.set(agent, (admitted.get(agent) ?? 0) + 1);
    },
  };
}

/** How many sessions of an agent may run at once: by the configuration, and by what its service bears; null: no limit. */
export function mostSessions({ index, record }: RunState, agent: string, now: Timestamp): number | null {
  const load = record.agents[agent];
  const bears = load === undefined ? null : isProbed(load) ? 1 : limitAt(load, now);
  const limits = [index.agents.most(agent) ?? null, bears];
  const known = limits.filter((limit) => limit !== null);
  return known.length === 0 ? null : Math.min(...known);
}

/** Who would work in the next attempt on a task. */
export const routeAt = (state: RunState, position: number): Route =>
  routeOf(planned(state, position), state.settings, taskAt(state, position).charged);

const nothing: Spending = { tokens: 0, costUsd: 0 };

/** What the next attempt on a task sets aside; nothing when no agent works in it. */
export function reservationOf(state: RunState, position: number): Spending {
  if (!hasSession(taskAt(state, position).next.kind)) return nothing;
  const estimate = state.estimates[position];
  return estimate === undefined ? nothing : { tokens: tokensToReserve(estimate), costUsd: estimate.costUsd };
}
