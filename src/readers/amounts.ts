/** Reads what people write for effort, urgency and state in task files. Lenient: what is not understood says nothing. */
import { parseDuration } from '../core/duration.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** People estimate in working time: a day is eight hours, a week five days. */
const WORKING_DAY = 8 * HOUR;

const unitMs: readonly (readonly [RegExp, number])[] = [
  [/^(?:w|wk|wks|weeks?)$/, 5 * WORKING_DAY],
  [/^(?:d|days?)$/, WORKING_DAY],
  [/^(?:h|hrs?|hours?)$/, HOUR],
  [/^(?:m|mins?|minutes?)$/, MINUTE],
  [/^(?:s|secs?|seconds?)$/, 1000],
];

const amount =
  /(\d+(?:\.\d+)?)(?:\s*(?:-|–|—|to)\s*(\d+(?:\.\d+)?))?\s*(?:working |man-?|person-?)?([a-z]+)\b/gi;

/** An effort such as `11h`, `2 days`, `3-5h` (its middle), `1h30m`, `~90 minutes`; undefined when there is none. */
export function parseEffort(text: string): number | undefined {
  const plain = text.trim();
  // Only what has no days means the same to people and to `parseDuration`.
  if (!/[dw]/i.test(plain)) {
    const exact = parseDuration(plain.replace(/^~\s*/, ''));
    if (exact !== undefined) return exact;
  }
  let total: number | undefined;
  let end: number | undefined;
  for (const match of plain.slice(0, 200).matchAll(amount)) {
    const unit = unitMs.find(([name]) => name.test((match[3] ?? '').toLowerCase()))?.[1];
    // `1 day 4 hours` is one effort; `2h for X, 3h for Y` is not ours to add up.
    const adjacent = end === undefined || /^[\s,]*(?:and\s*)?$/.test(plain.slice(end, match.index));
    if (unit === undefined || !adjacent) {
      if (total === undefined) continue;
      break;
    }
    total = (total ?? 0) + middle(match[1], match[2]) * unit;
    end = match.index + match[0].length;
  }
  return total === undefined ? undefined : Math.round(total);
}

/** As `parseEffort`, but a bare number counts as hours. */
export function parseEffortInHours(text: string): number | undefined {
  const hours = /^~?\s*(\d+(?:\.\d+)?)(?:\s*[-–]\s*(\d+(?:\.\d+)?))?$/.exec(text.trim());
  return hours === null ? parseEffort(text) : Math.round(middle(hours[1], hours[2]) * HOUR);
}

/** The first whole number of a text, or the middle of a range: `~20`, `15-20 commits`. */
export function parseCount(text: string): number | undefined {
  const [, low, high] = /(\d{1,9})(?:\s*(?:-|–|to)\s*(\d{1,9}))?/.exec(text) ?? [];
  return low === undefined ? undefined : Math.round(middle(low, high));
}

function middle(low: string | undefined, high: string | undefined): number {
  return (Number(low) + Number(high ?? low)) / 2;
}

const urgencies: readonly (readonly [RegExp, number])[] = [
  [/\b(?:critical|urgent|highest|blocker|p0)\b/i, 4],
  [/\b(?:high|p1)\b/i, 3],
  [/\b(?:medium|normal|moderate|p2)\b/i, 2],
  [/\b(?:low|lowest|minor|p3)\b/i, 1],
];

/** high 3, medium 2, low 1, critical 4, `P0`–`P3` alike, else a plain number. */
export function parsePriority(text: string): number | undefined {
  const plain = text.trim();
  if (/^-?\d{1,9}(?:\.\d{1,9})?$/.test(plain)) return Number(plain);
  return urgencies.find(([word]) => word.test(plain))?.[1];
}

/** Only what says that nothing is left to do is done; `failed` or `in progress` is work. */
export const parseStatus = (text: string): 'todo' | 'done' =>
  /^\W*(?:done|completed?|closed)\W*$/i.test(text.replaceAll('_', ' ').trim()) ? 'done' : 'todo';

/** False only for a clear no. */
export const parseAutonomous = (text: string): boolean => !/^\W*(?:false|no)\W*$/i.test(text);

/** `a, b; c`, with quotes, brackets and code marks removed. */
export const splitList = (text: string): string[] =>
  text
    .split(/[,;]/)
    .map((item) => item.replace(/^[\s[\]"'`*]+|[\s[\]"'`*]+$/g, ''))
    .filter((item) => item !== '');
