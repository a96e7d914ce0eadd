/** What people's requests do to the state, and which requests make no sense where. */
import type { Event, EventBody, Request } from './event.ts';
import { topologicalOrder } from './graph.ts';
import { reachedMark } from './policy/budget.ts';
import { UNCHARGED_PER_ALLOWANCE } from './policy/retry.ts';
import { type Problem, problem } from './problem.ts';
import { reopenAgents } from './reduce-agents.ts';
import { FIRST_ATTEMPT, isBroken, isSettled, positionOf, type RunState, taskAt } from './run-state.ts';
import { cancelTask, reopen, setPaused, settle } from './transitions.ts';

const PAUSED = 'paused by request';
const STOPPED = 'stopped by request';

/** Whether a run that gives this reason was paused by somebody, and not by itself. */
export const isPauseByRequest = (reason: string): boolean => reason === PAUSED || reason === STOPPED;

export function reduceRequest(state: RunState, event: Event & Request): void {
  const { record } = state;
  switch (event.type) {
    case 'pause-requested':
      if (event.task !== undefined) setPaused(state, positionOf(state, event.task), true);
      else drain(state, PAUSED);
      return;
    case 'stop-requested':
      drain(state, STOPPED);
      record.stopping = true;
      return;
    case 'resume-requested':
      if (event.task !== undefined) {
        setPaused(state, positionOf(state, event.task), false);
        return;
      }
      if (record.phase === 'draining') record.phase = 'running';
      record.reason = '';
      record.stopping = false;
      record.faulted = false;
      record.streak = null;
      reopenAgents(state);
      return;
    case 'slots-requested':
      record.slots = event.slots;
      return;
    case 'budget-requested':
      if (event.tokens !== undefined) record.budget.tokens = event.tokens;
      if (event.costUsd !== undefined) record.budget.costUsd = event.costUsd;
      record.marks = {
        tokens: reachedMark(record.spent.tokens, record.budget.tokens),
        cost: reachedMark(record.spent.costUsd, record.budget.costUsd),
      };
      record.narrowed = 'no';
      for (const unit of ['tokens', 'cost'] as const) state.index.ready.touch({ type: 'budget', unit });
      return;
    case 'cancel-requested':
      cancel(state, event);
      return;
    case 'retry-requested':
      retry(state, event);
      return;
    case 'resolve-requested':
      resolve(state, event);
      return;
  }
}

function drain(state: RunState, reason: string): void {
  if (state.record.phase !== 'running' && state.record.phase !== 'draining') return;
  state.record.phase = 'draining';
  state.record.reason = reason;
}

function cancel(state: RunState, event: Extract<Event, { type: 'cancel-requested' }>): void {
  if (event.task !== undefined) {
    cancelTask(state, positionOf(state, event.task), event.satisfied === true, event.at);
    // Its dependents may go on now, also in a run that had ended because of it.
    if (state.index.counts.ready > 0) wake(state);
    return;
  }
  state.record.cancelled = true;
  if (state.record.phase === 'paused') state.record.phase = 'running';
  // Dependents first: no task is blocked by one that is about to be cancelled as well.
  for (const position of topologicalOrder(state.graph).reverse()) {
    const { status } = taskAt(state, position);
    if (!isSettled(status) || status === 'blocked') cancelTask(state, position, false, event.at);
  }
}

/** A run that had ended goes on when something is to be done again; an engine has to take it up. */
function wake(state: RunState): void {
  if (state.record.phase !== 'ended') return;
  state.record.phase = 'paused';
  state.record.reason = 'reopened';
  state.record.outcome = null;
  state.record.endedAt = 0;
}

function retry(state: RunState, event: Extract<Event, { type: 'retry-requested' }>): void {
  const position = positionOf(state, event.task);
  const task = taskAt(state, position);
  wake(state);
  task.chargedLimit = task.charged + 1 + state.settings.retries;
  task.unchargedLimit = task.uncharged + UNCHARGED_PER_ALLOWANCE;
  const conflict = task.failure?.reason === 'merge-conflict' && event.fresh !== true;
  reopen(state, position, event.at, {
    ...FIRST_ATTEMPT,
    kind: conflict ? 'conflict' : task.failure === null || event.fresh === true ? 'work' : 'repair',
    merge: conflict,
    restart: event.fresh === true,
    feedback: event.fresh === true ? null : (task.failure?.feedback ?? task.failure?.message ?? null),
    note: event.note ?? null,
  });
}

