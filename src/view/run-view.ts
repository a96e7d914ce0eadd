/** What every screen shows of a run: plain data, computed from the state. Nothing here formats for a terminal or a page. */
import type { AttemptKind, TaskStatus } from '../core/event.ts';
import type { Forecast } from '../core/forecast/forecast.ts';
import { type Graph, waves } from '../core/graph.ts';
import { plannedCommits, type TaskId, type Timestamp } from '../core/plan.ts';
import { isClosed, limitAt } from '../core/policy/agent-load.ts';
import { planned, type RunState, slotsUsed, takenFromBudget, taskAt } from '../core/run-state.ts';

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
  readonly status: TaskStatus;
  /** A person has paused it: it is not started before somebody resumes it. */
  readonly paused: boolean;
  readonly wave: number;
  readonly attempts: number;
  readonly branch: string | null;
  readonly commit: string | null;
  readonly commits: { readonly made: number; readonly planned: number };
  readonly failure: string | null;
  readonly blockedBy: TaskId | null;
  /** Where a person can mend it. */
  readonly workspace: string | null;
  readonly startedAt: Timestamp | null;
  readonly endedAt: Timestamp | null;
}

export interface SlotView {
  readonly slot: number;
  readonly task: TaskId;
  readonly title: string;
  readonly attempt: string;
  readonly kind: AttemptKind;
  readonly agent: string;
  readonly status: TaskStatus;
  readonly startedAt: Timestamp;
  /** Pausing it would let short tasks through (SPEC §4, starvation). */
  readonly pauseAdvised: boolean;
}

export interface WaveView {
  readonly wave: number;
  readonly total: number;
  /** Done or skipped; running tasks are never counted here. */
  readonly done: number;
  readonly active: number;
  /** Needs somebody, blocked or cancelled. */
  readonly stuck: number;
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
  readonly target: { readonly branch: string; readonly commit: string };
  readonly counts: CountsView;
  readonly slots: { readonly used: number; readonly limit: number };
  readonly budget: BudgetView;
  /** Those that something limits. */
  readonly agents: readonly AgentView[];
  /** Null when nobody can tell: the run does not go on by itself, or no forecast has been made yet. */
  readonly eta: EtaView | null;
  readonly elapsedMs: number;
  readonly baselineRed: readonly string[];
  readonly waves: readonly WaveView[];
  readonly active: readonly SlotView[];
  readonly tasks: readonly TaskView[];
}

/** Ready, but for a person who has paused it. */
export const isHeldBack = ({ status, paused }: Pick<TaskView, 'status' | 'paused'>): boolean =>
  paused && status === 'ready';

/** The whole picture at `now`. Costs O(tasks). @param forecast as seen at `now`, when there is one */
export function runView(state: RunState, now: Timestamp, forecast?: Forecast): RunView {
  const { record } = state;
  const waveOf = wavesOnce(state.graph);
  const end = record.endedAt || (record.phase === 'paused' ? record.at : now);
  return {
    schemaVersion: 1,
    kind: 'status',
    run: state.run,
    plan: state.plan.name,
    state: record.phase,
    outcome: record.outcome,
    reason: record.reason,
    target: { branch: state.settings.target, commit: record.targetTip },
    counts: countsView(state.index.counts),
    slots: { used: slotsUsed(state), limit: record.slots },
    budget: budgetView(state),
    agents: agentViews(state, now),
    eta: forecast === undefined ? null : etaView(forecast),
    elapsedMs: end - record.startedAt,
    baselineRed: [...record.baselineRed],
    waves: waveViews(state, waveOf),
    active: slotViews(state),
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

function taskView(state: RunState, position: number, wave: number): TaskView {
  const task = planned(state, position);
  const current = taskAt(state, position);
  return {
    id: task.id,
    title: task.title,
    status: current.status,
    paused: current.paused,
    wave,
    attempts: current.attempts,
    branch: task.workspace === 'none' ? null : (state.branches[position] ?? null),
    commit: current.commit,
    commits: { made: current.commits, planned: plannedCommits(task) },
    failure: current.failure?.message ?? null,
    blockedBy: current.rootCause === -1 ? null : planned(state, current.rootCause).id,
    workspace: current.kept,
    startedAt: current.startedAt || null,
    endedAt: current.endedAt || null,
  };
}

function slotViews(state: RunState): SlotView[] {
  return state.index.slots.flatMap((position, slot) => {
    const attempt = position === -1 ? null : taskAt(state, position).attempt;
    if (attempt === null) return [];
    const { id, title } = planned(state, position);
    const { kind, agent, startedAt, advised } = attempt;
    return [
      {
        slot,
        task: id,
        title,
        attempt: attempt.id,
        kind,
        agent,
        status: taskAt(state, position).status,
        startedAt,
        pauseAdvised: advised,
      },
    ];
  });
}

function waveViews(state: RunState, waveOf: Int32Array): WaveView[] {
  const found: { wave: number; total: number; done: number; active: number; stuck: number }[] = [];
  state.tasks.forEach(({ status, satisfied }, position) => {
    const wave = waveOf[position] as number;
    while (found.length <= wave) found.push({ wave: found.length, total: 0, done: 0, active: 0, stuck: 0 });
    const entry = found[wave] as (typeof found)[number];
    entry.total++;
    if (status === 'done' || status === 'skipped') entry.done++;
    else if (status === 'running' || status === 'verifying' || status === 'integrating') entry.active++;
    else if (status !== 'waiting' && status !== 'ready' && !satisfied) entry.stuck++;
  });
  return found;
}
