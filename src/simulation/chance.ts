/** What chance makes of each attempt: a seed repeats it, and nothing that happens in between changes it. Decides nothing. */
import type { TaskEstimate } from '../core/estimate.ts';
import type { TaskId } from '../core/plan.ts';

/** Which of many possible futures. */
export interface Chance {
  readonly seed: number;
  /** The number of the sample; null takes every duration at its median. */
  readonly sample: number | null;
  /** The share of attempts whose gate fails, 0 to 1. */
  readonly failureRate: number;
  /**
   * A task's last attempt succeeds at the latest, as forecasts have it: what they say is how long the whole plan takes.
   * Otherwise a task whose attempts are used up is not done.
   */
  readonly lastSucceeds?: boolean;
}

/** What comes of one attempt. */
export interface Draw {
  /** Whole milliseconds. */
  readonly durationMs: number;
  readonly succeeds: boolean;
  readonly tokens: number;
  readonly costUsd: number;
}

/**
 * The same attempt of the same task is drawn alike whatever else is simulated, so that two schedules are compared over
 * the same luck (common random numbers).
 * @param ordinal counts a task's attempts from 1
 */
export function drawAttempt(
  { durationMs, spread, tokens, costUsd }: TaskEstimate,
  { seed, sample, failureRate }: Chance,
  task: TaskId,
  ordinal: number,
): Draw {
  const next = randomFrom(mixed(mixed(mixed(seed, hashOf(task)), ordinal), sample === null ? -1 : sample));
  // Uniform numbers in the same order whether or not they are used.
  const [radius, angle, luck] = [next(), next(), next()];
  // Box and Muller 1958: 1 - radius is never 0.
  const normal = Math.sqrt(-2 * Math.log(1 - radius)) * Math.cos(2 * Math.PI * angle);
  // Who works twice as long uses twice the tokens.
  const factor = sample === null ? 1 : Math.exp(spread * normal);
  return {
    durationMs: Math.round(durationMs * factor),
    succeeds: luck >= failureRate,
    tokens: Math.round(tokens * factor),
    costUsd: costUsd * factor,
  };
}

/** A small generator of numbers in [0, 1) (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Two whole numbers as one, each bit of them spread over all of it (the end of MurmurHash3). */
function mixed(one: number, other: number): number {
  let hash = Math.imul(one ^ Math.imul(other + 0x7f4a7c15, 0xcc9e2d51), 0x1b873593);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
