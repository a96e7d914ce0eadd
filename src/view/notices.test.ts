/** Which events somebody who does not look is told of, and what. */
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
import type { Event, EventBody } from '../core/event.ts';
import type { Notice } from '../core/notice.ts';
import { attemptId, makeTask, taskId } from '../core/plan.ts';
import { reduce } from '../core/reduce.ts';
import type { RunState } from '../core/run-state.ts';
import { noCounts } from '../core/run-state.ts';
import { joined, noticeOf } from './notices.ts';

/** Notices of these events, one after the other. */
function noticesOf(state: RunState, ...bodies: readonly EventBody[]): (Notice | undefined)[] {
  return bodies.map((body) => {
    const { seq, at } = state.record;
    const event = { ...body, seq: seq + 1, at: at + 1_000 } as Event;
    reduce(state, event);
    return noticeOf(event, state);
  });
}

const about = { run: 'r1', title: 'test' };
const plan = planFrom('A\nB: A\nC\nD');
const paused = (reason: string): EventBody => ({ type: 'run-paused', reason });
const begin = () => stateAfter(plan, { retries: 0 }, baselineGreen, started('A'));

describe('a notice', () => {
  it('is not sent for what goes as it should, nor for a failure that is repaired', () => {
    const state = stateAfter(plan, { retries: 3 }, baselineGreen, started('A'));
    expect(noticesOf(state, failedGate('A'), { ...started('A', 2), kind: 'repair' } as EventBody)).toEqual([
      undefined,
      undefined,
    ]);
    expect(noticesOf(state, succeeded('A', 2), ...integrated('A')).every((one) => one === undefined)).toBe(
      true,
    );
  });

  it('says which task needs somebody, and that the others go on', () => {
    const told = noticesOf(begin(), failedGate('A'));
    expect(told).toEqual([
      {
        ...about,
        event: 'attention',
        tasks: ['A'],
        message:
          'A failed: The gate step "test" ended with code 1. — A needs manual intervention. 2 other tasks continue.',
      },
    ]);
  });

  it('says that it is the turn of a person', () => {
    const forPeople = planFrom('A\nB: A\nC: A\nD: A\nE: A\nF: A', (task) =>
      task.id === 'A' ? task : makeTask({ ...task, autonomous: false }),
    );
    const state = stateAfter(forPeople, {}, baselineGreen, started('A'));
    expect(noticesOf(state, succeeded('A'), ...integrated('A'))).toEqual([
      undefined,
      undefined,
      {
        ...{ ...about, event: 'attention', tasks: ['B', 'C', 'D', 'E', 'F'] },
        message: 'B, C, D and 2 others: the plan says that a person does it',
      },
    ]);
  });

  it('passes advice on', () => {
    const advised: EventBody = {
      ...{ type: 'pause-advised', task: taskId('A'), attempt: attemptId(taskId('A'), 1) },
      ...{ leftMs: 10_000_000, waiting: 12 },
    };
    expect(noticesOf(begin(), advised)).toMatchObject([
      { event: 'attention', tasks: ['A'], message: expect.stringContaining('`tutti pause A` would let 12') },
    ]);
  });

  it('tells a pause that nobody asked for, and who is needed', () => {
    const [first, second] = noticesOf(begin(), failedGate('A'), paused('The disk is full. Make room.'));
    expect(first).toBeDefined();
    expect(second).toEqual({
      ...{
        ...about,
        event: 'paused',
        tasks: [],
        message: 'paused: The disk is full. Make room.; A needs you',
      },
    });
  });

  it('tells no pause that somebody asked for', () => {
    for (const type of ['pause-requested', 'stop-requested'] as const) {
      const state = stateAfter(plan, {}, baselineGreen, { type });
      expect(noticesOf(state, paused(state.record.reason))).toEqual([undefined]);
    }
  });

  it('tells the end', () => {
    const counts = noCounts();
    const ended: EventBody = { type: 'run-ended', outcome: 'incomplete', counts };
    expect(noticesOf(begin(), failedGate('A'), ended)[1]).toEqual({
      ...{ ...about, event: 'ended', tasks: [], message: 'ended: 0 of 4 tasks done; A needs you' },
    });
    const done: EventBody = { type: 'run-ended', outcome: 'all-done', counts };
    expect(noticesOf(begin(), done)[0]?.message).toBe('all done: 4 tasks');
  });

  it('is plain, short text, whatever stands in the plan', () => {
    const hostile = planFrom('A\nB', (task) =>
      task.id === 'A' ? makeTask({ id: taskId(`A\u001b[31m\n\0${'x'.repeat(500)}`) }) : task,
    );
    const id = hostile.tasks[0]?.id ?? '';
    const state = stateAfter(
      { ...hostile, name: 'Shop\u0007\n2' },
      { retries: 0 },
      baselineGreen,
      started(id),
    );
    const [notice] = noticesOf(state, failedGate(id));
    expect(notice?.title).toBe('Shop 2');
    expect([notice?.message.length, notice?.tasks[0]?.slice(0, 4)]).toEqual([300, 'A xx']);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
    expect(JSON.stringify(notice)).not.toMatch(/\\u00|[\u0000-\u001f]/);
  });
});

it('several notices become one', () => {
  const one = (id: string): Notice => ({
    ...{ event: 'attention', run: 'r1' as Notice['run'], title: 'test' },
    ...{ tasks: [id], message: `${id} failed.` },
  });
  expect(joined([one('A'), one('B'), one('A')])).toEqual({
    ...one('A'),
    tasks: ['A', 'B'],
    message: 'A failed. B failed.',
  });
});
