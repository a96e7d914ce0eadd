import { expect, it } from 'vitest';
import { planFrom } from '../../test/rig/plan-text.ts';
import { stateAfter } from '../../test/rig/story.ts';
import { orderOf, remainingProject } from '../core/policy/remaining-project.ts';
import { orderSearch } from './order-search.ts';

/** Longest tail first starts A and B; the best schedule runs C beside D first. */
const plan = planFrom('A\nB\nC\nD: C', (task) => ({
  ...task,
  estimate: { durationMs: ({ A: 5, B: 5, C: 4, D: 6 }[task.id as string] as number) * 1000 },
  pools: task.id === 'A' || task.id === 'D' ? { db: 1 } : {},
}));
const state = stateAfter(plan, { slots: 2, order: 'plan', gate: [], pools: { db: 1 } });
/** Durations are exact: what is shortest as estimated is shortest. */
const project = { ...remainingProject(state), spreads: [] };
const request = { project, baseline: orderOf(state), seed: 1, evaluations: 200 };

it('finds a shorter schedule in a thread, the same each time', async () => {
  const search = orderSearch(60_000);
  const found = await search.search(request, new AbortController().signal);
  expect(found).toMatchObject({ before: 15_000, makespan: 11_000 });
  expect(await search.search(request, new AbortController().signal)).toEqual(found);
});

it('gives up when its time is over, or when it is told to', async () => {
  const long = { ...request, evaluations: 1_000_000_000, project: hardProject() };
  expect(await orderSearch(50).search(long, new AbortController().signal)).toBeUndefined();
  expect(await orderSearch(60_000).search(request, AbortSignal.abort())).toBeUndefined();
});

/** One whose lower bound is never reached, so that the search does not end early. */
function hardProject() {
  const tasks = Array.from({ length: 30 }, (_, index) => `T${index}`).join('\n');
  const hard = planFrom(tasks, (task) => ({
    ...task,
    estimate: { durationMs: 1000 + 377 * Number(task.id.slice(1)) },
    pools: Number(task.id.slice(1)) % 3 === 0 ? { db: 1 } : {},
  }));
  return remainingProject(stateAfter(hard, { slots: 4, gate: [], pools: { db: 1 } }));
}
