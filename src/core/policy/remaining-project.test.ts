import { expect, it } from 'vitest';
import { planFrom } from '../../../test/rig/plan-text.ts';
import { stateAfter } from '../../../test/rig/story.ts';
import { remainingProject } from './remaining-project.ts';

const files: Readonly<Record<string, readonly string[]>> = {
  A: ['src/**'],
  B: ['src/a/**', 'docs/a.md'],
  C: ['src/b/**'],
  D: ['docs/a.md'],
  E: ['lib/x.ts'],
};
const plan = planFrom('A\nB\nC\nD\nE', (task) => ({ ...task, files: files[task.id as string] ?? [] }));

/** Which tasks share a resource that only one can have. */
function excluded(conflicts: 'serialize' | 'ignore'): string[] {
  const { capacities, demands } = remainingProject(stateAfter(plan, { slots: 3, gate: [], conflicts }));
  expect(capacities.slice(1).every((capacity) => capacity === 1)).toBe(true);
  const groups = capacities.map((_, resource) =>
    plan.tasks
      .filter((_task, position) => demands[position]?.some((demand) => demand.resource === resource))
      .map(({ id }) => id)
      .join(''),
  );
  return groups.slice(1).sort();
}

it('knows tasks whose globs overlap, and excludes no others', () => {
  expect(excluded('serialize')).toEqual(['AB', 'AC', 'BD']);
  expect(excluded('ignore')).toEqual([]);
});

it('knows how many sessions of an agent may run', () => {
  const tasks = plan.tasks.map((task, index) => ({
    ...task,
    files: [],
    ...(index < 2 ? { agent: 'a' } : {}),
  }));
  const agentLimits = { a: 1, other: 4 };
  const state = stateAfter({ ...plan, tasks }, { slots: 3, gate: [], agentLimits });
  const { capacities, demands } = remainingProject(state);
  expect(capacities).toEqual([3, 1, 4]);
  const both = [
    { resource: 0, amount: 1 },
    { resource: 1, amount: 1 },
  ];
  expect(demands).toEqual([both, both, ...[2, 3, 4].map(() => [{ resource: 0, amount: 1 }])]);
});
