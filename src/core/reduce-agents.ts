/** What the ends of sessions tell about their agents: what a service bears, and whether all meet the same trouble. */
import { type AgentLimited, hasSession } from './event.ts';
import type { Failure } from './failure.ts';
import type { Timestamp } from './plan.ts';
import { type AgentLoad, grown, refused, served } from './policy/agent-load.ts';
import { longerStreak } from './policy/failure-streak.ts';
import { isJudged } from './policy/retry.ts';
import { type AttemptState, planned, type RunState, taskAt } from './run-state.ts';

function setLoad({ record, index }: RunState, agent: string, load: AgentLoad): void {
  record.agents = { ...record.agents, [agent]: load };
  index.ready.touch({ type: 'agent', agent });
}

/** To be called while the attempt still counts as running. */
export function noteFailure(
  state: RunState,
  position: number,
  { agent, kind }: Pick<AttemptState, 'agent' | 'kind'>,
  failure: Failure,
  at: Timestamp,
): void {
  const { record, index } = state;
  const { id } = planned(state, position);
  record.streak = longerStreak(record.streak, { task: id, kind, failure });
  const reason = refusals[failure.reason];
  const load = record.agents[agent];
  if (reason !== undefined) {
    const session = { reason, at, until: failure.until, sessions: index.agents.used(agent) } as const;
    setLoad(state, agent, refused(load, session, `${agent}.${at}`));
  } else if (isJudged(failure.reason) && hasSession(kind)) noteServed(state, agent);
}

const refusals: Partial<Record<Failure['reason'], 'overload' | 'quota'>> = {
  'rate-limited': 'overload',
  'quota-exhausted': 'quota',
};

/** A session of the agent came to its end. */
export function noteServed(state: RunState, agent: string): void {
  const load = state.record.agents[agent];
  if (load !== undefined && load.closings > 0) setLoad(state, agent, served(load));
}

/** Its limit was told, and has grown where nothing was too much for a while. */
export function limitAgent(state: RunState, { agent, limit, because }: AgentLimited): void {
  const { record } = state;
  const load = record.agents[agent];
  if (load === undefined) return;
  if (because === 'quiet') setLoad(state, agent, grown(load, limit, record.at));
  record.toldLimits = { ...record.toldLimits, [agent]: { limit, closedUntil: load.closedUntil } };
}

/** Somebody says that they may be asked again; and so may tasks that wait for them alone. */
export function reopenAgents(state: RunState): void {
  for (const position of state.tasks.keys()) {
    const task = taskAt(state, position);
    if (task.status !== 'ready' || task.failure?.until === undefined) continue;
    state.index.delayed.remove(position);
    task.next = { ...task.next, notBefore: 0 };
    if (!task.paused) state.index.ready.add(position);
  }
  for (const [agent, load] of Object.entries(state.record.agents))
    setLoad(state, agent, { ...load, closedUntil: 0 });
}
