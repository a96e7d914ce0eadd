/** What every screen shows of a run: plain data, computed from the state. Nothing here formats for a terminal or a page. */
import type { TaskStatus } from '../core/event.ts';
import type { Forecast } from '../core/forecast/forecast.ts';
import { type Graph, neighbours, waves } from '../core/graph.ts';
import { plannedCommits, type TaskId, type Timestamp } from '../core/plan.ts';
import { isClosed, limitAt } from '../core/policy/agent-load.ts';
import { isMet, planned, type RunState, slotsUsed, takenFromBudget, taskAt } from '../core/run-state.ts';
import { type AttentionView, attentionView } from './attention.ts';
import type { CommitsView } from './commits-view.ts';
import { type QueueView, queueView } from './queue-view.ts';
import { type LiveProgress, type SlotView, slotViews } from './slot-view.ts';
import { type VelocityView, velocityOf } from './velocity.ts';
import { type WaveView, waveViews } from './wave-view.ts';

/** Keys as JSON has them (SPEC §12). */
export interface CountsView {
  readonly waiting: number;
  readonly ready: number;
  readonly running: number;
  readonly verifying: number;
  readonly integrating: number;
  readonly done: number;
  readonly needsAttention: number;
  readonly needsReview: number;
  readonly blocked: number;
  readonly cancelled: number;
  readonly skipped: number;
}

export interface TaskView {
  readonly id: TaskId;
  readonly title: string;
  readonly module: string | null;
  readonly status: TaskStatus;
  /** A person has paused it: it is not started before somebody resumes it. */
  readonly paused: boolean;
  readonly wave: number;
  /** While it waits: the dependencies that are not met. */
  readonly waitsFor: readonly TaskId[];
  /** It waits only for tasks that are under way. */
  readonly soon: boolean;
  readonly attempts: number;
  readonly branch: string | null;
  readonly commit: string | null;
  readonly commits: CommitsView;
  /** Of all its sessions, as the budget counts them. */
  readonly tokens: number;
  readonly failure: string | null;
  readonly blockedBy: TaskId | null;
  /** Where a person can mend it. */
  readonly workspace: string | null;
  readonly startedAt: Timestamp | null;
  readonly endedAt: Timestamp | null;
}

/** How much longer the run takes, in whole seconds: half of all such runs, and nine of ten, take no longer. */
export interface EtaView {
  readonly p50: number;
  readonly p90: number;
  /** Most of what is left has no estimate but the default. */
  readonly rough: boolean;
}

/** How much is used, set aside by attempts that run, and allowed; a limit of null: none. */
export interface AmountView {
  readonly used: number;
  readonly reserved: number;
  readonly limit: number | null;
}

export interface BudgetView {
  readonly tokens: AmountView;
  /** In US dollars. */
  readonly cost: AmountView;
}

/** An agent of which no more than so many sessions may run. */
export interface AgentView {
  readonly agent: string;
  readonly running: number;
  /** By the configuration; null: as many as there are slots. */
  readonly configured: number | null;
  /** By what its service bears; null: nothing was too much. */
  readonly bears: number | null;
  /** Nothing is launched on it before; null when it may be. */
  readonly closedUntil: Timestamp | null;
  readonly closedFor: 'overload' | 'quota' | null;
}

export interface RunView {
  readonly schemaVersion: 1;
  readonly kind: 'status';
  readonly run: string;
  readonly plan: string;
  readonly state: RunState['record']['phase'];
  readonly outcome: RunState['record']['outcome'];
  readonly reason: string;
  /** What runs is being cancelled, not awaited. */
  readonly stopping: boolean;
  readonly target: { readonly branch: string; readonly commit: string };
  readonly counts: CountsView;
  readonly slots: { readonly used: number; readonly limit: number };
  readonly budget: BudgetView;
  /** Those that something limits. */
  readonly agents: readonly AgentView[];
  /** Null when nobody can tell: the run does not go on by itself, or no forecast has been made yet. */
  readonly eta: EtaView | null;
  /** From the run's start to now, or to its end or pause. */
  readonly elapsedMs: number;
  /** The part of it in which an engine worked on the run. */
  readonly activeMs: number;
  /** Made: of tasks done by this run. Planned: of all tasks but those that were done before. */
  readonly commits: CommitsView;
  readonly velocity: VelocityView;
  readonly baselineRed: readonly string[];
  readonly waves: readonly WaveView[];
  /** What asks for a person, the weightiest first. */
  readonly attention: readonly AttentionView[];
  /** Attempts that hold a slot, by slot. */
  readonly active: readonly SlotView[];
  /** Tasks whose branch is being merged, or waits for its turn; in that order. */
  readonly merging: readonly TaskId[];
  /** Ready tasks in start order. */
  readonly queue: readonly QueueView[];
  readonly tasks: readonly TaskView[];
}

/** What is known of a run beside its state. */
export interface Beside {
  /** As seen at the same time. */
  readonly forecast?: Forecast | undefined;
  readonly progress?: LiveProgress | undefined;
}

/** Ready, but for a person who has paused it. */
export const isHeldBack = ({ status, paused }: Pick<TaskView, 'status' | 'paused'>): boolean =>
  paused && status === 'ready';

