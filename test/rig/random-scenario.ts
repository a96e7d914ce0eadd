/** Random plans with durations, pools, files and priorities as scenarios for simulated runs; a seed repeats one. */
import type { TaskEstimate } from '../../src/core/estimate.ts';
import { makeTask, type Plan, taskId } from '../../src/core/plan.ts';
import { defaultScheduling } from '../../src/core/settings.ts';
import type { Scenario } from '../../src/simulation/scenario.ts';
import { randomFrom } from './seeded-random.ts';

export interface RandomScenarioOptions {
  readonly maxTasks: number;
  /** Tasks name files, of which few exist. */
  readonly files?: boolean;
}

/** Settings of a scenario but for what `change` says. */
export const scenarioOf = (
  plan: Plan,
  estimates: readonly Partial<TaskEstimate>[],
  change: Partial<Scenario['settings']> = {},
  integrationMs = 0,
): Scenario => ({
  plan,
  estimates: plan.tasks.map((_, position) => ({
    durationMs: 1_000,
    spread: 0.5,
    tokens: 1_000,
    costUsd: 0.01,
    from: 'plan',
    ...estimates[position],
  })),
  settings: { ...defaultScheduling, slots: 2, retries: 3, pools: plan.pools, ...change },
  integrationMs,
});

/** Every task depends on some of the tasks before it. */
export function randomScenario(seed: number, { maxTasks, files = false }: RandomScenarioOptions): Scenario {
  const { wholeNumber, pick } = randomFrom(seed);
  const count = wholeNumber(1, maxTasks);
  const density = wholeNumber(0, 3);
  const tasks = Array.from({ length: count }, (_, position) => {
    const dependencies = Array.from({ length: position === 0 ? 0 : wholeNumber(0, density) }, () =>
      wholeNumber(0, position - 1),
    );
    const priority = wholeNumber(0, 3);
    return makeTask({
      id: taskId(`T${position}`),
      dependsOn: [...new Set(dependencies)].map((other) => taskId(`T${other}`)),
      pools: pick([{}, {}, { database: wholeNumber(1, 2) }, { gpu: 1 }, { database: 1, gpu: 1 }]),
      files: files ? pick([[], ['src/a/**'], ['src/a/b.ts', 'docs/*.md'], ['src/**']]) : [],
      workspace: pick(['worktree', 'worktree', 'worktree', 'none']),
      ...(priority === 0 ? {} : { priority }),
    });
  });
  const pools = { database: wholeNumber(2, 3), gpu: wholeNumber(1, 2) };
  const plan: Plan = { name: 'random', source: 'random', format: 'native', tasks, pools };
  // Few different durations, so that much ends at the same moment.
  const estimates = tasks.map(() => ({
    durationMs: wholeNumber(1, pick([5, 1_000])),
    tokens: wholeNumber(0, 3) * 1_000,
  }));
  return scenarioOf(plan, estimates, { slots: wholeNumber(1, 5) }, pick([0, 0, 3]));
}
