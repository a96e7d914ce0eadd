import { expect, it } from 'vitest';
import { planFrom } from '../../test/rig/plan-text.ts';
import {
  BASE,
  baselineGreen,
  engineStarted,
  eventsAt,
  failedGate,
  type Moment,
  started,
  succeeded,
  verifying,
} from '../../test/rig/story.ts';
import type { EventBody } from '../core/event.ts';
import { attemptId, commit, taskId } from '../core/plan.ts';
import { readHistory } from './run-history.ts';
import type { Timeline, TimelineAttempt } from './timeline.ts';

const merging = (task: string): EventBody => ({
  type: 'integration-started',
  task: taskId(task),
  commit: commit(`${task}-work`),
  onto: BASE,
});
const merged = (task: string): EventBody => ({
  type: 'task-integrated',
  task: taskId(task),
  commit: commit(`${task}-merge`),
});
const repairing = (task: string, ordinal: number, slot = 0): EventBody =>
  ({ ...started(task, ordinal, slot), kind: 'repair' }) as EventBody;
const begin: readonly Moment[] = [
  [0, engineStarted],
  [0, baselineGreen],
];

const pictureOf = (nowSeconds: number | null, text: string, ...moments: readonly Moment[]): Timeline =>
  readHistory(eventsAt(planFrom(text), {}, ...begin, ...moments)).timeline.at(
    nowSeconds === null ? null : nowSeconds * 1_000,
  );

/** `A.1 slot 0 0-9 failed (gate-failed): working 0-5, gate 5-9`. */
const told = ({ attempt, slot, from, to, outcome, reason, spans }: TimelineAttempt): string => {
  const seconds = (at: number): number => at / 1_000;
  const why = reason === null ? '' : ` (${reason})`;
  const parts = spans.map((span) => `${span.phase} ${seconds(span.from)}-${seconds(span.to)}`);
  return `${attempt} slot ${slot} ${seconds(from)}-${seconds(to)} ${outcome}${why}: ${parts.join(', ')}`;
};

it('tells each attempt apart: agent, gate, waiting for its merge, merging', () => {
  const picture = pictureOf(
    40,
    'A\nB',
    [1, started('A')],
    [2, started('B', 1, 1)],
    [5, verifying('A')],
    [9, failedGate('A')],
    [9, repairing('A', 2)],
    [10, succeeded('B')],
    [10, merging('B')],
    [14, verifying('A', 2)],
    [16, succeeded('A', 2)],
    [20, merged('B')],
    [21, merging('A')],
    [23, merged('A')],
  );
  expect(picture.attempts.map(told)).toEqual([
    'A.1 slot 0 1-9 failed (gate-failed): working 1-5, gate 5-9',
    'B.1 slot 1 2-10 done: working 2-10, merging 10-20',
    'A.2 slot 0 9-16 done: working 9-14, gate 14-16, merge-wait 16-21, merging 21-23',
  ]);
  expect(picture.attempts.map(({ doneAt }) => doneAt)).toEqual([null, 20_000, 23_000]);
  expect(picture.slots).toEqual([{ from: 0, slots: 3 }]);
  // Plain data.
  expect(JSON.parse(JSON.stringify(picture))).toEqual(picture);
});

it('what goes on lasts until now', () => {
  const moments: readonly Moment[] = [
    [1, started('A')],
    [2, started('B', 1, 1)],
    [3, succeeded('B')],
    [5, { type: 'slots-requested', slots: 1 }],
  ];
  const picture = pictureOf(8, 'A\nB', ...moments);
  expect([picture.to, ...picture.attempts.map(told)]).toEqual([
    8_000,
    'A.1 slot 0 1-8 running: working 1-8',
    'B.1 slot 1 2-3 passed: working 2-3, merge-wait 3-8',
  ]);
  expect(picture.slots[1]).toEqual({ from: 5_000, slots: 1 });
  // Nobody is at work: what was last known is the end, and a wish is no work.
  expect(pictureOf(null, 'A\nB', ...moments).to).toBe(3_000);
});

it('a merge that fails sends its task back; one that is broken off waits again', () => {
  const conflict: EventBody = {
    type: 'integration-failed',
    task: taskId('A'),
    failure: { reason: 'merge-conflict', message: 'both' },
    onto: BASE,
  };
  const picture = pictureOf(
    20,
    'A\nB',
    [0, started('A')],
    [0, started('B', 1, 1)],
    [4, succeeded('A')],
    [4, merging('A')],
    [5, succeeded('B')],
    [6, conflict],
    [6, merging('B')],
    [7, { type: 'integration-interrupted', task: taskId('B') }],
    [9, merging('B')],
    [10, merged('B')],
  );
  expect(picture.attempts.map(told)).toEqual([
    'A.1 slot 0 0-4 not-merged (merge-conflict): working 0-4, merging 4-6',
    'B.1 slot 1 0-5 done: working 0-5, merge-wait 5-6, merging 6-7, merge-wait 7-9, merging 9-10',
  ]);
});

it('what is cancelled in the queue, with its run, was not done', () => {
  const picture = pictureOf(
    20,
    'A\nB\nC',
    [0, started('A')],
    [0, started('B', 1, 1)],
    [0, started('C', 1, 2)],
    [3, succeeded('A')],
    [4, succeeded('B')],
    [5, { type: 'cancel-requested', task: taskId('A') }],
    [7, { type: 'cancel-requested' }],
    [
      8,
      {
        type: 'attempt-failed',
        task: taskId('C'),
        attempt: attemptId(taskId('C'), 1),
        failure: { reason: 'cancelled', message: 'x' },
      },
    ],
  );
  expect(picture.attempts.map(told)).toEqual([
    'A.1 slot 0 0-3 cancelled: working 0-3, merge-wait 3-5',
    'B.1 slot 1 0-4 cancelled: working 0-4, merge-wait 4-7',
    'C.1 slot 2 0-8 cut-off (cancelled): working 0-8',
  ]);
});

it('an engine that died is a gap; what it left is told when the next one has looked', () => {
  const picture = pictureOf(
    60,
    'A\nB',
    [0, started('A')],
    [0, started('B', 1, 1)],
    [6, succeeded('B')],
    [6, merging('B')],
    [7, verifying('A')],
    [50, engineStarted],
    [
      51,
      {
        type: 'attempt-recovered',
        task: taskId('A'),
        attempt: attemptId(taskId('A'), 1),
        action: 'continued',
        detail: 'x',
      },
    ],
    [
      51,
      {
        type: 'integration-recovered',
        task: taskId('B'),
        action: 'kept',
        commit: commit('B-merge'),
        detail: 'x',
      },
    ],
  );
  expect(picture.gaps).toEqual([{ from: 7_000, to: 50_000, because: 'died' }]);
  expect(picture.attempts.map(told)).toEqual([
    'A.1 slot 0 0-51 cut-off (engine-died): working 0-7, gate 7-51',
    'B.1 slot 1 0-6 done: working 0-6, merging 6-51',
  ]);
});
