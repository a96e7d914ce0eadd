/** `tutti check`: would this plan run in this repository, and in parallel? Answers question by question; changes nothing. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  examineRepository,
  openAgents,
  openStateFolder,
  peekAttempts,
  type Repository,
  readHead,
  resolveCommit,
  type StateFolder,
  tasksIntegrated,
} from '../../compose.ts';
import { type Config, defaults } from '../../config/schema.ts';
import { describeOrigin, type LoadedConfig, loadConfig } from '../../config/sources.ts';
import { analyse } from '../../core/analysis/analyse.ts';
import type { TaskEstimate } from '../../core/estimate.ts';
import type { Commit, Plan, Task } from '../../core/plan.ts';
import { routeOf } from '../../core/policy/routing.ts';
import { type Problem, ProblemError } from '../../core/problem.ts';
import { type CheckItem, fromThrown, item, reason, skipped } from '../check/check-item.ts';
import {
  checkBranches,
  checkCheckout,
  checkDisk,
  checkEngine,
  checkRepository,
} from '../check/check-place.ts';
import { checkBudget, checkOverlaps, checkPlan, tableFor } from '../check/check-plan.ts';
import { type CheckReport, checkDocument } from '../check/check-report.ts';
import { checkText } from '../check/check-text.ts';
import { type TriedSteps, tryPlace } from '../check/check-trial.ts';
import { exitCode } from '../exit-code.ts';
import { loadPlan } from '../load-plan.ts';
import { planningBudget, type StatedBudget } from '../planning-budget.ts';
import type { Action } from '../program.ts';
import { readPromptTemplate } from '../prompt-template-file.ts';
import {
  agentFor,
  conservatively,
  estimatesOf,
  poolProblems,
  schedulingOf,
  withoutRouting,
  withProfile,
} from '../run-settings.ts';
import type { Terminal } from '../terminal.ts';
import { counted } from '../wrapped-text.ts';

export interface CheckOptions {
  readonly format?: string;
  readonly agent?: string;
  readonly command?: string;
  readonly slots?: number;
  /** The commands given, false after `--no-gate`, true by default. */
  readonly gate?: readonly string[] | boolean;
  readonly target?: string;
  readonly schedule?: string;
  readonly order?: string;
  readonly conflicts?: string;
  readonly budget?: string;
  readonly conservative?: boolean;
  readonly retries?: string;
  readonly land?: boolean;
  readonly redo?: boolean;
  /** Taken and left alone, as `detach`: nothing is asked here, and nothing goes on. */
  readonly yes?: boolean;
  readonly detach?: boolean;
  readonly strict?: boolean;
  /** False after `--no-run`. */
  readonly run?: boolean;
  readonly json?: boolean;
}

export const command: Action<CheckOptions> = async (terminal, [given], options) => {
  const { json = false, strict = false } = options;
  const { repository, problems } = await examineRepository(terminal.cwd).catch(asProblems);
  const loaded = loadConfig({ ...sourcesOf(terminal, options), root: repository?.topLevel });
  const { plan, problems: planProblems } = await loadPlan(given, {
    cwd: terminal.cwd,
    format: options.format,
    root: repository?.topLevel,
  });
  refuseUnreadable(given, terminal.cwd, [...planProblems, ...loaded.problems]);
  const report = await lookAtAll({ terminal, options, repository, problems, loaded, plan, planProblems });
  const isNo = report.items.some(({ answer }) => answer === 'no' || (strict && answer === 'warning'));
  terminal.print(
    json ? JSON.stringify(checkDocument(report, !isNo), null, 2) : checkText(report, !isNo, terminal),
  );
  return isNo ? exitCode.checkFailed : exitCode.allDone;
};

/** The flags are those of `run`, so that one word can take the place of the other. */
const sourcesOf = ({ cwd, env }: Terminal, options: CheckOptions) => {
  const { target, order, conflicts, budget, retries, land, gate } = options;
  const agent = options.agent ?? agentFor(options.command);
  const flags = { agent, target, order, conflicts, budget, retries, land, ...withProfile(options) };
  const gates = Array.isArray(gate) ? { gate } : {};
  return { cwd, env, flags: { ...flags, ...gates, ...withoutRouting(agent) } };
};

