/** Makes the report of a run from its history. Asks nobody anything: what git knows is given. */
import { attemptBound } from '../core/analysis/attempt-bound.ts';
import { criticalPath } from '../core/analysis/schedule-bounds.ts';
import { calibrationOf } from '../core/estimates/calibration.ts';
import { hasSession } from '../core/event.ts';
import { withoutEdgesOf } from '../core/graph.ts';
import type { TaskId, Timestamp } from '../core/plan.ts';
import { planned, type RunState } from '../core/run-state.ts';
import { gateView } from './gate-text.ts';
import { nextSteps, tasksInNeed } from './next-steps.ts';
import type { LineChange, Report, SlotReport, SpeedupReport, TaskReport, TriesReport } from './report.ts';
import { moduleReports, sumOfLines, taskReports, tokensOf } from './report-parts.ts';
import type { RunHistory } from './run-history.ts';
import { runView } from './run-view.ts';
import { activeTimeOf, type Timeline, type TimelineAttempt } from './timeline.ts';
import { velocityOf } from './velocity.ts';

export interface ReportFacts {
  /** The time; null when no engine is at work on the run. */
  readonly now: Timestamp | null;
  /** Commands mean this run without naming it. */
  readonly isCurrent: boolean;
  /** What each commit brought into the target that the repository still has; null: git was not asked. */
  readonly lines: ReadonlyMap<string, LineChange> | null;
}

/** Linear in tasks, dependencies and attempts. */
export function makeReport({ state, timeline, attempts }: RunHistory, facts: ReportFacts): Report {
  const { run, plan, record, settings } = state;
  const picture = timeline.at(facts.now);
  const active = activeTimeOf(picture);
  const [elapsedMs, activeMs] = [picture.to - picture.from, active(picture.to)];
  const view = runView(state, picture.to);
  const byTask = Map.groupBy(picture.attempts, ({ task }) => task);
  const tasks = taskReports(state, { view, byTask, active, lines: facts.lines });
  const isLive = facts.now !== null;
  const isAtRest = record.phase === 'ended' || record.phase === 'paused';
  const merged = tasks.filter(({ status, commit }) => status === 'done' && commit !== null);
  const done = tasks.filter(({ status }) => status === 'done');
  const commits = sumOf(done, (task) => task.commits);
  return {
    schemaVersion: 1,
    kind: 'report',
    run,
    plan: { name: plan.name, source: plan.source, format: plan.format },
    at: facts.now ?? picture.to,
    state: record.phase,
    live: isLive,
    outcome: record.outcome,
    reason: record.phase === 'ended' ? '' : record.reason,
    target: { branch: settings.target, base: settings.base, commit: record.targetTip },
    counts: view.counts,
    time: {
      startedAt: picture.from,
      endedAt: isAtRest ? picture.to : null,
      elapsedMs,
      activeMs,
    },
    slots: slotReport(picture, record.slots, activeMs),
    attempts: picture.attempts.length,
    speedup: speedupReport(state, picture, tasks, activeMs),
    pace: velocityOf({ commits, tasks: done.length, activeMs }),
    tries: triesReport(tasks, byTask),
    commits: { made: sumOf(tasks, (task) => task.commits), merged: commits },
    merges: { count: merged.length, lines: facts.lines === null ? null : sumOfLines(merged) },
    tokens: tokensOf(state),
    costUsd: record.spent.costUsd,
    budget: view.budget,
    estimates: calibrationOf(attempts.records()),
    gate: gateView(state),
    modules: moduleReports(tasks),
    tasks,
    attention: tasksInNeed(view.tasks, facts.isCurrent ? null : run),
    next: nextSteps(state, merged.length, isLive),
    timeline: picture,
  };
}

const sumOf = <Item>(items: readonly Item[], value: (item: Item) => number): number =>
  items.reduce((sum, item) => sum + value(item), 0);

function slotReport(picture: Timeline, limit: number, activeMs: number): SlotReport {
  const active = activeTimeOf(picture);
  const heldMs = sumOf(picture.attempts, ({ from, to }) => active(to) - active(from));
  const offeredMs = picture.slots.reduce((sum, { from, slots }, index) => {
    const until = picture.slots[index + 1]?.from ?? picture.to;
    return sum + slots * (active(until) - active(from));
  }, 0);
  return {
    limit,
    average: activeMs === 0 ? 0 : heldMs / activeMs,
    // Slots that are taken away are held until their attempts end.
    utilisation: offeredMs === 0 ? 0 : Math.min(1, heldMs / offeredMs),
  };
}

/** The bound of what has run so far: tasks that nobody has worked on hold nothing up. */
function speedupReport(
  state: RunState,
  picture: Timeline,
  tasks: readonly TaskReport[],
  activeMs: number,
): SpeedupReport {
  const { graph, plan, settings } = state;
  const weights = Float64Array.from(tasks, ({ workMs }) => workMs);
  const worked = withoutEdgesOf(graph, (position) => tasks[position]?.attempts === 0);
  // With as many slots as there ever were.
  const slots = Math.max(...picture.slots.map((each) => each.slots));
  const { pools } = settings;
  const { times, work, makespan } = attemptBound(plan, worked, weights, { slots, pools });
  const sequentialMs = sumOf(tasks, ({ workMs }) => workMs);
  return {
    sequentialMs,
    overSequential: activeMs === 0 ? null : sequentialMs / activeMs,
    boundMs: makespan,
    criticalPathMs: times.length,
    sharedWorkMs: work,
    criticalPath:
      times.length === 0
        ? []
        : criticalPath(worked, weights, times).map((position) => planned(state, position).id),
    overBound: makespan === 0 ? null : activeMs / makespan,
  };
}

function triesReport(
  tasks: readonly TaskReport[],
  byTask: ReadonlyMap<TaskId, readonly TimelineAttempt[]>,
): TriesReport {
  const tries = { judged: 0, firstTry: 0, retried: 0, notDone: 0 };
  for (const { id, status } of tasks) {
    const attempts = byTask.get(id) ?? [];
    // What only a person has worked on says nothing of agents.
    if (!attempts.some(({ kind }) => hasSession(kind))) continue;
    const hasFailed = attempts.some(({ outcome }) => outcome === 'failed' || outcome === 'not-merged');
    if (status === 'done') tries[hasFailed ? 'retried' : 'firstTry']++;
    else if (hasFailed) tries.notDone++;
    else continue;
    tries.judged++;
  }
  return tries;
}
