/** Where a task stands in its outline. */
import { expect, it } from 'vitest';
import { phaseAt } from './plan.ts';

const phase = (name: string, count: number) => ({ phase: name, commits: Array(count).fill('work') });

it.each([
  [0, 'Model', 1],
  [1, 'Model', 1],
  [2, 'API', 3],
  [3, 'Tests', 4],
  [4, 'Tests', 4],
  [99, 'Tests', 4],
])('after %i commits the next one belongs to %s', (commits, name, place) => {
  const outline = [phase('Model', 2), phase('Talk', 0), phase('API', 1), phase('Tests', 1)];
  expect(phaseAt({ outline }, commits)).toEqual({ phase: name, place, of: 4 });
});

it('is in no phase without an outline', () => {
  expect(phaseAt({ outline: [] }, 3)).toBeUndefined();
});
