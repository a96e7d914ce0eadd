/** Durations: what is read, what is refused, and that writing and reading agree. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatDuration, parseDuration, roughDuration } from './duration.ts';

it.each([
  ['40m', 2_400_000],
  ['1.5h', 5_400_000],
  ['90s', 90_000],
  ['500ms', 500],
  ['1h30m', 5_400_000],
  ['2d', 172_800_000],
  ['0s', 0],
  [' 10m ', 600_000],
  ['0.5ms', 1],
])('reads %j as %i ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

it.each([
  '',
  '10',
  'm',
  '-5m',
  '1m1h',
  '5m5m',
  '1,5h',
  '10 m',
  '1e3s',
  '10min',
  'Infinityh',
  `${'9'.repeat(30)}d`,
])('refuses %j', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

it.each([
  [0, '0s'],
  [500, '500ms'],
  [90_000, '1m30s'],
  [5_400_000, '1h30m'],
  [7_200_000, '2h'],
])('writes %i ms as %j', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

it('reads back what it wrote', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e12 }), (ms) => {
      expect(parseDuration(formatDuration(ms))).toBe(ms);
    }),
  );
});

it.each([
  [0, '0.0s'],
  [665, '0.7s'],
  [9_949, '9.9s'],
  [9_950, '10s'],
  [31_368, '31s'],
  [59_600, '1m00s'],
  [312_000, '5m12s'],
  [3_599_700, '1h00m'],
  [11_100_000, '3h05m'],
  [187_200_000, '2d4h'],
])('%i ms is about %s', (ms, text) => {
  expect(roughDuration(ms)).toBe(text);
});
