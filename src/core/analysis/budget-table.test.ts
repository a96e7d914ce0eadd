import { expect, it } from 'vitest';
import { makeTask, type Task, taskId } from '../plan.ts';
import { budgetTable } from './budget-table.ts';

const open = () => true;

/** The table of one task for each reservation. */
const tableOf = (
  reservations: readonly number[],
  waves: readonly number[],
  budget: { readonly slots: number; readonly tokens: number | null },
  isOpen: (task: Task) => boolean = open,
) => {
  const tasks = reservations.map((_, index) => makeTask({ id: taskId(`T-${index}`) }));
  return budgetTable(tasks, waves, isOpen, { reservations, ...budget });
};

it('needs tokens for the tasks that would run at once, not for the whole wave', () => {
  const { waves, total } = tableOf([10, 40, 30, 20, 50_000], [0, 0, 0, 0, 1], { slots: 2, tokens: 100 });
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

it('counts what is done neither as work nor as use', () => {
  const done = new Set(['T-0', 'T-1']);
  const { waves } = tableOf([10, 10, 10], [0, 1, 1], { slots: 7, tokens: 10 }, ({ id }) => !done.has(id));
  expect(waves).toEqual([
    { wave: 1, tasks: 1, atOnce: 1, required: 10, available: 10, shortfall: 0, fits: 1, total: 10 },
  ]);
});

it('says how many fit when not all do', () => {
  const [wave] = tableOf([60, 30, 50], [0, 0, 0], { slots: 7, tokens: 110 }).waves;
  expect([wave?.required, wave?.shortfall, wave?.fits]).toEqual([140, 30, 2]);
});

it('has no shortfall without a budget', () => {
  const [wave] = tableOf([50_000, 50_000], [0, 0], { slots: 1, tokens: null }).waves;
  expect([wave?.available, wave?.shortfall, wave?.fits]).toEqual([null, 0, 1]);
});