/** The whole picture at `now`. Costs O(tasks + dependencies of those that wait). */
export function runView(state: RunState, now: Timestamp, { forecast, progress }: Beside = {}): RunView {
  const { record } = state;
  const waveOf = wavesOnce(state.graph);
  const end = record.endedAt || (record.phase === 'paused' ? record.at : now);
  const elapsedMs = end - record.startedAt;
  const isAtRest = record.phase === 'paused' || record.phase === 'ended';
  const activeMs = (isAtRest ? record.engineAt : now) - record.startedAt - record.idleMs;
  const commits = commitsView(state);
  return {
    schemaVersion: 1,
    kind: 'status',
    run: state.run,
    plan: state.plan.name,
    state: record.phase,
    outcome: record.outcome,
    reason: record.reason,
    stopping: record.stopping,
    target: { branch: state.settings.target, commit: record.targetTip },
    counts: countsView(state.index.counts),
    slots: { used: slotsUsed(state), limit: record.slots },
    budget: budgetView(state),
    agents: agentViews(state, now),
    eta: forecast === undefined ? null : etaView(forecast),
    elapsedMs,
    activeMs,
    commits,
    velocity: velocityOf({ commits: commits.made, tasks: state.index.counts.done, activeMs }),
    baselineRed: [...record.baselineRed],
    waves: waveViews(state, waveOf),
    attention: attentionView(state, now),
    active: slotViews(state, progress),
    merging: mergingView(state),
    queue: queueView(state, now),
    tasks: state.tasks.map((_, position) => taskView(state, position, waveOf[position] as number)),
  };
}

export function budgetView(state: RunState): BudgetView {
  const { budget, spent } = state.record;
  const taken = takenFromBudget(state);
  return {
    tokens: { used: spent.tokens, reserved: taken.tokens - spent.tokens, limit: budget.tokens },
    cost: { used: spent.costUsd, reserved: taken.costUsd - spent.costUsd, limit: budget.costUsd },
  };
}

function agentViews({ record, index, settings }: RunState, now: Timestamp): AgentView[] {
  const names = new Set([...Object.keys(settings.agentLimits ?? {}), ...Object.keys(record.agents)]);
  return [...names].map((agent) => {
    const load = record.agents[agent];
    const isAway = load !== undefined && isClosed(load, now);
    return {
      agent,
      running: index.agents.used(agent),
      configured: index.agents.most(agent) ?? null,
      bears: load === undefined ? null : limitAt(load, now),
      closedUntil: isAway ? load.closedUntil : null,
      closedFor: isAway ? load.closedFor : null,
    };
  });
}

export const etaView = ({ p50Ms, p90Ms, rough }: Forecast): EtaView => ({
  p50: Math.round(p50Ms / 1000),
  p90: Math.round(p90Ms / 1000),
  rough,
});

/** A plan never changes during its run, and screens ask several times a second. */
const knownWaves = new WeakMap<Graph, Int32Array>();

function wavesOnce(graph: Graph): Int32Array {
  const known = knownWaves.get(graph) ?? waves(graph) ?? new Int32Array(graph.size);
  knownWaves.set(graph, known);
  return known;
}

export function countsView(counts: Readonly<Record<TaskStatus, number>>): CountsView {
  return {
    waiting: counts.waiting,
    ready: counts.ready,
    running: counts.running,
    verifying: counts.verifying,
    integrating: counts.integrating,
    done: counts.done,
    needsAttention: counts['needs-attention'],
    needsReview: counts['needs-review'],
    blocked: counts.blocked,
    cancelled: counts.cancelled,
    skipped: counts.skipped,
  };
}

function commitsView({ tasks, plan }: RunState): CommitsView {
  let [made, inPlan] = [0, 0];
  for (const [position, { status, commits }] of tasks.entries()) {
    if (status === 'done') made += commits;
    if (status !== 'skipped')
      inPlan += plannedCommits(plan.tasks[position] as RunState['plan']['tasks'][number]);
  }
  return { made, planned: inPlan };
}

function mergingView(state: RunState): TaskId[] {
  const { integrating, integrationQueue } = state.record;
  return [...(integrating === -1 ? [] : [integrating]), ...integrationQueue].map(
    (position) => planned(state, position).id,
  );
}

function taskView(state: RunState, position: number, wave: number): TaskView {
  const task = planned(state, position);
  const current = taskAt(state, position);
  const unmet = current.status === 'waiting' ? unmetOf(state, position) : [];
  return {
    id: task.id,
    title: task.title,
    module: task.module ?? null,
    status: current.status,
    paused: current.paused,
    wave,
    waitsFor: unmet.map((dependency) => planned(state, dependency).id),
    soon: unmet.length > 0 && unmet.every((dependency) => isUnderWay(taskAt(state, dependency).status)),
    attempts: current.attempts,
    branch: task.workspace === 'none' ? null : (state.branches[position] ?? null),
    commit: current.commit,
    commits: { made: current.commits, planned: plannedCommits(task) },
    tokens: tokensOf(current),
    failure: current.failure?.message ?? null,
    blockedBy: current.rootCause === -1 ? null : planned(state, current.rootCause).id,
    workspace: current.kept,
    startedAt: current.startedAt || null,
    endedAt: current.endedAt || null,
  };
}

function unmetOf(state: RunState, position: number): number[] {
  const unmet: number[] = [];
  for (const dependency of neighbours(state.graph.dependencies, position))
    if (!isMet(taskAt(state, dependency))) unmet.push(dependency);
  return unmet;
}

/** Somebody works on it, or on bringing it in. */
export const isUnderWay = (status: TaskStatus): boolean =>
  status === 'running' || status === 'verifying' || status === 'integrating';

function tokensOf({ attempt, sessions }: RunState['tasks'][number]): number {
  let tokens = attempt?.used.tokens ?? 0;
  for (const { used } of sessions) tokens += used.tokens;
  return tokens;
}
