import { expect, it } from 'vitest';
import { attemptRecord } from '../../test/rig/attempt-record.ts';
import { planFrom } from '../../test/rig/plan-text.ts';
import { createdEvent, started, stateAfter, succeeded } from '../../test/rig/story.ts';
import type { TaskEstimate } from '../core/estimate.ts';
import type { AttemptRecord } from '../core/estimates/attempt-record.ts';
import type { EventBody } from '../core/event.ts';
import { commit, type Plan, taskId } from '../core/plan.ts';
import { schedule } from '../core/schedule.ts';
import type { RunSettings } from '../core/settings.ts';
import { expectationText } from './expectation-text.ts';
import type { RunDraft } from './prepare-run.ts';
import { summaryText } from './summary-text.ts';

const estimate = (more: Partial<TaskEstimate> = {}): TaskEstimate => ({
  durationMs: 600_000,
  spread: 0,
  tokens: 100_000,
  costUsd: 0.6,
  from: 'plan',
  ...more,
});

const unpriced =
  '  note: no price is configured: $6 for a million tokens is assumed (`prices` in tutti.yaml).';

function draft(
  text: string,
  estimates: readonly TaskEstimate[],
  done: readonly string[] = [],
  more: Partial<RunSettings> = {},
): RunDraft {
  const plan = planFrom(text);
  const { run, settings, branches } = createdEvent(plan, { retries: 0, slots: 2, ...more });
  const integrated = new Map(done.map((id) => [taskId(id), commit('c')]));
  return { run, plan, settings, branches, estimates, integrated, unseen: [], warnings: [] };
}

it('says what is expected of what is left, and where that comes from', () => {
  const estimates = [estimate(), estimate(), estimate({ from: 'history', tokens: 50_000, costUsd: 0.3 })];
  expect(expectationText(draft('A\nB: A\nC: B', estimates, ['A']))).toEqual([
    '  estimates: 1 from the plan, 1 from earlier attempts here',
    '  expected (P50–P90): 20m00s · 150k tokens · $0.90',
    unpriced,
  ]);
  const corrected = [
    estimate({ correctedBy: 9 }),
    estimate({ correctedBy: 9 }),
    estimate({ from: 'default' }),
  ];
  expect(expectationText(draft('A\nB: A\nC: B', corrected))[0]).toBe(
    '  estimates: 2 from the plan, corrected by 9 earlier attempts; 1 by default',
  );
});

it('does not pass off what it does not know', () => {
  const unknown = estimate({ from: 'default', tokens: 50_000, costUsd: 0.3, durationMs: 1_800_000 });
  expect(expectationText(draft('A\nB', [unknown, unknown]))).toEqual([
    '  estimates: 2 by default',
    '  expected, roughly (P50–P90): 30m00s · 100k tokens · $0.60 if a session uses 50k tokens',
    unpriced,
  ]);
});

it('says which failures it expects, and no price that nobody needs', () => {
  const prices = { scripted: { input: 3, output: 15, cacheRead: 0.3 } };
  expect(expectationText(draft('A', [estimate()], [], { retries: 2, prices })).slice(2)).toEqual([
    '  note: 15 % of the attempts are expected to fail and to be repaired.',
  ]);
});

it('says a span where it is uncertain, and no tokens where no agent works', () => {
  const command = estimate({ spread: 0.5, tokens: 0, costUsd: 0 });
  const [, expected] = expectationText(draft('A', [command]));
  expect(expected).toMatch(/^ {2}expected \(P50–P90\): (9m|10m)\d\ds–1[789]m\d\ds · no tokens$/);
  expect(expectationText(draft('A', [command], ['A']))).toEqual([]);
});

it('tells at the end how the estimates held, when there were attempts enough', () => {
  const record = (durationMs: number): AttemptRecord => attemptRecord(durationMs, { estimatedMs: 1_000 });
  const state = stateAfter(planFrom('A'), { gate: [] }, started('A'), succeeded('A'));
  const told = (durations: readonly number[]): string[] =>
    summaryText(state, 0, durations.map(record)).filter((line) => line.includes('estimates'));
  expect(told([700, 800, 900, 5_000])).toEqual([]);
  expect(told([700, 800, 1_234, 1_800, 5_000])).toEqual([
    '  estimates: the P90 held for 4 of 5 attempts (9 in 10 is right); half took more than 1.2 × their estimate',
  ]);
  expect(told(Array(5).fill(20))).toEqual([
    '  estimates: the P90 held for 5 of 5 attempts (9 in 10 is right); they were far too high: half of the attempts took less than a tenth',
  ]);
  expect(told(Array(5).fill(20_000))).toEqual([
    '  estimates: the P90 held for 0 of 5 attempts (9 in 10 is right); they were far too low: half of the attempts took more than ten times as long',
  ]);
});

it('names the way on that does not end in the same pause', () => {
  const wayOn = (plan: Plan, settings: Partial<RunSettings>, ...story: readonly EventBody[]): string[] =>
    summaryText(stateAfter(plan, { gate: [], ...settings }, ...story), 0)
      .filter((line) => line.includes('go on:'))
      .map((line) => line.trim());
  const plan = planFrom('A\nB');
  expect(wayOn(plan, {}, { type: 'pause-requested' })).toEqual(['go on:  tutti resume r1']);
  const pauses = plan.tasks.map(({ id }): EventBody => ({ type: 'pause-requested', task: id }));
  expect(wayOn(plan, {}, ...pauses)).toEqual(['go on:  tutti resume A']);
  expect(wayOn(plan, {}, ...pauses.slice(1))).toEqual(['go on:  tutti resume r1']);
  const budget = { tokens: 10, costUsd: null, cacheWeight: 0.1, overrun: null };
  const short = stateAfter(plan, { gate: [], budget });
  // What the budget holds is found out by a decision.
  schedule(short, 0);
  expect(summaryText(short, 0).join()).toContain('tutti resume r1 --budget N');
});