/** Arguments that cannot be read are no answer: which plan, which format, what value. */
function refuseUnreadable(given: string | undefined, cwd: string, problems: readonly Problem[]): void {
  const isMissing = given !== undefined && !existsSync(resolve(cwd, given));
  const refused = problems.filter(
    ({ severity, code, message }) =>
      severity === 'error' &&
      (code === 'usage' ||
        code === 'ambiguous-format' ||
        (isMissing && (code === 'unreadable' || code === 'unsupported')) ||
        // What a flag says is told with its name.
        (code === 'invalid-config' && message.startsWith('--'))),
  );
  if (refused.length > 0) throw new ProblemError(refused);
}

interface Looked {
  readonly terminal: Terminal;
  readonly options: CheckOptions;
  readonly repository: Repository | undefined;
  readonly problems: readonly Problem[];
  readonly loaded: LoadedConfig;
  readonly plan: Plan;
  readonly planProblems: readonly Problem[];
}

async function lookAtAll(looked: Looked): Promise<CheckReport> {
  const { options, repository, problems, loaded, plan, planProblems } = looked;
  const { config } = loaded;
  const slots = config?.slots ?? withProfile(options).slots ?? defaults.slots;
  const base = repository && (await startOf(repository, config));
  const integrated =
    repository && base && options.redo !== true
      ? await tasksIntegrated(repository, plan.name, base)
      : new Map<string, Commit>();
  const isOpen = ({ id, status }: Task): boolean => status !== 'done' && !integrated.has(id);
  const estimates = options.conservative === true ? conservatively(expected(looked)) : expected(looked);
  const stated = { ...budgetOf(looked), costUsd: config?.budgetCost };
  const budget = tableFor(plan, isOpen, { ...stated, slots, estimates });
  const analysis = analyse(plan);
  const place = await lookAtPlace(looked, base, slots);
  return {
    plan: { source: plan.source, format: plan.format, name: plan.name, tasks: plan.tasks.length },
    items: [
      checkPlan(plan, [...planProblems, ...poolsOf(looked)], isOpen),
      configItem(loaded, looked.terminal),
      checkRepository(repository, problems),
      ...place.items,
      checkBudget(budget, unmeteredAgents(looked, isOpen)),
      checkOverlaps(plan, analysis, config?.conflicts ?? defaults.conflicts),
    ],
    unseen: place.unseen,
    setup: place.setup,
    gate: place.gate,
    logFile: place.logFile,
    budget,
    overlaps: analysis.overlaps,
  };
}

/** Pools that are too small by the configuration; what is wrong in the plan itself its reader has told. */
const poolsOf = ({ plan, loaded }: Looked): readonly Problem[] =>
  poolProblems({ ...plan.pools, ...loaded.config?.pools }, plan);

/** The commit from which tasks would start. */
async function startOf(repository: Repository, config: Config | undefined): Promise<Commit | undefined> {
  const target =
    config?.target === undefined ? null : await resolveCommit(repository, `refs/heads/${config.target}`);
  return target ?? (await readHead(repository))?.commit;
}

/** What a run would expect of each task, by the plan and by what earlier attempts here took. */
function expected({ loaded: { config }, plan, repository, terminal, options }: Looked): TaskEstimate[] {
  if (config === undefined) return estimatesOf(plan, { prices: {}, agent: options.agent ?? 'command' }, []);
  const { stateDir, worktrees } = config;
  const history =
    repository === undefined
      ? []
      : peekAttempts({ commonFolder: repository.commonDir, env: terminal.env, stateDir, worktrees });
  return estimatesOf(plan, schedulingOf(config, plan, null), history);
}

/** The agents of what is left to do, when none of them says what it uses. */
function unmeteredAgents(
  { loaded: { config }, plan, options }: Looked,
  isOpen: (task: Task) => boolean,
): readonly string[] {
  const { agent, agents = {}, routing = [] } = config ?? {};
  const usual = { agent: agent ?? options.agent ?? 'command', routing };
  const names = new Set(plan.tasks.filter(isOpen).map((task) => routeOf(task, usual).agent));
  const driverOf = (name: string): string =>
    (Object.hasOwn(agents, name) ? agents[name]?.driver : name) ?? name;
  return [...names].every((name) => driverOf(name) === 'command') ? [...names] : [];
}

