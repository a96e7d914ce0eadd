/** What attempt events do to the state, from the slot they take to the slot they free. */
import { type Event, hasSession } from './event.ts';
import { type Failure, isCharged } from './failure.ts';
import { InvariantViolation } from './invariant-violation.ts';
import type { AttemptId, TaskId, Timestamp } from './plan.ts';
import { beyond, isOverrun, minus, nothingSpent, plus, spendingOf, usualPrice } from './policy/budget.ts';
import { type FailedAttempt, nextStep } from './policy/retry.ts';
import { isWorthResuming } from './policy/session-to-resume.ts';
import { noteFailure, noteServed } from './reduce-agents.ts';
import {
  type AttemptState,
  isActive,
  isBroken,
  planned,
  positionOf,
  type RunState,
  type TaskState,
  taskAt,
  unusedOf,
} from './run-state.ts';
import { freeSlot, makeReady, setStatus, settle, takeSlot } from './transitions.ts';

type AttemptEvent = Extract<
  Event,
  {
    type:
      | 'attempt-started'
      | 'workspace-prepared'
      | 'agent-launched'
      | 'session-opened'
      | 'usage-reported'
      | 'verification-started'
      | 'attempt-succeeded'
      | 'attempt-failed'
      | 'attempt-cancelling'
      | 'attempt-recovered'
      | 'workspace-keep-started'
      | 'workspace-kept'
      | 'workspace-keep-failed';
  }
>;

export function reduceAttempt(state: RunState, event: AttemptEvent): void {
  const position = positionOf(state, event.task);
  const task = taskAt(state, position);
  switch (event.type) {
    case 'attempt-started':
      start(state, position, event);
      return;
    case 'workspace-prepared':
      current(task, event).workspace = event.path;
      return;
    case 'agent-launched':
      current(task, event).process = event.process;
      return;
    case 'session-opened':
      current(task, event).session = event.session;
      return;
    case 'usage-reported':
      settleUsage(state, position, event);
      return;
    case 'verification-started':
      current(task, event).verifying = event.commit;
      task.commits = event.commits;
      setStatus(state, position, 'verifying');
      return;
    case 'attempt-succeeded':
      succeed(state, position, event);
      return;
    case 'attempt-failed':
      noteFailure(state, position, current(task, event), event.failure, event.at);
      fail(state, position, current(task, event), judged(state, task, event.failure), event.at);
      return;
    case 'attempt-cancelling':
      current(task, event).cancelling = true;
      return;
    case 'attempt-recovered':
      recover(state, position, current(task, event), event);
      return;
    case 'workspace-keep-started':
      state.index.toKeep.delete(position);
      state.index.keeping.add(position);
      return;
    case 'workspace-kept':
      // A snapshot does not know what was under way when it was written.
      state.index.toKeep.delete(position);
      state.index.keeping.delete(position);
      // Somebody may have sent it back in the meantime: whoever works on it takes the worktree as it is.
      if (isBroken(task)) task.kept = event.path;
      return;
    case 'workspace-keep-failed':
      state.index.keeping.delete(position);
      return;
  }
}

function start(state: RunState, position: number, event: Extract<Event, { type: 'attempt-started' }>): void {
  const task = taskAt(state, position);
  if (task.status !== 'ready') throw new InvariantViolation(`started while ${task.status}`, event.task);
  if ((state.index.slots[event.slot] ?? -1) !== -1) {
    throw new InvariantViolation(`slot ${event.slot} is taken`, event.task);
  }
  task.attempts++;
  task.attempt = {
    id: event.attempt,
    kind: event.kind,
    slot: event.slot,
    agent: event.agent,
    model: event.model ?? null,
    startedAt: event.at,
    base: event.base,
    restart: event.restart,
    merge: event.merge ?? null,
    workspace: null,
    process: null,
    session: null,
    verifying: null,
    cancelling: false,
    reserved: event.reserved ?? null,
    used: nothingSpent,
    told: null,
    advised: false,
  };
  if (task.startedAt === 0) task.startedAt = event.at;
  task.base = event.base;
  if (event.restart) task.summary = null;
  // Whoever works on it now takes the worktree that was set aside.
  task.kept = null;
  takeSlot(state, event.slot, position);
  setStatus(state, position, 'running');
}

/** Draws what an attempt has used since its last report on the budget, also when it has ended already. */
function settleUsage(
  state: RunState,
  position: number,
  { task: id, attempt, usage }: Extract<Event, { type: 'usage-reported' }>,
): void {
  const task = taskAt(state, position);
  const running = task.attempt?.id === attempt ? task.attempt : undefined;
  const session = running ?? task.sessions.find((ended) => ended.id === attempt);
  if (session === undefined) throw new InvariantViolation(`${attempt} reports usage and never was`, id);
  const { budget, prices } = state.settings;
  // A limit of money that nothing draws on would be none.
  const unpriced = state.record.budget.costUsd === null ? undefined : usualPrice;
  const told = spendingOf(
    usage,
    budget,
    prices[session.model ?? session.agent] ?? prices[session.agent] ?? unpriced,
  );
  // A report that was overtaken by a later one takes nothing back.
  const more = beyond(told, session.used);
  const used = plus(session.used, more);
  state.record.spent = plus(state.record.spent, more);
  if (running) {
    const before = unusedOf(running);
    running.used = used;
    running.told = usage;
    state.index.unused = plus(state.index.unused, minus(unusedOf(running), before));
    if (running.reserved !== null && isOverrun(used, running.reserved, budget.overrun))
      state.index.suspects.add(position);
  } else
    task.sessions = task.sessions.map((ended) =>
      ended.id === attempt ? { ...ended, used, told: usage } : ended,
    );
}

