/** Random acyclic plans for property tests: every task depends on some of the tasks before it. */
import fc from 'fast-check';
import { makeTask, type Plan, taskId } from '../../src/core/plan.ts';

export function randomPlan(maxTasks: number): fc.Arbitrary<Plan> {
  const dependencies = fc.array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: maxTasks });
  return dependencies.map((lists) => ({
    name: 'random',
    source: 'random',
    format: 'native',
    pools: {},
    tasks: lists.map((list, position) => {
      const before = position === 0 ? [] : [...new Set(list.map((number) => number % position))];
      return makeTask({
        id: taskId(`T${position}`),
        dependsOn: before.map((number) => taskId(`T${number}`)),
      });
    }),
  }));
}
