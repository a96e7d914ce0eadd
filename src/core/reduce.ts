/** Folds events into the state: the only place where a run changes. What follows from an event is decided here, by policy. */
import type { Event, RunCreated } from './event.ts';
import { InvariantViolation } from './invariant-violation.ts';
import { nothingSpent } from './policy/budget.ts';
import { limitAgent } from './reduce-agents.ts';
import { reduceAttempt } from './reduce-attempt.ts';
import { reduceIntegration } from './reduce-integration.ts';
import { reduceRequest } from './reduce-request.ts';
import { freshTask, newRunState, positionOf, type RunState, taskAt } from './run-state.ts';
import { indexAll, makeReady, needsKeeping, setRanks, settle } from './transitions.ts';

/** The state after a run's first event. */
export function createRun(event: Event & RunCreated): RunState {
  const { run, plan, settings, branches, estimates } = event;
  const state = newRunState(
    { run, plan, settings, branches, estimates },
    {
      phase: 'running',
      reason: '',
      stopping: false,
      faulted: false,
      slots: settings.slots,
      budget: { tokens: settings.budget.tokens, costUsd: settings.budget.costUsd },
      spent: nothingSpent,
      marks: { tokens: 0, cost: 0 },
      agents: {},
      toldLimits: {},
      streak: null,
      narrowed: 'no',
      ranks: null,
      targetTip: settings.base,
      baseline: 'unknown',
      baselineRed: [],
      outcome: null,
      cancelled: false,
      startedAt: event.at,
      endedAt: 0,
      idleMs: 0,
      engineAt: event.at,
      seq: event.seq,
      at: event.at,
      integrationQueue: [],
      integrating: -1,
    },
    plan.tasks.map(() => freshTask(settings.retries)),
  );
  indexAll(state);
  state.tasks.forEach((task, position) => {
    if (state.index.unmet[position] === 0 && task.status === 'waiting')
      makeReady(state, position, event.at, task.next);
  });
  return state;
}

/**
 * Applies one event, in place, and returns the same state.
 * @throws InvariantViolation when the event cannot follow on what happened before
 */
export function reduce(state: RunState, event: Event): RunState {
  if (event.seq !== state.record.seq + 1) {
    throw new InvariantViolation(`event ${event.seq} follows on ${state.record.seq}`);
  }
  const { record } = state;
  const { phase } = record;
  record.seq = event.seq;
  record.at = event.at;
  switch (event.type) {
    case 'attempt-started':
    case 'workspace-prepared':
    case 'agent-launched':
    case 'session-opened':
    case 'usage-reported':
    case 'verification-started':
    case 'attempt-succeeded':
    case 'attempt-failed':
    case 'attempt-cancelling':
    case 'attempt-recovered':
    case 'workspace-keep-started':
    case 'workspace-kept':
    case 'workspace-keep-failed':
      reduceAttempt(state, event);
      break;
    case 'integration-started':
    case 'task-integrated':
    case 'integration-failed':
    case 'integration-interrupted':
    case 'integration-recovered':
      reduceIntegration(state, event);
      break;
    case 'pause-requested':
    case 'stop-requested':
    case 'resume-requested':
    case 'cancel-requested':
    case 'retry-requested':
    case 'resolve-requested':
    case 'slots-requested':
    case 'budget-requested':
      reduceRequest(state, event);
      // What people say may be recorded while no engine lives; so may a landing, and the end of a run that is at rest.
      return state;
    case 'run-landed':
      return state;
    case 'engine-started':
      record.idleMs += Math.max(0, event.at - record.engineAt);
      record.engineAt = event.at;
      startEngine(state);
      return state;
    default:
      reduceRun(state, event);
  }
  if (phase !== 'paused' && phase !== 'ended') record.engineAt = event.at;
  return state;
}

type RunEvent = Extract<
  Event,
  {
    type:
      | 'run-created'
      | 'task-skipped'
      | 'baseline-started'
      | 'baseline-recorded'
      | 'baseline-interrupted'
      | 'step-turned-green'
      | 'fault-raised'
      | 'clock-jumped'
      | 'ref-restored'
      | 'foreign-change-seen'
      | 'target-adopted'
      | 'order-found'
      | 'budget-crossed'
      | 'budget-narrowed'
      | 'agent-limited'
      | 'pause-advised'
      | 'run-paused'
      | 'run-ended';
  }
>;

function reduceRun(state: RunState, event: RunEvent): void {
  const { record } = state;
  switch (event.type) {
    case 'run-created':
      throw new InvariantViolation('a run is created once');
    case 'task-skipped':
      skip(state, event);
      return;
    case 'baseline-started':
      record.baseline = 'checking';
      return;
    case 'baseline-recorded':
      record.baseline = 'known';
      record.baselineRed = event.steps.filter(({ verdict }) => verdict !== 'passed').map(({ name }) => name);
      return;
    case 'baseline-interrupted':
      record.baseline = 'unknown';
      return;
    case 'step-turned-green':
      record.baselineRed = record.baselineRed.filter((name) => name !== event.step);
      return;
    case 'fault-raised':
      if (record.phase === 'running') record.phase = 'draining';
      record.faulted = true;
      record.reason = `${event.message} ${event.fix}`;
      record.streak = null;
      return;
    case 'target-adopted':
      record.targetTip = event.commit;
      return;
    case 'order-found':
      setRanks(state, event.ranks);
      return;
    case 'budget-crossed':
      record.marks[event.unit] = event.percent;
      return;
    case 'budget-narrowed':
      record.narrowed = event.sequential === true ? 'sequential' : 'fewer';
      return;
    case 'agent-limited':
      limitAgent(state, event);
      return;
    case 'pause-advised': {
      const { attempt } = taskAt(state, positionOf(state, event.task));
      if (attempt?.id === event.attempt) attempt.advised = true;
      return;
    }
    case 'run-paused':
      record.phase = 'paused';
      record.reason = event.reason;
      return;
    case 'run-ended':
      record.phase = 'ended';
      record.outcome = event.outcome;
      record.endedAt = event.at;
      return;
    case 'clock-jumped':
      record.idleMs += event.gapMs;
      return;
    case 'ref-restored':
    case 'foreign-change-seen':
      return;
  }
}

/** A new engine: effects that can simply be done again are open again; attempts and integrations await `recover`. */
function startEngine(state: RunState): void {
  const { record } = state;
  if (record.phase !== 'ended') record.phase = 'running';
  record.reason = '';
  record.stopping = false;
  record.faulted = false;
  // What failed while it drained says the same that somebody has looked at by now.
  record.streak = null;
  state.index.keeping.clear();
  if (record.baseline === 'checking') record.baseline = 'unknown';
  state.tasks.forEach((_, position) => {
    if (needsKeeping(state, position)) state.index.toKeep.add(position);
  });
}

function skip(state: RunState, event: Extract<Event, { type: 'task-skipped' }>): void {
  const position = positionOf(state, event.task);
  const task = taskAt(state, position);
  if (task.attempts > 0) throw new InvariantViolation('skipped after it started', event.task);
  task.commit = event.commit ?? null;
  settle(state, position, 'skipped', event.at);
}
