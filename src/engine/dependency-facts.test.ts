import { expect, it } from 'vitest';
import { planFrom } from '../../test/rig/plan-text.ts';
import {
  BASE,
  baselineGreen,
  createdEvent,
  integrated,
  started,
  stateAfter,
  succeeded,
} from '../../test/rig/story.ts';
import type { EventBody } from '../core/event.ts';
import { type Plan, taskId } from '../core/plan.ts';
import type { RunState } from '../core/run-state.ts';
import { readSnapshot, writeSnapshot } from '../core/snapshot.ts';
import { dependencyFacts } from './dependency-facts.ts';

const factsOf = (state: RunState, id: string) => {
  const { dependencies, furtherDependencies } = dependencyFacts(
    state,
    state.graph.positions.get(taskId(id)) ?? -1,
  );
  return { dependencies, further: furtherDependencies };
};

const plan = planFrom(`
  A
  B
  C
  D: A
  E: D, B, C
`);
const withWords = (task: string, summary: string): EventBody =>
  ({ ...succeeded(task), summary }) as EventBody;
const story: EventBody[] = [
  { type: 'task-skipped', task: taskId('C'), because: 'done-in-source' },
  baselineGreen,
  started('A'),
  withWords('A', 'All done.'),
  ...integrated('A'),
  { type: 'cancel-requested', task: taskId('B'), satisfied: true },
];
const done = { title: 'A', outcome: 'done', commit: 'A-merge' };

it('say what became of each, with the last words of its agent', () => {
  const state = stateAfter(plan, {}, ...story);
  expect(factsOf(state, 'D')).toEqual({
    dependencies: [{ task: 'A', ...done, summary: 'All done.' }],
    further: [],
  });
  expect(factsOf(state, 'E')).toEqual({
    dependencies: [
      { task: 'D', title: 'D', outcome: 'open', commit: null },
      { task: 'B', title: 'B', outcome: 'given-up', commit: null },
      { task: 'C', title: 'C', outcome: 'done', commit: null },
    ],
    further: ['A'],
  });
});

it('are the same from a snapshot', () => {
  const state = stateAfter(plan, {}, ...story);
  const again = readSnapshot(createdEvent(plan), writeSnapshot(state)) as RunState;
  expect(factsOf(again, 'D')).toEqual(factsOf(state, 'D'));
});

it('keep the words of who did the work, not of who repaired it', () => {
  const failure = { reason: 'merge-gate-failed', message: '', feedback: '' } as const;
  const state = stateAfter(
    plan,
    {},
    baselineGreen,
    started('A'),
    withWords('A', 'All done.'),
    ...integrated('A').slice(0, 1),
    { type: 'integration-failed', task: taskId('A'), failure, onto: BASE },
    started('A', 2),
    { ...succeeded('A', 2), summary: 'Repaired.' } as EventBody,
    ...integrated('A'),
  );
  expect(factsOf(state, 'D').dependencies).toEqual([{ task: 'A', ...done, summary: 'All done.' }]);
});

it('forget the words of work that was thrown away', () => {
  const again: EventBody = { ...started('A', 2), restart: true } as EventBody;
  const failure = { reason: 'merge-conflict', message: '', feedback: '' } as const;
  const state = stateAfter(
    plan,
    {},
    baselineGreen,
    started('A'),
    withWords('A', 'Half of it.'),
    ...integrated('A').slice(0, 1),
    { type: 'integration-failed', task: taskId('A'), failure, onto: BASE },
    again,
    succeeded('A', 2),
    ...integrated('A'),
  );
  expect(factsOf(state, 'D').dependencies).toEqual([{ task: 'A', ...done }]);
});

it('leave out what is far away when it is much', () => {
  const chain = (length: number): Plan =>
    planFrom(
      Array.from({ length }, (_, index) => (index === 0 ? 'T0' : `T${index}: T${index - 1}`)).join('\n'),
    );
  expect(factsOf(stateAfter(chain(22), {}), 'T21').further).toHaveLength(20);
  expect(factsOf(stateAfter(chain(23), {}), 'T22').further).toEqual([]);
});
