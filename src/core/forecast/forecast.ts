/** How long the rest of a run takes: P50 and P90 by Monte-Carlo over what is left, deterministic for a state, a time and a seed. */
import { type Correction, correctionBy } from '../estimates/learned-estimates.ts';
import type { Timestamp } from '../plan.ts';
import { routeAt } from '../policy/admission.ts';
import { isSettled, type RunState, taskAt } from '../run-state.ts';
import { type RemainingWork, remainingWork, type Shown } from './remaining-work.ts';
import { type Sampling, startSampling } from './sampling.ts';

export interface Forecast {
  /** From now to the end, in milliseconds: half of all samples, and nine of ten, took no longer. */
  readonly p50Ms: number;
  readonly p90Ms: number;
  /** Most of what is left has no estimate but the default: rather a guess. */
  readonly rough: boolean;
}

export interface ForecastOptions extends Shown {
  readonly samples?: number;
  readonly seed?: number;
}

/** A forecast that is being made. */
export interface OpenForecast {
  /** Goes on for about this many steps. @returns whether it is made */
  advance(steps: number): boolean;
  /** What the samples so far say. */
  result(): Forecast;
}

const SAMPLES = 1_000;
/** Fewer say nothing about one case in ten. */
const LEAST_SAMPLES = 40;
/** Some tenths of a second of one processor: larger plans get fewer samples. They need fewer, too: chance evens out in them. */
const MOST_STEPS = 1_000_000;
/** A task starts, is looked at, ends and is merged. */
const STEPS_PER_TASK = 3;

/** Begins a forecast; undefined when there is nothing to forecast: the run does not go on by itself, or nothing is left that ends. */
export function openForecast(
  state: RunState,
  now: Timestamp,
  { samples, seed = 1, ...shown }: ForecastOptions = {},
): OpenForecast | undefined {
  if (state.record.phase !== 'running') return undefined;
  const work = remainingWork(state, now, shown);
  if (work.size === 0) return undefined;
  const sampling = startSampling(work, { samples: samples ?? samplesFor(work), seed });
  const rough = isRough(state, correctionBy(shown.attempts ?? []));
  return { advance: sampling.advance, result: () => ({ ...quantiles(sampling), rough }) };
}

/** The whole forecast at once. 1,000 samples of 45 tasks take some 50 ms. */
export function forecast(
  state: RunState,
  now: Timestamp,
  options: ForecastOptions = {},
): Forecast | undefined {
  const open = openForecast(state, now, options);
  open?.advance(Number.POSITIVE_INFINITY);
  return open?.result();
}

const samplesFor = ({ size }: RemainingWork): number =>
  Math.max(LEAST_SAMPLES, Math.min(SAMPLES, Math.floor(MOST_STEPS / (size * STEPS_PER_TASK))));

function quantiles(sampling: Sampling): Pick<Forecast, 'p50Ms' | 'p90Ms'> {
  const sorted = sampling.results().sort();
  return { p50Ms: quantile(sorted, 0.5), p90Ms: quantile(sorted, 0.9) };
}

/** The smallest value that at least this share does not exceed. */
const quantile = (sorted: Float64Array, share: number): number =>
  Math.round(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0);

/** Whether nothing but the default is known of more than half of the tasks that are left, not even from this run. */
function isRough(state: RunState, { isKnown }: Correction): boolean {
  let [left, unknown] = [0, 0];
  for (const [position, { from }] of state.estimates.entries()) {
    if (isSettled(taskAt(state, position).status)) continue;
    left++;
    if (from === 'default' && !isKnown(routeAt(state, position).agent)) unknown++;
  }
  return 2 * unknown > left;
}
