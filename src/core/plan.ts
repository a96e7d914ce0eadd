/** What a plan is: immutable tasks and their dependencies. Readers build it; nothing here reads a file. */

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** A task's id as its plan writes it, for example `T-003`. Any text: never used as a path or shown to a shell. */
export type TaskId = Branded<'TaskId'>;
/** `<task>.<ordinal>`: `T-003.2` is the second attempt on `T-003`. */
export type AttemptId = Branded<'AttemptId'>;
/** A run's id, safe in file and branch names. */
export type RunId = Branded<'RunId'>;
/** A full commit id. */
export type Commit = Branded<'Commit'>;
/** Milliseconds since the epoch, as data: core never asks for the time. */
export type Timestamp = number;

export const taskId = (text: string): TaskId => text as TaskId;
export const runId = (text: string): RunId => text as RunId;
export const commit = (text: string): Commit => text as Commit;
export const attemptId = (task: TaskId, ordinal: number): AttemptId => `${task}.${ordinal}` as AttemptId;

/** Where in a source something stands. `line` counts from 1. */
export interface Location {
  readonly file: string;
  readonly line: number;
}

/** One named group of planned commits in a task's outline. */
export interface OutlinePhase {
  readonly phase: string;
  readonly commits: readonly string[];
}

/** What the plan itself says a task will take; absent where it says nothing. */
export interface Estimate {
  readonly durationMs?: number;
  readonly tokens?: number;
  readonly commits?: number;
}

/** One command of a gate. `run` is the user's own text and goes to `sh -c`. */
export interface GateStep {
  readonly name: string;
  readonly run: string;
  readonly timeoutMs?: number;
}

export interface Task {
  readonly id: TaskId;
  readonly title: string;
  /** What the agent is told. */
  readonly body: string;
  readonly dependsOn: readonly TaskId[];
  /** Globs of the files it will touch; empty when the plan does not say. */
  readonly files: readonly string[];
  readonly outline: readonly OutlinePhase[];
  readonly estimate: Estimate;
  readonly labels: readonly string[];
  readonly module?: string;
  /** high 3, medium 2, low 1; larger goes first. */
  readonly priority?: number;
  /** The wave its source declares, as written. */
  readonly declaredWave?: number;
  /** Declared waves count within this part of the plan (a GSD phase); without it, within the whole. */
  readonly waveScope?: string;
  /** `done` in the source means: skipped by a run. */
  readonly status: 'todo' | 'done';
  /** Units it needs of each pool while an attempt runs. */
  readonly pools: Readonly<Record<string, number>>;
  /** Name of an agent of the configuration. */
  readonly agent?: string;
  /** Text for the command agent, run under `sh -c`. */
  readonly command?: string;
  /** `none`: runs where the run was started, without branch or integration. */
  readonly workspace: 'worktree' | 'none';
  readonly allowEmpty: boolean;
  /** False: a person has to do it. */
  readonly autonomous: boolean;
  readonly gate?: readonly GateStep[];
  readonly timeoutMs?: number;
  readonly location: Location;
  /** Where each dependency is written down, by its id. */
  readonly dependencyLocations: Readonly<Record<string, Location>>;
  /** Why a dependency that its source does not state was inferred, by its id; absent where the source states all. */
  readonly dependencyReasons?: Readonly<Record<string, string>>;
}

export interface Plan {
  /** The name that identifies the plan across runs (with its tasks' ids, in commit trailers). */
  readonly name: string;
  /** The file or folder it was read from, as the user gave it. */
  readonly source: string;
  readonly format: string;
  readonly tasks: readonly Task[];
  /** Size of each pool the plan declares. */
  readonly pools: Readonly<Record<string, number>>;
}

/** The trailer's value that marks a task's integration commit. Line breaks cannot forge a second trailer. */
export function trailerValue(planName: string, task: TaskId): string {
  return `${planName}/${task}`.replace(/[\r\n]+/g, ' ');
}

/** The branch that a run makes for its results when the user names none. */
export const ownTarget = (run: RunId): string => `tutti/${run}`;

/** A task with every optional part at its default; readers and tests fill in what they know. */
export function makeTask(task: Partial<Task> & { readonly id: TaskId }): Task {
  // What is spread stands first, here and in readers of many files: V8 copies a whole object much faster than into another.
  return {
    ...task,
    title: task.title ?? task.id,
    body: task.body ?? '',
    dependsOn: task.dependsOn ?? [],
    files: task.files ?? [],
    outline: task.outline ?? [],
    estimate: task.estimate ?? {},
    labels: task.labels ?? [],
    status: task.status ?? 'todo',
    pools: task.pools ?? {},
    workspace: task.workspace ?? 'worktree',
    allowEmpty: task.allowEmpty ?? false,
    autonomous: task.autonomous ?? true,
    location: task.location ?? { file: '', line: 0 },
    dependencyLocations: task.dependencyLocations ?? {},
  };
}

/**
 * For what is told of each dependency, as tasks have it; empty. Without prototype: a record of its own shape for each of many
 * tasks is slow to make otherwise, and no id means anything to it.
 */
export const byDependency = <Value>(): Record<string, Value> => Object.create(null);

/** The phase of a task's outline that its next commit belongs to, `place` counted from 1. */
export interface PhaseReached {
  readonly phase: string;
  readonly place: number;
  readonly of: number;
}

/** Where a task stands in its outline after so many commits: the last phase when all are made, undefined without an outline. */
export function phaseAt({ outline }: Pick<Task, 'outline'>, commits: number): PhaseReached | undefined {
  let planned = 0;
  const next = outline.findIndex((phase) => {
    planned += phase.commits.length;
    return planned > commits;
  });
  const place = next === -1 ? outline.length : next + 1;
  const reached = outline[place - 1];
  return reached && { phase: reached.phase, place, of: outline.length };
}

/** The number of commits a task plans: what its outline lists, else what its estimate says. */
export function plannedCommits(task: Pick<Task, 'estimate' | 'outline'>): number {
  const listed = task.outline.reduce((sum, phase) => sum + phase.commits.length, 0);
  return listed > 0 ? listed : (task.estimate.commits ?? 0);
}
