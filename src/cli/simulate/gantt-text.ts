/** A simulated run as bars in the columns of a terminal: a line for each slot. */
import type { TaskId } from '../../core/plan.ts';
import type { SimulatedRun } from '../../simulation/timeline.ts';
import { type Lane, type LaneLayout, laneText } from '../lane-chart.ts';

export interface GanttOptions extends LaneLayout {
  /** Tasks of the critical path. */
  readonly critical: ReadonlySet<TaskId>;
}

/** Without a line break at its end; empty when nothing ran. */
export function ganttText({ attempts, makespanMs }: SimulatedRun, options: GanttOptions): string {
  const bySlot = Map.groupBy(attempts, ({ slot }) => slot);
  const slots = [...bySlot.keys()].sort((a, b) => a - b);
  const lanes = slots.map((slot): Lane => {
    const bars = (bySlot.get(slot) ?? []).toSorted((a, b) => a.startMs - b.startMs);
    return {
      label: `slot ${slot + 1}`,
      bars: bars.map(({ task, startMs, endMs, succeeded }) => ({
        ...{ name: task, startMs, endMs },
        look: !succeeded ? 'failed' : options.critical.has(task) ? 'strong' : 'plain',
      })),
    };
  });
  const signs = [
    '━ critical path',
    ...(attempts.some(({ succeeded }) => !succeeded) ? ['× failed at its gate'] : []),
  ];
  return laneText({ lengthMs: makespanMs, lanes, cutsMs: [], signs }, options);
}
