import { expect, it } from 'vitest';
import { integrated } from '../../../test/rig/story.ts';
import type { Event } from '../event.ts';
import { watchMerges } from './merge-time.ts';

it('is the median of the last merges, and 0 before the first', () => {
  const merges = watchMerges();
  const merge = (task: string, startedAt: number, tookMs: number): void => {
    const [start, end] = integrated(task).map((body, index) => ({
      ...body,
      seq: index + 1,
      at: startedAt + index * tookMs,
    }));
    merges.see(start as Event);
    merges.see(end as Event);
  };
  expect(merges.medianMs()).toBe(0);
  for (const [index, tookMs] of [5_000, 7_000, 90_000].entries()) merge(`T${index}`, index * 100_000, tookMs);
  expect(merges.medianMs()).toBe(7_000);
  for (let index = 10; index < 30; index++) merge(`T${index}`, index * 100_000, 100);
  expect(merges.medianMs()).toBe(100);
});
