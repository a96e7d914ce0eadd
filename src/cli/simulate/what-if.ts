/** Reads `--what-if slots=2..10`, `--failures 10%` and `--drop-edge A:B`. Simulates nothing. */
import { nearestNames } from '../../core/nearest.ts';
import type { Plan, TaskId } from '../../core/plan.ts';
import { ProblemError, problem } from '../../core/problem.ts';
import { type Order, orders, type Schedule, schedules } from '../../core/settings.ts';

/** What is changed in one row of a comparison; the rest is as it is. */
export type Change =
  | { readonly slots: number }
  | { readonly schedule: Schedule }
  | { readonly order: Order }
  /** 0 to 1. */
  | { readonly failureRate: number };

const MAX_SLOTS = 1_000;
const MAX_ROWS = 100;
/** A range with more values is told in steps. */
const MOST_OF_RANGE = 20;
const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500];
const WHAT_IF_FIX = 'Write it as slots=2..10, slots=2,4,8, schedule, order=plan,shortest or failures=0..30.';

/** Every schedule and every order, each with the rest as it is. */
export const allWays: readonly Change[] = [
  ...schedules.map((schedule) => ({ schedule })),
  ...orders.map((order) => ({ order })),
];

/** @throws ProblemError when it is none */
export function readWhatIf(text: string): readonly Change[] {
  const [axis = '', values] = text.split(/=(.*)/s, 2);
  const numbers = (most: number): number[] => readNumbers(values ?? '', most, text);
  switch (axis.trim()) {
    case 'slots':
      return numbers(MAX_SLOTS).map((slots) => {
        if (slots < 1) throw refused(`--what-if ${text}: a run needs a slot`, WHAT_IF_FIX);
        return { slots };
      });
    case 'failures':
      return numbers(100).map((percent) => ({ failureRate: percent / 100 }));
    case 'schedule':
      return readNames(values, schedules, text).map((schedule) => ({ schedule }));
    case 'order':
      return readNames(values, orders, text).map((order) => ({ order }));
    default:
      throw refused(`--what-if ${text} does not say what to change`, WHAT_IF_FIX);
  }
}

function readNumbers(values: string, most: number, text: string): number[] {
  const parts = values.replaceAll('%', '').split(',');
  const numbers = parts.flatMap((part) => {
    const [, from, to] = /^\s*(\d{1,4})(?:\s*\.\.\s*(\d{1,4}))?\s*$/.exec(part) ?? [];
    const [first, last] = [Number(from), Number(to ?? from)];
    if (from === undefined || last > most || first > last)
      throw refused(`--what-if ${text}: "${part}" is no number or range up to ${most}`, WHAT_IF_FIX);
    const step = STEPS.find((candidate) => (last - first) / candidate < MOST_OF_RANGE) ?? most;
    return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => first + index * step);
  });
  if (numbers.length > MAX_ROWS)
    throw refused(`--what-if ${text} has more than ${MAX_ROWS} values`, 'Ask for fewer.');
  return [...new Set(numbers)];
}

function readNames<Name extends string>(
  values: string | undefined,
  known: readonly Name[],
  text: string,
): readonly Name[] {
  if (values === undefined) return known;
  return values.split(',').map((value) => {
    const found = known.find((name) => name === value.trim());
    if (found === undefined)
      throw refused(`--what-if ${text}: there is no "${value}"`, `There are: ${known.join(', ')}.`);
    return found;
  });
}

/** A share of attempts, 0 to 1, from percent. @throws ProblemError when it is none */
export function readFailures(text: string): number {
  const [, percent] = /^(\d{1,3}(?:\.\d{1,6})?)\s*%?$/.exec(text.trim()) ?? [];
  if (percent === undefined || Number(percent) > 100)
    throw refused(`--failures ${text} is no percentage`, 'Give a number from 0 to 100, for example 10%.');
  return Number(percent) / 100;
}

/** One dependency, of which either end may be named first. */
export interface Edge {
  readonly task: TaskId;
  readonly dependency: TaskId;
}

/** The dependency between two tasks of the plan. @throws ProblemError when there is none */
export function readEdge(plan: Plan, text: string): Edge {
  const tasks = new Map<string, Plan['tasks'][number]>(plan.tasks.map((task) => [task.id, task]));
  // An id may contain the colon.
  const pairs = [...text.matchAll(/:/g)].map(
    ({ index }) => [text.slice(0, index), text.slice(index + 1)] as const,
  );
  for (const [one, other] of pairs) {
    const [first, second] = [tasks.get(one.trim()), tasks.get(other.trim())];
    if (first === undefined || second === undefined) continue;
    if (second.dependsOn.includes(first.id)) return { task: second.id, dependency: first.id };
    if (first.dependsOn.includes(second.id)) return { task: first.id, dependency: second.id };
    const has = ({ id, dependsOn }: Plan['tasks'][number]): string =>
      `${id} depends on ${dependsOn.length === 0 ? 'nothing' : dependsOn.slice(0, 5).join(', ')}`;
    throw refused(
      `--drop-edge ${text}: neither of the two depends on the other`,
      `${has(first)}; ${has(second)}.`,
    );
  }
  const unknown = pairs[0]?.find((id) => !tasks.has(id.trim()));
  const near = unknown === undefined ? [] : nearestNames(unknown, tasks.keys());
  throw refused(
    unknown === undefined
      ? `--drop-edge ${text} names no dependency`
      : `--drop-edge ${text}: there is no task ${unknown}`,
    near.length > 0
      ? `Did you mean ${near.join(' or ')}?`
      : 'Write it as A:B, with the ids of the two tasks.',
  );
}

const refused = (message: string, fix: string): ProblemError =>
  new ProblemError([problem('usage', message, fix)]);
