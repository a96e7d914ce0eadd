/** Times of a simulated run as people read them, and where a time line has its marks. Draws nothing. */
import { roughDuration } from '../core/duration.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Distances that people count in. */
const steps: readonly number[] = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000].map((count) => count * DAY),
];

export interface TimeMark {
  readonly ms: number;
  readonly text: string;
}

/** Marks from 0 to the end of a line, at most `most` after the first. */
export function timeMarks(lengthMs: number, most: number): readonly TimeMark[] {
  const step = steps.find((candidate) => lengthMs / candidate <= most) ?? lengthMs / most;
  const count = step > 0 ? Math.floor(lengthMs / step) : 0;
  return Array.from({ length: count + 1 }, (_, index) => ({
    ms: index * step,
    text: timeText(index * step),
  }));
}

/** About how long, without the parts that are nothing: `3h`, not `3h00m`. */
export function timeText(ms: number): string {
  if (ms === 0) return '0';
  if (ms < SECOND) return `${Math.round(ms)}ms`;
  if (ms < MINUTE && ms % SECOND === 0) return `${ms / SECOND}s`;
  return roughDuration(ms).replace(/(?<=\d[dhm])0+[hms]$/, '');
}
