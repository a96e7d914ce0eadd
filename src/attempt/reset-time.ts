/** When an agent's service takes requests again, from the words in which agents quote it. */
import type { Timestamp } from '../core/plan.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** @param now to which spans of time are added, and after which a time of day comes */
export function resetTimeIn(text: string, now: Timestamp): Timestamp | undefined {
  return spanIn(text, now) ?? timeOfDayIn(text, now);
}

const units: Readonly<Record<string, number>> = {
  ms: 1,
  milli: 1,
  d: DAY_MS,
  h: HOUR_MS,
  m: MINUTE_MS,
  s: 1000,
};

/** `try again in 2 days 3 hours 5 minutes`, `retry after 30s`, `Retry-After: 30`, `resets in 1h 20m`. */
function spanIn(text: string, now: Timestamp): Timestamp | undefined {
  const words = String.raw`(?:(?:\d+(?:\.\d+)?)\s*(?:milliseconds?|ms|days?|d|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s)(?![a-z])[\s,]*(?:and\s+)?)+`;
  const found = new RegExp(
    `(?:(?:again|resets?|retry|available)\\s+(?:in|after)|retry-after:?)\\s*(${words}|\\d+)`,
    'i',
  ).exec(text)?.[1];
  if (found === undefined) return undefined;
  if (/^\d+$/.test(found)) return now + Number(found) * 1000;
  const parts = found.matchAll(/(\d+(?:\.\d+)?)\s*(ms|milli|[dhms])/gi);
  const spanMs = Array.from(parts).reduce(
    (sum, [, amount, unit = 's']) => sum + Number(amount) * (units[unit.toLowerCase()] ?? 0),
    0,
  );
  return now + spanMs;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** `try again at 10:23 PM`, `resets 3am (Europe/Berlin)`, `resets Oct 12, 3am (UTC)`, `at Nov 25th, 2026 4:05 PM`. */
function timeOfDayIn(text: string, now: Timestamp): Timestamp | undefined {
  const date = String.raw`(?:(${MONTHS.join('|')})[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(\d{4}))?,?\s+(?:at\s+)?)?`;
  const time = String.raw`(\d{1,2})(?::(\d{2}))?\s*([ap]\.?m\b)?`;
  const found = new RegExp(
    String.raw`(?:again at|resets?(?: at)?)\s+${date}${time}(?:\s*\(([\w/+-]+)\))?`,
    'i',
  ).exec(text);
  if (found === null) return undefined;
  const [, month, day, year, hourText = '', minute, half, zone] = found;
  // A bare number is no time of day.
  if (minute === undefined && half === undefined) return undefined;
  const hour = hourOf(Number(hourText), half);
  const offset = offsetOf(zone, now);
  if (hour > 23 || Number(minute ?? 0) > 59 || offset === undefined) return undefined;
  // A clock that shows the zone's time as if it were UTC's.
  const shown = new Date(now + offset);
  const at = (years: number, months: number, days: number): number =>
    Date.UTC(years, months, days, hour, Number(minute ?? 0)) - offset;
  if (month === undefined) {
    const today = at(shown.getUTCFullYear(), shown.getUTCMonth(), shown.getUTCDate());
    return today > now ? today : today + DAY_MS;
  }
  const months = MONTHS.indexOf(month.toLowerCase());
  const stated = at(Number(year ?? shown.getUTCFullYear()), months, Number(day));
  return stated > now || year !== undefined ? stated : at(shown.getUTCFullYear() + 1, months, Number(day));
}

function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined) return hour;
  return (hour % 12) + (half.toLowerCase().startsWith('p') ? 12 : 0);
}

/** By how much a zone's clock is ahead of UTC; of this machine when none is named, undefined for a zone nobody knows. */
function offsetOf(zone: string | undefined, now: Timestamp): number | undefined {
  try {
    const options = {
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    } as const;
    const clock = new Intl.DateTimeFormat(
      'en-US',
      zone === undefined ? options : { ...options, timeZone: zone },
    );
    const part = Object.fromEntries(clock.formatToParts(now).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(now / 1000) * 1000;
  } catch {
    return undefined;
  }
}
