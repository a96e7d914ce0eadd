/** The state of a run: the fold of its events, with the indexes that `schedule` needs. Changed only by `reduce`. */

import { type TaskEstimate, tokensToReserve } from './estimate.ts';
import type { AttemptKind, Counts, ProcessIdentity, RunOutcome, TaskStatus, Usage } from './event.ts';
import type { Failure } from './failure.ts';
import { buildGraph, type Graph, waves } from './graph.ts';
import { type IndexedHeap, indexedHeap } from './indexed-heap.ts';
import type { AttemptId, Commit, Plan, RunId, Task, TaskId, Timestamp } from './plan.ts';
import type { AgentLoad } from './policy/agent-load.ts';
import { type AgentUse, agentUse } from './policy/agent-use.ts';
import { beyond, nothingSpent, plus } from './policy/budget.ts';
import { type FileExclusion, fileExclusion } from './policy/exclusion.ts';
import { rankTasks } from './policy/order.ts';
import { type PoolUse, poolUse } from './policy/pool-use.ts';
import { UNCHARGED_PER_ALLOWANCE } from './policy/retry.ts';
import { type WaveGate, waveGate } from './policy/wave-gate.ts';
import { type ReadyQueue, readyQueue } from './ready-queue.ts';
import type { RunSettings, Spending } from './settings.ts';
import { type TaskTraits, taskTraits } from './task-traits.ts';

/** An attempt that holds a slot. */
export interface AttemptState {
  readonly id: AttemptId;
  readonly kind: AttemptKind;
  readonly slot: number;
  readonly agent: string;
  /** Null: the agent's own. */
  readonly model: string | null;
  readonly startedAt: Timestamp;
  readonly base: Commit;
  readonly restart: boolean;
  readonly merge: Commit | null;
  workspace: string | null;
  process: ProcessIdentity | null;
  /** What the agent calls its session. */
  session: string | null;
  /** The commit whose verification has started. */
  verifying: Commit | null;
  cancelling: boolean;
  /** Set aside for it from the budget; null when nothing is. */
  readonly reserved: Spending | null;
  /** What it has used so far. */
  used: Spending;
  /** The same as the agent tells it. */
  told: Usage | null;
  /** Somebody has been advised to pause it. */
  advised: boolean;
}

/** An attempt that has ended, as far as later ones need it: reports of what it used may still come. */
export interface EndedSession {
  readonly id: AttemptId;
  readonly agent: string;
  readonly model: string | null;
  readonly slot: number;
  readonly workspace: string | null;
  /** What the agent calls its session; null when it has told nothing that a later one can go on in. */
  readonly session: string | null;
  readonly reserved: Spending | null;
  readonly used: Spending;
  readonly told: Usage | null;
}

/** How the next attempt on a task is to be made. */
export interface NextAttempt {
  readonly kind: AttemptKind;
  readonly merge: boolean;
  readonly restart: boolean;
  readonly feedback: string | null;
  readonly note: string | null;
  /** Not before this time; 0 for at once. */
  readonly notBefore: Timestamp;
}

export const FIRST_ATTEMPT: NextAttempt = {
  kind: 'work',
  merge: false,
  restart: false,
  feedback: null,
  note: null,
  notBefore: 0,
};

/** Where one task stands. Everything here is in the snapshot. */
export interface TaskState {
  status: TaskStatus;
  /** Attempts so far; the next one's ordinal is one more. */
  attempts: number;
  charged: number;
  chargedLimit: number;
  uncharged: number;
  unchargedLimit: number;
  attempt: AttemptState | null;
  next: NextAttempt;
  /** Where its branch starts; null before the first attempt. */
  base: Commit | null;
  /** Verified commit while it integrates, then the commit by which the target got it. */
  commit: Commit | null;
  /** Commits on its branch, as last reported. */
  commits: number;
  failure: Failure | null;
  /** The last words of the agent whose work was the first to pass; null when it said nothing. */
  summary: string | null;
  /** With `blocked`: position of the task that is to blame. */
  rootCause: number;
  /** A person wants it gone as soon as what runs has ended. */
  cancelRequested: boolean;
  /** Its dependents go on although it is cancelled. */
  satisfied: boolean;
  /** Worktree set aside for a person. */
  kept: string | null;
  /** What attempts that have ended used, oldest first. */
  sessions: readonly EndedSession[];
  /** A person wants it left alone for now. */
  paused: boolean;
  /** Others must not touch its files before it is integrated or settled. */
  holdsFiles: boolean;
  readyAt: Timestamp;
  startedAt: Timestamp;
  endedAt: Timestamp;
}

