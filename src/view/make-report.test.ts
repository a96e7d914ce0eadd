import { describe, expect, it } from 'vitest';
import { planFrom } from '../../test/rig/plan-text.ts';
import { afterPause, lines, reportAfter, untilPause } from '../../test/rig/report-story.ts';
import {
  BASE,
  engineStarted,
  eventsAt,
  failedGate,
  integrated,
  type Moment,
  started,
  succeeded,
} from '../../test/rig/story.ts';
import type { EventBody } from '../core/event.ts';
import { attemptId, commit, taskId } from '../core/plan.ts';
import { makeReport } from './make-report.ts';
import { readHistory } from './run-history.ts';

describe('the report of a run with a pause, a repair and a task that was never done', () => {
  const report = reportAfter([...untilPause, ...afterPause]);

  it('has its numbers', () => {
    const { timeline, tasks, modules, attention, next, counts, budget, ...numbers } = report;
    expect(numbers).toEqual({
      schemaVersion: 1,
      kind: 'report',
      run: 'r1',
      plan: { name: 'test', source: 'test', format: 'native' },
      at: 121_000,
      state: 'ended',
      live: false,
      outcome: 'incomplete',
      reason: '',
      target: { branch: 'tutti/r1', base: BASE, commit: 'C-merge' },
      time: { startedAt: 0, endedAt: 121_000, elapsedMs: 121_000, activeMs: 52_000 },
      slots: { limit: 2, average: 72 / 52, utilisation: 72 / 104 },
      attempts: 6,
      speedup: {
        sequentialMs: 72_000,
        overSequential: 72 / 52,
        // C took 30 seconds in two attempts, and D 20 after it.
        boundMs: 50_000,
        criticalPathMs: 50_000,
        sharedWorkMs: 36_000,
        criticalPath: ['C', 'D'],
        overBound: 52 / 50,
      },
      // 3 of each in 52 seconds.
      pace: { commitsPerHour: 207.7, tasksPerDay: 4_984.6 },
      tries: { judged: 4, firstTry: 2, retried: 1, notDone: 1 },
      commits: { made: 4, merged: 3 },
      merges: { count: 3, lines: { files: 6, added: 1_012, removed: 21 } },
      tokens: { counted: 1_200, input: 1_040, output: 110, cacheRead: 500, orchestrator: 0 },
      costUsd: 0.75,
      // A, B, C and D by their first attempts; half an hour was expected of each.
      estimates: { attempts: 4, held: 4, ratio: expect.closeTo(10 / 1_800) },
      gate: {
        steps: [
          { name: 'test', counts: true },
          { name: 'lint', counts: false },
        ],
      },
    });
    expect([counts.done, counts.needsAttention, budget.tokens.used]).toEqual([3, 1, 1_200]);
    expect(timeline.gaps).toEqual([{ from: 31_000, to: 100_000, because: 'paused' }]);
  });

  it('has each task, in active time', () => {
    expect(
      report.tasks.map(({ id, attempts, workMs, mergeMs, tookMs }) => [
        id,
        attempts,
        workMs,
        mergeMs,
        tookMs,
      ]),
    ).toEqual([
      ['A', 1, 10_000, 2_000, 12_000],
      ['B', 1, 12_000, 1_000, 13_000],
      ['C', 2, 30_000, 1_000, 31_000],
      ['D', 2, 20_000, 0, 20_000],
    ]);
    expect(report.tasks[3]).toEqual({
      ...{ id: 'D', title: 'D', module: null, status: 'needs-attention', blockedBy: null },
      ...{ attempts: 2, sessions: 2, workMs: 20_000, mergeMs: 0, tookMs: 20_000 },
      ...{ estimateMs: 1_800_000, estimateFrom: 'default', tokens: 50, costUsd: 0.25 },
      ...{ commits: 1, commit: null, lines: null, failure: 'The gate step "test" ended with code 1.' },
    });
  });

  it('sums up modules, and what belongs to none', () => {
    expect(report.modules).toEqual([
      {
        ...{ module: 'shop', tasks: 2, done: 2, attempts: 2, workMs: 22_000, tokens: 1_150, costUsd: 0.5 },
        ...{ commits: 2, lines: { files: 3, added: 12, removed: 1 } },
      },
      {
        ...{ module: null, tasks: 2, done: 1, attempts: 4, workMs: 50_000, tokens: 50, costUsd: 0.25 },
        ...{ commits: 1, lines: { files: 3, added: 1_000, removed: 20 } },
      },
    ]);
  });

  it('says who has to do what', () => {
    expect(report.attention).toEqual([
      {
        ...{ task: 'D', title: 'D', status: 'needs-attention', branch: 'feat/D', workspace: "/w/it's" },
        why: 'The gate step "test" ended with code 1.',
        steps: [
          { purpose: 'what was printed', command: 'tutti logs D', about: '' },
          { purpose: "mend it in /w/it's, then", command: 'tutti resolve D', about: '' },
          { purpose: 'or let an agent try again', command: 'tutti retry D', about: '' },
        ],
      },
    ]);
    expect(report.next.map(({ command }) => command)).toEqual([
      'git log --graph --oneline tutti/r1',
      'tutti land r1',
      'tutti clean',
    ]);
    const older = reportAfter([...untilPause, ...afterPause], { isCurrent: false });
    expect(older.attention[0]?.steps[0]?.command).toBe('tutti logs D --run r1');
  });

  it('is plain data, without undefined', () => {
    expect(JSON.parse(JSON.stringify(report))).toStrictEqual(report);
  });
});

