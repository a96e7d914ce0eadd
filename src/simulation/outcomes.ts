/** What becomes of each effect in a simulated world: how long it takes, and the events that it ends with. */
import type { AttemptFailed, AttemptSucceeded, TaskIntegrated, UsageReported } from '../core/event.ts';
import { type AttemptId, commit, type Task } from '../core/plan.ts';
import { type Chance, drawAttempt } from './chance.ts';
import type { Scenario } from './scenario.ts';

export interface Outcome<Report> {
  readonly afterMs: number;
  readonly reports: readonly Report[];
}

export type AttemptEnd = UsageReported | AttemptSucceeded | AttemptFailed;

export interface Outcomes {
  attempt(task: Task, attempt: AttemptId, ordinal: number): Outcome<AttemptEnd>;
  integration(task: Task): Outcome<TaskIntegrated>;
}

export function outcomesOf({
  plan,
  estimates,
  settings,
  integrationMs,
}: Scenario): (chance: Chance) => Outcomes {
  const estimateOf = new Map(plan.tasks.map(({ id }, position) => [id, estimates[position]]));
  return (chance) => ({
    attempt({ id: task, workspace }, attempt, ordinal) {
      const estimate = estimateOf.get(task);
      if (estimate === undefined) throw new RangeError(`no estimate for ${task}`);
      const { durationMs, succeeds, tokens, costUsd } = drawAttempt(estimate, chance, task, ordinal);
      const isLast = chance.lastSucceeds === true && ordinal > settings.retries;
      const ids = { task, attempt };
      const usage = { inputTokens: tokens, outputTokens: 0, cacheReadTokens: 0, costUsd };
      const end: AttemptEnd =
        succeeds || isLast
          ? {
              ...ids,
              type: 'attempt-succeeded',
              commit: workspace === 'none' ? null : commit(attempt),
              commits: 1,
            }
          : {
              ...ids,
              type: 'attempt-failed',
              failure: { reason: 'gate-failed', message: 'the simulated gate fails' },
            };
      return { afterMs: durationMs, reports: [{ ...ids, type: 'usage-reported', usage }, end] };
    },
    integration: ({ id }) => ({
      afterMs: integrationMs,
      reports: [{ type: 'task-integrated', task: id, commit: commit(`merge of ${id}`) }],
    }),
  });
}
