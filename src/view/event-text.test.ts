import { expect, it } from 'vitest';
import { planFrom } from '../../test/rig/plan-text.ts';
import { BASE, baselineGreen, createdEvent, failedGate, started, stateAfter } from '../../test/rig/story.ts';
import type { Event, EventBody } from '../core/event.ts';
import { commit, taskId } from '../core/plan.ts';
import { describeEvent } from './event-text.ts';

const plan = planFrom('A\nB: A\nC');

/** The line of the last of these events. */
function lineOf(settings: { retries?: number }, ...bodies: EventBody[]): string | undefined {
  const state = stateAfter(plan, settings, ...bodies);
  const last = bodies.at(-1) as EventBody;
  return describeEvent({ ...last, seq: state.record.seq, at: 0 } as Event, state);
}

it('says what is done about a failure, and when a person is needed', () => {
  expect(lineOf({}, baselineGreen, started('A'), failedGate('A'))).toBe(
    'A failed: The gate step "test" ended with code 1. — again (repair, 1 of 4 sessions used)',
  );
  expect(lineOf({ retries: 0 }, baselineGreen, started('A'), failedGate('A'))).toBe(
    'A failed: The gate step "test" ended with code 1. — A needs manual intervention. 1 other task continues.',
  );
});

it('says so, too, when the next attempt has started already', () => {
  const state = stateAfter(plan, {}, baselineGreen, started('A'), failedGate('A'), {
    ...started('A', 2),
    kind: 'repair',
  } as EventBody);
  expect(describeEvent({ ...failedGate('A'), seq: 4, at: 0 } as Event, state)).toContain(
    '— again (repair, 1 of 4',
  );
});

it('tells a red baseline with its output', () => {
  const step = {
    name: 'npm test',
    verdict: 'failed',
    exitCode: 1,
    durationMs: 5,
    output: 'a\nError: no tests\n',
  } as const;
  expect(lineOf({}, { type: 'baseline-recorded', steps: [step] })).toBe(
    'gate: red on the base and not counted until it first passes on the target: "npm test" (code 1: a | Error: no tests). Mend it now if it should pass.',
  );
});

it('lets nothing of a plan or an agent reach the terminal as a command to it', () => {
  const evil = '\u001b[2J\u001b]0;owned\u0007\u202eevil\r\nnext\u0000';
  const events: EventBody[] = [
    { type: 'foreign-change-seen', what: evil },
    { type: 'fault-raised', code: 'disk-full', message: evil, fix: evil },
    { type: 'ref-restored', ref: evil, from: null, to: BASE, quarantine: evil },
    { type: 'cancel-requested', task: taskId('C') },
  ];
  for (const event of events) {
    const line = lineOf({}, event) ?? '';
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
    expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(line).not.toContain('owned');
  }
});

it('begins with what is to be run', () => {
  const created = createdEvent(plan);
  expect(describeEvent(created, stateAfter(plan, {}))).toBe('run r1: 3 tasks of test onto tutti/r1');
});

it('is silent about what only recovery needs', () => {
  const prepared: EventBody = {
    type: 'workspace-prepared',
    task: taskId('A'),
    attempt: 'A.1' as never,
    path: '/w',
    head: commit('base'),
  };
  expect(lineOf({}, baselineGreen, started('A'), prepared)).toBeUndefined();
});
