import { expect, it } from 'vitest';
import { planFrom } from '../../../test/rig/plan-text.ts';
import { baselineGreen, createdEvent, started } from '../../../test/rig/story.ts';
import type { Event, EventBody } from '../event.ts';
import type { FailureReason } from '../failure.ts';
import { attemptId, commit, taskId } from '../plan.ts';
import { attemptRecords } from './attempt-record.ts';

const plan = planFrom('A\nB', (task) =>
  task.id === 'A'
    ? {
        ...task,
        module: 'shop',
        outline: [{ phase: 'p', commits: ['x', 'y'] }],
        estimate: { durationMs: 5_000 },
      }
    : task,
);

/** One event a second, the first of them (`run-created`) at 0. */
const recordsOf = (...bodies: readonly EventBody[]) =>
  attemptRecords([
    createdEvent(plan),
    ...bodies.map((body, index): Event => ({ ...body, seq: index + 2, at: (index + 1) * 1000 })),
  ]);

const of = (task: string, ordinal = 1) => ({
  task: taskId(task),
  attempt: attemptId(taskId(task), ordinal),
});
const verifying = (task: string): EventBody => ({
  type: 'verification-started',
  ...of(task),
  commit: commit('c'),
  commits: 1,
});
const succeeded = (task: string): EventBody => ({
  type: 'attempt-succeeded',
  ...of(task),
  commit: commit('c'),
  commits: 1,
});
const failed = (task: string, reason: FailureReason): EventBody => ({
  type: 'attempt-failed',
  ...of(task),
  failure: { reason, message: '' },
});
const used = (task: string, inputTokens: number): EventBody => ({
  type: 'usage-reported',
  ...of(task),
  usage: { inputTokens, outputTokens: 50, cacheReadTokens: 500, costUsd: 0.5 },
});

it('tells what an attempt took, what it is alike, and what was expected', () => {
  const records = recordsOf(baselineGreen, started('A'), used('A', 100), succeeded('A'), used('A', 200));
  expect(records).toEqual([
    {
      attempt: 'A.1',
      kind: 'work',
      agent: 'scripted',
      module: 'shop',
      commits: 2,
      outcome: 'succeeded',
      endedAt: 4_000,
      durationMs: 2_000,
      // A report after the end counts; a tenth of what is read from a cache does.
      tokens: 300,
      costUsd: 0.5,
      statedMs: 5_000,
      estimatedMs: 5_000,
      spread: expect.closeTo(0.54, 2),
    },
  ]);
});

it('leaves the time out in which the machine slept, and attempts that still run', () => {
  const records = recordsOf(
    started('A'),
    { type: 'clock-jumped', gapMs: 1_500 },
    started('B', 1, 1),
    succeeded('A'),
  );
  expect(records.map(({ attempt, durationMs }) => [attempt, durationMs])).toEqual([['A.1', 1_500]]);
});

it.each<[string, 'failed' | 'cut-off', readonly EventBody[]]>([
  ['the gate did not pass', 'failed', [verifying('A'), failed('A', 'gate-failed')]],
  ['it was cancelled', 'cut-off', [failed('A', 'cancelled')]],
  ['it was cancelled while the gate ran', 'cut-off', [verifying('A'), failed('A', 'cancelled')]],
  ['it ran into its limit', 'cut-off', [failed('A', 'timed-out')]],
  ['it did nothing', 'cut-off', [failed('A', 'empty-result')]],
  [
    'the engine died',
    'cut-off',
    [{ type: 'attempt-recovered', ...of('A'), action: 'started-again', detail: '' }],
  ],
])('when %s, it is %s', (_, outcome, bodies) => {
  expect(recordsOf(started('A'), ...bodies).map((record) => record.outcome)).toEqual([outcome]);
});
