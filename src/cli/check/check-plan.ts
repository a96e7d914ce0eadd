/** What `check` asks of the plan itself: is it valid, which tasks overlap, does the budget let them run in parallel. */

import type { Analysis } from '../../core/analysis/analyse.ts';
import { type BudgetTable, budgetTable } from '../../core/analysis/budget-table.ts';
import { buildGraph, waves } from '../../core/graph.ts';
import type { Plan, Task } from '../../core/plan.ts';
import type { Problem } from '../../core/problem.ts';
import { roughTokens } from '../../core/tokens.ts';
import type { StatedBudget } from '../planning-budget.ts';
import { counted } from '../wrapped-text.ts';
import { type CheckItem, fromProblem, item, type Reason, reason, skipped } from './check-item.ts';

export function checkPlan(
  plan: Plan,
  problems: readonly Problem[],
  isOpen: (task: Task) => boolean,
): CheckItem {
  // Of what the graph tells, overlaps have an item of their own and redundant edges do no harm.
  const reasons = problems
    .filter(({ severity, code }) => severity !== 'info' && code !== 'file-overlap')
    .map(fromProblem);
  const [errors, warnings] = (['error', 'warning'] as const).map(
    (wanted) => reasons.filter(({ severity }) => severity === wanted).length,
  );
  const open = plan.tasks.filter(isOpen).length;
  const size = `${counted(plan.tasks.length, 'task')} of ${plan.name}`;
  const done =
    open === plan.tasks.length ? '' : `, ${counted(plan.tasks.length - open, 'is', 'are')} done already`;
  const found = [
    ...(errors ? [counted(errors, 'error')] : []),
    ...(warnings ? [counted(warnings, 'warning')] : []),
  ].join(' and ');
  return item('plan', reasons, `${size}${done}${found === '' ? '' : `: ${found}`}`);
}

/** Pairs that may run together on the same files: their merges may conflict, which costs a session and stops nothing. */
export function checkOverlaps(plan: Plan, { overlaps, waves: known, truncated }: Analysis): CheckItem {
  if (known === null) return skipped('overlaps', 'the plan has no waves');
  const declaring = plan.tasks.filter(({ files }) => files.length > 0).length;
  if (declaring === 0) return skipped('overlaps', 'unknown: no task says which files it touches');
  const among =
    declaring === plan.tasks.length ? '' : ` (${declaring} of ${plan.tasks.length} tasks say which)`;
  if (overlaps.length === 0)
    return item('overlaps', [], `${truncated ? 'none found so far' : 'none'}${among}`);
  const places = new Map(plan.tasks.map(({ id, location }) => [id, location]));
  const fix = 'Narrow their files, or let one depend on the other.';
  const reasons = overlaps.map(({ tasks: [a, b], files }) =>
    reason('warning', `${a} and ${b}: ${files.join(', ')}`, fix, { code: 'file-overlap', ...places.get(b) }),
  );
  return item(
    'overlaps',
    reasons,
    `${counted(overlaps.length, 'pair')} may run together on the same files${among}`,
  );
}

export interface CheckedBudget extends BudgetTable, StatedBudget {
  readonly slots: number;
}

/** The table of SPEC §7; null for a plan with a cycle. */
export function tableFor(
  plan: Plan,
  isOpen: (task: Task) => boolean,
  budget: StatedBudget,
  slots: number,
  reservations: readonly number[],
): CheckedBudget | null {
  const wave = waves(buildGraph(plan));
  if (wave === null) return null;
  return {
    ...budget,
    slots,
    ...budgetTable(plan.tasks, wave, isOpen, { slots, tokens: budget.tokens, reservations }),
  };
}

export function checkBudget(table: CheckedBudget | null): CheckItem {
  if (table === null) return skipped('budget', 'the plan has no waves');
  const { tokens, from, waves: rows, total } = table;
  if (rows.length === 0) return skipped('budget', 'no task is left to do');
  const needs = `the plan needs about ${roughTokens(total)} tokens`;
  if (tokens === null) return item('budget', [], `no limit is set; ${needs}`);
  const short = rows.filter(({ shortfall }) => shortfall > 0);
  const has = `${roughTokens(tokens)} tokens (${from})`;
  const ends = reason(
    'warning',
    `the budget ends before the plan does: ${roughTokens(total - tokens)} are missing`,
    'Raise the budget, or split the plan.',
  );
  if (short.length === 0)
    return item('budget', total > tokens ? [ends] : [], `${has} let every wave run in parallel; ${needs}`);
  const reasons = short.map(({ wave, atOnce, fits, required, available, shortfall }): Reason => {
    const enough = fits === 0 ? 'not one task' : fits === 1 ? 'one after the other' : `${fits} at once`;
    const message = `wave ${wave}: ${counted(atOnce, 'task')} at once need ${roughTokens(required)}, ${roughTokens(available ?? 0)} are left: ${roughTokens(shortfall)} short, so ${enough}`;
    return reason('error', message, 'Raise the budget, use fewer slots, or split the plan.');
  });
  return item(
    'budget',
    reasons,
    `${has} do not let ${counted(short.length, 'wave')} run in parallel; ${needs}`,
  );
}