/** The attempt an event speaks of. @throws InvariantViolation when it is not the one that runs */
function current(
  task: TaskState,
  event: { readonly task: TaskId; readonly attempt: AttemptId },
): AttemptState {
  if (task.attempt?.id !== event.attempt || !isActive(task.status)) {
    throw new InvariantViolation(
      `${event.attempt} reports while ${task.attempt?.id ?? 'nothing'} runs`,
      event.task,
    );
  }
  return task.attempt;
}

function succeed(
  state: RunState,
  position: number,
  event: Extract<Event, { type: 'attempt-succeeded' }>,
): void {
  const task = taskAt(state, position);
  const attempt = current(task, event);
  state.record.streak = null;
  if (hasSession(attempt.kind)) noteServed(state, attempt.agent);
  if (hasSession(attempt.kind)) task.charged++;
  freeSlot(state, position);
  task.commits = event.commits;
  task.commit = event.commit;
  // Who repairs the work later, or merges it, only tells of that.
  task.summary ??= event.summary ?? null;
  task.failure = null;
  if (task.cancelRequested) settle(state, position, 'cancelled', event.at);
  else if (event.commit === null) settle(state, position, 'done', event.at);
  else setStatus(state, position, 'integrating');
}

/** Who was stopped for using too much has used up a session: it would only do the same again, for nothing. */
function judged({ record, settings }: RunState, { attempt, paused }: TaskState, failure: Failure): Failure {
  const { overrun } = settings.budget;
  if (failure.reason !== 'cancelled' || paused || record.stopping || !attempt?.reserved) return failure;
  if (!isOverrun(attempt.used, attempt.reserved, overrun)) return failure;
  const message = `It used ${attempt.used.tokens} tokens, more than ${overrun} times what was set aside for it.`;
  return { reason: 'overrun', message };
}

function fail(
  state: RunState,
  position: number,
  attempt: AttemptState,
  failure: Failure,
  at: Timestamp,
): void {
  const task = taskAt(state, position);
  // What a person did is no session of an agent.
  if (isCharged(failure)) task.charged += attempt.kind === 'resolve' ? 0 : 1;
  else if (failure.reason !== 'cancelled' && !isOnlyRefusedAgain(state, task, attempt.agent, failure))
    task.uncharged++;
  freeSlot(state, position);
  // Neither it nor an earlier part of it is gone on with, whatever the next attempt comes to.
  if (!isWorthResuming(failure)) task.sessions = task.sessions.map((one) => ({ ...one, session: null }));
  if (task.cancelRequested) {
    task.failure = failure;
    settle(state, position, 'cancelled', at);
    return;
  }
  // Work that was finished when its verification was broken off is not paid for twice.
  const finished = attempt.verifying !== null && !isCharged(failure) && attempt.kind !== 'resolve';
  const kind = finished ? 'verify' : attempt.kind;
  // A branch that was to be started over and had not been placed yet still is.
  const restart = attempt.restart && attempt.workspace === null && !isCharged(failure);
  goOn(state, position, { kind, merge: attempt.merge !== null && !finished, restart }, failure, at);
}

/** After so many refusals without a good session in between, at five minutes each, nobody believes in a storm any more. */
const MOST_CLOSINGS = 100;

/** A storm of the service costs a task one session, however long it lasts: the agent as a whole backs off. */
function isOnlyRefusedAgain(
  { record }: RunState,
  task: TaskState,
  agent: string,
  { reason }: Failure,
): boolean {
  if (!isRefusal(reason) || task.failure === null || !isRefusal(task.failure.reason)) return false;
  return (record.agents[agent]?.closings ?? 0) < MOST_CLOSINGS;
}

const isRefusal = (reason: Failure['reason']): boolean =>
  reason === 'rate-limited' || reason === 'quota-exhausted';

/** Chooses what comes after a failure: another attempt, or a person. Also after a failed integration. */
export function goOn(
  state: RunState,
  position: number,
  attempt: FailedAttempt & { readonly restart?: boolean },
  failure: Failure,
  at: Timestamp,
): void {
  const task = taskAt(state, position);
  task.failure = failure;
  const step = nextStep(attempt, failure, task, `${planned(state, position).id}.${task.attempts}`);
  if (step.type === 'person') {
    settle(state, position, step.status, at);
    return;
  }
  makeReady(state, position, at, {
    kind: step.kind,
    merge: step.merge,
    restart: attempt.restart === true,
    // An uncharged end says nothing about the work: what the agent was told before still holds.
    feedback: failure.feedback ?? (isCharged(failure) ? failure.message : task.next.feedback),
    note: task.next.note,
    notBefore: Math.max(step.delayMs > 0 ? at + step.delayMs : 0, failure.until ?? 0),
  });
}

function recover(
  state: RunState,
  position: number,
  attempt: AttemptState,
  event: Extract<Event, { type: 'attempt-recovered' }>,
): void {
  const task = taskAt(state, position);
  if (event.action === 'needs-you') {
    freeSlot(state, position);
    task.failure = { reason: 'engine-died', message: event.detail };
    settle(state, position, task.cancelRequested ? 'cancelled' : 'needs-attention', event.at);
    return;
  }
  const kind = event.action === 'continued' && attempt.kind !== 'resolve' ? 'verify' : attempt.kind;
  fail(state, position, { ...attempt, kind }, { reason: 'engine-died', message: event.detail }, event.at);
}
