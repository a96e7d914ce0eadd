/** `tutti simulate`: how long a run of a plan would take, by the engine itself on a clock that does not wait. Changes nothing. */
import { openRepository, peekAttempts } from '../../compose.ts';
import type { Config } from '../../config/schema.ts';
import { loadConfig } from '../../config/sources.ts';
import { DEFAULT_RESERVATION, type TaskEstimate } from '../../core/estimate.ts';
import type { AttemptRecord } from '../../core/estimates/attempt-record.ts';
import { expectedFailureRate } from '../../core/forecast/remaining-work.ts';
import type { Plan } from '../../core/plan.ts';
import { hasErrors, type Problem, ProblemError } from '../../core/problem.ts';
import { withoutEdge } from '../../simulation/edge-savings.ts';
import { groupPlan } from '../../simulation/groups.ts';
import { counted } from '../../view/amount-text.ts';
import { chooseForm, type OutputOptions, putOut } from '../analysis-output.ts';
import { failureNote, originText, priceNote } from '../assumption-text.ts';
import { exitCode } from '../exit-code.ts';
import { findTopLevel, loadPlan, refuseBadPlan } from '../load-plan.ts';
import { planningBudget } from '../planning-budget.ts';
import type { Action } from '../program.ts';
import {
  conservatively,
  conservativeProfile,
  estimatesOf,
  poolProblems,
  schedulingOf,
} from '../run-settings.ts';
import { type Simulation, type SimulationRequest, simulate } from '../simulate/simulation.ts';
import { simulationDocument } from '../simulate/simulation-document.ts';
import { simulationText } from '../simulate/simulation-text.ts';
import { allWays, type Change, readEdge, readFailures, readWhatIf } from '../simulate/what-if.ts';
import { withoutIntegrated } from '../simulate/without-integrated.ts';
import { tellProblems } from '../tell-error.ts';
import type { Terminal } from '../terminal.ts';

export interface SimulateOptions extends OutputOptions {
  readonly format?: string;
  readonly slots?: number;
  readonly schedule?: string;
  readonly order?: string;
  readonly budget?: string;
  readonly conservative?: boolean;
  readonly whatIf?: readonly string[];
  readonly failures?: string;
  readonly dropEdge?: readonly string[];
  readonly groups?: string;
  readonly samples?: number;
  readonly seed?: number;
}

const forms = ['json', 'svg', 'html'] as const;

export const command: Action<SimulateOptions> = async (terminal, [given], options) => {
  const form = chooseForm(options, forms);
  const { cwd } = terminal;
  const root = findTopLevel(cwd);
  const config = configOf(terminal, root, options);
  const choice = { command: 'simulate', terminal, asks: true, json: form === 'json' };
  const loaded = await loadPlan(given, { cwd, format: options.format, root, choice });
  refuseBadPlan(loaded, false);
  const plan = root === undefined ? loaded.plan : await withoutIntegrated(loaded.plan, cwd, config.target);
  refuse(poolProblems({ ...plan.pools, ...config.pools }, plan));
  const history = root === undefined ? [] : await attemptsOf(terminal, config);
  const stated = planningBudget(root ?? cwd)?.tokens ?? null;
  const request = requestOf(plan, config, history, stated, options);
  const simulation = await simulate(request, progressOn(terminal));
  const text = await written(form, simulation, terminal);
  putOut(text, [plan.source, ...plan.tasks.map(({ location }) => location.file)], options, terminal);
  if (form !== 'json' && (options.slots ?? 0) > config.maxParallel)
    terminal.remark(
      `A run would refuse ${options.slots} slots: limits.maxParallel is ${config.maxParallel}.`,
    );
  return exitCode.allDone;
};

/** Needs no repository; where there is one, its settings count. @throws ProblemError */
function configOf(terminal: Terminal, root: string | undefined, options: SimulateOptions): Config {
  const { schedule, order, budget } = options;
  const { cwd, env } = terminal;
  const sources = { root, cwd, env, flags: { schedule, order, budget } };
  const { config, problems } = loadConfig(sources);
  if (config === undefined) throw new ProblemError(problems.filter(({ severity }) => severity === 'error'));
  tellProblems(problems, terminal);
  return config;
}

/** What earlier attempts of this repository took. */
async function attemptsOf({ cwd, env }: Terminal, config: Config): Promise<readonly AttemptRecord[]> {
  const { repository } = await openRepository(cwd);
  const { stateDir, worktrees } = config;
  return repository === undefined
    ? []
    : peekAttempts({ commonFolder: repository.commonDir, env, stateDir, worktrees });
}

