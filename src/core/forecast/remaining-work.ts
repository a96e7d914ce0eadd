/** What is left of a run, as arrays that can be simulated a thousand times: only tasks that end by themselves. */
import { findOverlaps } from '../analysis/overlaps.ts';
import type { TaskEstimate } from '../estimate.ts';
import type { AttemptRecord } from '../estimates/attempt-record.ts';
import { correctionBy } from '../estimates/learned-estimates.ts';
import { type Adjacency, type Graph, neighbours, waves } from '../graph.ts';
import type { Plan, Timestamp } from '../plan.ts';
import { mostSessions, routeAt } from '../policy/admission.ts';
import { isActive, isMet, isSettled, planned, type RunState, type TaskState, taskAt } from '../run-state.ts';
import type { RunSettings } from '../settings.ts';

/** Tasks are numbered in start order: a smaller number goes first. */
export interface RemainingWork {
  readonly size: number;
  /** Natural logarithm of the median duration of an attempt in milliseconds, and its standard deviation. */
  readonly logMedian: Float64Array;
  readonly spread: Float64Array;
  /** For how long its attempt has been running, in milliseconds; -1 when none runs. */
  readonly elapsedMs: Float64Array;
  /** Dependencies that are left. */
  readonly unmet: Int32Array;
  readonly dependents: Adjacency;
  /** Tasks whose work is done and that wait for their merge, first come first. */
  readonly merging: Int32Array;
  /** Further attempts that a task may have after the next. */
  readonly repairsLeft: Int32Array;
  /** The probability that an attempt is followed by another. */
  readonly repairProbability: number;
  readonly slots: number;
  /** How long a merge takes, one at a time. */
  readonly mergeMs: number;
  readonly waves: WavesLeft | null;
  readonly pools: PoolsLeft | null;
  /** Tasks that touch the same files; null when nothing waits for files. */
  readonly conflicts: Adjacency | null;
  /** 1 for a task that holds its files. */
  readonly holdsFiles: Uint8Array;
}

export interface WavesLeft {
  /** The wave of each task. */
  readonly of: Int32Array;
  /** Per wave: tasks done, and tasks that are left. */
  readonly done: Int32Array;
  readonly left: Int32Array;
  /** The share that has to be done before the next wave may start; 1 also means that all have settled. */
  readonly threshold: number;
}

export interface PoolsLeft {
  /** Units that nobody uses, per pool. */
  readonly free: Int32Array;
  /** The demands of task `i` are entries `starts[i]` to `starts[i + 1]` of the two others. */
  readonly starts: Int32Array;
  readonly pool: Int32Array;
  readonly units: Int32Array;
}

/** What three in twenty attempts that need another are worth, before this run has shown anything of its own. */
const PRIOR_REPAIRS = 3;
const PRIOR_SESSIONS = 20;
/** Pairs of tasks are looked for in plans up to this size. */
const MOST_FOR_CONFLICTS = 1_000;

/** What the run itself has shown so far. */
export interface Shown {
  /** How long a merge takes, 0 when that is not known. */
  readonly mergeMs?: number;
  /** What its attempts took. */
  readonly attempts?: readonly AttemptRecord[];
}

export function remainingWork(
  state: RunState,
  now: Timestamp,
  { mergeMs = 0, attempts = [] }: Shown = {},
): RemainingWork {
  const positions = openPositions(state);
  const size = positions.length;
  const numbers = new Int32Array(state.tasks.length).fill(-1);
  for (const [number, position] of positions.entries()) numbers[position] = number;
  const correction = correctionBy(attempts);
  const estimates = Array.from(positions, (position) => {
    const estimate = state.estimates[position] as TaskEstimate;
    const { center, spread } = correction.of(estimate, routeAt(state, position).agent);
    // A plan may say that a task takes no time.
    return { logMedian: Math.log(Math.max(1, estimate.durationMs)) + center, spread };
  });
  const tasks = Array.from(positions, (position) => taskAt(state, position));
  const { dependencies, dependents } = state.graph;
  return {
    size,
    logMedian: Float64Array.from(estimates, ({ logMedian }) => logMedian),
    spread: Float64Array.from(estimates, ({ spread }) => spread),
    elapsedMs: Float64Array.from(tasks, ({ status, attempt }) =>
      isActive(status) && attempt !== null ? Math.max(0, now - attempt.startedAt) : -1,
    ),
    unmet: Int32Array.from(positions, (at) =>
      neighbours(dependencies, at).reduce((sum, other) => sum + (numbers[other] === -1 ? 0 : 1), 0),
    ),
    dependents: adjacency(positions, numbers, (at) => neighbours(dependents, at)),
    merging: Int32Array.from(state.record.integrationQueue, (at) => numbers[at] as number).filter(
      (number) => number >= 0,
    ),
    repairsLeft: Int32Array.from(tasks, ({ charged, chargedLimit }) =>
      Math.max(0, chargedLimit - charged - 1),
    ),
    repairProbability: repairProbability(state.tasks),
    slots: state.record.slots,
    mergeMs,
    waves: wavesLeft(state, positions),
    pools: poolsLeft(state, positions),
    conflicts: conflictsLeft(state, positions, numbers),
    holdsFiles: Uint8Array.from(tasks, ({ holdsFiles }) => (holdsFiles ? 1 : 0)),
  };
}

