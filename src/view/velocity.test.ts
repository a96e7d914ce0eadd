import { expect, it } from 'vitest';
import { velocityOf } from './velocity.ts';

it('counts per hour and per day of the time in which an engine worked', () => {
  expect(velocityOf({ commits: 21, tasks: 4, activeMs: 2 * 3_600_000 })).toEqual({
    commitsPerHour: 10.5,
    tasksPerDay: 48,
  });
});

it('says nothing before there is something to count', () => {
  expect(velocityOf({ commits: 0, tasks: 0, activeMs: 3_600_000 })).toEqual({
    commitsPerHour: null,
    tasksPerDay: null,
  });
  expect(velocityOf({ commits: 3, tasks: 1, activeMs: 10 }).commitsPerHour).toBeNull();
});