function resolve(state: RunState, event: Extract<Event, { type: 'resolve-requested' }>): void {
  const position = positionOf(state, event.task);
  const task = taskAt(state, position);
  wake(state);
  if (event.commit === undefined) {
    reopen(state, position, event.at, { ...FIRST_ATTEMPT, kind: 'resolve' });
    return;
  }
  task.commit = event.commit;
  task.failure = null;
  state.record.targetTip = event.tip ?? state.record.targetTip;
  settle(state, position, 'done', event.at);
}

const requestTypes: ReadonlySet<EventBody['type']> = new Set<Request['type']>([
  'pause-requested',
  'stop-requested',
  'resume-requested',
  'cancel-requested',
  'retry-requested',
  'resolve-requested',
  'slots-requested',
  'budget-requested',
]);

export const isRequest = (body: EventBody): body is Request => requestTypes.has(body.type);

/** Says why a request cannot be granted now; undefined when it can. */
export function refuse(state: RunState, request: Request): Problem | undefined {
  if (request.type === 'slots-requested') {
    return Number.isInteger(request.slots) && request.slots >= 1
      ? undefined
      : problem('usage', `${request.slots} is no number of slots.`, 'Give a whole number of at least 1.');
  }
  if (request.type === 'budget-requested') return refuseBudget(request);
  if (!('task' in request) || request.task === undefined) {
    return state.record.phase === 'ended' && request.type !== 'resume-requested'
      ? problem(
          'wrong-state',
          'The run has ended.',
          'Start a new one with `tutti run`, or retry a task of this one.',
        )
      : undefined;
  }
  const position = state.graph.positions.get(request.task);
  if (position === undefined) {
    return problem(
      'unknown-task',
      `The plan has no task ${request.task}.`,
      'See `tutti status` for its tasks.',
    );
  }
  return refuseForTask(state, request, position);
}

function refuseBudget({
  tokens,
  costUsd,
}: Extract<Request, { type: 'budget-requested' }>): Problem | undefined {
  const wrong = [tokens, costUsd].find((amount) => typeof amount === 'number' && !(amount > 0));
  return wrong === undefined
    ? undefined
    : problem('usage', `${wrong} is no budget.`, 'Give more than 0, or none for no limit.');
}

function refuseForTask(state: RunState, request: Request, position: number): Problem | undefined {
  const task = taskAt(state, position);
  const id = state.plan.tasks[position]?.id ?? '';
  const wrong = (why: string, fix: string): Problem => problem('wrong-state', why, fix);
  if (request.type === 'cancel-requested') {
    return task.status === 'done' || task.status === 'skipped'
      ? wrong(`${id} is ${task.status} already.`, 'Revert its commit in the target instead.')
      : undefined;
  }
  if (request.type === 'pause-requested' || request.type === 'resume-requested') {
    const isPause = request.type === 'pause-requested';
    if (isSettled(task.status))
      return wrong(`${id} is ${task.status}.`, 'Only what is still to be done can be paused.');
    if (task.paused === isPause)
      return wrong(`${id} is ${isPause ? 'paused already' : 'not paused'}.`, `See \`tutti why ${id}\`.`);
    return undefined;
  }
  if (task.status === 'blocked') {
    const cause = state.plan.tasks[task.rootCause]?.id ?? '';
    return wrong(`${id} is blocked by ${cause}.`, `Retry or resolve ${cause} first.`);
  }
  if (!isBroken(task)) {
    return wrong(
      `${id} is ${task.status}${task.status === 'cancelled' ? ', and what depends on it goes on as if it were done' : ''}.`,
      'Only tasks that need somebody, or that hold others back by being cancelled, can be sent back.',
    );
  }
  return undefined;
}