function requestOf(
  given: Plan,
  config: Config,
  history: readonly AttemptRecord[],
  planningTokens: number | null,
  options: SimulateOptions,
): SimulationRequest {
  const { conservative = false } = options;
  const dropped = (options.dropEdge ?? []).map((text) => readEdge(given, text));
  const changed = dropped.reduce(withoutEdge, given);
  const grouped = options.groups === undefined ? undefined : groupPlan(changed, options.groups);
  refuse(grouped?.problems ?? []);
  const plan = grouped?.plan ?? changed;
  const settings = schedulingOf(config, plan, planningTokens);
  const failureRate =
    options.failures === undefined ? expectedFailureRate(config.retries) : readFailures(options.failures);
  const estimates = estimatesOf(plan, settings, history);
  return {
    scenario: {
      plan,
      estimates: conservative ? conservatively(estimates) : estimates,
      settings: {
        ...settings,
        retries: config.retries,
        slots: options.slots ?? (conservative ? conservativeProfile.slots : config.slots),
        schedule:
          grouped !== undefined || (conservative && options.schedule === undefined)
            ? conservativeProfile.schedule
            : settings.schedule,
      },
      integrationMs: 0,
    },
    bounded: grouped?.ungrouped ?? plan,
    seed: options.seed ?? 1,
    samples: options.samples,
    failureRate,
    isFailureExpected: options.failures === undefined,
    changes: changesOf(options),
    dropped,
    groups: grouped?.groups ?? null,
    leftOut: grouped?.leftOut ?? [],
    notes: [
      ...(options.failures === undefined ? expectedFailures(failureRate) : []),
      ...notesOn(plan, estimates, settings),
    ],
  };
}

/** Groups leave no choice of schedule. */
function changesOf({ whatIf, groups }: SimulateOptions): readonly Change[] {
  const changes = whatIf?.flatMap(readWhatIf) ?? allWays;
  return groups === undefined
    ? changes
    : changes.filter((change) => !('schedule' in change) && whatIf !== undefined);
}

const expectedFailures = (share: number): string[] => {
  const note = failureNote(share);
  return note === undefined ? [] : [`${note}, as \`tutti run\` expects it; --failures 0 for none.`];
};

/** What the numbers rest on, where the plan and the configuration are silent. */
function notesOn(
  plan: Plan,
  estimates: readonly TaskEstimate[],
  settings: Parameters<typeof priceNote>[2],
): string[] {
  const { tasks } = plan;
  const open = tasks.filter(({ status }) => status !== 'done');
  const expected = estimates.filter((_, position) => tasks[position]?.status !== 'done');
  const isLearned = expected.some(({ from, correctedBy }) => from === 'history' || correctedBy !== undefined);
  const silent = expected.filter(({ from }) => from === 'commits' || from === 'default').length;
  // What earlier attempts used is no assumption.
  const untold = tasks.filter(
    ({ status, estimate, workspace }, position) =>
      status !== 'done' &&
      estimate.tokens === undefined &&
      workspace !== 'none' &&
      estimates[position]?.tokens === DEFAULT_RESERVATION,
  ).length;
  const price = priceNote(plan, estimates, settings);
  const manual = open.filter(({ autonomous }) => !autonomous).length;
  const among = (count: number): string =>
    count === open.length ? 'no task says' : `${count} of ${open.length} tasks do not say`;
  return [
    ...(isLearned ? [`durations: ${originText(expected)}.`] : []),
    ...(silent === 0 || isLearned
      ? []
      : [`${among(silent)} how long the work takes: half an hour is assumed for each planned commit.`]),
    ...(untold === 0 ? [] : [`${among(untold)} how many tokens the work needs: 50k are assumed.`]),
    ...(price === undefined ? [] : [price]),
    ...(manual === 0
      ? []
      : [`${counted(manual, 'task')} for a person: it is assumed that somebody is there at once.`]),
  ];
}

function refuse(problems: readonly Problem[]): void {
  if (hasErrors(problems)) throw new ProblemError(problems);
}

async function written(
  form: 'text' | (typeof forms)[number],
  simulation: Simulation,
  terminal: Terminal,
): Promise<string> {
  if (form === 'json') return JSON.stringify(simulationDocument(simulation), null, 2);
  if (form === 'text') return simulationText(simulation, terminal);
  const { simulationChart } = await import('../simulate/simulation-chart.ts');
  const chart = simulationChart(simulation);
  return form === 'svg'
    ? (await import('../../drawing/gantt.ts')).ganttSvg(chart)
    : (await import('../../drawing/gantt-page.ts')).ganttPage(chart);
}

/** One line that is written over, and gone at the end; only where somebody sits. */
function progressOn({ interactive, write }: Terminal): (what: string) => void {
  if (!interactive) return () => {};
  return (what) => write(`\r\u001b[K${what === 'dependencies' ? '' : `simulating: ${what}`}`);
}
