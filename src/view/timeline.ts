/** Who worked when, in which slot, and how it ended: attempts, gates and merges of a run as plain data. Draws nothing. */
import type { AttemptKind, Event } from '../core/event.ts';
import { type FailureReason, isCharged } from '../core/failure.ts';
import type { AttemptId, TaskId, Timestamp } from '../core/plan.ts';
import { positionOf, type RunState, taskAt } from '../core/run-state.ts';
import { activeTime, type EngineGap, followEngine } from './engine-gaps.ts';

/** A slot is held while an agent works and while its gate runs; a verified branch waits for its merge without one. */
export type SpanPhase = 'working' | 'gate' | 'merge-wait' | 'merging';

export interface TimelineSpan {
  readonly phase: SpanPhase;
  readonly from: Timestamp;
  /** Of one that goes on: the time of the picture. */
  readonly to: Timestamp;
}

/**
 * `passed`: its gate has, and its merge is still to come; `cut-off`: it was ended by something that says nothing of the
 * work, such as a pause or a crash; `cancelled`: after it had passed.
 */
export type TimelineOutcome =
  | 'running'
  | 'passed'
  | 'done'
  | 'failed'
  | 'not-merged'
  | 'cut-off'
  | 'cancelled';

export interface TimelineAttempt {
  readonly task: TaskId;
  readonly attempt: AttemptId;
  readonly kind: AttemptKind;
  readonly agent: string;
  /** From 0. */
  readonly slot: number;
  /** While it held its slot. */
  readonly from: Timestamp;
  readonly to: Timestamp;
  readonly outcome: TimelineOutcome;
  readonly reason: FailureReason | null;
  /** When the target had its work, or there was nothing to merge. */
  readonly doneAt: Timestamp | null;
  /** One after the other; those of its merge come after `to`. */
  readonly spans: readonly TimelineSpan[];
}

export interface Timeline {
  readonly schemaVersion: 1;
  readonly kind: 'timeline';
  readonly from: Timestamp;
  readonly to: Timestamp;
  readonly gaps: readonly EngineGap[];
  /** The number of slots, and since when. */
  readonly slots: readonly { readonly from: Timestamp; readonly slots: number }[];
  /** In the order of their starts. */
  readonly attempts: readonly TimelineAttempt[];
}

export interface TimelineFollower {
  /** @param state the state after the event */
  see(event: Event, state: RunState): void;
  /** The picture as of `now`; of a run that has come to rest, as of then. @param now null when no engine is at work on it */
  at(now: Timestamp | null): Timeline;
}

interface OpenSpan {
  readonly phase: SpanPhase;
  readonly from: Timestamp;
  to: Timestamp | null;
}

interface Followed extends Pick<TimelineAttempt, 'task' | 'attempt' | 'kind' | 'agent' | 'slot' | 'from'> {
  readonly position: number;
  to: Timestamp | null;
  outcome: TimelineOutcome;
  reason: FailureReason | null;
  doneAt: Timestamp | null;
  readonly spans: OpenSpan[];
}

/** To be shown every event of a run, its first one included. An event costs the same however long the run is. */
export function followTimeline(): TimelineFollower {
  const engine = followEngine();
  const attempts: Followed[] = [];
  /** Attempts of which something goes on, by their task's position. */
  const open = new Map<number, Followed>();
  const slots: { from: Timestamp; slots: number }[] = [];
  let from: Timestamp = 0;
  let endedAt: Timestamp = 0;
  const setPhase = (one: Followed, state: RunState, at: Timestamp): void => {
    const phase = phaseOf(state, one.position);
    const last = one.spans.at(-1);
    if (last?.to === null && last.phase === phase) return;
    if (last?.to === null) last.to = at;
    if (phase !== undefined) one.spans.push({ phase, from: at, to: null });
    else {
      open.delete(one.position);
      // It left the queue, and no merge did that.
      if (one.outcome === 'passed') one.outcome = 'cancelled';
    }
  };
  return {
    see(event, state) {
      engine.see(event);
      endedAt = state.record.endedAt;
      if (event.type === 'run-created') {
        from = event.at;
        slots.push({ from, slots: event.settings.slots });
      } else if (event.type === 'slots-requested') slots.push({ from: event.at, slots: event.slots });
      if (!('task' in event) || event.task === undefined) {
        // Only that of the whole run takes more than one task out of the queue.
        if (event.type === 'cancel-requested')
          for (const one of [...open.values()]) setPhase(one, state, event.at);
        return;
      }
      const position = positionOf(state, event.task);
      if (event.type === 'attempt-started') {
        const begun = begin(event, position);
        attempts.push(begun);
        open.set(position, begun);
      }
      const one = open.get(position);
      if (one === undefined) return;
      note(one, event, state);
      setPhase(one, state, event.at);
    },
    at(now) {
      const to = Math.max(from, endedAt || (engine.restingSince() ?? now ?? engine.lastSign()));
      return {
        ...{ schemaVersion: 1, kind: 'timeline', from, to },
        gaps: engine.gaps(to),
        slots: slots.map((each) => ({ ...each })),
        attempts: attempts.map((one) => pictured(one, to)),
      };
    },
  };
}

function begin(event: Extract<Event, { type: 'attempt-started' }>, position: number): Followed {
  const { task, attempt, kind, agent, slot, at } = event;
  const fixed = { task, attempt, kind, agent, slot, from: at, position };
  return { ...fixed, to: null, outcome: 'running', reason: null, doneAt: null, spans: [] };
}

/** What an attempt is doing; undefined when nothing goes on for its task. */
function phaseOf(state: RunState, position: number): SpanPhase | undefined {
  switch (taskAt(state, position).status) {
    case 'running':
      return 'working';
    case 'verifying':
      return 'gate';
    case 'integrating':
      return state.record.integrating === position ? 'merging' : 'merge-wait';
    default:
      return undefined;
  }
}

function note(one: Followed, event: Event, state: RunState): void {
  const isDone = taskAt(state, one.position).status === 'done';
  switch (event.type) {
    case 'attempt-succeeded':
      one.to = event.at;
      one.outcome = 'passed';
      break;
    case 'attempt-failed': {
      // Why the state says it ended: an attempt that was stopped for using too much was only cancelled by its engine.
      const failure = taskAt(state, one.position).failure ?? event.failure;
      one.to = event.at;
      one.outcome = isCharged(failure) ? 'failed' : 'cut-off';
      one.reason = failure.reason;
      break;
    }
    case 'attempt-recovered':
      one.to = event.at;
      one.outcome = 'cut-off';
      one.reason = 'engine-died';
      break;
    case 'integration-failed':
      one.outcome = 'not-merged';
      one.reason = event.failure.reason;
      break;
    default:
  }
  // By its merge, by what recovery found of that, or because there was nothing to merge.
  if (isDone && one.outcome === 'passed') {
    one.outcome = 'done';
    one.doneAt = event.at;
  }
}

function pictured({ position: _, ...one }: Followed, end: Timestamp): TimelineAttempt {
  const until = (to: Timestamp | null, from: Timestamp): Timestamp => Math.max(from, to ?? end);
  return {
    ...one,
    to: until(one.to, one.from),
    spans: one.spans
      .map(({ phase, from, to }) => ({ phase, from, to: until(to, from) }))
      // A merge that waited for nobody.
      .filter((span) => span.to > span.from),
  };
}

/** A function that gives the time a run had been at work at some moment, without the gaps. */
export const activeTimeOf = ({ from, gaps }: Pick<Timeline, 'from' | 'gaps'>): ((at: Timestamp) => number) =>
  activeTime(from, gaps);
