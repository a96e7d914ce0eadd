/** Rules about agents: how many sessions, in which one a task goes on, and when the run stops because all fail alike. */
import { describe, expect, it } from 'vitest';
import { planFrom } from '../../test/rig/plan-text.ts';
import { baselineGreen, failedGate, started, stateAfter, succeeded } from '../../test/rig/story.ts';
import type { EventBody } from '../core/event.ts';
import type { Failure } from '../core/failure.ts';
import { attemptId, taskId } from '../core/plan.ts';
import { reduce } from '../core/reduce.ts';
import type { RunState } from '../core/run-state.ts';
import { nextWake, schedule } from '../core/schedule.ts';
import { why as reasonsOf } from '../core/why.ts';
import { attemptRequest } from './attempt-request.ts';

const at = (state: RunState): number => state.record.at;
const startedTasks = (state: RunState, now = at(state)): readonly string[] =>
  schedule(state, now).flatMap((one) => (one.type === 'start-attempt' ? [one.task] : []));
const failed = (task: string, failure: Failure, ordinal = 1): EventBody => ({
  type: 'attempt-failed',
  task: taskId(task),
  attempt: attemptId(taskId(task), ordinal),
  failure,
});
const why = (state: RunState, task: string): readonly string[] =>
  reasonsOf(state, taskId(task)).map(({ code, message }) => `${code}: ${message}`);

describe('the limit of an agent', () => {
  const settings = { slots: 4, agentLimits: { scripted: 2 } };

  it('leaves slots empty, and gives the next its turn when a session ends', () => {
    const state = stateAfter(planFrom('A\nB\nC'), settings, baselineGreen);
    expect(startedTasks(state)).toEqual(['A', 'B']);
    const busy = stateAfter(
      planFrom('A\nB\nC'),
      settings,
      baselineGreen,
      started('A', 1, 0),
      started('B', 1, 1),
    );
    expect(startedTasks(busy)).toEqual([]);
    expect(why(busy, 'C')).toEqual([
      'agent: No more than 2 of the agent scripted may run at once, by its limit: A, B.',
    ]);
    const freed = stateAfter(
      planFrom('A\nB\nC'),
      settings,
      ...[baselineGreen, started('A', 1, 0), started('B', 1, 1), succeeded('A')],
    );
    expect(startedTasks(freed)).toEqual(['C']);
  });

  it('is no limit for others', () => {
    const plan = planFrom('A\nB\nC\nD');
    const tasks = plan.tasks.map((task, index) => (index > 1 ? { ...task, agent: 'other' } : task));
    const state = stateAfter(
      { ...plan, tasks },
      { ...settings, agentLimits: { scripted: 1 } },
      baselineGreen,
    );
    expect(startedTasks(state)).toEqual(['A', 'C', 'D']);
  });
});

describe('an agent whose quota is used up', () => {
  const quota = (until?: number): Failure => ({
    reason: 'quota-exhausted',
    message: 'used up',
    ...(until === undefined ? {} : { until }),
  });
  const told = (state: RunState): unknown =>
    schedule(state, at(state)).find((one) => one.type === 'announce');

  it('starts nothing before the reset, wakes then, and says why', () => {
    const state = stateAfter(planFrom('A\nB'), { gate: [] }, started('A'), failed('A', quota(90_000)));
    expect(told(state)).toMatchObject({
      news: { agent: 'scripted', because: 'quota', until: 90_000, limit: null },
    });
    expect([startedTasks(state), nextWake(state, at(state))]).toEqual([[], 90_000]);
    expect(schedule(state, at(state)).map(({ type }) => type)).toEqual(['announce']);
    expect(startedTasks(state, 89_999)).toEqual([]);
    expect(startedTasks(state, 90_000)).toEqual(['A', 'B']);
    expect(why(state, 'B')).toEqual([
      'agent: The quota of the agent scripted is used up; `tutti resume` tries it at once.',
    ]);
  });

  it.each([
    ['gate-failed', ['A', 'B']],
    ['empty-result', ['A', 'B']],
    // Of these nobody knows whether the service said anything.
    ['agent-failed', ['A']],
    ['stalled', ['A']],
  ] as const)(
    'of which nobody told the reset is tried by one session; after %s %j start',
    (reason, expected) => {
      const state = stateAfter(
        planFrom('A\nB'),
        { gate: [] },
        ...[started('A'), failed('A', quota()), started('A', 2), failed('A', { reason, message: 'm' }, 2)],
      );
      expect(startedTasks(state, at(state) + 3_600_000)).toEqual(expected);
    },
  );

  it('is tried at once when somebody says so', () => {
    const state = stateAfter(
      planFrom('A'),
      { gate: [] },
      ...[started('A'), failed('A', quota(9_000_000)), { type: 'resume-requested' } as const],
    );
    expect(startedTasks(state)).toEqual(['A']);
    const other = stateAfter(
      planFrom('A\nB'),
      { gate: [], slots: 1 },
      ...[started('A'), failed('A', quota(9_000_000)), { type: 'resume-requested' } as const],
    );
    expect(startedTasks(other)).toEqual(['A']);
  });
});

