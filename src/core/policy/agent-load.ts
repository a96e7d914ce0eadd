/**
 * What the service behind an agent bears: fewer sessions at once after it was too much (additive increase, multiplicative
 * decrease: Chiu and Jain 1989), none while it has to be left alone.
 */
import type { Timestamp } from '../plan.ts';
import { backOffMs } from './retry.ts';

/** What is known of one agent; there is none for an agent that was never refused. */
export interface AgentLoad {
  /** Sessions at once; null: as many as there are slots. */
  readonly limit: number | null;
  /** Sessions at once when it became too much. */
  readonly before: number;
  /** The last time the limit fell or grew. */
  readonly changedAt: Timestamp;
  /** How often the limit has grown since it fell. */
  readonly grown: number;
  /** When the last limit was lifted; 0: none was. */
  readonly liftedAt: Timestamp;
  /** It became too much again soon after that. */
  readonly isRecurring: boolean;
  /** Nothing is launched before; 0 when it may be. */
  readonly closedUntil: Timestamp;
  readonly closedFor: 'overload' | 'quota';
  /** Nobody told for how long. */
  readonly isGuess: boolean;
  /** How often it was closed without a good session in between: each time for longer. */
  readonly closings: number;
}

/** Why a session was refused. */
export interface RefusedSession {
  readonly reason: 'overload' | 'quota';
  readonly at: Timestamp;
  /** When the service takes requests again, as it said. */
  readonly until?: Timestamp | undefined;
  /** Sessions of the agent at that moment, this one included. */
  readonly sessions: number;
}

/** SPEC §4, Rate limits: it halves at most once a minute, and grows by one for each five quiet minutes. */
const HALVES_AFTER_MS = 60_000;
const QUIET_MS = 5 * 60_000;
/** A service that is too busy again so soon has not only had a storm: then the limit feels its way up. */
const SAME_TROUBLE_MS = 60 * 60_000;
/** When nobody says for how long. */
const LONGEST_OVERLOAD_MS = 5 * 60_000;
const FIRST_QUOTA_MS = 15 * 60_000;
const LONGEST_QUOTA_MS = 60 * 60_000;

const unknownLoad: AgentLoad = {
  limit: null,
  before: 0,
  changedAt: 0,
  grown: 0,
  liftedAt: 0,
  isRecurring: false,
  closedUntil: 0,
  closedFor: 'overload',
  isGuess: false,
  closings: 0,
};

/** The load after a session was refused. @param seed makes the jitter differ without being random */
export function refused(load: AgentLoad = unknownLoad, session: RefusedSession, seed: string): AgentLoad {
  const { reason, at } = session;
  // What was under way when it closed only says the same again.
  const isNews = at >= load.closedUntil || (reason === 'quota' && load.closedFor === 'overload');
  const closings = load.closings + (isNews ? 1 : 0);
  const pauseMs = isNews ? pauseOf(reason, closings, seed) : 0;
  const closedUntil = Math.max(load.closedUntil, session.until ?? at + pauseMs);
  const closed = {
    ...load,
    closedUntil,
    closings,
    closedFor: isNews ? reason : load.closedFor,
    isGuess: session.until === undefined && (isNews || load.isGuess),
  };
  return reason === 'quota' ? closed : halved(closed, session);
}

function halved(load: AgentLoad, { at, sessions }: RefusedSession): AgentLoad {
  const { limit } = load;
  if (limit !== null && at - load.changedAt < HALVES_AFTER_MS && load.grown === 0) return load;
  return {
    ...load,
    limit: Math.max(1, Math.floor(Math.min(limit ?? sessions, Math.max(sessions, 2)) / 2)),
    before: limit === null ? sessions : load.before,
    changedAt: at,
    grown: 0,
    isRecurring:
      limit === null ? load.liftedAt > 0 && at - load.liftedAt < SAME_TROUBLE_MS : load.isRecurring,
  };
}

/** SPEC §4: back-off doubles. A whole agent may wait for longer than a task: it is asked once, not once for each task. */
function pauseOf(reason: RefusedSession['reason'], closings: number, seed: string): number {
  if (reason === 'quota') return Math.min(LONGEST_QUOTA_MS, FIRST_QUOTA_MS * 2 ** (closings - 1));
  return Math.min(LONGEST_OVERLOAD_MS, backOffMs(1, seed) * 2 ** Math.min(closings - 1, 20));
}

/** The load after a session that was not refused. */
export const served = (load: AgentLoad): AgentLoad => (load.closings === 0 ? load : { ...load, closings: 0 });

/** When its limit is due to grow; undefined when there is none. Time in which nobody asked is no quiet time. */
export const growsAt = ({ limit, changedAt, closedUntil }: AgentLoad): Timestamp | undefined =>
  limit === null ? undefined : Math.max(changedAt, closedUntil) + QUIET_MS;

/**
 * The limit at a time: after a quiet interval one more, and after the second as many as before the trouble, unless
 * trouble has come back within an hour of such a lifting: then one more for each.
 */
export function limitAt(load: AgentLoad, now: Timestamp): number | null {
  const due = growsAt(load);
  if (load.limit === null || due === undefined || now < due) return load.limit;
  const isOver = load.limit + 1 >= load.before || (load.grown >= 1 && !load.isRecurring);
  return isOver ? null : load.limit + 1;
}

/** The load once its limit has grown to what `limitAt` says. */
export const grown = (load: AgentLoad, limit: number | null, at: Timestamp): AgentLoad => ({
  ...load,
  limit,
  changedAt: at,
  grown: load.grown + 1,
  liftedAt: limit === null ? at : load.liftedAt,
});

/** Whether one session has to show first that a quota, of which nobody told the reset, can be used again. */
export const isProbed = ({ closedFor, isGuess, closings }: AgentLoad): boolean =>
  closedFor === 'quota' && isGuess && closings > 0;

export const isClosed = (load: AgentLoad | undefined, now: Timestamp): boolean =>
  load !== undefined && load.closedUntil > now;
