/** Makes a new run of a plan: everything that has to be true before the first event, and the question that is asked then. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Checkout,
  type FoundFiles,
  type Head,
  type Home,
  nameBranches,
  type OpenedRun,
  openLauncher,
} from '../compose.ts';
import type { TaskEstimate } from '../core/estimate.ts';
import type { EventBody, RunCreated } from '../core/event.ts';
import { type Commit, ownTarget, type Plan, type RunId, type TaskId } from '../core/plan.ts';
import { routeOf } from '../core/policy/routing.ts';
import { hasErrors, type Problem, ProblemError, problem } from '../core/problem.ts';
import type { RunSettings } from '../core/settings.ts';
import { roughTokens } from '../core/tokens.ts';
import { beginJournal } from '../engine/record.ts';
import { fitted } from '../view/plain-text.ts';
import { planningBudget } from './planning-budget.ts';
import { readPromptTemplate } from './prompt-template-file.ts';
import {
  type AgentWishes,
  agentProblems,
  branchProblems,
  gateProblems,
  programProblems,
  sandboxProblems,
} from './run-problems.ts';
import { conservatively, estimatesOf, poolProblems, schedulingOf } from './run-settings.ts';
import type { Terminal } from './terminal.ts';
import { withheldVariables } from './withheld-variables.ts';

export interface RunWishes extends AgentWishes {
  readonly redo: boolean;
  /** The user said `--conservative`. */
  readonly conservative: boolean;
}

export interface RunDraft {
  readonly run: RunId;
  readonly plan: Plan;
  readonly settings: RunSettings;
  /** Tasks that the target has already, with the commit that brought each. */
  readonly integrated: ReadonlyMap<TaskId, Commit>;
  /** Files of the checkout that agents will not see. */
  readonly unseen: readonly string[];
  /** What stops nothing and may be a mistake. */
  readonly warnings: readonly Problem[];
  /** The branch of each task, in plan order. */
  readonly branches: readonly string[];
  /** What each task is expected to take, in plan order. */
  readonly estimates: readonly TaskEstimate[];
}

/** What the repository has to say about a run, whatever its plan. */
export interface Survey {
  readonly run: RunId;
  readonly target: string;
  /** Why the target cannot be one. */
  readonly problems: readonly Problem[];
  /** Names of all local branches. */
  readonly taken: ReadonlySet<string>;
  /** Null before the first commit. */
  readonly head: Head | null;
  /** The target's commit when it is there already. */
  readonly tip: Commit | null;
  readonly checkout: Checkout;
  /** What worktrees get of it that is in no commit. */
  readonly localFiles: FoundFiles;
}

/** Asks git everything at once, and gets ready to start programs; `announced` is the run's id when it has one already. */
export async function surveyRepository(home: Home, announced?: RunId): Promise<Survey> {
  const { config, git } = home;
  const run = announced ?? home.runs.newId();
  const target = config.target ?? ownTarget(run);
  openLauncher(home, run);
  const [problems, taken, head, tip, checkout, localFiles] = await Promise.all([
    git.targetProblems(target),
    git.branches(),
    git.head(),
    git.resolve(`refs/heads/${target}`),
    git.checkout(),
    git.localFiles(config),
  ]);
  return { run, target, problems, taken, head, tip, checkout, localFiles };
}

/** Checks everything and collects what is wrong. @throws ProblemError with all of it */
export async function draftRun(home: Home, plan: Plan, survey: Survey, wishes: RunWishes): Promise<RunDraft> {
  const { config } = home;
  const { template, problems: ofTemplate } = readPromptTemplate(config.prompt, home.cwd);
  const problems = [
    ...agentProblems(home, plan, wishes),
    ...programProblems(home, plan, wishes),
    ...(await sandboxProblems(home, plan)),
    ...gateProblems(home, plan, wishes),
    ...poolProblems(schedulingFor(home, plan).pools, plan),
    ...ofTemplate,
    ...survey.problems,
    ...survey.localFiles.problems,
    ...branchProblems(config.branch, survey.taken),
  ];
  const { head } = survey;
  if (head === null || hasErrors(problems)) throw new ProblemError(problems);
  const warnings = [
    ...problems.filter(({ severity }) => severity === 'warning'),
    ...withheldVariables(home, plan, wishes.command),
  ];
  return composeDraft(home, plan, { ...survey, head }, { ...wishes, template, warnings });
}