export type Phase = 'running' | 'draining' | 'paused' | 'ended';

/** Where the run stands as a whole. Everything here is in the snapshot. */
export interface RunRecord {
  phase: Phase;
  /** Why it drains or is paused. */
  reason: string;
  /** Running attempts are to be cancelled, not awaited. */
  stopping: boolean;
  /** The environment is broken: nothing begins, not even a merge, until somebody resumes. */
  faulted: boolean;
  slots: number;
  /** What may be spent, as last requested. */
  budget: { tokens: number | null; costUsd: number | null };
  /** What all sessions so far have used. */
  spent: Spending;
  /** The highest marks that were told, in percent. */
  marks: { tokens: number; cost: number };
  /** What the services of agents bear, by agent; only of those that refused something. */
  agents: Readonly<Record<string, AgentLoad>>;
  /** The limits of agents as they were last told. */
  toldLimits: Readonly<Record<string, { readonly limit: number | null; readonly closedUntil: Timestamp }>>;
  /** The failure that the last attempts ended with, all of them alike, and their tasks. */
  streak: { readonly failure: string; readonly tasks: readonly TaskId[] } | null;
  /** It was told that the budget leaves slots empty. */
  narrowed: 'no' | 'fewer' | 'sequential';
  /** The start order that a search has found; null: the one that was computed. */
  ranks: readonly number[] | null;
  targetTip: Commit;
  baseline: 'unknown' | 'checking' | 'known';
  /** Names of the gate steps that do not count yet. */
  baselineRed: string[];
  outcome: RunOutcome | null;
  /** Whether anybody cancelled the run as a whole. */
  cancelled: boolean;
  startedAt: Timestamp;
  endedAt: Timestamp;
  /** Time before `engineAt` in which no engine worked on it, in milliseconds: it was paused, had ended, its engine was dead, or the machine slept. */
  idleMs: number;
  /** When an engine last did anything. */
  engineAt: Timestamp;
  /** Last event and its time. */
  seq: number;
  at: Timestamp;
  /** Task positions that wait for their integration, first come first. */
  integrationQueue: number[];
  /** Position of the task that is being integrated, or -1. */
  integrating: number;
}

export interface RunState {
  readonly run: RunId;
  readonly plan: Plan;
  readonly settings: RunSettings;
  readonly branches: readonly string[];
  readonly estimates: readonly TaskEstimate[];
  readonly graph: Graph;
  /** Whether any task works on a branch: else there is no target and no gate to try on it. */
  readonly integrates: boolean;
  /** Start order: a smaller rank goes first. */
  readonly ranks: Int32Array;
  readonly traits: TaskTraits;
  readonly record: RunRecord;
  readonly tasks: TaskState[];
  readonly index: Indexes;
}

/** What can be computed from the rest, kept up to date so that an event costs O(its dependents · log n). */
export interface Indexes {
  readonly counts: Record<TaskStatus, number>;
  /** Dependencies that are not met, by position. */
  readonly unmet: Int32Array;
  /** Ready tasks whose time has come, by rank and by what holds them. */
  readonly ready: ReadyQueue;
  /** Ready tasks that wait for a time, by that time. */
  readonly delayed: IndexedHeap;
  /** Ready tasks that are short (see `policy/starvation`). */
  shortReady: number;
  readonly waves: WaveGate;
  readonly pools: PoolUse;
  readonly files: FileExclusion;
  readonly agents: AgentUse;
  /** What attempts that run have not used yet of what was set aside for them. */
  unused: Spending;
  /** Tasks that run and of which something has shown by which their attempt may have to be cancelled. */
  readonly suspects: Set<number>;
  /** Position of the task in each slot, or -1; longer than the limit while it is being lowered. */
  readonly slots: number[];
  /** Tasks for which a worktree has still to be set aside. */
  readonly toKeep: Set<number>;
  /** Tasks for which one is being set aside. */
  readonly keeping: Set<number>;
}

export const taskStatuses = [
  'waiting',
  'ready',
  'running',
  'verifying',
  'integrating',
  'done',
  'needs-attention',
  'needs-review',
  'blocked',
  'cancelled',
  'skipped',
] as const satisfies readonly TaskStatus[];

export const noCounts = (): Record<TaskStatus, number> =>
  Object.fromEntries(taskStatuses.map((status) => [status, 0])) as Record<TaskStatus, number>;

const settled: ReadonlySet<TaskStatus> = new Set(taskStatuses.slice(5));

/** Statuses in which nothing more happens by itself; the first five of `taskStatuses` are the others. */
export const isSettled = (status: TaskStatus): boolean => settled.has(status);

