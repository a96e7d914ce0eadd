import { expect, it } from 'vitest';
import { planFrom } from '../../test/rig/plan-text.ts';
import { scenarioOf } from '../../test/rig/random-scenario.ts';
import { groupPlan } from './groups.ts';
import { coreRunner } from './run-core.ts';

const plan = planFrom('A\nB\nC: A\nD: B', (task) => ({
  ...task,
  location: { file: 'plan.yaml', line: 1 },
  dependencyLocations: task.id === 'D' ? { B: { file: 'plan.yaml', line: 7 } } : {},
}));

it('runs the members of a group together, and the groups one after the other', () => {
  const grouped = groupPlan(plan, '1, B:C');
  expect({ ...grouped, plan: 0, ungrouped: 0 }).toEqual({
    plan: 0,
    ungrouped: 0,
    groups: [['A', 'B'], ['C']],
    leftOut: ['D'],
    problems: [],
  });
  const estimates = [1, 5, 1].map((seconds) => ({ durationMs: seconds * 1_000 }));
  const scenario = scenarioOf(grouped.plan, estimates, { schedule: 'barrier', slots: 4 });
  const { attempts } = coreRunner(scenario)({ seed: 1, sample: null, failureRate: 0 });
  expect(attempts.map(({ task, startMs }) => [task, startMs])).toEqual([
    ['A', 0],
    ['B', 0],
    // It depends on A alone, but its group waits for B, too.
    ['C', 5_000],
  ]);
  expect(grouped.ungrouped.tasks.map(({ dependsOn }) => dependsOn)).toEqual([[], [], ['A']]);
});

it('takes an id before a position, and what is done for met', () => {
  const numbered = planFrom('2\n1: 2\n3: 1', (task) =>
    task.id === '1' ? { ...task, status: 'done' } : task,
  );
  const { groups, leftOut, problems } = groupPlan(numbered, '2:1,3');
  expect({ groups, leftOut, problems }).toEqual({ groups: [['2'], ['3']], leftOut: [], problems: [] });
});

it('refuses what breaks a dependency, at its place, and everything else that is wrong, at once', () => {
  const told = (text: string): string[] =>
    groupPlan(plan, text).problems.map(({ message, location }) =>
      location === undefined ? message : `${message} at ${location.file}:${location.line}`,
    );
  expect(told('A,C:D:B')).toEqual([
    'C depends on A, and both are in group 1 at plan.yaml:1',
    'D depends on B, which comes later, in group 3 after 2 at plan.yaml:7',
  ]);
  expect(told('C')).toEqual(['C depends on A, which is in no group at plan.yaml:1']);
  expect(told('A,,A:E:9')).toEqual([
    'group 1 of --groups has an empty place',
    '--groups names E, which is no task of the plan',
    '--groups names 9, which is no task of the plan',
    '--groups names A twice',
  ]);
});
