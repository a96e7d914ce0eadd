/**
 * What a screen has to show of a run, counted in the plainest way from its events, to hold the real counts against. Knows
 * nothing of `RunState`; of requests it knows pauses of the run, slots, and cancelling a task.
 */
import type { Event, RunCreated } from '../../src/core/event.ts';
import type { Task } from '../../src/core/plan.ts';

export interface NaiveTask {
  readonly id: string;
  readonly status: string;
  readonly wave: number;
  readonly attempts: number;
  readonly made: number;
  readonly startedAt: number | null;
  /** Dependencies that are not met, while it waits. */
  readonly waitsFor: readonly string[];
}

export interface NaiveScreen {
  /** Going also while it drains. */
  readonly state: 'going' | 'paused' | 'ended';
  readonly elapsedMs: number;
  /** The part of it in which an engine worked. */
  readonly activeMs: number;
  /** Of tasks that are done by this run, and of all that it has to do. */
  readonly commits: { readonly made: number; readonly planned: number };
  /** Tasks that can start. */
  readonly queue: readonly string[];
  readonly slots: { readonly used: number; readonly limit: number };
  readonly tokens: { readonly used: number; readonly reserved: number };
  readonly tasks: readonly NaiveTask[];
  /** Attempts that run, by slot. */
  readonly active: readonly { readonly slot: number; readonly attempt: string; readonly startedAt: number }[];
}

/** A task as far as its own events tell: what its dependencies make of it comes later. */
interface Told {
  readonly task: Task;
  status: 'open' | 'running' | 'verifying' | 'integrating' | 'over';
  /** How it ended. */
  ending: string;
  attempts: number;
  charged: number;
  uncharged: number;
  made: number;
  startedAt: number | null;
  slot: number;
  attempt: string;
  attemptStartedAt: number;
  hasMerge: boolean;
  isCancelled: boolean;
  isExcused: boolean;
}

const UNCHARGED_SESSIONS = 10;
const nobodysFault = new Set(['agent-crashed', 'engine-died', 'cancelled']);

/** @param now not before the last event */
export function naiveScreen(events: readonly Event[], now: number): NaiveScreen {
  const created = events[0] as Event & RunCreated;
  const told = new Map(created.plan.tasks.map((task) => [String(task.id), freshly(task)]));
  for (const event of events) if ('task' in event) tell(told, event, created.settings.retries);
  const all = [...told.values()];
  const active = all.filter(({ status }) => status === 'running' || status === 'verifying');
  const state = stateOf(events);
  const endedAt = events.findLast(({ type }) => type === 'run-ended')?.at;
  const until = state === 'ended' ? endedAt : state === 'paused' ? events.at(-1)?.at : now;
  const waves = new Map<string, number>();
  return {
    state,
    elapsedMs: Number(until) - created.at,
    activeMs: activeMsOf(events, now),
    commits: {
      made: all.reduce((sum, { ending, made }) => sum + (ending === 'done' ? made : 0), 0),
      planned: all.reduce((sum, { ending, task }) => sum + (ending === 'skipped' ? 0 : plannedOf(task)), 0),
    },
    queue: all.filter((one) => statusOf(one, told) === 'ready').map(({ task }) => task.id),
    slots: {
      used: active.length,
      limit: events.reduce(
        (limit, event) => (event.type === 'slots-requested' ? event.slots : limit),
        created.settings.slots,
      ),
    },
    tokens: tokensOf(events, new Set(active.map(({ attempt }) => attempt))),
    tasks: all.map((one) => ({
      id: one.task.id,
      status: statusOf(one, told),
      wave: waveOf(one.task, told, waves),
      attempts: one.attempts,
      made: one.made,
      startedAt: one.startedAt,
      waitsFor: statusOf(one, told) === 'waiting' ? unmetOf(one, told) : [],
    })),
    active: active
      .map(({ slot, attempt, attemptStartedAt }) => ({ slot, attempt, startedAt: attemptStartedAt }))
      .sort((a, b) => a.slot - b.slot),
  };
}

const freshly = (task: Task): Told => ({
  task,
  ...{ status: 'open', ending: '', attempts: 0, charged: 0, uncharged: 0, made: 0, startedAt: null },
  ...{ slot: -1, attempt: '', attemptStartedAt: 0, hasMerge: false, isCancelled: false, isExcused: false },
});

