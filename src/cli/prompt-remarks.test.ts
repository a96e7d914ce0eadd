import { expect, it } from 'vitest';
import { planFrom } from '../../test/rig/plan-text.ts';
import {
  baselineGreen,
  failedGate,
  integrated,
  started,
  stateAfter,
  succeeded,
} from '../../test/rig/story.ts';
import type { EventBody } from '../core/event.ts';
import { taskId } from '../core/plan.ts';
import { promptRemarks } from './prompt-remarks.ts';

const plan = planFrom(`
  A
  B: A
  C: A, B
`);

function remarks(task: string, ...events: readonly EventBody[]): readonly string[] {
  const state = stateAfter(plan, { retries: 0 }, ...events);
  return promptRemarks(state, state.graph.positions.get(taskId(task)) ?? -1);
}

it('says what is not in the prompt yet', () => {
  expect(remarks('A')).toEqual([]);
  expect(remarks('B')).toEqual(['A is not done yet: what came of that will stand in the prompt.']);
  expect(remarks('C')).toEqual(['A, B are not done yet: what came of that will stand in the prompt.']);
  const done = [baselineGreen, started('A'), succeeded('A'), ...integrated('A')];
  expect(remarks('B', ...done)).toEqual([]);
  expect(remarks('B', ...done, started('B'))).toEqual([]);
});

it('says who is told it, if anybody', () => {
  expect(remarks('A', baselineGreen, started('A'), succeeded('A'), ...integrated('A'))).toEqual([
    'A is done: no agent will be told this.',
  ]);
  expect(remarks('A', baselineGreen, started('A'), failedGate('A'))).toEqual([
    'A is needs-attention: this is what its agent is told after `tutti retry A`.',
  ]);
});
