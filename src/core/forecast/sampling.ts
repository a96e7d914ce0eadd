/** Plays the rest of a run many times with durations drawn by chance; in steps, so that nobody has to wait for the end. */
import { seededDraws } from './draws.ts';
import { openHolds } from './holds.ts';
import { numberHeap } from './number-heap.ts';
import type { RemainingWork } from './remaining-work.ts';

export interface Sampling {
  /** Goes on for about this many steps (a start, an end, a task that is looked at). @returns whether all samples are there */
  advance(steps: number): boolean;
  /** How long the rest took in each sample so far, in milliseconds. */
  results(): Float64Array;
}

export interface SamplingOptions {
  readonly samples: number;
  readonly seed: number;
}

/** The rules are those of `starts`, but for the budget: nothing is started late on account of money. */
export function startSampling(work: RemainingWork, { samples, seed }: SamplingOptions): Sampling {
  const game = openGame(work, seed);
  const results = new Float64Array(samples);
  let count = 0;
  let playing = false;
  return {
    advance(steps) {
      const until = game.steps() + steps;
      while (count < samples && game.steps() < until) {
        if (!playing) game.begin();
        playing = game.step();
        if (!playing) results[count++] = game.time();
      }
      return count === samples;
    },
    results: () => results.slice(0, count),
  };
}

/** One sample after the other on the same arrays. */
interface Game {
  begin(): void;
  /** To the next end of an attempt or a merge. @returns false when there is none */
  step(): boolean;
  time(): number;
  /** Work done since the beginning. */
  steps(): number;
}

function openGame(work: RemainingWork, seed: number): Game {
  const { size, logMedian, spread, elapsedMs, dependents, mergeMs, repairProbability } = work;
  const draws = seededDraws(seed);
  const unmet = new Int32Array(size);
  const repairsLeft = new Int32Array(size);
  const ready = numberHeap(size);
  const holds = openHolds(work, ready.push);
  /** Attempts that run: few, so that looking at all of them is cheaper than keeping them in order. */
  const running: number[] = [];
  const endsAt = new Float64Array(size);
  const merging = new Int32Array(size);
  const isMerging = new Uint8Array(size);
  for (const task of work.merging) isMerging[task] = 1;
  let [mergeFirst, mergeLast, laneFreeAt] = [0, 0, 0];
  let [time, steps] = [0, 0];

  const run = (task: number, forMs: number): void => {
    running.push(task);
    endsAt[task] = time + forMs;
  };
  const mergeSoon = (task: number): void => {
    laneFreeAt = Math.max(laneFreeAt, time) + mergeMs;
    endsAt[task] = laneFreeAt;
    merging[mergeLast++] = task;
  };
  const duration = (task: number): number =>
    Math.exp((logMedian[task] as number) + (spread[task] as number) * draws.normal());
  /** What is left of an attempt that has been running for a while already. */
  const rest = (task: number, elapsed: number): number => {
    const deviations =
      (Math.log(Math.max(1e-6, elapsed)) - (logMedian[task] as number)) / (spread[task] as number);
    if (Number.isNaN(deviations) || deviations === Number.POSITIVE_INFINITY) return 0;
    const drawn = (logMedian[task] as number) + (spread[task] as number) * draws.normalAbove(deviations);
    return Math.max(0, Math.exp(drawn) - elapsed);
  };
  const startReady = (): void => {
    while (running.length < work.slots && ready.size() > 0) {
      const task = ready.pop();
      steps++;
      if (holds.parks(task)) continue;
      holds.take(task);
      run(task, duration(task));
    }
  };
  const endAttempt = (task: number): void => {
    holds.give(task);
    if ((repairsLeft[task] as number) > 0 && draws.uniform() < repairProbability) {
      repairsLeft[task] = (repairsLeft[task] as number) - 1;
      ready.push(task);
    } else mergeSoon(task);
  };
  const endMerge = (task: number): void => {
    holds.release(task);
    for (
      let edge = dependents.starts[task] as number;
      edge < (dependents.starts[task + 1] as number);
      edge++
    ) {
      const dependent = dependents.items[edge] as number;
      unmet[dependent] = (unmet[dependent] as number) - 1;
      if (unmet[dependent] === 0) ready.push(dependent);
    }
  };

  return {
    begin() {
      unmet.set(work.unmet);
      repairsLeft.set(work.repairsLeft);
      ready.clear();
      holds.begin();
      running.length = 0;
      [mergeFirst, mergeLast, laneFreeAt, time] = [0, 0, 0, 0];
      steps += 1 + size / 16;
      for (let task = 0; task < size; task++) {
        const elapsed = elapsedMs[task] as number;
        if (elapsed >= 0) run(task, rest(task, elapsed));
        else if (unmet[task] === 0 && isMerging[task] === 0) ready.push(task);
      }
      for (const task of work.merging) mergeSoon(task);
      startReady();
    },
    step() {
      steps++;
      let first = -1;
      for (let slot = 0; slot < running.length; slot++) {
        if (
          first === -1 ||
          (endsAt[running[slot] as number] as number) < (endsAt[running[first] as number] as number)
        )
          first = slot;
      }
      const next = first === -1 ? -1 : (running[first] as number);
      const merge = mergeFirst < mergeLast ? (merging[mergeFirst] as number) : -1;
      if (merge !== -1 && (next === -1 || (endsAt[merge] as number) <= (endsAt[next] as number))) {
        mergeFirst++;
        time = endsAt[merge] as number;
        endMerge(merge);
      } else if (next !== -1) {
        running[first] = running[running.length - 1] as number;
        running.pop();
        time = endsAt[next] as number;
        endAttempt(next);
      } else return false;
      startReady();
      return true;
    },
    time: () => time,
    steps: () => steps,
  };
}