describe('tasks that fail one after the other', () => {
  const red = (task: string, text: string): Failure => ({
    reason: 'gate-failed',
    message: 'The gate step "test" ended with code 1.',
    feedback: `${text} in /w/${task}/a.ts after ${task.length * 17} ms`,
  });
  const story = (...failures: readonly (readonly [string, Failure])[]): RunState =>
    stateAfter(
      planFrom('A\nB\nC\nD'),
      { slots: 4 },
      baselineGreen,
      ...['A', 'B', 'C', 'D'].map((task, slot) => started(task, 1, slot)),
      ...failures.map(([task, failure]) => failed(task, failure)),
    );
  const fault = (state: RunState): unknown =>
    schedule(state, at(state)).flatMap((one) => (one.type === 'announce' ? [one.news] : []))[0];

  it('in the same way are not to blame', () => {
    const state = story(
      ['A', red('A', 'no such table')],
      ['B', red('B', 'no such table')],
      ['C', red('C', 'no such table')],
    );
    expect(fault(state)).toMatchObject({
      type: 'fault-raised',
      code: 'same-failure',
      message: '3 tasks in a row failed in the same way (A, B, C).',
    });
    // One thing at a time: nothing starts beside it.
    expect(schedule(state, at(state))).toHaveLength(1);
  });

  it.each<[string, readonly (readonly [string, Failure])[]]>([
    [
      'two only',
      [
        ['A', red('A', 'x')],
        ['B', red('B', 'x')],
      ],
    ],
    [
      'each in its own way',
      [
        ['A', red('A', 'x')],
        ['B', red('B', 'y')],
        ['C', red('C', 'z')],
      ],
    ],
    [
      'by conflicts',
      ['A', 'B', 'C'].map((task) => [task, { reason: 'cancelled', message: 'same' }] as const),
    ],
  ])('but %s are', (_, failures) => expect(fault(story(...failures))).toBe(undefined));

  it('are forgotten when one succeeds in between', () => {
    const state = stateAfter(
      planFrom('A\nB\nC\nD'),
      { slots: 4 },
      baselineGreen,
      ...['A', 'B', 'C', 'D'].map((task, slot) => started(task, 1, slot)),
      ...[failedGate('A'), failedGate('B'), succeeded('D'), failedGate('C')],
    );
    expect(fault(state)).toBe(undefined);
  });

  it('are forgotten when somebody has looked', () => {
    const state = stateAfter(
      planFrom('A\nB\nC'),
      {},
      baselineGreen,
      ...['A', 'B', 'C'].map((task, slot) => started(task, 1, slot)),
      ...[failedGate('A'), failedGate('B'), failedGate('C')],
      { type: 'fault-raised', code: 'same-failure', message: 'm', fix: 'f' },
      { type: 'run-paused', reason: 'r' },
      { type: 'engine-started', pid: 1, version: 'v' },
    );
    expect(startedTasks(state)).toEqual(['A', 'B', 'C']);
  });
});

