/** The timeline of a report as charts: a row for each slot, and a row for each task. Draws nothing. */
import type { TaskId } from '../core/plan.ts';
import type { Report } from '../view/report.ts';
import { gapText, toldGaps } from '../view/report-facts.ts';
import { timeText } from '../view/time-axis.ts';
import {
  activeTimeOf,
  type SpanPhase,
  type TimelineAttempt,
  type TimelineOutcome,
} from '../view/timeline.ts';
import type { GanttBar, GanttLook, GanttMark, GanttRow, GanttRows, GanttSign } from './gantt.ts';

export interface ReportCharts {
  readonly bySlot: GanttRows;
  readonly byTask: GanttRows;
  readonly legend: readonly GanttSign[];
}

type ActiveTime = (at: number) => number;

export const outcomeWords: Readonly<Record<TimelineOutcome, string>> = {
  running: 'still running',
  passed: 'passed, waits for its merge',
  done: 'done',
  failed: 'failed',
  'not-merged': 'passed, could not be merged',
  'cut-off': 'cut off',
  cancelled: 'passed, then cancelled',
};

/** Time in which nobody was at work is cut out, and marked. */
export function reportCharts(report: Report): ReportCharts {
  const { timeline, speedup, tasks } = report;
  const active = activeTimeOf(timeline);
  const lengthMs = active(timeline.to);
  const onPath = new Set(speedup.criticalPath);
  const marks: GanttMark[] = toldGaps(report)
    .filter(({ from }) => active(from) > 0 && active(from) < lengthMs)
    .map((gap) => ({ ms: active(gap.from), look: 'cut', told: gapText(gap) }));
  const bySlot = Map.groupBy(timeline.attempts, ({ slot }) => slot);
  const ofTask = Map.groupBy(timeline.attempts, ({ task }) => task);
  const titles = new Map(tasks.map(({ id, title }) => [id, title]));
  const slotRows = [...bySlot]
    .sort(([a], [b]) => a - b)
    .map(([slot, attempts]): GanttRow => {
      const bars = attempts.flatMap((attempt) => slotBars(attempt, onPath, active));
      return { id: `slot ${slot + 1}`, title: '', isCritical: false, bars };
    });
  const taskRows = [...ofTask].map(([id, attempts]): GanttRow => {
    const bars = attempts.flatMap((attempt) => taskBars(attempt, onPath, active));
    return { id, title: titles.get(id) ?? '', isCritical: onPath.has(id), bars };
  });
  return {
    bySlot: { lengthMs, marks, rows: slotRows },
    byTask: { lengthMs, marks, rows: taskRows },
    legend: legendOf([...slotRows, ...taskRows], marks),
  };
}

const signs: readonly GanttSign[] = [
  { look: 'plain', text: 'an agent works' },
  { look: 'critical', text: 'on the longest chain' },
  { look: 'gate', text: 'its gate runs' },
  { look: 'failed', text: 'failed' },
  { look: 'cut-off', text: 'cut off' },
  { look: 'waiting', text: 'waits for its merge' },
  { look: 'merge', text: 'is merged' },
  { look: 'cut', text: 'a break, left out' },
];

/** Only of what can be seen. */
function legendOf(rows: readonly GanttRow[], marks: readonly GanttMark[]): GanttSign[] {
  const seen = new Set<GanttSign['look']>(rows.flatMap(({ bars }) => bars.map(({ look }) => look)));
  for (const { look } of marks) seen.add(look);
  return signs.filter(({ look }) => seen.has(look));
}

/** What it did while it held its slot; its name stands in the first part. */
function slotBars(attempt: TimelineAttempt, onPath: ReadonlySet<TaskId>, active: ActiveTime): GanttBar[] {
  const inSlot = attempt.spans.filter(({ phase }) => phase === 'working' || phase === 'gate');
  return barsOf(attempt, inSlot, onPath, active).map((bar, index) =>
    index === 0 ? { ...bar, name: attempt.task } : bar,
  );
}

const taskBars = (attempt: TimelineAttempt, onPath: ReadonlySet<TaskId>, active: ActiveTime): GanttBar[] =>
  barsOf(attempt, attempt.spans, onPath, active);

function barsOf(
  attempt: TimelineAttempt,
  spans: TimelineAttempt['spans'],
  onPath: ReadonlySet<TaskId>,
  active: ActiveTime,
): GanttBar[] {
  return spans.map(({ phase, from, to }) => {
    const [startMs, endMs] = [active(from), active(to)];
    const { attempt: id, slot, outcome } = attempt;
    const told = `${id}, slot ${slot + 1}: ${phaseWords[phase]} ${timeText(startMs)} to ${timeText(endMs)}; ${outcomeWords[outcome]}`;
    return { startMs, endMs, look: lookOf(attempt, phase, onPath), told };
  });
}

const phaseWords: Readonly<Record<SpanPhase, string>> = {
  working: 'agent',
  gate: 'gate',
  'merge-wait': 'waits for its merge',
  merging: 'merge',
};

function lookOf(
  { outcome, task }: TimelineAttempt,
  phase: SpanPhase,
  onPath: ReadonlySet<TaskId>,
): GanttLook {
  if (phase === 'merge-wait') return 'waiting';
  if (phase === 'merging') return outcome === 'not-merged' ? 'failed' : 'merge';
  if (outcome === 'cut-off') return 'cut-off';
  // As a whole: the gate alone, where it happened, may be too short to be seen.
  if (outcome === 'failed') return 'failed';
  if (phase === 'gate') return 'gate';
  return onPath.has(task) ? 'critical' : 'plain';
}