describe('a run that is not over', () => {
  it('is told up to its pause, however long ago that was', () => {
    const { time, state, next, at, tries } = reportAfter([
      ...untilPause,
      [90, { type: 'slots-requested', slots: 1 }],
    ]);
    expect({ time, state, at, tries }).toEqual({
      time: { startedAt: 0, endedAt: 31_000, elapsedMs: 31_000, activeMs: 31_000 },
      state: 'paused',
      at: 31_000,
      tries: { judged: 3, firstTry: 2, retried: 1, notDone: 0 },
    });
    expect(next[0]).toEqual({ purpose: 'go on', command: 'tutti resume r1', about: '' });
  });

  it('is told up to now while its engine is at work, and up to its last sign when it is gone', () => {
    const moments = untilPause.slice(0, 12);
    const live = reportAfter(moments, { now: 40_000 });
    const gone = reportAfter(moments);
    expect(
      [live, gone].map(({ at, live: lives, time, speedup }) => [
        at,
        lives,
        time.endedAt,
        time.activeMs,
        speedup.sequentialMs,
      ]),
    ).toEqual([
      [40_000, true, null, 40_000, 10_000 + 28_000 + 20_000],
      [20_000, false, null, 20_000, 10_000 + 8_000 + 20_000],
    ]);
    expect([live, gone].map(({ next }) => next[0]?.command)).toEqual(['tutti status r1', 'tutti resume r1']);
    expect(live.attention).toEqual([]);
  });

  it('has no rates before anything happened, and no lines where commits are lost', () => {
    const { pace, speedup, slots, attempts, modules } = reportAfter([]);
    expect({ pace, slots, attempts, works: modules.map(({ workMs }) => workMs) }).toEqual({
      pace: { commitsPerHour: null, tasksPerDay: null },
      slots: { limit: 2, average: 0, utilisation: 0 },
      attempts: 0,
      works: [0, 0],
    });
    expect(speedup).toEqual({
      ...{ sequentialMs: 0, overSequential: null, boundMs: 0, criticalPathMs: 0, sharedWorkMs: 0 },
      ...{ criticalPath: [], overBound: null },
    });
    const [without] = [reportAfter(untilPause, { lines: new Map([...lines].slice(1)) })];
    expect([without?.merges, without?.tasks[0]?.lines, without?.tasks[1]?.lines?.added]).toEqual([
      { count: 3, lines: null },
      null,
      7,
    ]);
  });
});

it('a task that nobody has worked on makes no chain of what was done beside each other', () => {
  const events = eventsAt(
    planFrom('A\nB: A\nC: B'),
    {},
    [0, engineStarted],
    [0, { type: 'baseline-recorded', steps: [] }],
    [0, { type: 'cancel-requested', task: taskId('B'), satisfied: true }],
    [0, started('A')],
    [0, started('C', 1, 1)],
    [10, succeeded('A')],
    [10, succeeded('C')],
  );
  const { speedup } = makeReport(readHistory(events), { now: 10_000, isCurrent: true, lines: null });
  expect([speedup.criticalPathMs, speedup.boundMs, speedup.overBound]).toEqual([10_000, 10_000, 1]);
});

describe('who had a first try', () => {
  const triesOf = (...moments: readonly Moment[]): unknown =>
    makeReport(readHistory(eventsAt(planFrom('A'), { retries: 3 }, [0, engineStarted], ...moments)), {
      ...{ now: null, isCurrent: true, lines: null },
    }).tries;
  const failed = (reason: 'agent-crashed' | 'cancelled'): EventBody => ({
    ...{ type: 'attempt-failed', task: taskId('A'), attempt: attemptId(taskId('A'), 1) },
    failure: { reason, message: 'x' },
  });

  it('is not asked of a session that was cut off', () => {
    const [merging, merged] = integrated('A') as [EventBody, EventBody];
    const way: readonly Moment[] = [
      [5, started('A', 2)],
      [6, succeeded('A', 2)],
      [6, merging],
      [7, merged],
    ];
    expect(triesOf([0, started('A')], [1, failed('agent-crashed')], ...way)).toEqual({
      ...{ judged: 1, firstTry: 1, retried: 0, notDone: 0 },
    });
    expect(triesOf([0, started('A')], [1, failedGate('A')], ...way)).toMatchObject({ judged: 1, retried: 1 });
  });

  it('counts a merge that failed as a failure, and a task that a person alone has done as nobody’s', () => {
    const conflict: EventBody = {
      ...{ type: 'integration-failed', task: taskId('A'), onto: BASE },
      failure: { reason: 'merge-conflict', message: 'x' },
    };
    expect(
      triesOf([0, started('A')], [1, succeeded('A')], [1, integrated('A')[0] as EventBody], [2, conflict]),
    ).toEqual({
      ...{ judged: 1, firstTry: 0, retried: 0, notDone: 1 },
    });
    expect(
      triesOf(
        [0, { type: 'cancel-requested', task: taskId('A') }],
        [1, { type: 'resolve-requested', task: taskId('A'), commit: commit('by-hand') }],
      ),
    ).toEqual({ judged: 0, firstTry: 0, retried: 0, notDone: 0 });
  });
});
