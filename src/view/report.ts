/** What the completion report of a run says: plain data, of a run that has ended as of one that goes on. Made in `make-report`. */

import type { RunOutcome, TaskStatus } from '../core/event.ts';
import type { TaskId, Timestamp } from '../core/plan.ts';
import type { Phase } from '../core/run-state.ts';
import type { GateView } from './gate-text.ts';
import type { NextStep, TaskInNeed } from './next-steps.ts';
import type { BudgetView, CountsView } from './run-view.ts';
import type { Timeline } from './timeline.ts';
import type { VelocityView } from './velocity.ts';

/** Lines that a merge brought into the target, and the files they are in. */
export interface LineChange {
  readonly files: number;
  readonly added: number;
  readonly removed: number;
}

export interface TimeReport {
  readonly startedAt: Timestamp;
  /** When the run came to rest; null while it goes on. */
  readonly endedAt: Timestamp | null;
  /** From its start to its end, or to the time of the report. */
  readonly elapsedMs: number;
  /** Of that, when it was at work: neither paused, nor its engine dead, nor its machine asleep. */
  readonly activeMs: number;
}

export interface SlotReport {
  readonly limit: number;
  /** Slots that were held, on average over the active time. */
  readonly average: number;
  /** The share of what slots there were, 0 to 1. */
  readonly utilisation: number;
}

export interface SpeedupReport {
  /** All attempts, one after the other. */
  readonly sequentialMs: number;
  /** How many times faster the run was than that; null of a run that has taken no time. */
  readonly overSequential: number | null;
  /** No schedule of the same attempts is shorter, with these dependencies, slots and pools; merging takes no time in it. */
  readonly boundMs: number;
  /** The two that it is the larger of, pools aside: the longest chain, and the work shared by the slots. */
  readonly criticalPathMs: number;
  readonly sharedWorkMs: number;
  /** That chain, from its first task to its last. */
  readonly criticalPath: readonly TaskId[];
  /** How many times the bound the run has taken; null when the bound is nothing. */
  readonly overBound: number | null;
}

/** Of tasks that agents have worked on: how many a first session was enough for. */
export interface TriesReport {
  /** Those of which that is known: done, or failed at least once. The sum of the other three. */
  readonly judged: number;
  readonly firstTry: number;
  /** Done after more than one session. */
  readonly retried: number;
  /** Failed, and not done. */
  readonly notDone: number;
}

/** Tokens as agents count them, and as the budget does. */
export interface TokensReport {
  readonly counted: number;
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  /** What tutti itself used: it asks no model anything. */
  readonly orchestrator: 0;
}

export interface ModuleReport {
  /** Null: tasks that are in none. */
  readonly module: string | null;
  readonly tasks: number;
  readonly done: number;
  readonly attempts: number;
  readonly workMs: number;
  readonly tokens: number;
  readonly costUsd: number;
  readonly commits: number;
  readonly lines: LineChange | null;
}

export interface TaskReport {
  readonly id: TaskId;
  readonly title: string;
  readonly module: string | null;
  readonly status: TaskStatus;
  readonly blockedBy: TaskId | null;
  readonly attempts: number;
  /** Those with an agent in them that count against the task's allowance. */
  readonly sessions: number;
  /** In slots, over all attempts; active time, as the next two. */
  readonly workMs: number;
  /** Verified, waiting for its merge and being merged. */
  readonly mergeMs: number;
  /** From its first start to its end; null when it has not come so far. */
  readonly tookMs: number | null;
  /** What one attempt was expected to take, and by whom. */
  readonly estimateMs: number;
  readonly estimateFrom: 'plan' | 'history' | 'commits' | 'default';
  readonly tokens: number;
  readonly costUsd: number;
  readonly commits: number;
  /** By which the target got it. */
  readonly commit: string | null;
  readonly lines: LineChange | null;
  readonly failure: string | null;
}

export interface Report {
  readonly schemaVersion: 1;
  readonly kind: 'report';
  readonly run: string;
  readonly plan: { readonly name: string; readonly source: string; readonly format: string };
  /** The time it is the report of. */
  readonly at: Timestamp;
  readonly state: Phase;
  /** Whether an engine is at work on it. */
  readonly live: boolean;
  readonly outcome: RunOutcome | null;
  /** Why it is paused. */
  readonly reason: string;
  readonly target: { readonly branch: string; readonly base: string; readonly commit: string };
  readonly counts: CountsView;
  readonly time: TimeReport;
  readonly slots: SlotReport;
  readonly attempts: number;
  readonly speedup: SpeedupReport;
  /** By active time. */
  readonly pace: VelocityView;
  readonly tries: TriesReport;
  /** On the branches of tasks; of those that are in the target. */
  readonly commits: { readonly made: number; readonly merged: number };
  /** Merges made, and what they brought; null where the repository does not have the commits any more. */
  readonly merges: { readonly count: number; readonly lines: LineChange | null };
  readonly tokens: TokensReport;
  readonly costUsd: number;
  readonly budget: BudgetView;
  /** How well the estimates of first attempts held. `ratio` is the median of real over estimated duration. */
  readonly estimates: { readonly attempts: number; readonly held: number; readonly ratio: number };
  readonly gate: GateView;
  /** Empty when no task names one. */
  readonly modules: readonly ModuleReport[];
  /** In plan order. */
  readonly tasks: readonly TaskReport[];
  readonly attention: readonly TaskInNeed[];
  readonly next: readonly NextStep[];
  readonly timeline: Timeline;
}
