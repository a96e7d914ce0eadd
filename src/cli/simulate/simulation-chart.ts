/** A simulation as what its drawing shows: texts, numbers and bars. Draws nothing. */

import { roughTokens } from '../../core/tokens.ts';
import type { GanttChart } from '../../drawing/gantt.ts';
import { counted } from '../../view/amount-text.ts';
import { timeText } from '../../view/time-axis.ts';
import { percent } from '../assumption-text.ts';
import type { Simulation } from './simulation.ts';
import { cellsOf, columns, dollars, isCutOff, oneRunText } from './simulation-text.ts';

export function simulationChart(simulation: Simulation): GanttChart {
  const { scenario, samples, run, runBoundMs, critical, comparison, edges, notes } = simulation;
  const { plan, settings } = scenario;
  const onPath = new Set(critical.tasks);
  const bars = Map.groupBy(run.attempts, ({ task }) => task);
  const rows = plan.tasks.flatMap(({ id, title }) => {
    const own = bars.get(id);
    return own === undefined ? [] : [{ id, title, isCritical: onPath.has(id), bars: own }];
  });
  const startOf = (row: (typeof rows)[number]): number => row.bars[0]?.startMs ?? 0;
  return {
    name: plan.name,
    facts: [
      `simulated: ${counted(rows.length, 'task')}`,
      counted(settings.slots, 'slot'),
      `schedule ${settings.schedule}`,
      `order ${settings.order}`,
      ...(simulation.failureRate === 0
        ? []
        : [`${percent(simulation.failureRate)} failures${simulation.isFailureExpected ? ' expected' : ''}`]),
      `P50 ${timeText(samples.makespanMs.p50)}`,
      `P90 ${timeText(samples.makespanMs.p90)}`,
      ...(isCutOff(samples) ? [] : [`${percent(samples.overBound)} over bound`]),
      `${roughTokens(samples.tokens.p50)} tokens`,
      dollars(samples.costUsd.p50),
    ],
    drawn: `One run, ${oneRunText(simulation)}`,
    lengthMs: run.makespanMs,
    // Of half a run no bound can be told.
    boundMs: run.outcome === 'paused' ? null : runBoundMs,
    rows: rows.toSorted((a, b) => startOf(a) - startOf(b)),
    tables: [
      {
        title: `What if (${counted(comparison[0]?.samples.samples ?? 0, 'run')} each)`,
        head: ['', ...columns],
        rows: comparison.map((variant) => [
          `${variant.label}${variant.isBase ? ' (this one)' : ''}${isCutOff(variant.samples) ? ' (some runs pause)' : ''}`,
          ...cellsOf(variant),
        ]),
      },
      {
        title: 'Dependencies that cost most',
        head: ['without', 'the run is shorter by'],
        rows: edges.map(({ task, dependency, savedMs }) => [
          `${task} after ${dependency}`,
          timeText(savedMs),
        ]),
      },
    ].filter((table) => table.rows.length > 0),
    notes: [...(run.reason === '' ? [] : [`The run pauses: ${run.reason}`]), ...notes],
  };
}
