import { expect, it } from 'vitest';
import { planFrom } from '../../test/rig/plan-text.ts';
import { baselineGreen, failedGate, started, stateAfter } from '../../test/rig/story.ts';
import type { EventBody } from './event.ts';
import { attemptId, taskId } from './plan.ts';
import { schedule } from './schedule.ts';

const A = taskId('A');
const startAgain = (): EventBody[] => [
  baselineGreen,
  started('A'),
  failedGate('A'),
  { type: 'workspace-keep-started', task: A },
  { type: 'workspace-kept', task: A, path: '/kept' },
  { type: 'retry-requested', task: A, fresh: true },
  { ...started('A', 2), restart: true } as EventBody,
];

it('still starts a branch over when the engine died before it had been placed', () => {
  const recovered: EventBody = {
    type: 'attempt-recovered',
    task: A,
    attempt: attemptId(A, 2),
    action: 'started-again',
    detail: 'nothing was there',
  };
  const before = stateAfter(planFrom('A'), { retries: 0 }, ...startAgain(), recovered);
  expect(schedule(before, 0)[0]).toMatchObject({ attempt: 'A.3', restart: true });
  const prepared: EventBody = {
    type: 'workspace-prepared',
    task: A,
    attempt: attemptId(A, 2),
    path: '/w',
    head: 'base' as never,
  };
  const after = stateAfter(planFrom('A'), { retries: 0 }, ...startAgain(), prepared, recovered);
  expect(schedule(after, 0)[0]).toMatchObject({ attempt: 'A.3', restart: false });
});

it('starts nobody on a worktree that is just being set aside', () => {
  const keeping: EventBody[] = [
    baselineGreen,
    started('A'),
    failedGate('A'),
    { type: 'workspace-keep-started', task: A },
    { type: 'retry-requested', task: A },
  ];
  expect(schedule(stateAfter(planFrom('A'), { retries: 0 }, ...keeping), 0)).toEqual([]);
  const kept = stateAfter(planFrom('A'), { retries: 0 }, ...keeping, {
    type: 'workspace-kept',
    task: A,
    path: '/kept',
  });
  expect(kept.tasks[0]?.kept).toBeNull();
  expect(schedule(kept, 0)[0]).toMatchObject({ type: 'start-attempt', attempt: 'A.2' });
});
