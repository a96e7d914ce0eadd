/** What `check` found, as data, and the document it prints. Looks at nothing. */
import type { Analysis } from '../../core/analysis/analyse.ts';
import type { StepResult } from '../../core/event.ts';
import type { CheckItem } from './check-item.ts';
import type { CheckedBudget } from './check-plan.ts';

export interface CheckReport {
  readonly plan: {
    readonly source: string;
    readonly format: string;
    readonly name: string;
    readonly tasks: number;
  };
  readonly items: readonly CheckItem[];
  /** Files of the checkout that agents will not see. */
  readonly unseen: readonly string[];
  readonly setup: readonly StepResult[];
  readonly gate: readonly StepResult[];
  /** What set-up and gate printed; null when nothing ran. */
  readonly logFile: string | null;
  /** Null for a plan with a cycle. */
  readonly budget: CheckedBudget | null;
  readonly overlaps: Analysis['overlaps'];
}

/** The document of `check --json`; its shape is in `check-schema`. */
export function checkDocument(report: CheckReport, isYes: boolean) {
  const { plan, items, unseen, setup, gate, logFile, budget, overlaps } = report;
  return {
    schemaVersion: 1,
    kind: 'check',
    answer: isYes ? 'yes' : 'no',
    plan,
    items,
    unseen,
    setup,
    gate,
    logFile,
    budget: budget && {
      tokens: budget.tokens,
      from: budget.from,
      slots: budget.slots,
      total: budget.total,
      waves: budget.waves,
    },
    overlaps,
  } as const;
}
