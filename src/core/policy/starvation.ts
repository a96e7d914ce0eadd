/** When long tasks starve short ones, and which of them is worth pausing. Pauses nothing: a person decides. */
import type { TaskEstimate } from '../estimate.ts';
import type { Timestamp } from '../plan.ts';

const HOUR_MS = 3_600_000;
/** An attempt is long when it takes longer than this still. */
const LONG_LEFT_MS = 2 * HOUR_MS;
/** A task is short when it takes no longer than this. */
const SHORT_MS = HOUR_MS / 2;
/** So many short tasks have to wait, at least one more. */
const CROWD = 10;

export const isShort = ({ durationMs }: Pick<TaskEstimate, 'durationMs'>): boolean => durationMs <= SHORT_MS;

/** Whether so many short tasks wait that it is worth looking for what starves them. */
export const isCrowded = (shortReady: number): boolean => shortReady > CROWD;

/** An attempt that holds a slot. */
export interface Holder {
  readonly position: number;
  readonly startedAt: Timestamp;
  readonly durationMs: number;
}

/**
 * The attempt with the most work left, when all are long and more than 10 short tasks wait.
 * @param holders one for each slot; none is free
 */
export function starvingHolder(
  holders: readonly Holder[],
  shortReady: number,
  now: Timestamp,
): { readonly position: number; readonly leftMs: number } | undefined {
  if (!isCrowded(shortReady) || holders.length === 0) return undefined;
  const left = holders.map(({ position, startedAt, durationMs }) => ({
    position,
    leftMs: durationMs - (now - startedAt),
  }));
  if (left.some(({ leftMs }) => leftMs <= LONG_LEFT_MS)) return undefined;
  return left.reduce((most, one) => (one.leftMs > most.leftMs ? one : most));
}
