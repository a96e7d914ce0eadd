/** What happened in a simulated run, gathered from its events: who ran when in which slot, and how it ended. */
import type { Event } from '../core/event.ts';
import type { AttemptId, TaskId } from '../core/plan.ts';
import type { RunState } from '../core/run-state.ts';
import type { Spending } from '../core/settings.ts';

export interface SimulatedAttempt {
  readonly task: TaskId;
  readonly attempt: AttemptId;
  readonly slot: number;
  /** Milliseconds since the beginning of the run. */
  readonly startMs: number;
  readonly endMs: number;
  readonly succeeded: boolean;
}

export interface SimulatedRun {
  /** In the order in which they ended. */
  readonly attempts: readonly SimulatedAttempt[];
  /** When each task that got so far was integrated, or done without. */
  readonly doneMs: ReadonlyMap<TaskId, number>;
  /** From the beginning to the end or the pause. */
  readonly makespanMs: number;
  readonly outcome: 'all-done' | 'incomplete' | 'paused';
  /** With `paused`: why. */
  readonly reason: string;
  /** When slots first stayed empty for lack of budget; null: never. */
  readonly narrowedMs: number | null;
  readonly spent: Spending;
}

export interface Timeline {
  see(event: Event): void;
  /** When the run has come to rest. */
  close(state: RunState): SimulatedRun;
}

export function timeline(): Timeline {
  const open = new Map<AttemptId, Pick<SimulatedAttempt, 'slot' | 'startMs'>>();
  const attempts: SimulatedAttempt[] = [];
  const doneMs = new Map<TaskId, number>();
  let narrowedMs: number | null = null;
  const end = (task: TaskId, attempt: AttemptId, endMs: number, succeeded: boolean): void => {
    const begun = open.get(attempt);
    if (begun === undefined) throw new RangeError(`${attempt} ends and never began`);
    open.delete(attempt);
    attempts.push({ task, attempt, ...begun, endMs, succeeded });
  };
  return {
    see(event) {
      switch (event.type) {
        case 'attempt-started':
          open.set(event.attempt, { slot: event.slot, startMs: event.at });
          return;
        case 'attempt-succeeded':
          end(event.task, event.attempt, event.at, true);
          if (event.commit === null) doneMs.set(event.task, event.at);
          return;
        case 'attempt-failed':
          end(event.task, event.attempt, event.at, false);
          return;
        case 'task-integrated':
          doneMs.set(event.task, event.at);
          return;
        case 'budget-narrowed':
          narrowedMs ??= event.at;
      }
    },
    close: ({ record }) => ({
      attempts,
      doneMs,
      makespanMs: record.at,
      outcome: record.phase === 'paused' ? 'paused' : (record.outcome ?? 'incomplete'),
      reason: record.phase === 'paused' ? record.reason : '',
      narrowedMs,
      spent: record.spent,
    }),
  };
}

/** Time in which slots worked, over all of them. */
export const busyMs = ({ attempts }: Pick<SimulatedRun, 'attempts'>): number =>
  attempts.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
