import { expect, it } from 'vitest';
import { planFrom } from '../../test/rig/plan-text.ts';
import { scenarioOf } from '../../test/rig/random-scenario.ts';
import { criticalTasks, edgeSavings } from './edge-savings.ts';

/** A (3 s) before B (2 s) before C (1 s), and D (2.5 s) beside them. */
const scenario = scenarioOf(
  planFrom('A\nB: A\nC: B\nD'),
  [3, 2, 1, 2.5].map((seconds) => ({ durationMs: seconds * 1_000 })),
  { slots: 4 },
);

it('gives the dependencies without which the run would be shorter, the best first', () => {
  expect(criticalTasks(scenario)).toEqual({ tasks: ['A', 'B', 'C'], lengthMs: 6_000 });
  expect(edgeSavings(scenario, 5)).toEqual([
    { task: 'B', dependency: 'A', savedMs: 3_000 },
    { task: 'C', dependency: 'B', savedMs: 1_000 },
  ]);
  expect(edgeSavings(scenario, 1)).toHaveLength(1);
});

it('gives none where it is not the dependencies that hold the run back', () => {
  const oneSlot = { ...scenario, settings: { ...scenario.settings, slots: 1 } };
  expect(edgeSavings(oneSlot, 5)).toEqual([]);
  expect(edgeSavings(scenarioOf(planFrom(''), []), 5)).toEqual([]);
});
