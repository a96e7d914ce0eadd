/** States for tests, told as the events that led to them. */
import { plannedEstimate } from '../../src/core/estimate.ts';
import type { Event, EventBody, RunCreated } from '../../src/core/event.ts';
import { checkInvariants } from '../../src/core/invariants.ts';
import { attemptId, commit, type Plan, runId, taskId } from '../../src/core/plan.ts';
import { createRun, reduce } from '../../src/core/reduce.ts';
import type { RunState } from '../../src/core/run-state.ts';
import { defaultScheduling, type RunSettings } from '../../src/core/settings.ts';

export const BASE = commit('base');

export function createdEvent(plan: Plan, settings: Partial<RunSettings> = {}): Event & RunCreated {
  return {
    seq: 1,
    at: 0,
    type: 'run-created',
    run: runId('r1'),
    plan,
    branches: plan.tasks.map(({ id }) => `feat/${id}`),
    estimates: plan.tasks.map(plannedEstimate),
    settings: {
      target: 'tutti/r1',
      base: BASE,
      ...defaultScheduling,
      pools: plan.pools,
      slots: 3,
      retries: 3,
      gate: [{ name: 'test', run: 'true' }],
      agent: 'scripted',
      branchTemplate: 'feat/{id}',
      timeoutMs: 1_000_000,
      stallMs: 1_000_000,
      cwd: '/',
      land: false,
      ...settings,
    },
  };
}

/** The state after these events, one a second; invariants are checked after each. */
export function stateAfter(
  plan: Plan,
  settings: Partial<RunSettings>,
  ...bodies: readonly EventBody[]
): RunState {
  const state = createRun(createdEvent(plan, settings));
  for (const body of bodies) {
    reduce(state, { ...body, seq: state.record.seq + 1, at: state.record.at + 1_000 } as Event);
    checkInvariants(state);
  }
  return state;
}

/** The gate passes on the base: what comes before any start. */
export const baselineGreen: EventBody = { type: 'baseline-recorded', steps: [] };

export const started = (task: string, ordinal = 1, slot = 0): EventBody => ({
  type: 'attempt-started',
  task: taskId(task),
  attempt: attemptId(taskId(task), ordinal),
  kind: 'work',
  slot,
  agent: 'scripted',
  base: BASE,
  branch: `feat/${task}`,
  restart: false,
});

export const succeeded = (task: string, ordinal = 1): EventBody => ({
  type: 'attempt-succeeded',
  task: taskId(task),
  attempt: attemptId(taskId(task), ordinal),
  commit: commit(`${task}-work`),
  commits: 1,
});

/** An attempt that failed at its gate. */
export const failedGate = (task: string, ordinal = 1): EventBody => ({
  type: 'attempt-failed',
  task: taskId(task),
  attempt: attemptId(taskId(task), ordinal),
  failure: { reason: 'gate-failed', message: 'The gate step "test" ended with code 1.', feedback: 'red' },
});

/** The events that bring a verified task into the target. */
export const integrated = (task: string): EventBody[] => [
  { type: 'integration-started', task: taskId(task), commit: commit(`${task}-work`), onto: BASE },
  { type: 'task-integrated', task: taskId(task), commit: commit(`${task}-merge`) },
];

/** A body and when it happened, in seconds since the run was created. */
export type Moment = readonly [seconds: number, body: EventBody];

/** The events of a run in which these things happened when they say. */
export const eventsAt = (
  plan: Plan,
  settings: Partial<RunSettings>,
  ...moments: readonly Moment[]
): readonly Event[] => [
  createdEvent(plan, settings),
  ...moments.map(([seconds, body], index) => ({ ...body, seq: index + 2, at: seconds * 1_000 }) as Event),
];

export const engineStarted: EventBody = { type: 'engine-started', pid: 1, version: 'test' };

/** The agent is through, and its gate runs. */
export const verifying = (task: string, ordinal = 1): EventBody => ({
  type: 'verification-started',
  task: taskId(task),
  attempt: attemptId(taskId(task), ordinal),
  commit: commit(`${task}-work`),
  commits: 1,
});
