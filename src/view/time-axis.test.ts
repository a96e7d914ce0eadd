import { expect, it } from 'vitest';
import { timeMarks, timeText } from './time-axis.ts';

it('says times without the parts that are nothing', () => {
  const minute = 60_000;
  expect(
    [0, 250, 1_500, 30_000, minute, 90_000, 60 * minute, 61 * minute, 1_440 * minute, 1_500 * minute].map(
      timeText,
    ),
  ).toEqual(['0', '250ms', '1.5s', '30s', '1m', '1m30s', '1h', '1h01m', '1d', '1d1h']);
});

it('has few marks, at distances that people count in, whatever the length', () => {
  expect(timeMarks(5 * 3_600_000, 5).map(({ text }) => text)).toEqual(['0', '1h', '2h', '3h', '4h', '5h']);
  expect(timeMarks(0, 5)).toEqual([{ ms: 0, text: '0' }]);
  for (let lengthMs = 1; lengthMs < 1e13; lengthMs = Math.ceil(lengthMs * 1.7)) {
    const marks = timeMarks(lengthMs, 6);
    expect(marks.length).toBeLessThanOrEqual(7);
    expect(marks.length).toBeGreaterThan(1);
    expect(new Set(marks.map(({ text }) => text)).size).toBe(marks.length);
  }
});
