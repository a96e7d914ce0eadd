/** How well estimates held, in the words that every screen uses. */
import type { Calibration } from '../core/estimates/calibration.ts';

/** Of fewer attempts nothing can be said. */
const LEAST_TO_JUDGE = 5;

/** `the P90 held for 4 of 5 attempts (9 in 10 is right); half took more than 1.2 × their estimate`; empty when too few were measured. */
export function calibrationText({ attempts, held, ratio }: Calibration): string {
  if (attempts < LEAST_TO_JUDGE) return '';
  return `the P90 held for ${held} of ${attempts} attempts (9 in 10 is right); ${ratioText(ratio)}`;
}

/** Beyond ten times nobody wants to know how often. */
function ratioText(ratio: number): string {
  if (ratio < 0.1) return 'they were far too high: half of the attempts took less than a tenth';
  if (ratio > 10) return 'they were far too low: half of the attempts took more than ten times as long';
  return `half took more than ${Number(ratio.toPrecision(2))} × their estimate`;
}
