/** What asks for a person, the weightiest first, and what that person can say. */
import type { TaskId, Timestamp } from '../core/plan.ts';
import { isClosed } from '../core/policy/agent-load.ts';
import { planned, type RunState, taskAt } from '../core/run-state.ts';

export interface AttentionView {
  readonly kind: 'fault' | 'needs-attention' | 'needs-review' | 'advice' | 'agent';
  /** Null when it is about the whole run. */
  readonly task: TaskId | null;
  readonly text: string;
  /** Commands that answer it, without `tutti`. */
  readonly ways: readonly string[];
}

/** In the order of the plan within a kind. Costs O(tasks). */
export function attentionView(state: RunState, now: Timestamp): AttentionView[] {
  return [
    ...faultView(state),
    ...taskViews(state, 'needs-attention'),
    ...taskViews(state, 'needs-review'),
    ...adviceViews(state),
    ...agentViews(state, now),
  ];
}

function faultView({ record }: RunState): AttentionView[] {
  if (!record.faulted || record.phase === 'running' || record.phase === 'ended') return [];
  return [{ kind: 'fault', task: null, text: record.reason, ways: ['resume'] }];
}

function taskViews(state: RunState, kind: 'needs-attention' | 'needs-review'): AttentionView[] {
  if (state.index.counts[kind] === 0) return [];
  return state.tasks.flatMap(({ status, failure }, position) => {
    if (status !== kind) return [];
    const { id, autonomous } = planned(state, position);
    const text = failure?.message ?? 'its plan says that a person does it';
    return [{ kind, task: id, text, ways: [`resolve ${id}`, ...(autonomous ? [`retry ${id}`] : [])] }];
  });
}

function adviceViews(state: RunState): AttentionView[] {
  return state.index.slots.flatMap((position) => {
    if (position === -1 || taskAt(state, position).attempt?.advised !== true) return [];
    const { id } = planned(state, position);
    const text = `keeps ${state.index.shortReady} short tasks waiting; paused, it lets them through and goes on later`;
    return [{ kind: 'advice' as const, task: id, text, ways: [`pause ${id}`] }];
  });
}

function agentViews({ record }: RunState, now: Timestamp): AttentionView[] {
  if (record.phase === 'ended') return [];
  return Object.entries(record.agents).flatMap(([agent, load]) => {
    if (!isClosed(load, now) || load.closedFor !== 'quota') return [];
    const text = `the quota of ${agent} is used up; the run goes on by itself when it is back`;
    return [{ kind: 'agent' as const, task: null, text, ways: ['resume'] }];
  });
}
