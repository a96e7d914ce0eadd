/** What `check` asks of the plan itself: is it valid, which tasks overlap, does the budget let them run in parallel. */

import type { Analysis } from '../../core/analysis/analyse.ts';
import { type BudgetTable, budgetTable, type WaveBudget } from '../../core/analysis/budget-table.ts';
import type { TaskEstimate } from '../../core/estimate.ts';
import { buildGraph, waves } from '../../core/graph.ts';
import type { Plan, Task } from '../../core/plan.ts';
import type { Problem } from '../../core/problem.ts';
import type { ConflictRule } from '../../core/settings.ts';
import { roughTokens } from '../../core/tokens.ts';
import { grouped } from '../../view/amount-text.ts';
import { overlapsTold } from '../analysis-text.ts';
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

/** Pairs with the same files: one waits, or their merges may conflict. Either costs time and stops nothing. */
export function checkOverlaps(
  plan: Plan,
  { overlaps, waves: known, truncated }: Analysis,
  conflicts: ConflictRule,
): CheckItem {
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
  return item('overlaps', reasons, `${overlapsTold(overlaps.length, conflicts)}${among}`);
}

export interface CheckedBudget extends BudgetTable, StatedBudget {
  readonly slots: number;
}

/** The table of SPEC §7; null for a plan with a cycle. */
export function tableFor(
  plan: Plan,
  isOpen: (task: Task) => boolean,
  budget: StatedBudget,
  { slots, estimates }: { readonly slots: number; readonly estimates: readonly TaskEstimate[] },
): CheckedBudget | null {
  const wave = waves(buildGraph(plan));
  if (wave === null) return null;
  const reservations = estimates.map(({ tokens }) => tokens);
  const table = budgetTable(plan.tasks, wave, isOpen, { reservations, slots, tokens: budget.tokens });
  return { ...budget, slots, ...table };
}

export interface BudgetFacts {
  /** US dollars of the budget; undefined: no limit in money. */
  readonly cost: number | undefined;
  /** The agents, when none of them reports what it uses. */
  readonly unmetered: readonly string[];
}

export function checkBudget(table: CheckedBudget | null, { cost, unmetered }: BudgetFacts): CheckItem {
  if (table === null) return skipped('budget', 'the plan has no waves');
  const { tokens, from, waves: rows, total } = table;
  if (rows.length === 0) return skipped('budget', 'no task is left to do');
  const needs = `the plan needs about ${roughTokens(total)} tokens`;
  const silent = tokens === null && cost === undefined ? [] : unmeteredReasons(unmetered);
  if (tokens === null) {
    const limit =
      cost === undefined ? 'no limit is set' : `$${cost} are not compared with the plan, only tokens are`;
    return item('budget', silent, `${limit}; ${needs}`);
  }
  const short = rows.filter(({ shortfall }) => shortfall > 0);
  const has = `${roughTokens(tokens)} tokens (${from})`;
  const ends = reason(
    'warning',
    `the budget ends before the plan does: ${roughTokens(total - tokens)} are missing`,
    'Raise the budget, or split the plan.',
  );
  if (short.length === 0)
    return item(
      'budget',
      [...(total > tokens ? [ends] : []), ...silent],
      `${has} let every wave use its slots; ${needs}`,
    );
  const fix = 'Raise the budget, use fewer slots, or split the plan.';
  const reasons = short.map((row): Reason => reason('error', shortfallText(row), fix));
  const few = `${has} are too few for ${grouped(short.length)} of ${counted(rows.length, 'wave')}`;
  return item('budget', [...reasons, ...silent], `${few}; ${needs}`);
}

/** Without reports nothing is ever used up: a reservation is given back when its attempt ends. */
function unmeteredReasons(agents: readonly string[]): readonly Reason[] {
  const [first] = agents;
  if (first === undefined) return [];
  const who = agents.length === 1 ? `agent ${first} reports` : `agents ${agents.join(', ')} report`;
  return [
    reason(
      'warning',
      `${who} no tokens: only what is set aside limits ${agents.length === 1 ? 'it' : 'them'}`,
      'The budget bounds how many run at once, not the sum: limit that with the agent or its provider.',
    ),
  ];
}

function shortfallText({ wave, tasks, atOnce, fits, required, available, shortfall }: WaveBudget): string {
  const who =
    atOnce > 1 ? `${atOnce} tasks at once need` : tasks > 1 ? 'one task at a time needs' : 'its task needs';
  const one = tasks > 1 ? 'the largest cannot start' : 'it cannot start';
  const enough = fits === 0 ? one : fits === 1 ? 'they run one after the other' : `${fits} run at once`;
  return `wave ${wave}: ${who} ${roughTokens(required)}, ${roughTokens(available ?? 0)} are left: ${roughTokens(shortfall)} short, so ${enough}`;
}
