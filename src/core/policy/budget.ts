/** The arithmetic of the budget: what usage counts, what is left, which marks it passes. Keeps nothing. */
import type { Usage } from '../event.ts';
import type { BudgetSettings, Price, Spending } from '../settings.ts';

/** Percent of the budget at which usage is told. */
export const BUDGET_MARKS = [50, 65, 80, 90, 95] as const;

export type BudgetUnit = 'tokens' | 'cost';

export const nothingSpent: Spending = { tokens: 0, costUsd: 0 };

const TOKENS_PER_PRICE = 1_000_000;

/** US dollars per million tokens of an agent whose price nobody gave. */
export const USUAL_PRICE = 6;

/** As little as that of what is read from a cache. */
export const usualPrice: Price = { input: USUAL_PRICE, output: USUAL_PRICE, cacheRead: USUAL_PRICE / 10 };

/** What usage counts against the budget; money is computed where the agent names none. */
export function spendingOf(
  usage: Usage,
  { cacheWeight }: BudgetSettings,
  price: Price | undefined,
): Spending {
  const { inputTokens, outputTokens, cacheReadTokens, costUsd } = usage;
  const computed =
    price === undefined
      ? 0
      : (inputTokens * price.input + outputTokens * price.output + cacheReadTokens * price.cacheRead) /
        TOKENS_PER_PRICE;
  return {
    tokens: Math.round(inputTokens + outputTokens + cacheWeight * cacheReadTokens),
    costUsd: costUsd ?? computed,
  };
}

export const plus = (a: Spending, b: Spending): Spending => ({
  tokens: a.tokens + b.tokens,
  costUsd: a.costUsd + b.costUsd,
});

export const minus = (a: Spending, b: Spending): Spending => ({
  tokens: a.tokens - b.tokens,
  costUsd: a.costUsd - b.costUsd,
});

/** `a` without `b`, never below nothing. */
export const beyond = (a: Spending, b: Spending): Spending => ({
  tokens: Math.max(0, a.tokens - b.tokens),
  costUsd: Math.max(0, a.costUsd - b.costUsd),
});

/** What is left of the budget when this much is spent or set aside; Infinity where there is no limit, negative when it is overdrawn. */
export const leftOf = (
  { tokens, costUsd }: Pick<BudgetSettings, 'tokens' | 'costUsd'>,
  taken: Spending,
): Spending => ({
  tokens: tokens === null ? Number.POSITIVE_INFINITY : tokens - taken.tokens,
  costUsd: costUsd === null ? Number.POSITIVE_INFINITY : costUsd - taken.costUsd,
});

/** Cents are sums of fractions. */
const ROUNDING_USD = 1e-9;

/** Of what too little is left; undefined when all fits. What needs nothing fits an overdrawn budget, too. */
export function lacking(needed: Spending, left: Spending): BudgetUnit | undefined {
  if (needed.tokens > Math.max(0, left.tokens)) return 'tokens';
  return needed.costUsd > Math.max(0, left.costUsd) + ROUNDING_USD ? 'cost' : undefined;
}

/** The highest mark that is reached, in percent; 0 for none. */
export function reachedMark(used: number, limit: number | null): number {
  if (limit === null || used <= 0) return 0;
  if (used * 100 < BUDGET_MARKS[0] * limit) return 0;
  return BUDGET_MARKS.findLast((mark) => used * 100 >= mark * limit) ?? 0;
}

export const isOverrun = (used: Spending, reserved: Spending, factor: number | null): boolean =>
  factor !== null &&
  ((reserved.tokens > 0 && used.tokens > factor * reserved.tokens) ||
    (reserved.costUsd > 0 && used.costUsd > factor * reserved.costUsd));
