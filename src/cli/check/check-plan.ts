/** What `check` asks of the plan itself: is it valid, which tasks overlap, does the budget let them run in parallel. */

import type { Analysis } from '../../core/analysis/analyse.ts';
import { type BudgetTable, budgetTable, type WaveBudget } from '../../core/analysis/budget-table.ts';
import { type TaskEstimate, tokensToReserve } from '../../core/estimate.ts';
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
  /** The same in US dollars, when the budget limits them. */
  readonly cost: { readonly limit: number; readonly table: BudgetTable } | null;
}

export interface BudgetFacts extends StatedBudget {
  /** US dollars of the budget; undefined: no limit in money. */
  readonly costUsd: number | undefined;
  readonly slots: number;
  readonly estimates: readonly TaskEstimate[];
}

/** The table of SPEC §7; null for a plan with a cycle. */
export function tableFor(
  plan: Plan,
  isOpen: (task: Task) => boolean,
  { tokens, from, costUsd, slots, estimates }: BudgetFacts,
): CheckedBudget | null {
  const wave = waves(buildGraph(plan));
  if (wave === null) return null;
  const tableOf = (amountOf: (estimate: TaskEstimate) => number, limit: number | null): BudgetTable =>
    budgetTable(plan.tasks, wave, isOpen, { slots, tokens: limit, reservations: estimates.map(amountOf) });
  return {
    ...{ tokens, from, slots },
    ...tableOf(tokensToReserve, tokens),
    cost:
      costUsd === undefined
        ? null
        : { limit: costUsd, table: tableOf((estimate) => estimate.costUsd, costUsd) },
  };
}

/** One limit of the budget beside what the plan needs of it. */
interface Limit {
  readonly limit: number;
  readonly told: string;
  readonly table: BudgetTable;
  readonly amount: (value: number) => string;
}

/** @param unmetered the agents, when none of them reports what it uses */
export function checkBudget(table: CheckedBudget | null, unmetered: readonly string[]): CheckItem {
  if (table === null) return skipped('budget', 'the plan has no waves');
  const { tokens, from, cost } = table;
  if (table.waves.length === 0) return skipped('budget', 'no task is left to do');
  const limits: Limit[] = [
    ...(tokens === null
      ? []
      : [{ limit: tokens, told: `${roughTokens(tokens)} tokens (${from})`, table, amount: roughTokens }]),
    ...(cost === null
      ? []
      : [{ limit: cost.limit, told: dollars(cost.limit), table: cost.table, amount: dollars }]),
  ];
  const needs = `the plan needs about ${roughTokens(table.total)} tokens${cost === null ? '' : `, ${dollars(cost.table.total)}`}`;
  if (limits.length === 0) return item('budget', [], `no limit is set; ${needs}`);
  const reasons = [...limits.flatMap(limitReasons), ...unmeteredReasons(unmetered)];
  return item('budget', reasons, `${limits.map(limitText).join('; ')}; ${needs}`);
}

const dollars = (value: number): string => `$${value.toFixed(2)}`;

const shortWaves = ({ table }: Limit): readonly WaveBudget[] =>
  table.waves.filter(({ shortfall }) => shortfall > 0);

function limitText(one: Limit): string {
  const short = shortWaves(one).length;
  return short === 0
    ? `${one.told} let every wave use its slots`
    : `${one.told} are too few for ${grouped(short)} of ${counted(one.table.waves.length, 'wave')}`;
}

function limitReasons(one: Limit): Reason[] {
  const { limit, table, amount } = one;
  const fix = 'Raise the budget, use fewer slots, or split the plan.';
  const short = shortWaves(one).map((row) => reason('error', shortfallText(row, amount), fix));
  if (short.length > 0 || table.total <= limit) return short;
  return [
    reason(
      'warning',
      `the budget ends before the plan does: ${amount(table.total - limit)} are missing`,
      'Raise the budget, or split the plan.',
    ),
  ];
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

function shortfallText(
  { wave, tasks, atOnce, fits, required, available, shortfall }: WaveBudget,
  amount: Limit['amount'],
): string {
  const who =
    atOnce > 1 ? `${atOnce} tasks at once need` : tasks > 1 ? 'one task at a time needs' : 'its task needs';
  const one = tasks > 1 ? 'the largest cannot start' : 'it cannot start';
  const enough = fits === 0 ? one : fits === 1 ? 'they run one after the other' : `${fits} run at once`;
  return `wave ${wave}: ${who} ${amount(required)}, ${amount(available ?? 0)} are left: ${amount(shortfall)} short, so ${enough}`;
}
