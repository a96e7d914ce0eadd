/** What works now: each attempt that holds a slot, with what it told last. */
import type { LatestProgress } from '../core/attempt-progress.ts';
import type { AttemptKind, TaskStatus } from '../core/event.ts';
import { phaseAt, plannedCommits, type TaskId, type Timestamp } from '../core/plan.ts';
import { planned, type RunState, taskAt } from '../core/run-state.ts';
import type { CommitsView } from './commits-view.ts';
import { plainText } from './plain-text.ts';

export interface SlotView {
  readonly slot: number;
  readonly task: TaskId;
  readonly title: string;
  readonly module: string | null;
  readonly attempt: string;
  readonly kind: AttemptKind;
  readonly agent: string;
  readonly status: TaskStatus;
  /** Its work is being cancelled. */
  readonly cancelling: boolean;
  /** Of the task's outline, as far as its commits tell; null without an outline. */
  readonly phase: string | null;
  readonly commits: CommitsView;
  /** Used by this attempt so far, as the budget counts them. */
  readonly tokens: number;
  /** What its agent printed last, on one line; null when nothing is known. */
  readonly lastLine: string | null;
  readonly startedAt: Timestamp;
  /** Pausing it would let short tasks through (SPEC §4, starvation). */
  readonly pauseAdvised: boolean;
}

/** What attempts have told beside the journal. */
export type LiveProgress = Pick<LatestProgress, 'of'>;

export function slotViews(state: RunState, progress?: LiveProgress): SlotView[] {
  return state.index.slots.flatMap((position, slot) => {
    const current = position === -1 ? null : taskAt(state, position);
    if (!current?.attempt) return [];
    const task = planned(state, position);
    const { id, kind, agent, startedAt, advised, cancelling, used } = current.attempt;
    const told = progress?.of(id);
    const made = Math.max(current.commits, told?.commits ?? 0);
    return [
      {
        slot,
        task: task.id,
        title: task.title,
        module: task.module ?? null,
        attempt: id,
        kind,
        agent,
        status: current.status,
        cancelling,
        phase: phaseAt(task, made)?.phase ?? null,
        commits: { made, planned: plannedCommits(task) },
        tokens: used.tokens,
        lastLine: told?.text === undefined ? null : plainText(told.text),
        startedAt,
        pauseAdvised: advised,
      },
    ];
  });
}
