/** Whether a budget of tokens lets each wave run in parallel: required, available, shortfall. Reserves and spends nothing. */
import { reservation } from '../estimate.ts';
import type { Task } from '../plan.ts';

export interface WaveBudget {
  readonly wave: number;
  /** Tasks of the wave that are not done. */
  readonly tasks: number;
  /** How many of them the slots let run at once. */
  readonly atOnce: number;
  /** Tokens for those: the largest reservations that can be held together. */
  readonly required: number;
  /** What the budget has left when the waves before have used what was reserved for them; null without a budget. */
  readonly available: number | null;
  /** What is missing to run so many at once; 0 without a budget. */
  readonly shortfall: number;
  /** How many may run at once whatever their order, 0 to `atOnce`. */
  readonly fits: number;
  /** Tokens for all its tasks. */
  readonly total: number;
}

export interface BudgetTable {
  readonly waves: readonly WaveBudget[];
  /** Tokens for all tasks. */
  readonly total: number;
}

export interface BudgetOptions {
  readonly slots: number;
  /** Tokens of the budget; null: no limit. */
  readonly tokens: number | null;
  /** What an attempt on each task sets aside, by position; what the plan alone says when it is left out. */
  readonly reservations?: readonly number[];
}

/**
 * The table of an acyclic plan.
 * @param waves the wave of each task, by position
 * @param isOpen whether a task is still to be done
 */
export function budgetTable(
  tasks: readonly Task[],
  waves: ArrayLike<number>,
  isOpen: (task: Task) => boolean,
  { slots, tokens, reservations: known }: BudgetOptions,
): BudgetTable {
  const reservations: number[][] = [];
  for (const [position, task] of tasks.entries()) {
    if (!isOpen(task)) continue;
    const wave = waves[position] ?? 0;
    const needed = known?.[position] ?? reservation(task);
    const others = reservations[wave];
    if (others) others.push(needed);
    else reservations[wave] = [needed];
  }
  let spent = 0;
  const table: WaveBudget[] = [];
  reservations.forEach((wave, index) => {
    const available = tokens === null ? null : Math.max(0, tokens - spent);
    const total = sum(wave);
    const largest = wave.toSorted((a, b) => b - a).slice(0, slots);
    const required = sum(largest);
    table.push({
      wave: index,
      tasks: wave.length,
      atOnce: largest.length,
      required,
      available,
      shortfall: available === null ? 0 : Math.max(0, required - available),
      fits: countFitting(largest, available),
      total,
    });
    spent += total;
  });
  return { waves: table, total: spent };
}

function countFitting(largestFirst: readonly number[], available: number | null): number {
  if (available === null) return largestFirst.length;
  let held = 0;
  const count = largestFirst.findIndex((tokens) => {
    held += tokens;
    return held > available;
  });
  return count < 0 ? largestFirst.length : count;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