/** The root causes of blocking: somebody has to do something, or nobody will. */
export const isBroken = (task: TaskState): boolean =>
  task.status === 'needs-attention' ||
  task.status === 'needs-review' ||
  (task.status === 'cancelled' && !task.satisfied);

/** Whether a dependent may build on this task. */
export const isMet = (task: TaskState): boolean =>
  task.status === 'done' || task.status === 'skipped' || (task.status === 'cancelled' && task.satisfied);

export const isActive = (status: TaskStatus): boolean => status === 'running' || status === 'verifying';

const noSessions: readonly EndedSession[] = [];

/** A task before anything happened to it. */
export function freshTask(retries: number): TaskState {
  return {
    status: 'waiting',
    attempts: 0,
    charged: 0,
    chargedLimit: 1 + retries,
    uncharged: 0,
    unchargedLimit: UNCHARGED_PER_ALLOWANCE,
    attempt: null,
    next: FIRST_ATTEMPT,
    base: null,
    commit: null,
    commits: 0,
    failure: null,
    summary: null,
    rootCause: -1,
    cancelRequested: false,
    satisfied: false,
    kept: null,
    sessions: noSessions,
    paused: false,
    holdsFiles: false,
    readyAt: 0,
    startedAt: 0,
    endedAt: 0,
  };
}

/** A run before its first event has been folded in. Indexes are empty: `transitions` fills them. */
export function newRunState(
  fixed: Pick<RunState, 'run' | 'plan' | 'settings' | 'branches' | 'estimates'>,
  record: RunRecord,
  tasks: TaskState[],
): RunState {
  const { plan, settings, estimates } = fixed;
  const graph = buildGraph(plan);
  const ranks = rankTasks(plan.tasks, graph, settings.order, estimates);
  if (record.ranks !== null) ranks.set(record.ranks);
  const notBefore = (position: number): Timestamp => (tasks[position] as TaskState).next.notBefore;
  const goesFirst = (a: number, b: number): boolean => (ranks[a] as number) < (ranks[b] as number);
  const lessOf =
    (amountOf: (estimate: TaskEstimate) => number) =>
    (a: number, b: number): boolean => {
      const [one, other] = [amountOf(estimates[a] as TaskEstimate), amountOf(estimates[b] as TaskEstimate)];
      return one < other || (one === other && goesFirst(a, b));
    };
  return {
    ...fixed,
    graph,
    integrates: plan.tasks.some(({ workspace }) => workspace === 'worktree'),
    ranks,
    traits: taskTraits(plan.tasks, estimates),
    record,
    tasks,
    index: {
      counts: noCounts(),
      unmet: new Int32Array(graph.size),
      ready: readyQueue(ranks, {
        tokens: lessOf(tokensToReserve),
        cost: lessOf(({ costUsd }) => costUsd),
      }),
      delayed: indexedHeap((a, b) => notBefore(a) < notBefore(b) || (notBefore(a) === notBefore(b) && a < b)),
      shortReady: 0,
      waves: waveGate(waves(graph) ?? new Int32Array(graph.size), settings),
      pools: poolUse(settings.pools, plan.tasks),
      files: fileExclusion(plan.tasks),
      agents: agentUse(settings),
      unused: nothingSpent,
      suspects: new Set(),
      slots: [],
      toKeep: new Set(),
      keeping: new Set(),
    },
  };
}

/** Position of a task of this plan. @throws RangeError when the plan has no such task */
export function positionOf(state: RunState, task: TaskId): number {
  const position = state.graph.positions.get(task);
  if (position === undefined) throw new RangeError(`no task ${task} in run ${state.run}`);
  return position;
}

export const taskAt = (state: RunState, position: number): TaskState => state.tasks[position] as TaskState;
export const planned = (state: RunState, position: number): Task => state.plan.tasks[position] as Task;

/** A copy of the counts, for people and events. */
export const countsOf = (state: RunState): Counts => ({ ...state.index.counts });

/** Attempts that hold a slot. */
export const slotsUsed = (state: RunState): number =>
  state.index.counts.running + state.index.counts.verifying;

/** What an attempt keeps for itself of the budget, beyond what it has used. */
export const unusedOf = ({ reserved, used }: Pick<AttemptState, 'reserved' | 'used'>): Spending =>
  reserved === null ? nothingSpent : beyond(reserved, used);

/** What is used or set aside: attempts that run keep what they have not used of their reservation. */
export const takenFromBudget = ({ record, index }: RunState): Spending => plus(record.spent, index.unused);
