import { describe, expect, it } from 'vitest';
import { planFrom } from '../../test/rig/plan-text.ts';
import {
  baselineGreen,
  failedGate,
  integrated,
  started,
  stateAfter,
  succeeded,
} from '../../test/rig/story.ts';
import type { EventBody } from './event.ts';
import { makeTask, taskId } from './plan.ts';
import { defaultScheduling } from './settings.ts';
import { why } from './why.ts';

const messages = (text: string, task: string, ...events: EventBody[]): string[] =>
  why(stateAfter(planFrom(text), { slots: 1, retries: 0 }, ...events), taskId(task)).map(
    ({ message }) => message,
  );

describe('why', () => {
  it.each<[string, string, string, EventBody[], string[]]>([
    ['a dependency', 'A\nB: A', 'B', [], ['It waits for A (ready).']],
    [
      'the baseline',
      'A',
      'A',
      [{ type: 'baseline-started' }],
      ['The gate is being tried on the base commit first.'],
    ],
    [
      'slots and its turn',
      'A\nB\nC',
      'C',
      [baselineGreen, started('A')],
      ['The only slot is taken: A.', 'One ready task goes first (order: critical-path).'],
    ],
    [
      'a pause',
      'A\nB',
      'B',
      [baselineGreen, started('A'), { type: 'pause-requested' }],
      ['The run is draining: paused by request', 'The only slot is taken: A.'],
    ],
    [
      'what else will hold a task that waits',
      'A\nB: A',
      'B',
      [baselineGreen, { type: 'pause-requested', task: taskId('B') }, { type: 'pause-requested' }],
      [
        'The run is draining: paused by request',
        'Somebody paused it. `tutti resume B` takes it up again.',
        'It waits for A (ready).',
      ],
    ],
    ['nothing', 'A', 'A', [baselineGreen], ['Nothing holds it: it starts next.']],
    [
      'its attempt',
      'A',
      'A',
      [baselineGreen, started('A')],
      ['Attempt A.1 (work) holds slot 0: scripted works on it.'],
    ],
    [
      'the merge queue',
      'A',
      'A',
      [baselineGreen, started('A'), succeeded('A')],
      ['It is number 1 in the merge queue.'],
    ],
    [
      'a person',
      'A',
      'A',
      [baselineGreen, started('A'), failedGate('A')],
      [
        '1 of 1 sessions used. Last: The gate step "test" ended with code 1. Mend it in branch feat/A, then `tutti resolve A`, or `tutti retry A`.',
      ],
    ],
    [
      'a broken ancestor, however far away',
      'A\nB: A\nC: B',
      'C',
      [baselineGreen, started('A'), failedGate('A')],
      [
        'It is blocked by A, which is needs-attention. The gate step "test" ended with code 1. See `tutti why A`.',
      ],
    ],
    [
      'its end',
      'A',
      'A',
      [baselineGreen, started('A'), succeeded('A'), ...integrated('A')],
      ['It is done: commit A-merge.'],
    ],
    [
      'an earlier run',
      'A',
      'A',
      [{ type: 'task-skipped', task: taskId('A'), because: 'done-in-source' }],
      ['It was done before this run (its source says so).'],
    ],
    [
      'a cancellation',
      'A',
      'A',
      [{ type: 'cancel-requested', task: taskId('A') }],
      ['It was cancelled by request.'],
    ],
  ])('names %s', (_name, text, task, events, expected) => {
    expect(messages(text, task, ...events)).toEqual(expected);
  });

  it('says until when a back-off lasts', () => {
    const state = stateAfter(planFrom('A'), {}, baselineGreen, started('A'), {
      type: 'attempt-failed',
      task: taskId('A'),
      attempt: 'A.1' as never,
      failure: { reason: 'agent-crashed', message: 'ended by SIGKILL' },
    });
    const [reason] = why(state, taskId('A'));
    expect(reason).toMatchObject({ code: 'back-off', until: state.tasks[0]?.next.notBefore });
  });

  it('tells a person that a task is theirs by plan', () => {
    const plan = planFrom('A');
    const manual = { ...plan, tasks: [makeTask({ id: taskId('A'), autonomous: false })] };
    const [reason] = why(stateAfter(manual, {}), taskId('A'));
    expect(reason?.message).toContain('Its plan says that a person does it.');
  });

  it('tells every hold with its end: wave, pool, files, budget', () => {
    const plan = planFrom('A\nB\nC: B', (task) => ({
      ...task,
      estimate: { durationMs: 60_000, tokens: 70 },
      pools: { db: 1 },
      files: ['src/**'],
    }));
    const settings = { gate: [], budget: { ...defaultScheduling.budget, tokens: 100 } };
    const running = {
      ...started('A'),
      reserved: { tokens: 70, costUsd: 0 },
    } as EventBody;
    const until = 1_000 + 60_000;
    expect(why(stateAfter(plan, settings, running), taskId('B'))).toEqual([
      {
        code: 'pool',
        message: 'It needs 1 of pool db, of which 0 of 1 are free: A.',
        tasks: ['A'],
        until,
      },
      {
        code: 'files',
        message: 'It may touch the same files as A (src/**), which has to be merged first.',
        tasks: ['A'],
        until,
      },
      {
        code: 'budget',
        message: 'Its attempt sets 70 tokens aside; 30 of the budget are neither used nor set aside.',
        tasks: [],
      },
    ]);
    const early = planFrom('A\nB\nC: B');
    const waved = stateAfter(
      early,
      { gate: [], schedule: 'barrier' },
      started('B'),
      succeeded('B'),
      ...integrated('B'),
    );
    expect(why(waved, taskId('C'))).toMatchObject([
      {
        code: 'wave',
        message:
          'It is of wave 1; of wave 0, 1 of 2 tasks are done and all of it has to be (schedule: barrier).',
        tasks: ['A'],
      },
      { code: 'turn' },
    ]);
  });

  it('tells who paused a task', () => {
    const pause: EventBody = { type: 'pause-requested', task: taskId('A') };
    expect(messages('A', 'A', baselineGreen, pause)).toEqual([
      'Somebody paused it. `tutti resume A` takes it up again.',
    ]);
  });
});
