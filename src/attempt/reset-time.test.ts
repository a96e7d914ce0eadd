import { expect, it } from 'vitest';
import { resetTimeIn } from './reset-time.ts';

const now = Date.UTC(2026, 10, 21, 12, 0, 0);
const at = (text: string): string | undefined => {
  const time = resetTimeIn(text, now);
  return time === undefined ? undefined : new Date(time).toISOString().slice(0, 19);
};

it.each([
  ['Please try again in 20s.', '2026-11-21T12:00:20'],
  ['Please try again in 1.5s', '2026-11-21T12:00:01'],
  ['try again in 2 days 3 hours 5 minutes', '2026-11-23T15:05:00'],
  ['Your limit resets in 1h 20m', '2026-11-21T13:20:00'],
  ['available in 3 hours and 10 minutes', '2026-11-21T15:10:00'],
  ['retry-after: 30', '2026-11-21T12:00:30'],
  ['Retry after 90 seconds', '2026-11-21T12:01:30'],
  ['5-hour limit reached · resets 3am (UTC)', '2026-11-22T03:00:00'],
  ['limit reached ∙ resets 10pm (Europe/Berlin)', '2026-11-21T21:00:00'],
  ['resets at 12:30 am (America/New_York)', '2026-11-22T05:30:00'],
  ['weekly limit reached · resets Nov 25, 3am (UTC)', '2026-11-25T03:00:00'],
  ['Your quota will reset after 18h13m10s.', '2026-11-22T06:13:10'],
  ['Please try again in 6m0s.', '2026-11-21T12:06:00'],
  ['Please try again in 283ms. Visit', '2026-11-21T12:00:00'],
  ['resets in 1h20m', '2026-11-21T13:20:00'],
  ['resets Jan 2, 12pm (UTC)', '2027-01-02T12:00:00'],
  ['try again at Nov 25th, 2026 4:05 PM (UTC)', '2026-11-25T16:05:00'],
  ['try again at 17:45 (UTC)', '2026-11-21T17:45:00'],
])('understands "%s"', (text, time) => expect(at(text)).toBe(time));

it('takes a time without a zone for one of this machine', () => {
  const time = resetTimeIn('try again at 10:23 PM', now) ?? 0;
  const local = new Date(time);
  expect([local.getHours(), local.getMinutes(), time > now, time - now <= 86_400_000]).toEqual([
    22,
    23,
    true,
    true,
  ]);
});

it.each([
  'try again later',
  'resets 3',
  'resets 3am (Atlantis/Capital)',
  'resets at 25:00 (UTC)',
  'You have 3 hours of work left',
  '',
])('leaves "%s" alone', (text) => expect(at(text)).toBe(undefined));
