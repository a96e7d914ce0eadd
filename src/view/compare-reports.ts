/** Two runs side by side: what each measure of their reports is, and by how much the first differs from the second. */
import type { TaskStatus } from '../core/event.ts';
import type { TaskId } from '../core/plan.ts';
import type { LineChange, Report, TaskReport } from './report.ts';

export type MeasureUnit = 'ms' | 'count' | 'share' | 'factor' | 'tokens' | 'usd';

/** The value of the first run, and of the second; null where a run has none. */
export type Pair<Value> = readonly [Value, Value];

export interface ComparedMeasure {
  /** Stable, for programs. */
  readonly key: string;
  readonly name: string;
  readonly unit: MeasureUnit;
  readonly values: Pair<number | null>;
  /** The first less the second. */
  readonly difference: number | null;
}

/** A task that both runs have. */
export interface ComparedTask {
  readonly id: TaskId;
  readonly title: string;
  readonly status: Pair<TaskStatus>;
  readonly attempts: Pair<number>;
  readonly workMs: Pair<number>;
  readonly tokens: Pair<number>;
  /** Of `workMs`: the first less the second. */
  readonly differenceMs: number;
}

export interface ReportComparison {
  readonly schemaVersion: 1;
  readonly kind: 'report-comparison';
  readonly runs: Pair<Pick<Report, 'run' | 'plan' | 'state' | 'outcome' | 'at'>>;
  /** Whether both have the same tasks of a plan of the same name. */
  readonly samePlan: boolean;
  /** Tasks that only the first has, and only the second. */
  readonly onlyIn: Pair<number>;
  readonly measures: readonly ComparedMeasure[];
  /** In the order of the first run's plan. */
  readonly tasks: readonly ComparedTask[];
}

interface Measure extends Pick<ComparedMeasure, 'key' | 'name' | 'unit'> {
  readonly of: (report: Report) => number | null;
}

const lines =
  (value: (change: LineChange) => number) =>
  ({ merges }: Report): number | null =>
    merges.lines === null ? null : value(merges.lines);
const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

const measures: readonly Measure[] = [
  { key: 'done', name: 'Tasks done', unit: 'count', of: ({ counts }) => counts.done },
  { key: 'attention', name: 'Need a person', unit: 'count', of: ({ attention }) => attention.length },
  { key: 'elapsed', name: 'Elapsed', unit: 'ms', of: ({ time }) => time.elapsedMs },
  { key: 'active', name: 'At work', unit: 'ms', of: ({ time }) => time.activeMs },
  { key: 'slots', name: 'Slots', unit: 'count', of: ({ slots }) => slots.limit },
  { key: 'concurrency', name: 'Busy on average', unit: 'factor', of: ({ slots }) => slots.average },
  { key: 'utilisation', name: 'Slots used', unit: 'share', of: ({ slots }) => slots.utilisation },
  { key: 'sequential', name: 'All attempts', unit: 'ms', of: ({ speedup }) => speedup.sequentialMs },
  { key: 'speedup', name: 'Speed-up', unit: 'factor', of: ({ speedup }) => speedup.overSequential },
  { key: 'bound', name: 'Lower bound', unit: 'ms', of: ({ speedup }) => speedup.boundMs },
  { key: 'overBound', name: 'Times the bound', unit: 'factor', of: ({ speedup }) => speedup.overBound },
  { key: 'attempts', name: 'Attempts', unit: 'count', of: ({ attempts }) => attempts },
  {
    key: 'firstTry',
    name: 'First try',
    unit: 'share',
    of: ({ tries }) => share(tries.firstTry, tries.judged),
  },
  { key: 'commits', name: 'Commits', unit: 'count', of: ({ commits }) => commits.merged },
  { key: 'added', name: 'Lines added', unit: 'count', of: lines(({ added }) => added) },
  { key: 'removed', name: 'Lines removed', unit: 'count', of: lines(({ removed }) => removed) },
  {
    key: 'commitsPerHour',
    name: 'Commits an hour',
    unit: 'factor',
    of: ({ pace }) => pace.commitsPerHour,
  },
  { key: 'tasksPerDay', name: 'Tasks a day', unit: 'factor', of: ({ pace }) => pace.tasksPerDay },
  { key: 'tokens', name: 'Tokens', unit: 'tokens', of: ({ tokens }) => tokens.counted },
  { key: 'cost', name: 'Cost', unit: 'usd', of: ({ costUsd }) => costUsd },
  {
    key: 'estimates',
    name: 'P90 held',
    unit: 'share',
    of: ({ estimates }) => share(estimates.held, estimates.attempts),
  },
];

/** Linear in the tasks of both. */
export function compareReports(first: Report, second: Report): ReportComparison {
  const others = new Map(second.tasks.map((task) => [task.id, task]));
  const tasks = first.tasks.flatMap((task) => {
    const other = others.get(task.id);
    return other === undefined ? [] : [comparedTask(task, other)];
  });
  const onlyIn = [first.tasks.length - tasks.length, second.tasks.length - tasks.length] as const;
  return {
    schemaVersion: 1,
    kind: 'report-comparison',
    runs: [headOf(first), headOf(second)],
    samePlan: first.plan.name === second.plan.name && onlyIn[0] === 0 && onlyIn[1] === 0,
    onlyIn,
    measures: measures.map(({ key, name, unit, of }) => {
      const values = [of(first), of(second)] as const;
      const [a, b] = values;
      return { key, name, unit, values, difference: a === null || b === null ? null : a - b };
    }),
    tasks,
  };
}

const headOf = ({ run, plan, state, outcome, at }: Report): ReportComparison['runs'][0] => ({
  ...{ run, plan, state, outcome, at },
});

const comparedTask = (a: TaskReport, b: TaskReport): ComparedTask => ({
  id: a.id,
  title: a.title,
  status: [a.status, b.status],
  attempts: [a.attempts, b.attempts],
  workMs: [a.workMs, b.workMs],
  tokens: [a.tokens, b.tokens],
  differenceMs: a.workMs - b.workMs,
});