function tell(
  told: ReadonlyMap<string, Told>,
  event: Event & { readonly task?: string },
  retries: number,
): void {
  const one = told.get(String(event.task));
  if (one === undefined) return;
  switch (event.type) {
    case 'task-skipped':
      end(one, 'skipped');
      break;
    case 'attempt-started':
      one.startedAt ??= event.at;
      one.attempts++;
      Object.assign(one, { status: 'running', slot: event.slot, attempt: event.attempt });
      one.attemptStartedAt = event.at;
      break;
    case 'verification-started':
      one.status = 'verifying';
      one.made = event.commits;
      break;
    case 'attempt-succeeded':
      one.charged++;
      one.made = event.commits;
      one.status = 'integrating';
      if (one.isCancelled) end(one, 'cancelled');
      else if (event.commit === null) end(one, 'done');
      break;
    case 'attempt-failed':
      fail(one, event.failure.reason, retries);
      break;
    case 'attempt-recovered':
      fail(one, 'engine-died', retries);
      break;
    case 'integration-started':
      one.hasMerge = true;
      break;
    case 'task-integrated':
      end(one, 'done');
      break;
    case 'integration-interrupted':
      queueAgain(one);
      break;
    case 'integration-recovered':
      if (event.action === 'kept') end(one, 'done');
      else queueAgain(one);
      break;
    case 'integration-failed':
      Object.assign(one, { hasMerge: false, status: 'open' });
      if (one.isCancelled) end(one, 'cancelled');
      else if (one.charged > retries) end(one, 'needs-review');
      break;
    case 'cancel-requested':
      cancel(one, event.satisfied === true);
  }
}

function cancel(one: Told, isExcused: boolean): void {
  if (one.ending === 'done' || one.ending === 'skipped' || one.isExcused) return;
  one.isExcused = isExcused;
  if (one.status === 'running' || one.status === 'verifying' || one.hasMerge) one.isCancelled = true;
  else end(one, 'cancelled');
}

function end(one: Told, ending: string): void {
  Object.assign(one, { status: 'over', ending, hasMerge: false });
}

function queueAgain(one: Told): void {
  one.hasMerge = false;
  if (one.isCancelled) end(one, 'cancelled');
}

function fail(one: Told, reason: string, retries: number): void {
  if (!nobodysFault.has(reason)) one.charged++;
  else if (reason !== 'cancelled') one.uncharged++;
  one.status = 'open';
  if (one.isCancelled) end(one, 'cancelled');
  else if (nobodysFault.has(reason) ? one.uncharged >= UNCHARGED_SESSIONS : one.charged > retries)
    end(one, 'needs-attention');
}

const isMet = ({ ending, isExcused }: Told): boolean =>
  ['done', 'skipped'].includes(ending) || (ending === 'cancelled' && isExcused);

const unmetOf = ({ task }: Told, told: ReadonlyMap<string, Told>): string[] =>
  task.dependsOn.filter((id) => !isMet(told.get(id) as Told));

/** What its dependencies make of a task that nothing happens to. */
function statusOf(one: Told, told: ReadonlyMap<string, Told>): string {
  if (one.status === 'over') return one.ending;
  if (one.status !== 'open') return one.status;
  const above = one.task.dependsOn.map((id) => told.get(id) as Told);
  if (above.every(isMet)) return 'ready';
  const isStuck = (other: Told): boolean =>
    (other.status === 'over' && !isMet(other)) ||
    (other.status === 'open' && statusOf(other, told) === 'blocked');
  return above.some(isStuck) ? 'blocked' : 'waiting';
}

function waveOf(task: Task, told: ReadonlyMap<string, Told>, known: Map<string, number>): number {
  const before = known.get(task.id);
  if (before !== undefined) return before;
  const above = task.dependsOn.map((id) => waveOf((told.get(id) as Told).task, told, known));
  const wave = above.length === 0 ? 0 : 1 + Math.max(...above);
  known.set(task.id, wave);
  return wave;
}

function stateOf(events: readonly Event[]): NaiveScreen['state'] {
  let state: NaiveScreen['state'] = 'going';
  for (const { type } of events) {
    if (type === 'engine-started') state = 'going';
    if (type === 'run-paused') state = 'paused';
    if (type === 'run-ended') state = 'ended';
  }
  return state;
}

/** All time between two events but that before an engine starts, and that in which the run was paused or had ended. */
function activeMsOf(events: readonly Event[], now: number): number {
  let activeMs = 0;
  events.forEach(({ at }, index) => {
    const next = events[index + 1];
    const isIdle = next?.type === 'engine-started' || stateOf(events.slice(0, index + 1)) !== 'going';
    if (!isIdle) activeMs += (next?.at ?? now) - at;
  });
  return activeMs;
}

const plannedOf = ({ outline, estimate }: Task): number =>
  outline.flatMap(({ commits }) => commits).length || (estimate.commits ?? 0);

/** Each attempt counts with its last report; one that runs keeps what it has left of what was set aside. */
function tokensOf(events: readonly Event[], active: ReadonlySet<string>): NaiveScreen['tokens'] {
  const used = new Map<string, number>();
  const aside = new Map<string, number>();
  for (const event of events) {
    if (event.type === 'attempt-started') aside.set(event.attempt, event.reserved?.tokens ?? 0);
    if (event.type === 'usage-reported')
      used.set(event.attempt, event.usage.inputTokens + event.usage.outputTokens);
  }
  let reserved = 0;
  for (const attempt of active) reserved += Math.max(0, (aside.get(attempt) ?? 0) - (used.get(attempt) ?? 0));
  return { used: [...used.values()].reduce((sum, one) => sum + one, 0), reserved };
}