/** Positions of the tasks that come to their end if nobody does anything, in start order. */
function openPositions(state: RunState): Int32Array {
  const stuck = new Uint8Array(state.tasks.length);
  const open: number[] = [];
  for (const [position, task] of state.tasks.entries()) {
    if (isSettled(task.status)) stuck[position] = isMet(task) ? 0 : 1;
    else if (waitsForPerson(state, position, task)) open.push(position);
  }
  for (const position of open) stuck[position] = 1;
  // What waits below a task that is stuck is stuck as well.
  for (let above = open.pop(); above !== undefined; above = open.pop()) {
    for (const dependent of neighbours(state.graph.dependents, above)) {
      if (stuck[dependent] === 1 || isSettled(taskAt(state, dependent).status)) continue;
      stuck[dependent] = 1;
      open.push(dependent);
    }
  }
  const left = Int32Array.from(state.tasks.keys()).filter(
    (position) => stuck[position] === 0 && !isSettled(taskAt(state, position).status),
  );
  return left.sort((a, b) => (state.ranks[a] as number) - (state.ranks[b] as number));
}

const waitsForPerson = (state: RunState, position: number, { status, paused }: TaskState): boolean =>
  paused || (status === 'waiting' && !planned(state, position).autonomous);

/** Updated by what became of this run's sessions: those that led to no result, over all. */
export function repairProbability(tasks: readonly TaskState[]): number {
  let sessions = 0;
  let good = 0;
  for (const { charged, status } of tasks) {
    sessions += charged;
    if (charged > 0 && (status === 'done' || status === 'integrating')) good++;
  }
  return (PRIOR_REPAIRS + sessions - good) / (PRIOR_SESSIONS + sessions);
}

/** The share of attempts that is expected to fail before a run has shown anything of its own; 0 where none may follow. */
export const expectedFailureRate = (retries: number): number => (retries === 0 ? 0 : repairProbability([]));

/** Neighbours among the tasks that are left, by their numbers. */
function adjacency(
  positions: Int32Array,
  numbers: Int32Array,
  neighboursOf: (position: number) => Iterable<number>,
): Adjacency {
  const starts = new Int32Array(positions.length + 1);
  const items: number[] = [];
  for (let number = 0; number < positions.length; number++) {
    for (const other of neighboursOf(positions[number] as number)) {
      const otherNumber = numbers[other] as number;
      if (otherNumber >= 0) items.push(otherNumber);
    }
    starts[number + 1] = items.length;
  }
  return { starts, items: Int32Array.from(items) };
}

function wavesLeft({ settings, graph, index }: RunState, positions: Int32Array): WavesLeft | null {
  const waveOf = settings.schedule === 'dynamic' ? null : waves(graph);
  if (waveOf === null) return null;
  const count = waveOf.reduce((most, wave) => Math.max(most, wave + 1), 0);
  const left = new Int32Array(count);
  for (const position of positions) {
    const wave = waveOf[position] as number;
    left[wave] = (left[wave] as number) + 1;
  }
  return {
    of: Int32Array.from(positions, (position) => waveOf[position] as number),
    done: Int32Array.from({ length: count }, (_, wave) => index.waves.progress(wave).done),
    left,
    threshold: thresholdOf(settings),
  };
}

const thresholdOf = ({ schedule, waveThreshold }: RunSettings): number =>
  schedule === 'barrier' ? 1 : waveThreshold;

function poolsLeft(state: RunState, positions: Int32Array): PoolsLeft | null {
  const names = new Map<string, number>();
  const starts = new Int32Array(positions.length + 1);
  const pool: number[] = [];
  const units: number[] = [];
  for (const [number, position] of positions.entries()) {
    for (const [name, demand] of demandsAt(state, position)) {
      const known = names.get(name) ?? names.size;
      names.set(name, known);
      pool.push(known);
      units.push(demand);
    }
    starts[number + 1] = pool.length;
  }
  if (names.size === 0) return null;
  const free = Int32Array.from(names.keys(), (name) => freeUnits(state, name));
  return { free, starts, pool: Int32Array.from(pool), units: Int32Array.from(units) };
}

/** An agent of which only so many sessions may run is a pool as well; its name begins with what no pool of a plan does. */
const AGENT = '\0agent ';

function demandsAt(state: RunState, position: number): readonly (readonly [string, number])[] {
  const pools = Object.entries(planned(state, position).pools);
  const { agent } = routeAt(state, position);
  return mostSessions(state, agent, state.record.at) === null ? pools : [...pools, [`${AGENT}${agent}`, 1]];
}

function freeUnits(state: RunState, name: string): number {
  const { pools, agents } = state.index;
  if (!name.startsWith(AGENT)) return pools.size(name) - pools.used(name);
  const agent = name.slice(AGENT.length);
  return (mostSessions(state, agent, state.record.at) ?? 0) - agents.used(agent);
}

function conflictsLeft(
  { plan, graph, settings }: RunState,
  positions: Int32Array,
  numbers: Int32Array,
): Adjacency | null {
  if (settings.conflicts !== 'serialize' || plan.tasks.length > MOST_FOR_CONFLICTS) return null;
  const known = conflictsOf(plan, graph);
  return known.size === 0 ? null : adjacency(positions, numbers, (position) => known.get(position) ?? []);
}

/** A plan never changes during its run. */
const knownConflicts = new WeakMap<Plan, ReadonlyMap<number, readonly number[]>>();

function conflictsOf(plan: Plan, graph: Graph): ReadonlyMap<number, readonly number[]> {
  const known = knownConflicts.get(plan);
  if (known !== undefined) return known;
  const found = new Map<number, number[]>();
  const add = (task: number, other: number): void => {
    const others = found.get(task);
    if (others) others.push(other);
    else found.set(task, [other]);
  };
  for (const { tasks } of findOverlaps(plan.tasks, graph).overlaps) {
    add(tasks[0], tasks[1]);
    add(tasks[1], tasks[0]);
  }
  knownConflicts.set(plan, found);
  return found;
}
