/** How well estimates have held: of attempts that came to their end, how many took no longer than their P90. */
import { type AttemptRecord, isMeasurement } from './attempt-record.ts';
import { weightedMedian } from './belief.ts';

/** Of the standard normal distribution: nine of ten lie below. */
export const P90_DEVIATIONS = 1.2816;

export interface Calibration {
  /** Attempts that were measured. */
  readonly attempts: number;
  /** Those that took no longer than their P90. */
  readonly held: number;
  /** The median of real over estimated duration; 1 when there are none. */
  readonly ratio: number;
}

export function calibrationOf(records: readonly AttemptRecord[]): Calibration {
  const measured = records.filter((record) => isMeasurement(record) && record.estimatedMs > 0);
  const held = measured.filter(
    ({ durationMs, estimatedMs, spread }) => durationMs <= estimatedMs * Math.exp(P90_DEVIATIONS * spread),
  );
  const ratios = measured.map(({ durationMs, estimatedMs }) => ({
    value: Math.log(durationMs / estimatedMs),
    weight: 1,
  }));
  return { attempts: measured.length, held: held.length, ratio: Math.exp(weightedMedian(ratios)) };
}
