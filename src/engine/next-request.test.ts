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
import { nextRequest } from './next-request.ts';

const plan = planFrom(`
  A
  B: A
`);

/** The request after these events, as far as an agent notices. */
function next(task: string, retries: number, ...events: readonly EventBody[]) {
  const state = stateAfter(plan, { retries }, ...events);
  const request = nextRequest(state, state.graph.positions.get(taskId(task)) ?? -1);
  const { attempt, ordinal, kind, base, restart, merge, feedback, note } = request;
  return { attempt, ordinal, kind, base, restart, merge, feedback, note };
}
const first = { ordinal: 1, kind: 'work', base: 'base', restart: false };

it('is that of a first attempt, whatever still holds it', () => {
  expect(next('A', 3)).toEqual({ ...first, attempt: 'A.1' });
  expect(next('B', 3, baselineGreen, started('A'))).toEqual({ ...first, attempt: 'B.1' });
  expect(next('B', 3, baselineGreen, started('A'), succeeded('A'), ...integrated('A'))).toEqual({
    ...first,
    attempt: 'B.1',
    base: 'A-merge',
  });
});

it('is that of the attempt that runs', () => {
  expect(next('A', 3, baselineGreen, started('A'))).toEqual({ ...first, attempt: 'A.1' });
});

it('tells what went wrong, also when a person has to send the agent back', () => {
  const repair = { ...first, attempt: 'A.2', ordinal: 2, kind: 'repair', feedback: 'red' };
  const failed = [baselineGreen, started('A'), failedGate('A')];
  expect(next('A', 3, ...failed)).toEqual(repair);
  expect(next('A', 0, ...failed)).toEqual(repair);
});

it('is that of one more attempt on a task that is done or blocked', () => {
  expect(next('A', 3, baselineGreen, started('A'), succeeded('A'), ...integrated('A'))).toMatchObject({
    attempt: 'A.2',
  });
  expect(next('B', 0, baselineGreen, started('A'), failedGate('A'))).toEqual({ ...first, attempt: 'B.1' });
});
