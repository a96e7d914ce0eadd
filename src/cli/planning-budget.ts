/** Reads the budget that origin A keeps beside its plans; writes nothing back. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface StatedBudget {
  /** Null: no limit. */
  readonly tokens: number | null;
  /** Where it is stated; null where it is not. */
  readonly from: string | null;
}

/** The budget that origin A keeps beside its plans, less what it has used; undefined when there is none that can be read. */
export function planningBudget(root: string): StatedBudget | undefined {
  const file = '.planning/token_budget.json';
  try {
    const { maxTokens, currentUsage = 0 } = JSON.parse(readFileSync(join(root, file), 'utf8')) ?? {};
    if (!isCount(maxTokens) || !isCount(currentUsage)) return undefined;
    return { tokens: Math.max(0, maxTokens - currentUsage), from: file };
  } catch {
    return undefined;
  }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
