/** The timeline of a report as lanes of a character picture: a lane for each slot, and how many tasks were done when. */

import type { TaskId } from '../../core/plan.ts';
import type { Report } from '../../view/report.ts';
import { gapText, toldGaps } from '../../view/report-facts.ts';
import { activeTimeOf, type TimelineAttempt } from '../../view/timeline.ts';
import type { Lane, LaneBar, LaneChart } from '../lane-chart.ts';

/** Time in which nobody was at work is cut out. */
export function reportLanes(report: Report): LaneChart {
  const { timeline } = report;
  const active = activeTimeOf(timeline);
  const bySlot = Map.groupBy(timeline.attempts, ({ slot }) => slot);
  const slots = [...bySlot.keys()].sort((a, b) => a - b);
  const merges = timeline.attempts.flatMap(({ doneAt }) => (doneAt === null ? [] : [active(doneAt)]));
  const onPath = new Set(report.speedup.criticalPath);
  const looks = new Set(timeline.attempts.map((attempt) => lookOf(attempt, onPath)));
  const gaps = toldGaps(report).filter(({ from }) => active(from) > 0 && active(from) < active(timeline.to));
  return {
    lengthMs: active(timeline.to),
    lanes: [
      ...slots.map(
        (slot): Lane => ({
          label: `slot ${slot + 1}`,
          bars: (bySlot.get(slot) ?? []).map((attempt) => barOf(attempt, onPath, active)),
        }),
      ),
      ...(merges.length === 0 ? [] : [{ label: 'done', moments: merges }]),
    ],
    cutsMs: gaps.map(({ from }) => active(from)),
    signs: [
      '─ agent',
      ...(looks.has('strong') ? ['━ on the longest chain'] : []),
      ...(timeline.attempts.some(({ spans }) => spans.some(({ phase }) => phase === 'gate'))
        ? ['═ gate']
        : []),
      ...(looks.has('failed') ? ['× failed'] : []),
      ...(looks.has('faint') ? ['· cut off'] : []),
      ...(gaps.length === 0
        ? []
        : [`┆ ${gaps.length > 1 ? 'breaks' : gapText(gaps[0] as (typeof gaps)[0])}`]),
    ],
  };
}

function lookOf({ outcome, task }: TimelineAttempt, onPath: ReadonlySet<TaskId>): LaneBar['look'] {
  if (outcome === 'failed') return 'failed';
  if (outcome === 'cut-off') return 'faint';
  return onPath.has(task) ? 'strong' : 'plain';
}

function barOf(
  attempt: TimelineAttempt,
  onPath: ReadonlySet<TaskId>,
  active: (at: number) => number,
): LaneBar {
  const { task, from, to, spans } = attempt;
  const gate = spans.find(({ phase }) => phase === 'gate');
  return {
    name: task,
    startMs: active(from),
    endMs: active(to),
    look: lookOf(attempt, onPath),
    ...(gate === undefined ? {} : { turnsMs: active(gate.from) }),
  };
}
