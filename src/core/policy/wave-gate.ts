/** Which waves may start: one rule for all schedules. Keeps count of how far each wave is; starts nothing. */
import type { TaskStatus } from '../event.ts';
import type { RunSettings } from '../settings.ts';

export interface WaveGate {
  /** The last wave whose tasks may start; with `dynamic` there is none behind it. */
  readonly open: number;
  waveOf(position: number): number;
  /** A task has taken on a status. */
  enter(position: number, status: TaskStatus): void;
  /** A task is about to give up a status. */
  leave(position: number, status: TaskStatus): void;
  /** How far a wave is: tasks done, and tasks that count. */
  progress(wave: number): { readonly done: number; readonly of: number };
}

/** Counting floating point: 80 % of 5 is 4. */
const EPSILON = 1e-9;

/**
 * `barrier` opens a wave when all of those before are settled, `threshold` when `waveThreshold` of each is done. Tasks
 * that are broken, blocked or cancelled do not count, so that nothing waits for them.
 * @param waves the wave of each task, by position
 */
export function waveGate(
  waves: Int32Array,
  { schedule, waveThreshold }: Pick<RunSettings, 'schedule' | 'waveThreshold'>,
): WaveGate {
  const count = waves.reduce((most, wave) => Math.max(most, wave + 1), 0);
  const done = new Int32Array(count);
  const unsettled = new Int32Array(count);
  const isDynamic = schedule === 'dynamic';
  let closed = 0;
  const isThrough = (wave: number): boolean => {
    const [ready, left] = [done[wave] as number, unsettled[wave] as number];
    return schedule === 'barrier' ? left === 0 : ready + EPSILON >= waveThreshold * (ready + left);
  };
  const change = (position: number, status: TaskStatus, by: 1 | -1): void => {
    const wave = waves[position] as number;
    if (status === 'done' || status === 'skipped') done[wave] = (done[wave] as number) + by;
    else if (counts(status)) unsettled[wave] = (unsettled[wave] as number) + by;
    else return;
    if (isDynamic) return;
    if (wave < closed && !isThrough(wave)) closed = wave;
    while (closed < count && isThrough(closed)) closed++;
  };
  return {
    get open() {
      return isDynamic ? count : closed;
    },
    waveOf: (position) => waves[position] as number,
    enter: (position, status) => change(position, status, 1),
    leave: (position, status) => change(position, status, -1),
    progress: (wave) => ({
      done: done[wave] as number,
      of: (done[wave] as number) + (unsettled[wave] as number),
    }),
  };
}

/** Whether a task that is not done still belongs to what its wave waits for. */
const counts = (status: TaskStatus): boolean =>
  status === 'waiting' ||
  status === 'ready' ||
  status === 'running' ||
  status === 'verifying' ||
  status === 'integrating';
