/** Whether a ready task may start now, and if not, what holds it: waves, pools, files, agents and budget in one place. */
import { tokensToReserve } from '../estimate.ts';
import { hasSession } from '../event.ts';
import type { Timestamp } from '../plan.ts';
import type { Hold } from '../ready-queue.ts';
import { planned, type RunState, takenFromBudget, taskAt } from '../run-state.ts';
import type { Spending } from '../settings.ts';
import { isClosed, isProbed, limitAt } from './agent-load.ts';
import { type BudgetUnit, lacking, leftOf, plus } from './budget.ts';
import { type Route, routeOf } from './routing.ts';

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

export function openAdmission(state: RunState, now: Timestamp = state.record.at): Admission {
  const { waves, pools, files } = state.index;
  const agents = openAgents(state, now);
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
      const agent = agents?.lacking(position);
      if (agent !== undefined) return { type: 'agent', agent };
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
        case 'agent':
          return agents === undefined || agents.lacking(position) !== hold.agent;
        case 'budget':
          return short(position) !== hold.unit;
      }
    },
    admit(position) {
      admitted.push(position);
      pools.take(position);
      agents?.take(position);
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