const schedulingFor = ({ config, repository }: Home, plan: Plan) =>
  schedulingOf(config, plan, planningBudget(repository.topLevel)?.tokens ?? null);

interface DraftWishes extends Pick<RunWishes, 'command' | 'noGate' | 'redo' | 'conservative'> {
  /** Text of the user's template of prompts. */
  readonly template: string | undefined;
  readonly warnings: readonly Problem[];
}

/** The draft of a run in which nothing is checked: for one that is, and for those who only look. */
export async function composeDraft(
  home: Home,
  plan: Plan,
  survey: Survey & { readonly head: Head },
  wishes: DraftWishes,
): Promise<RunDraft> {
  const { config, git } = home;
  const { run, target, taken, head, checkout } = survey;
  const scheduling = schedulingFor(home, plan);
  const base = survey.tip ?? head.commit;
  const estimates = estimatesOf(plan, scheduling, home.history());
  return {
    run,
    plan,
    estimates: wishes.conservative ? conservatively(estimates) : estimates,
    integrated: wishes.redo ? new Map() : await git.integrated(plan.name, base),
    unseen: [...checkout.dirty, ...checkout.untracked],
    branches: freeBranches(plan, config.branch, taken, run),
    warnings: wishes.warnings,
    settings: {
      target,
      base,
      ...scheduling,
      retries: config.retries,
      gate: wishes.noGate ? [] : config.gate,
      branchTemplate: config.branch,
      timeoutMs: config.timeoutMs,
      stallMs: config.stallMs,
      cwd: home.cwd,
      land: config.land,
      ...(wishes.command === undefined ? {} : { command: wishes.command }),
      ...(wishes.template === undefined ? {} : { promptTemplate: wishes.template }),
    },
  };
}

/** A branch that is there already is somebody's, or an earlier run's: this run leaves it alone and takes another name. */
function freeBranches(plan: Plan, template: string, taken: ReadonlySet<string>, run: RunId): string[] {
  const names = nameBranches(template, plan.tasks);
  return plan.tasks.map(({ id }) => {
    const name = names.get(id) ?? '';
    return taken.has(name) ? `${name}-${run}` : name;
  });
}

/** Begins the run's journal. To be called under the repository's lock. */
export function createDraftedRun(home: Home, draft: RunDraft): OpenedRun {
  const { created, facts } = firstEvents(draft);
  const journal = home.journal(draft.run);
  return { journal, state: beginJournal(journal, home.clock.now(), created, facts), opening: [] };
}

/** What is known of a run at its birth. */
export function firstEvents(draft: RunDraft): {
  readonly created: RunCreated;
  readonly facts: readonly EventBody[];
} {
  const { run, plan, settings, integrated, branches, estimates } = draft;
  const created = { type: 'run-created', run, plan, settings, branches, estimates } as const;
  return { created, facts: skipped(plan, integrated) };
}

function skipped(plan: Plan, integrated: ReadonlyMap<TaskId, Commit>): EventBody[] {
  return plan.tasks.flatMap(({ id, status }): EventBody[] => {
    const commit = integrated.get(id);
    if (commit !== undefined) return [{ type: 'task-skipped', task: id, because: 'in-target', commit }];
    return status === 'done' ? [{ type: 'task-skipped', task: id, because: 'done-in-source' }] : [];
  });
}

/** Says what is about to happen, as lines of text. */
export function draftText(
  { run, plan, settings, integrated, unseen }: RunDraft,
  waveSizes: readonly number[],
): string[] {
  const done = plan.tasks.filter(({ id, status }) => status === 'done' || integrated.has(id)).length;
  const agents = new Set(
    plan.tasks.map((task) => {
      const { agent, model } = routeOf(task, settings);
      return model === undefined ? agent : `${agent} (${model})`;
    }),
  );
  const lines = [
    `run ${run}: ${plan.tasks.length} tasks of ${fitted(plan.name, 60)} (waves ${waveSizes.slice(0, 12).join('/')}${waveSizes.length > 12 ? '/…' : ''})`,
    `  ${done === 0 ? 'none' : done} done already · ${settings.slots} slots · agent ${[...agents].join(', ')} · tutti itself spends 0 tokens`,
    `  onto ${settings.target} from ${settings.base.slice(0, 10)} · gate: ${settings.gate.map(({ name }) => name).join(', ') || 'none'}`,
  ];
  const { tokens, costUsd } = settings.budget;
  const limits = [
    ...(tokens === null ? [] : [`${roughTokens(tokens)} tokens`]),
    ...(costUsd === null ? [] : [`$${costUsd.toFixed(2)}`]),
  ];
  if (limits.length > 0)
    lines.push(`  budget: ${limits.join(' and ')}; the run pauses before it is exceeded`);
  if (unseen.length > 0) {
    const more = unseen.length > 5 ? ` and ${unseen.length - 5} more` : '';
    lines.push(
      `  not committed, so agents will not see: ${unseen
        .slice(0, 5)
        .map((file) => fitted(file, 60))
        .join(', ')}${more}`,
    );
  }
  return lines;
}

