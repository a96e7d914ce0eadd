/** The story of a run for tests of reports: a pause, a repair, a module, and a task that needs somebody at the end. */
import type { EventBody, StepResult, Usage } from '../../src/core/event.ts';
import { attemptId, type Plan, taskId } from '../../src/core/plan.ts';
import { noCounts } from '../../src/core/run-state.ts';
import { makeReport, type ReportFacts } from '../../src/view/make-report.ts';
import type { LineChange, Report } from '../../src/view/report.ts';
import { readHistory } from '../../src/view/run-history.ts';
import { planFrom } from './plan-text.ts';
import {
  engineStarted,
  eventsAt,
  failedGate,
  integrated,
  type Moment,
  started,
  succeeded,
  verifying,
} from './story.ts';

const step = (name: string, verdict: StepResult['verdict']): StepResult => ({
  ...{ name, verdict, exitCode: verdict === 'passed' ? 0 : 1, durationMs: 1, output: '' },
});
const used = (task: string, ordinal: number, usage: Usage): EventBody => ({
  ...{ type: 'usage-reported', task: taskId(task), attempt: attemptId(taskId(task), ordinal), usage },
});
const [mergingOf, mergedOf] = [0, 1].map(
  (index) => (task: string) => integrated(task)[index] as EventBody,
) as [(task: string) => EventBody, (task: string) => EventBody];
const settings = {
  slots: 2,
  retries: 1,
  gate: [
    { name: 'test', run: 'x' },
    { name: 'lint', run: 'x' },
  ],
};

export const storyPlan: Plan = planFrom('A\nB: A\nC\nD: C', (task) =>
  ['A', 'B'].includes(task.id) ? { ...task, module: 'shop', title: `Do ${task.id}` } : task,
);

/** Until its pause A, B and C are done; D, which the next engine takes up, never is. */
export const untilPause: readonly Moment[] = [
  [0, engineStarted],
  [0, { type: 'baseline-recorded', steps: [step('test', 'passed'), step('lint', 'failed')] }],
  [0, started('A')],
  [0, started('C', 1, 1)],
  [8, verifying('A')],
  [9, used('A', 1, { inputTokens: 1_000, outputTokens: 100, cacheReadTokens: 500, costUsd: 0.5 })],
  [10, succeeded('A')],
  [10, mergingOf('A')],
  [12, mergedOf('A')],
  [12, started('B')],
  [18, verifying('C')],
  [20, failedGate('C')],
  [20, { ...started('C', 2, 1), kind: 'repair' } as EventBody],
  [22, { type: 'pause-requested' }],
  [24, succeeded('B')],
  [24, mergingOf('B')],
  [25, mergedOf('B')],
  [30, succeeded('C', 2)],
  [30, mergingOf('C')],
  [31, mergedOf('C')],
  [31, { type: 'run-paused', reason: 'paused by request' }],
];
export const afterPause: readonly Moment[] = [
  [100, engineStarted],
  [100, started('D')],
  [106, verifying('D')],
  [110, failedGate('D')],
  [110, { ...started('D', 2), kind: 'repair' } as EventBody],
  // A report that comes late.
  [112, used('D', 1, { inputTokens: 40, outputTokens: 10, cacheReadTokens: 0, costUsd: 0.25 })],
  [120, failedGate('D', 2)],
  [120, { type: 'workspace-keep-started', task: taskId('D') }],
  [121, { type: 'workspace-kept', task: taskId('D'), path: "/w/it's" }],
  [121, { type: 'run-ended', outcome: 'incomplete', counts: noCounts() }],
];

/** As git would tell them. */
export const lines = new Map<string, LineChange>([
  ['A-merge', { files: 1, added: 5, removed: 1 }],
  ['B-merge', { files: 2, added: 7, removed: 0 }],
  ['C-merge', { files: 3, added: 1_000, removed: 20 }],
]);

/** What can be said after these moments. */
export const reportAfter = (
  moments: readonly Moment[],
  facts: Partial<ReportFacts> = {},
  plan: Plan = storyPlan,
): Report =>
  makeReport(readHistory(eventsAt(plan, settings, ...moments)), {
    now: null,
    isCurrent: true,
    lines,
    ...facts,
  });