it('failures that came while the run drained do not stop the next engine', () => {
  const tasks = ['A', 'B', 'C', 'D', 'E', 'F'];
  const state = stateAfter(
    planFrom(tasks.join('\n')),
    { slots: 6 },
    ...[baselineGreen, ...tasks.map((task, slot) => started(task, 1, slot))],
    ...[failedGate('A'), failedGate('B'), failedGate('C')],
    { type: 'fault-raised', code: 'same-failure', message: 'm', fix: 'f' },
    ...[failedGate('D'), failedGate('E'), failedGate('F')],
    { type: 'run-paused', reason: 'r' },
    { type: 'engine-started', pid: 1, version: 'v' },
  );
  expect(startedTasks(state)).toEqual(tasks);
});

it('a log-in that expired for all slots at once is one fault: the next engine starts', () => {
  const tasks = ['A', 'B', 'C'];
  const message = 'The agent scripted is not logged in. It says: "401 Unauthorized".';
  const state = stateAfter(
    planFrom(tasks.join('\n')),
    { slots: 3 },
    ...[baselineGreen, ...tasks.map((task, slot) => started(task, 1, slot))],
    { type: 'fault-raised', code: 'agent-refused', message, fix: 'Log in, then `tutti resume`.' },
    ...tasks.map((task) => failed(task, { reason: 'workspace-failed', message })),
    { type: 'run-paused', reason: 'r' },
    { type: 'engine-started', pid: 1, version: 'v' },
  );
  expect(startedTasks(state, at(state) + 60_000)).toEqual(tasks);
});

describe('an earlier session of the agent', () => {
  const usage = { inputTokens: 5, outputTokens: 6, cacheReadTokens: 7 };
  const opened = (task: string, session: string): readonly EventBody[] => [
    {
      type: 'workspace-prepared',
      task: taskId(task),
      attempt: attemptId(taskId(task), 1),
      path: '/w/2',
      head: 'h' as never,
    },
    { type: 'session-opened', task: taskId(task), attempt: attemptId(taskId(task), 1), session },
    { type: 'usage-reported', task: taskId(task), attempt: attemptId(taskId(task), 1), usage },
  ];
  const endedWith = (failure: Failure, more: object = {}): RunState =>
    stateAfter(
      planFrom('A\nB'),
      { slots: 3, ...more },
      ...[baselineGreen, started('A', 1, 2), ...opened('A', 's-1'), failed('A', failure)],
    );
  const resumed = (state: RunState): unknown => {
    const start = schedule(state, at(state) + 60_000).find(
      (one) => one.type === 'start-attempt' && one.task === 'A',
    );
    if (start?.type !== 'start-attempt') return undefined;
    reduce(state, { ...start, type: 'attempt-started', seq: state.record.seq + 1, at: at(state) });
    return [start.slot, attemptRequest(state, 0).resume];
  };

  it.each([
    ['gate-failed', true],
    ['merge-conflict', true],
    ['agent-crashed', false],
    ['cancelled', false],
    ['engine-died', false],
  ] as const)('is gone on with after %s, in the slot where it was', (reason, wasThrough) => {
    expect(resumed(endedWith({ reason, message: 'm' }))).toEqual([
      2,
      { session: 's-1', workspace: '/w/2', used: usage, wasThrough },
    ]);
  });

  it.each(['stalled', 'timed-out', 'empty-result', 'context-exhausted', 'left-workspace'] as const)(
    'is left behind after %s',
    (reason) => expect(resumed(endedWith({ reason, message: 'm' }))).toEqual([0, undefined]),
  );

  it('is left behind for good, also when the next one ends before it has a name', () => {
    const state = stateAfter(
      planFrom('A\nB'),
      { slots: 3 },
      ...[baselineGreen, started('A', 1, 2), ...opened('A', 's-1')],
      ...[failed('A', { reason: 'context-exhausted', message: 'm' }), started('A', 2, 0)],
      failed('A', { reason: 'agent-crashed', message: 'm' }, 2),
    );
    expect(resumed(state)).toEqual([0, undefined]);
  });

  it("is no other agent's", () => {
    const routing = [{ attempt: 2, agent: 'stronger' }];
    expect(resumed(endedWith({ reason: 'gate-failed', message: 'm' }, { routing }))).toEqual([0, undefined]);
  });
});
