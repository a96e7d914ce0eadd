/** How often followers hear of an attempt, on a clock of the test's. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { AttemptProgress } from '../core/attempt-progress.ts';
import { attemptId, taskId } from '../core/plan.ts';
import { progressFeed } from './progress-feed.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const ids = (task: string) => ({ task: taskId(task), attempt: attemptId(taskId(task), 1) });
const progress = (task: string, told: { text?: string; commits?: number }): AttemptProgress => ({
  type: 'attempt-progress',
  ...ids(task),
  ...told,
});

it('tells of each attempt at once, then at most four times a second, the newest of it', () => {
  const told: string[] = [];
  const feed = progressFeed(({ task, text, commits }) => told.push(`${task} ${text} ${commits}`));
  feed.see(progress('B', { commits: 1 }));
  for (let count = 0; count < 1_000; count++) {
    feed.see(progress('A', { text: `line ${count}` }));
    if (count === 500) feed.see(progress('A', { commits: 3 }));
    vi.advanceTimersByTime(1);
  }
  vi.advanceTimersByTime(1_000);
  expect(told).toEqual([
    'B undefined 1',
    'A line 0 undefined',
    'A line 249 undefined',
    'A line 499 undefined',
    'A line 749 3',
    'A line 999 3',
  ]);
  expect([...feed.all()]).toEqual([
    progress('B', { commits: 1 }),
    progress('A', { text: 'line 999', commits: 3 }),
  ]);
  feed.close();
});

it('tells nothing of an attempt after its end, and leaves no timer behind', () => {
  const told: AttemptProgress[] = [];
  const feed = progressFeed((one) => told.push(one));
  feed.see(progress('A', { text: 'first' }));
  feed.see(progress('A', { text: 'last' }));
  feed.see({
    type: 'attempt-failed',
    ...ids('A'),
    failure: { reason: 'stalled', message: '' },
    seq: 1,
    at: 1,
  });
  vi.advanceTimersByTime(1_000);
  expect(told).toEqual([progress('A', { text: 'first' })]);
  expect([...feed.all()]).toEqual([]);
  feed.see(progress('B', { text: 'still running' }));
  feed.close();
  expect(vi.getTimerCount()).toBe(0);
});
