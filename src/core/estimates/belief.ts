/** What is believed of a log-normal quantity, and how measurements change it: medians, so that no outlier decides. */

export interface Belief {
  /** Natural logarithm of the median, relative to whatever the measurements are relative to. */
  readonly center: number;
  /** Standard deviation of the natural logarithm. */
  readonly spread: number;
}

export interface Measurement {
  /** Natural logarithm, relative as the belief. */
  readonly value: number;
  /** How much it says about the case in question, 0 to 1. */
  readonly weight: number;
}

/** Beyond a factor of three up or down more disagreement says nothing more about how uncertain the next one is. */
const MOST_SPREAD = Math.log(3);
/** Makes the median of absolute deviations a standard deviation where the deviations are normal. */
const DEVIATION_FACTOR = 1.4826;

/**
 * The belief after measurements: the mean and variance of the usual normal model with a conjugate prior, with the
 * median in place of the mean and the median deviation in place of the standard deviation.
 * @param worth how many measurements the belief before is worth
 */
export function updated(before: Belief, measurements: readonly Measurement[], worth: number): Belief {
  const count = totalWeight(measurements);
  if (count === 0) return before;
  const median = weightedMedian(measurements);
  const deviation = medianDeviation(measurements, median);
  const freedom = Math.max(0, count - 1);
  const gap = Math.min(MOST_SPREAD, Math.abs(median - before.center));
  const disagreement = ((worth * count) / (worth + count)) * gap ** 2;
  const variance = (freedom * deviation ** 2 + worth * before.spread ** 2 + disagreement) / (freedom + worth);
  return {
    center: (count * median + worth * before.center) / (count + worth),
    spread: Math.sqrt(variance),
  };
}

/** The belief whose center stands: measurements only say how far off it is. */
export function judged(before: Belief, measurements: readonly Measurement[], worth: number): Belief {
  const count = totalWeight(measurements);
  if (count === 0) return before;
  const deviation = medianDeviation(measurements, before.center);
  const variance = (count * deviation ** 2 + worth * before.spread ** 2) / (count + worth);
  return { center: before.center, spread: Math.sqrt(variance) };
}

/** Whether the measurements contradict a center of 0: by more than twice the standard error of their median. */
export function isBiased(measurements: readonly Measurement[], least: number): boolean {
  if (measurements.length < least) return false;
  const median = weightedMedian(measurements);
  const error = (1.2533 * medianDeviation(measurements, median)) / Math.sqrt(measurements.length);
  return Math.abs(median) > 2 * error;
}

/** At most `MOST_SPREAD`. */
const medianDeviation = (measurements: readonly Measurement[], center: number): number =>
  Math.min(
    MOST_SPREAD,
    DEVIATION_FACTOR *
      weightedMedian(measurements.map(({ value, weight }) => ({ value: Math.abs(value - center), weight }))),
  );

const totalWeight = (measurements: readonly Measurement[]): number =>
  measurements.reduce((sum, { weight }) => sum + weight, 0);

/** Half of the weight is on either side; between two values their mean. */
export function weightedMedian(measurements: readonly Measurement[]): number {
  const sorted = measurements.filter(({ weight }) => weight > 0).sort((a, b) => a.value - b.value);
  const half = totalWeight(sorted) / 2;
  let below = 0;
  for (const [index, { value, weight }] of sorted.entries()) {
    below += weight;
    if (below > half) return value;
    const next = sorted[index + 1];
    if (below === half && next !== undefined) return (value + next.value) / 2;
  }
  return sorted.at(-1)?.value ?? 0;
}
