import { describe, expect, it } from 'vitest';
import { makeTask, taskId } from '../plan.ts';
import { budgetTable } from './budget-table.ts';

/** One task per number of tokens; null says nothing. */
const tasksOf = (...tokens: readonly (number | null)[]) =>
  tokens.map((count, index) =>
    makeTask({ id: taskId(`T-${index}`), estimate: count === null ? {} : { tokens: count } }),
  );
const open = () => true;

it('needs tokens for the tasks that would run at once, not for the whole wave', () => {
  const { waves, total } = budgetTable(tasksOf(10, 40, 30, 20, null), [0, 0, 0, 0, 1], open, {
    slots: 2,
    tokens: 100,
  });
  expect({ waves, total }).toEqual({
    waves: [
      { wave: 0, tasks: 4, atOnce: 2, required: 70, available: 100, shortfall: 0, fits: 2, total: 100 },
      {
        wave: 1,
        tasks: 1,
        atOnce: 1,
        required: 50_000,
        available: 0,
        shortfall: 50_000,
        fits: 0,
        total: 50_000,
      },
    ],
    total: 50_100,
  });
});

it('takes what is known to be set aside before what the plan says', () => {
  const options = { slots: 2, tokens: 100, reservations: [40, 70] };
  expect(budgetTable(tasksOf(10, null), [0, 0], open, options).waves).toMatchObject([
    { required: 110, shortfall: 10, fits: 1 },
  ]);
});

it('counts what is done neither as work nor as use', () => {
  const done = new Set(['T-0', 'T-1']);
  const { waves } = budgetTable(tasksOf(10, 10, 10), [0, 1, 1], ({ id }) => !done.has(id), {
    slots: 7,
    tokens: 10,
  });
  expect(waves).toEqual([
    { wave: 1, tasks: 1, atOnce: 1, required: 10, available: 10, shortfall: 0, fits: 1, total: 10 },
  ]);
});

it('says how many fit when not all do', () => {
  const [wave] = budgetTable(tasksOf(60, 30, 50), [0, 0, 0], open, { slots: 7, tokens: 110 }).waves;
  expect([wave?.required, wave?.shortfall, wave?.fits]).toEqual([140, 30, 2]);
});

it('has no shortfall without a budget', () => {
  const [wave] = budgetTable(tasksOf(null, null), [0, 0], open, { slots: 1, tokens: null }).waves;
  expect([wave?.available, wave?.shortfall, wave?.fits]).toEqual([null, 0, 1]);
});

describe('a plain command', () => {
  it('needs none, unless it says so', () => {
    const tasks = [
      makeTask({ id: taskId('A'), workspace: 'none' }),
      makeTask({ id: taskId('B'), workspace: 'none', estimate: { tokens: 5 } }),
    ];
    expect(budgetTable(tasks, [0, 0], open, { slots: 2, tokens: 5 }).total).toBe(5);
  });
});
