/** A simulation as what its drawing shows: texts, numbers and bars. Draws nothing. */

import { roughTokens } from '../../core/tokens.ts';
import type { GanttBar, GanttSign } from '../../drawing/gantt.ts';
import type { GanttPage } from '../../drawing/gantt-page.ts';
import type { PageTable } from '../../drawing/page-table.ts';
import type { SimulatedAttempt } from '../../simulation/timeline.ts';
import { counted } from '../../view/amount-text.ts';
import { timeText } from '../../view/time-axis.ts';
import { percent } from '../assumption-text.ts';
import type { Simulation } from './simulation.ts';
import { cellsOf, columns, dollars, isCutOff, oneRunText } from './simulation-text.ts';

const legend: readonly GanttSign[] = [
  { look: 'plain', text: 'an attempt' },
  { look: 'critical', text: 'on the critical path' },
  { look: 'failed', text: 'failed at its gate' },
  { look: 'bound', text: 'lower bound of this run' },
];

export function simulationChart(simulation: Simulation): GanttPage {
  const { scenario, samples, run, runBoundMs, critical, notes } = simulation;
  const { plan, settings } = scenario;
  const onPath = new Set(critical.tasks);
  const bars = Map.groupBy(run.attempts, ({ task }) => task);
  const rows = plan.tasks.flatMap(({ id, title }) => {
    const own = bars.get(id);
    const isCritical = onPath.has(id);
    return own === undefined
      ? []
      : [{ id, title, isCritical, bars: own.map((attempt) => barOf(attempt, isCritical)) }];
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
    legend,
    drawn: `One run, ${oneRunText(simulation)}`,
    lengthMs: run.makespanMs,
    // Of half a run no bound can be told.
    marks:
      run.outcome === 'paused'
        ? []
        : [{ ms: runBoundMs, look: 'bound', told: `lower bound of this run: ${timeText(runBoundMs)}` }],
    rows: rows.toSorted((a, b) => startOf(a) - startOf(b)),
    tables: tablesOf(simulation),
    notes: [...(run.reason === '' ? [] : [`The run pauses: ${run.reason}`]), ...notes],
  };
}

function barOf(
  { attempt, startMs, endMs, slot, succeeded }: SimulatedAttempt,
  isCritical: boolean,
): GanttBar {
  const failure = succeeded ? '' : ', failed at its gate';
  return {
    ...{ startMs, endMs },
    look: succeeded ? (isCritical ? 'critical' : 'plain') : 'failed',
    told: `${attempt}: ${timeText(startMs)} to ${timeText(endMs)}, slot ${slot + 1}${failure}`,
  };
}

/** The last is the chart in words: for who cannot see it. */
function tablesOf({ comparison, edges, run, scenario }: Simulation): PageTable[] {
  const numbers = (names: readonly string[]): PageTable['columns'] =>
    names.map((head, index) => ({ head, isNumber: index > 0 }));
  const bars = Map.groupBy(run.attempts, ({ task }) => task);
  const tables = [
    {
      title: `What if (${counted(comparison[0]?.samples.samples ?? 0, 'run')} each)`,
      columns: numbers(['', ...columns]),
      rows: comparison.map((variant) => [
        `${variant.label}${variant.isBase ? ' (this one)' : ''}${isCutOff(variant.samples) ? ' (some runs pause)' : ''}`,
        ...cellsOf(variant),
      ]),
    },
    {
      title: 'Dependencies that cost most',
      columns: numbers(['without', 'the run is shorter by']),
      rows: edges.map(({ task, dependency, savedMs }) => [`${task} after ${dependency}`, timeText(savedMs)]),
    },
    {
      title: 'Attempts',
      columns: numbers(['Task', 'Attempt', 'Slot', 'Start', 'End', 'Outcome']),
      rows: scenario.plan.tasks.flatMap(({ id }) =>
        (bars.get(id) ?? []).map(({ attempt, slot, startMs, endMs, succeeded }) => [
          ...[id, attempt, String(slot + 1), timeText(startMs), timeText(endMs)],
          succeeded ? 'succeeded' : 'failed at its gate',
        ]),
      ),
    },
  ];
  return tables.filter(({ rows }) => rows.length > 0);
}
