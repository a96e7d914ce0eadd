/** The parts of a report that are about one task, one module or all tokens. */
import type { TaskEstimate } from '../core/estimate.ts';
import { hasSession, type Usage } from '../core/event.ts';
import type { TaskId, Timestamp } from '../core/plan.ts';
import { nothingSpent, plus } from '../core/policy/budget.ts';
import { planned, type RunState, type TaskState, taskAt } from '../core/run-state.ts';
import type { Spending } from '../core/settings.ts';
import type { LineChange, ModuleReport, TaskReport, TokensReport } from './report.ts';
import type { RunView, TaskView } from './run-view.ts';
import type { TimelineAttempt } from './timeline.ts';

export interface TaskFacts {
  readonly view: RunView;
  readonly byTask: ReadonlyMap<TaskId, readonly TimelineAttempt[]>;
  /** Time at work up to a moment. */
  readonly active: (at: Timestamp) => number;
  readonly lines: ReadonlyMap<string, LineChange> | null;
}

/** In plan order. */
export const taskReports = (state: RunState, facts: TaskFacts): TaskReport[] =>
  facts.view.tasks.map((task, position) => taskReport(state, position, task, facts));

function taskReport(
  state: RunState,
  position: number,
  { id, title, status, blockedBy, commit, failure, endedAt }: TaskView,
  { byTask, active, lines }: TaskFacts,
): TaskReport {
  const current = taskAt(state, position);
  const estimate = state.estimates[position] as TaskEstimate;
  const attempts = byTask.get(id) ?? [];
  const [first] = attempts;
  const lasting = (span: { readonly from: Timestamp; readonly to: Timestamp }): number =>
    active(span.to) - active(span.from);
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  const merging = attempts.flatMap(({ spans }) =>
    spans.filter(({ phase }) => phase === 'merge-wait' || phase === 'merging'),
  );
  const { tokens, costUsd } = spentOn(current);
  // While it waits for its merge, the commit is that of its branch.
  const brought = status === 'done' || status === 'skipped' ? commit : null;
  return {
    ...{ id, title, status, blockedBy, failure },
    module: planned(state, position).module ?? null,
    attempts: attempts.length,
    sessions: attempts.some(({ kind }) => hasSession(kind)) ? current.charged : 0,
    workMs: sum(attempts.map(lasting)),
    mergeMs: sum(merging.map(lasting)),
    tookMs: first === undefined || endedAt === null ? null : active(endedAt) - active(first.from),
    estimateMs: estimate.durationMs,
    estimateFrom: estimate.from,
    ...{ tokens, costUsd },
    commits: current.commits,
    commit: brought,
    lines: status === 'done' && brought !== null ? (lines?.get(brought) ?? null) : null,
  };
}

/** What all sessions on a task have used. */
const spentOn = ({ sessions, attempt }: TaskState): Spending =>
  [...sessions.map(({ used }) => used), ...(attempt === null ? [] : [attempt.used])].reduce(
    plus,
    nothingSpent,
  );

export function tokensOf({ tasks, record }: RunState): TokensReport {
  const told = tasks.flatMap(({ sessions, attempt }) =>
    [...sessions, ...(attempt === null ? [] : [attempt])].flatMap((one) =>
      one.told === null ? [] : [one.told],
    ),
  );
  const sum = (value: (usage: Usage) => number): number => told.reduce((all, one) => all + value(one), 0);
  return {
    counted: record.spent.tokens,
    input: sum(({ inputTokens }) => inputTokens),
    output: sum(({ outputTokens }) => outputTokens),
    cacheRead: sum(({ cacheReadTokens }) => cacheReadTokens),
    orchestrator: 0,
  };
}

/** Null when the repository has lost any of the commits: part of a sum is none. */
export function sumOfLines(tasks: readonly Pick<TaskReport, 'lines'>[]): LineChange | null {
  let [files, added, removed] = [0, 0, 0];
  for (const { lines } of tasks) {
    if (lines === null) return null;
    files += lines.files;
    added += lines.added;
    removed += lines.removed;
  }
  return { files, added, removed };
}

/** In the order in which the plan names them; empty when it names none. */
export function moduleReports(tasks: readonly TaskReport[]): ModuleReport[] {
  if (tasks.every(({ module }) => module === null)) return [];
  return [...Map.groupBy(tasks, ({ module }) => module)].map(([module, own]) => {
    const sum = (value: (task: TaskReport) => number): number =>
      own.reduce((all, one) => all + value(one), 0);
    const merged = own.filter(({ status, commit }) => status === 'done' && commit !== null);
    return {
      module,
      tasks: own.length,
      done: own.filter(({ status }) => status === 'done' || status === 'skipped').length,
      attempts: sum(({ attempts }) => attempts),
      workMs: sum(({ workMs }) => workMs),
      tokens: sum(({ tokens }) => tokens),
      costUsd: sum(({ costUsd }) => costUsd),
      commits: sum(({ status, commits }) => (status === 'done' ? commits : 0)),
      lines: sumOfLines(merged),
    };
  });
}
