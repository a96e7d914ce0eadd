/** Measures sides in turn, A B A B, so that a busy machine is busy for both; medians only. Knows no claim. */
import { performance } from 'node:perf_hooks';

/** One way of doing the same work. `run` does it once and gives its time in milliseconds. */
export interface Side {
  readonly name: string;
  readonly run: () => Promise<number>;
}

export interface Sample {
  readonly name: string;
  /** In milliseconds, in the order in which they were measured. */
  readonly times: readonly number[];
}

/** What a claim promises about one figure: a ratio of two sides, a time in milliseconds, a part of one processor, or how often a second. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: 'x' | 'ms' | '%' | '/s';
  /** Above it the claim is not met. Absent: told for comparison only. */
  readonly limit?: number;
  /** What we would like. */
  readonly aim?: number;
}

export interface Measurement {
  readonly samples: readonly Sample[];
  readonly figures: readonly Figure[];
  /** How it was measured, where the table does not say. */
  readonly notes: readonly string[];
}

export interface Claim {
  readonly name: string;
  readonly title: string;
  /** Runs per side when the command line does not say. */
  readonly runs: number;
  measure(runs: number): Promise<Measurement>;
}

/** Runs all sides once to warm caches, then `runs` rounds in which each has its turn. */
export async function interleave(sides: readonly Side[], runs: number): Promise<Sample[]> {
  const times = sides.map((): number[] => []);
  for (let round = -1; round < runs; round++) {
    for (const [index, side] of sides.entries()) {
      const elapsed = await side.run();
      if (round >= 0) times[index]?.push(elapsed);
    }
  }
  return sides.map(({ name }, index) => ({ name, times: times[index] ?? [] }));
}

/** How long some work takes, in milliseconds. */
export async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** The middle of some numbers; the mean of the two middle ones when their number is even. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Ratio of the medians of two samples. */
export function ratio(samples: readonly Sample[], ours: string, theirs: string): number {
  return median(timesOf(samples, ours)) / median(timesOf(samples, theirs));
}

export function timesOf(samples: readonly Sample[], name: string): readonly number[] {
  const sample = samples.find((candidate) => candidate.name === name);
  if (!sample) throw new Error(`nothing was measured under the name ${name}`);
  return sample.times;
}

/** How unquiet a sample was: its range as a part of its median. */
export const spread = (times: readonly number[]): number =>
  (Math.max(...times) - Math.min(...times)) / median(times);

/** The value that so many percent of a sample do not exceed. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? Number.NaN;
}
