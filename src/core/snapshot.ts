/** A run's state as text and back: what makes resuming a long run quick. Plan and settings stay in the first event. */

import type { RunCreated } from './event.ts';
import { freshTask, newRunState, type RunRecord, type RunState, type TaskState } from './run-state.ts';
import { indexAll } from './transitions.ts';

/** Grows when the shape of `TaskState` or `RunRecord` changes; an older snapshot is then ignored and the journal replayed. */
const SNAPSHOT_VERSION = 7;

interface Snapshot {
  readonly version: number;
  readonly record: RunRecord;
  /** By position: the fields in which a task differs from a fresh one. */
  readonly tasks: readonly Partial<TaskState>[];
}

export function writeSnapshot(state: RunState): string {
  const fresh = freshTask(state.settings.retries);
  const tasks = state.tasks.map((task) => difference(task, fresh));
  const snapshot: Snapshot = { version: SNAPSHOT_VERSION, record: state.record, tasks };
  return JSON.stringify(snapshot);
}

/** The state a snapshot holds, or undefined when another version wrote it. `created` is the run's first event. */
export function readSnapshot(created: RunCreated, text: string): RunState | undefined {
  const snapshot = JSON.parse(text) as Snapshot;
  if (snapshot.version !== SNAPSHOT_VERSION) return undefined;
  const { retries } = created.settings;
  const tasks = snapshot.tasks.map((changed) => Object.assign(freshTask(retries), changed));
  const state = newRunState(created, snapshot.record, tasks);
  indexAll(state);
  return state;
}

function difference(task: TaskState, fresh: TaskState): Partial<TaskState> {
  const changed: Record<string, unknown> = {};
  for (const key of Object.keys(fresh) as (keyof TaskState)[]) {
    if (task[key] !== fresh[key]) changed[key] = task[key];
  }
  return changed;
}
