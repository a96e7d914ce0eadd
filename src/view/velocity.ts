/** How fast a run goes: rates over the time in which an engine worked on it. */

export interface VelocityView {
  /** Commits that came with tasks done by this run; null while there are none. */
  readonly commitsPerHour: number | null;
  /** Tasks done by this run in 24 hours at this speed; null while there are none. */
  readonly tasksPerDay: number | null;
}

export interface Progress {
  /** Of tasks that are done by this run. */
  readonly commits: number;
  readonly tasks: number;
  /** Without pauses and dead engines, in milliseconds. */
  readonly activeMs: number;
}

const HOUR_MS = 3_600_000;
/** Rates over less would jump about. */
const LEAST_MS = 1_000;

export function velocityOf({ commits, tasks, activeMs }: Progress): VelocityView {
  const rate = (count: number, perMs: number): number | null =>
    count === 0 || activeMs < LEAST_MS ? null : round((count * perMs) / activeMs);
  return { commitsPerHour: rate(commits, HOUR_MS), tasksPerDay: rate(tasks, 24 * HOUR_MS) };
}

/** Nobody reads more than one decimal. */
const round = (value: number): number => Math.round(value * 10) / 10;