/** What an earlier run of this plan has to do with this one: work that might be done twice. */
export async function earlierRunText(home: Home, { plan, settings }: RunDraft): Promise<string[]> {
  const earlier = home.runs.all().find((row) => row.plan === plan.name);
  if (earlier === undefined || (await home.owner()) !== undefined) return [];
  const unfinished = unfinishedRun(home, plan);
  if (unfinished) {
    return [`  run ${unfinished.id} of this plan is not finished; \`tutti resume\` would go on with it`];
  }
  const tip = await home.git.resolve(`refs/heads/${earlier.target}`);
  if (tip === null || tip === settings.base || (await home.git.isAncestor(tip, settings.base))) return [];
  return [
    `  run ${earlier.id} of this plan has results on ${earlier.target}; \`tutti land\` first keeps them from being made again`,
  ];
}

/** The newest run of this plan that has not ended. */
const unfinishedRun = (home: Home, plan: Plan) =>
  home.runs.all().find((row) => row.plan === plan.name && row.endedAt === null);

/**
 * Asks before a repository's first run, beside an unfinished one of the same plan, before many tasks, and for commands that the plan carries.
 * @throws ProblemError `confirmation-needed` when nobody can be asked
 */
export async function confirmRun(
  home: Home,
  draft: RunDraft,
  terminal: Terminal,
  yes: boolean,
): Promise<boolean> {
  const commands = carriedCommands(draft.plan);
  const unfinished = (await home.owner()) === undefined ? unfinishedRun(home, draft.plan) : undefined;
  const reasons = [
    ...(unfinished === undefined ? [] : [`run ${unfinished.id} of this plan is not finished`]),
    ...(home.runs.all().length === 0 ? ['it is the first run in this repository'] : []),
    ...(draft.plan.tasks.length > home.config.confirm
      ? [`it has more than ${home.config.confirm} tasks`]
      : []),
    ...(commands.length > 0 && !isApproved(home, draft.plan.name, commands)
      ? ['the plan carries commands']
      : []),
  ];
  if (reasons.length === 0) return true;
  for (const command of commands.slice(0, 20)) terminal.remark(`  the plan runs: ${fitted(command, 100)}`);
  if (commands.length > 20) terminal.remark(`  … and ${commands.length - 20} more commands`);
  if (!yes && !terminal.interactive) {
    const fix = 'Look at what is said above, then add --yes.';
    throw new ProblemError([
      problem('confirmation-needed', `This run has to be confirmed: ${reasons.join(', ')}.`, fix),
    ]);
  }
  const agreed = yes || (await terminal.ask('Start?'));
  if (agreed && commands.length > 0) approve(home, draft.plan.name, commands);
  return agreed;
}

function carriedCommands(plan: Plan): string[] {
  const texts = plan.tasks.flatMap((task) => [
    ...(task.command === undefined ? [] : [task.command]),
    ...(task.gate ?? []).map(({ run }) => run),
  ]);
  return [...new Set(texts)];
}

const approvalsFile = (home: Home): string => join(home.folder.path, 'approved-commands.json');

function readApprovals(home: Home): Record<string, string> {
  const file = approvalsFile(home);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) : {};
}

const fingerprint = (commands: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(commands)).digest('hex');

const isApproved = (home: Home, plan: string, commands: readonly string[]): boolean =>
  readApprovals(home)[plan] === fingerprint(commands);

function approve(home: Home, plan: string, commands: readonly string[]): void {
  const approvals = { ...readApprovals(home), [plan]: fingerprint(commands) };
  writeFileSync(approvalsFile(home), JSON.stringify(approvals), { mode: 0o600 });
}