function budgetOf({ loaded, repository }: Looked): StatedBudget {
  const origin = loaded.origins['budget.tokens'];
  const tokens = loaded.config?.budgetTokens;
  if (tokens !== undefined && origin !== undefined) return { tokens, from: describeOrigin(origin) };
  // As a run has it: a limit in money takes the place of the one that is kept beside the plan.
  const kept =
    repository === undefined || loaded.config?.budgetCost !== undefined
      ? undefined
      : planningBudget(repository.topLevel);
  return kept ?? { tokens: null, from: null };
}

function configItem({ config, problems }: LoadedConfig, { cwd }: Terminal): CheckItem {
  const reasons = [...problems, ...readPromptTemplate(config?.prompt, cwd).problems].map(
    ({ severity, code, message, fix, location }) =>
      reason(severity === 'error' ? 'error' : 'warning', message, fix, { code, ...(location ?? {}) }),
  );
  return item('configuration', reasons, config === undefined ? 'it has errors' : configText(config));
}

const configText = ({ slots, schedule, order }: Config): string =>
  `${counted(slots, 'slot')}, schedule ${schedule}, order ${order}`;

interface Place extends TriedSteps {
  readonly unseen: readonly string[];
}

const nothingTried = { setup: [], gate: [], logFile: null } as const;

async function lookAtPlace(looked: Looked, base: Commit | undefined, slots: number): Promise<Place> {
  const { repository, loaded, terminal } = looked;
  if (repository === undefined) {
    const names = ['checkout', 'branches', 'worktrees', 'agents', 'set-up', 'gate', 'engine', 'disk'];
    return {
      ...nothingTried,
      items: names.map((name) => skipped(name, 'there is no repository')),
      unseen: [],
    };
  }
  const { config } = loaded;
  const checkout = await checkCheckout(repository);
  const folder = stateFolder(repository, terminal, config);
  const tried = await tryIt(looked, repository, base, folder);
  return {
    ...tried,
    items: [
      checkout.item,
      config === undefined
        ? skipped('branches', 'the configuration has errors')
        : await checkBranches(repository, config),
      ...tried.items,
      ...('path' in folder
        ? [await checkEngine(folder), await checkDisk(repository, folder, base, slots)]
        : [folder, skipped('disk', 'there is no state folder')]),
    ],
    unseen: checkout.unseen,
  };
}

function stateFolder(
  repository: Repository,
  { env }: Terminal,
  config: Config | undefined,
): StateFolder | CheckItem {
  const { stateDir, worktrees } = config ?? {};
  try {
    return openStateFolder({ commonFolder: repository.commonDir, env, stateDir, worktrees });
  } catch (error) {
    return item('engine', fromThrown(error), 'the state folder cannot be made');
  }
}

/** Worktree, agents, set-up and gate, as far as they can be tried. */
async function tryIt(
  { loaded, plan, options, terminal }: Looked,
  repository: Repository,
  base: Commit | undefined,
  folder: StateFolder | CheckItem,
): Promise<TriedSteps> {
  const { config } = loaded;
  const why =
    config === undefined
      ? 'the configuration has errors'
      : base === undefined
        ? 'there is no commit to try it on'
        : 'path' in folder
          ? undefined
          : 'there is no state folder';
  if (why !== undefined || config === undefined || base === undefined) {
    const names = ['worktrees', 'agents', 'set-up', 'gate'];
    return { ...nothingTried, items: names.map((name) => skipped(name, why ?? '')) };
  }
  const agents = openAgents(config);
  try {
    return await tryPlace({
      repository,
      base,
      plan,
      config,
      agents,
      command: options.command,
      noGate: options.gate === false,
      runs: options.run !== false,
      terminal,
      tell: options.json !== true && terminal.interactive ? (text) => terminal.remark(text) : () => {},
    });
  } finally {
    agents.close();
  }
}

/** A git that does not even start is a problem like others. */
function asProblems(error: unknown): Awaited<ReturnType<typeof examineRepository>> {
  if (error instanceof ProblemError) return { problems: error.problems };
  throw error;
}
