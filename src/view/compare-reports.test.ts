import { expect, it } from 'vitest';
import { planFrom } from '../../test/rig/plan-text.ts';
import { afterPause, reportAfter, untilPause } from '../../test/rig/report-story.ts';
import { compareReports } from './compare-reports.ts';
import { planRemark } from './comparison-tables.ts';

const [early, whole] = [reportAfter(untilPause), reportAfter([...untilPause, ...afterPause])];

it('gives each measure of both, and the first less the second', () => {
  const { runs, samePlan, onlyIn, measures, tasks } = compareReports(early, whole);
  expect(runs.map(({ state, at }) => [state, at])).toEqual([
    ['paused', 31_000],
    ['ended', 121_000],
  ]);
  expect([samePlan, onlyIn]).toEqual([true, [0, 0]]);
  const told = Object.fromEntries(
    measures.map(({ key, values, difference }) => [key, [...values, difference]]),
  );
  expect(told).toMatchObject({
    done: [3, 3, 0],
    attention: [0, 1, -1],
    elapsed: [31_000, 121_000, -90_000],
    active: [31_000, 52_000, -21_000],
    attempts: [4, 6, -2],
    firstTry: [2 / 3, 2 / 4, 2 / 3 - 2 / 4],
    added: [1_012, 1_012, 0],
    tokens: [1_150, 1_200, -50],
    cost: [0.5, 0.75, -0.25],
  });
  expect(tasks.at(-1)).toEqual({
    ...{ id: 'D', title: 'D', status: ['ready', 'needs-attention'], attempts: [0, 2] },
    ...{ workMs: [0, 20_000], tokens: [0, 50], differenceMs: -20_000 },
  });
  expect(compareReports(whole, early).measures.map(({ difference }) => difference)).toEqual(
    measures.map(({ difference }) => (difference === null ? null : 0 - difference)),
  );
});

it('knows nothing of what one of the two does not have', () => {
  const { measures } = compareReports(early, reportAfter([], { lines: null }));
  const unknown = measures.filter(({ difference }) => difference === null).map(({ key }) => key);
  expect(unknown).toEqual([
    ...['speedup', 'overBound', 'firstTry', 'added', 'removed', 'commitsPerHour', 'tasksPerDay', 'estimates'],
  ]);
});

it('says when the two ran something else', () => {
  const smaller = reportAfter([], {}, planFrom('A\nX\nY'));
  const renamed = { ...smaller, plan: { ...smaller.plan, name: 'other' } };
  expect(planRemark(compareReports(early, whole))).toBe('');
  expect(planRemark(compareReports(early, smaller))).toBe(
    'The two runs have different tasks of the same plan. 3 tasks only in the first, 2 only in the second.',
  );
  const comparison = compareReports(early, renamed);
  expect([comparison.samePlan, planRemark(comparison)]).toEqual([
    false,
    'The two runs are of different plans: test, and other. 3 tasks only in the first, 2 only in the second.',
  ]);
});
