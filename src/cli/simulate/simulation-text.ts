/** A simulation as people read it, at 80 columns. Shows what is known; computes nothing but roundings. */

import { roughTokens } from '../../core/tokens.ts';
import { overBoundOf, type Samples, utilisationOf } from '../../simulation/simulate.ts';
import { counted, grouped } from '../../view/amount-text.ts';
import { fitted } from '../../view/plain-text.ts';
import { timeText } from '../../view/time-axis.ts';
import { percent } from '../assumption-text.ts';
import type { Terminal } from '../terminal.ts';
import { reportWidth, wrapList, wrapWords } from '../wrapped-text.ts';
import { ganttText } from './gantt-text.ts';
import type { Simulation, Variant } from './simulation.ts';

const LABEL = 16;
/** A path of more tasks is told by its ends. */
const PATH_LINES = 4;
/** As long as the critical path, or nearly so. */
const NEAR = 1.02;
/** Less than this share above a bound is not told. */
const LEAST_TOLD = 0.0005;
/** Slots that are busy for so much of the time hold the rest back. */
const BUSY = 0.9;

/** Without a line break at its end. One line when nothing is left to do. */
export function simulationText(simulation: Simulation, terminal: Terminal): string {
  const width = reportWidth(terminal.columns());
  const { palette } = terminal;
  const { critical, run, scenario } = simulation;
  const { plan } = scenario;
  if (simulation.leftOut.length === 0 && plan.tasks.every(({ status }) => status === 'done'))
    return `${fitted(plan.name, width - 40)}: all tasks are done, there is nothing to simulate`;
  const chart = ganttText(run, { width, palette, critical: new Set(critical.tasks) });
  const sections = [
    headline(simulation, width, terminal),
    facts(simulation, width, terminal),
    chart === '' ? '' : `${palette.strong('One run')}, ${oneRunText(simulation)}\n${chart}`,
    edges(simulation, width, terminal),
    comparison(simulation, terminal),
    simulation.notes.map((note) => wrapWords(`note: ${note}`, width, 2)).join('\n'),
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

function headline(
  { scenario, samples, seed, failureRate, isFailureExpected, dropped, groups, leftOut }: Simulation,
  width: number,
  { palette }: Terminal,
): string {
  const { plan, settings } = scenario;
  const open = plan.tasks.filter(({ status }) => status !== 'done').length;
  const done = plan.tasks.length - open;
  const setting = [
    `${counted(open, 'task')}${done === 0 ? '' : ` (${grouped(done)} done already)`}`,
    counted(settings.slots, 'slot'),
    ...(groups === null ? [`schedule ${settings.schedule}`] : [counted(groups.length, 'group')]),
    `order ${settings.order}`,
    ...(failureRate === 0
      ? []
      : [
          isFailureExpected
            ? `${percent(failureRate)} failures expected`
            : `${percent(failureRate)} of the attempts fail`,
        ]),
  ];
  const changes = [
    ...dropped.map(({ task, dependency }) => `without ${task} after ${dependency}`),
    ...(leftOut.length === 0 ? [] : [`${counted(leftOut.length, 'task')} in no group, left out`]),
  ];
  return [
    `${palette.strong(fitted(plan.name, width - 11))}, simulated`,
    wrapWords(setting.join(', '), width),
    ...(changes.length === 0 ? [] : [wrapWords(changes.join(', '), width)]),
    palette.dim(
      wrapWords(
        `${counted(samples.samples, 'run')} with durations drawn around the estimates, seed ${seed}`,
        width,
      ),
    ),
  ].join('\n');
}

function facts(simulation: Simulation, width: number, { palette }: Terminal): string {
  const { samples, run, runBoundMs } = simulation;
  const { makespanMs, tokens, costUsd, workMs, utilisation, sessions } = samples;
  const busy = percent(Math.round(utilisation * 100) / 100);
  const own = overBoundText(overBoundOf(run.makespanMs, runBoundMs));
  // Of runs that the budget ends, bounds and speed-ups mean nothing.
  const rows: [string, string][] = [
    [
      'Time',
      `${timeText(makespanMs.p50)} (P50), ${timeText(makespanMs.p90)} (P90: one run in ten takes longer)`,
    ],
    ['Over bound', isCutOff(samples) ? '' : overBoundLine(samples.overBound)],
    [
      'As estimated',
      run.outcome === 'paused' ? '' : `${timeText(run.makespanMs)}, ${own}: ${oneRunText(simulation)}`,
    ],
    [
      'Speed-up',
      isCutOff(samples)
        ? ''
        : `${speedupOf(samples).toFixed(1)} × over one slot, which takes ${timeText(workMs)}; slots are ${busy} busy`,
    ],
    ['Slots', isCutOff(samples) ? `${busy} busy` : ''],
    ['Attempts', grouped(Math.round(sessions))],
    ['Tokens', `${roughTokens(tokens.p50)} (P50), ${roughTokens(tokens.p90)} (P90)`],
    ['Cost', `${dollars(costUsd.p50)} (P50), ${dollars(costUsd.p90)} (P90)`],
  ];
  const texts = rows.flatMap(([name, text]) =>
    text === '' ? [] : [`${palette.strong(name.padEnd(LABEL))}${wrapWords(text, width, LABEL)}`],
  );
  return [
    ...texts,
    `${palette.strong('Held back by'.padEnd(LABEL))}${brake(simulation, width)}`,
    ...stops(simulation, width, palette),
  ].join('\n');
}

/** What is drawn: the one run that is no sample. */
export function oneRunText({ run, failureRate, isFailureExpected }: Simulation): string {
  const fails =
    isFailureExpected || failureRate === 0 ? 'none fails' : `${percent(failureRate)} of them fail`;
  const pauses = run.outcome === 'paused' ? ', until the budget ends' : '';
  return `every attempt as long as estimated, ${fails}${pauses}`;
}

/** Times up to where the budget ends say nothing of how good a schedule is. */
export const isCutOff = ({ paused }: Pick<Samples, 'paused'>): boolean => paused > 0;

const overBoundText = (share: number): string =>
  share < LEAST_TOLD ? 'no schedule is shorter' : `${percent(share)} over bound`;

/** Each run against what its own durations allow: bounds of different runs are not comparable. */
const overBoundLine = (share: number): string =>
  share < LEAST_TOLD
    ? 'half of the runs are as short as their durations allow'
    : `half of the runs end within ${percent(share)} of the least that their own durations allow`;

/** What one would have to change for a shorter run. */
function brake({ critical, run, scenario, groups }: Simulation, width: number): string {
  const { slots, schedule } = scenario.settings;
  if (run.attempts.length === 0) return 'nothing: there is nothing to do';
  if (run.outcome === 'paused') return 'the budget, which ends before the plan does';
  const length = timeText(critical.lengthMs);
  const utilisation = utilisationOf(run, slots);
  const idle = `slots are free ${percent(Math.round((1 - utilisation) * 100) / 100)} of the time`;
  const say = (text: string): string => wrapWords(text, width, LABEL);
  const layout = { width: width - 2, indent: LABEL, separator: ' → ', lines: PATH_LINES };
  const path = `\n${' '.repeat(LABEL)}${wrapList([...critical.tasks], layout)}`;
  if (critical.lengthMs * NEAR >= run.makespanMs)
    return `${say(`the critical path of ${counted(critical.tasks.length, 'task')}, ${length}: more slots do not help`)}${path}`;
  if (utilisation >= BUSY)
    return say(
      `the number of slots: ${slots === 1 ? 'the only one is' : `all ${slots} are`} busy nearly all the time; the critical path takes ${length}`,
    );
  const rule = groups === null ? `the schedule ${schedule}` : 'the groups';
  const waits = schedule === 'dynamic' ? waitsText(scenario) : rule;
  return `${say(`${waits}: ${idle}; the critical path takes ${length}`)}${path}`;
}

/** What tasks of this plan can wait for beside slots. */
function waitsText({ plan, settings }: Simulation['scenario']): string {
  const open = plan.tasks.filter(({ status }) => status !== 'done');
  const waits = [
    ...(open.some(({ dependsOn }) => dependsOn.length > 0) ? ['dependencies'] : []),
    ...(open.some(({ pools }) => Object.keys(pools).length > 0) ? ['pools'] : []),
    ...(settings.conflicts === 'serialize' && open.some(({ files }) => files.length > 0) ? ['files'] : []),
  ];
  if (waits.length < 2) return waits[0] ?? 'the last tasks, which end at different times';
  return `${waits.slice(0, -1).join(', ')} and ${waits.at(-1)}`;
}

/** Runs that do not come to their end. */
function stops({ run, samples }: Simulation, width: number, palette: Terminal['palette']): string[] {
  const say = (text: string): string => palette.bad(wrapWords(text, width, 2));
  return [
    ...(run.narrowedMs === null
      ? []
      : [
          say(
            `From ${timeText(run.narrowedMs)} on slots stay empty because the budget is too small for more tasks at once.`,
          ),
        ]),
    ...(run.outcome === 'paused'
      ? [say(`The run pauses after ${timeText(run.makespanMs)}: ${run.reason}`)]
      : []),
    ...(samples.paused > 0
      ? [
          say(
            `${runs(samples.paused, samples, 'pause')} because of the budget; times and costs are up to there.`,
          ),
        ]
      : []),
    ...(samples.incomplete > 0
      ? [say(`${runs(samples.incomplete, samples, 'end')} with tasks not done: their attempts are used up.`)]
      : []),
  ];
}

const runs = (count: number, { samples }: Samples, verb: string): string =>
  `${grouped(count)} of ${counted(samples, 'run')} ${verb}${count === 1 ? 's' : ''}`;

function edges(
  { edges: found, critical, groups, run }: Simulation,
  width: number,
  { palette }: Terminal,
): string {
  if (groups !== null || run.outcome === 'paused' || critical.tasks.length < 2) return '';
  if (found.length === 0)
    return wrapWords(
      'No single dependency holds the run back: without any one of them it would take about as long.',
      width,
    );
  const rows = found.map(({ task, dependency, savedMs }) =>
    fitted(`  ${timeText(savedMs).padStart(7)} less if ${task} did not wait for ${dependency}`, width),
  );
  return [
    `${palette.strong('Dependencies that cost most')} (--drop-edge A:B shows the run without one)`,
    ...rows,
  ].join('\n');
}

export const columns = ['P50', 'P90', 'over bound', 'speed-up', 'busy', 'tokens', 'cost'] as const;
const widths = [7, 8, 11, 9, 7, 7, 8];
const NAME = 23;

function comparison({ comparison: variants, samples }: Simulation, { palette }: Terminal): string {
  if (variants.length === 0) return '';
  const line = (name: string, cells: readonly string[]): string =>
    `${fitted(name, NAME - 1).padEnd(NAME)}${cells.map((cell, index) => cell.padStart(widths[index] ?? 0)).join('')}`;
  const count = variants[0]?.samples.samples ?? 0;
  const fewer = count === samples.samples ? '' : ` (${counted(count, 'run')} each)`;
  const isWhole = (variant: Variant): boolean => !isCutOff(variant.samples);
  const best = Math.min(...variants.filter(isWhole).map((variant) => variant.samples.makespanMs.p50));
  const rows = variants.map((variant) => {
    const signs = `${variant.isBase ? '*' : ''}${isWhole(variant) ? '' : '!'}`;
    const text = line(`${signs.padEnd(2)} ${variant.label}`, cellsOf(variant));
    return isWhole(variant) && variant.samples.makespanMs.p50 === best ? palette.good(text) : text;
  });
  return [
    palette.strong(`What if${fewer}`),
    palette.dim(line('', columns)),
    ...rows,
    ...(variants.some(({ isBase }) => isBase) ? [palette.dim('* as above')] : []),
    ...(variants.every(isWhole)
      ? []
      : [palette.dim('! some of its runs pause because of the budget; times are up to there')]),
  ].join('\n');
}

export function cellsOf({ samples }: Variant): string[] {
  const { makespanMs, overBound, utilisation, tokens, costUsd } = samples;
  return [
    timeText(makespanMs.p50),
    timeText(makespanMs.p90),
    isCutOff(samples) || makespanMs.p50 === 0 ? '-' : percent(overBound),
    isCutOff(samples) || makespanMs.p50 === 0 ? '-' : `${speedupOf(samples).toFixed(1)} ×`,
    `${Math.round(utilisation * 100)} %`,
    roughTokens(tokens.p50),
    dollars(costUsd.p50),
  ];
}

/** How many times faster than one attempt after the other. */
export const speedupOf = ({ workMs, makespanMs }: Samples): number =>
  makespanMs.p50 === 0 ? 1 : workMs / makespanMs.p50;

/** From a hundred on, cents say nothing any more. */
export const dollars = (usd: number): string => `$${usd >= 100 ? grouped(Math.round(usd)) : usd.toFixed(2)}`;
