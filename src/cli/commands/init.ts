/** `tutti init`: finds out how this repository is set up and verified, tries it in a worktree, writes tutti.yaml. */
import { existsSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { examineRepository, type Repository } from '../../compose.ts';
import { projectFileName } from '../../config/sources.ts';
import { hasErrors, ProblemError, problem } from '../../core/problem.ts';
import { detectPlan, findPlans, readPlan } from '../../readers/detect.ts';
import { exitCode } from '../exit-code.ts';
import { type ConfigFindings, configText } from '../init/config-text.ts';
import { detectProject } from '../init/detect-project.ts';
import { type InitReport, initText } from '../init/init-text.ts';
import { tryProject } from '../init/try-project.ts';
import { knownPrograms } from '../known-agents.ts';
import { findProgram } from '../on-path.ts';
import type { Action } from '../program.ts';
import type { Terminal } from '../terminal.ts';
import { withTrial } from '../with-trial.ts';

export interface InitOptions {
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export const command: Action<InitOptions> = async (terminal, _args, options) => {
  const { force = false, dryRun = false, json = false } = options;
  const { repository, problems } = await examineRepository(terminal.cwd);
  if (repository === undefined || hasErrors(problems)) throw new ProblemError(problems);
  const file = join(repository.topLevel, projectFileName);
  if (existsSync(file) && !force && !dryRun) throw existing();
  const trial = dryRun ? untried(repository) : await tryIt(repository, terminal, !json);
  const { plans, planRemarks } = await lookForPlans(repository.topLevel);
  const agents = knownPrograms.filter(
    (name) => findProgram(name, terminal.env.PATH, terminal.cwd) !== undefined,
  );
  const findings: ConfigFindings = { ...trial, plans, agents };
  const text = configText(findings);
  if (!dryRun) write(file, text, force);
  const shownFile = relative(terminal.cwd, file);
  const remarks = [...trial.remarks, ...planRemarks];
  const report: InitReport = { ...trial, plans, agents, remarks, file: shownFile, written: !dryRun, text };
  terminal.print(json ? JSON.stringify(toDocument(report), null, 2) : initText(report, terminal));
  return exitCode.allDone;
};

/** Agents work from commits, so it is HEAD that is tried, not what lies in the checkout. */
async function tryIt(repository: Repository, terminal: Terminal, tells: boolean) {
  const tell = tells && terminal.interactive ? (text: string): void => terminal.remark(text) : () => {};
  tell('Making a fresh worktree …');
  return withTrial(repository, terminal, { name: 'init' }, async (trial, signal) => {
    const tried = await tryProject(trial, tell, signal);
    const isCommitted = sameCommands(detectProject(trial.path), detectProject(repository.topLevel));
    const remarks = isCommitted
      ? tried.remarks
      : [
          ...tried.remarks,
          'your checkout differs from HEAD in this; agents work from commits, so HEAD was looked at',
        ];
    return { ...tried, remarks };
  });
}

function untried(repository: Repository) {
  return { ...detectProject(repository.topLevel), leftBehind: [], logFile: null };
}

const sameCommands = (...guesses: readonly ReturnType<typeof detectProject>[]): boolean =>
  new Set(guesses.map(({ setup, gate }) => JSON.stringify([setup, gate]))).size === 1;

/** Every plan in a usual place, each with its format. */
async function lookForPlans(root: string) {
  const found = await findPlans(root);
  const plans = await Promise.all(
    found.map(async ({ path, format }) => {
      const { plan } = await readPlan(path, { format, root });
      return { path: relative(root, path) || '.', format, tasks: plan.tasks.length };
    }),
  );
  if (plans.length > 0) return { plans, planRemarks: [] };
  // No plan yet is no remark: the next steps say how to begin one.
  const { problems } = await detectPlan(root);
  const telling = problems.filter(({ code }) => code !== 'no-tasks');
  return { plans, planRemarks: telling.map(({ message, fix }) => `${message}. ${fix}`) };
}

function write(file: string, text: string, force: boolean): void {
  try {
    writeFileSync(file, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw existing();
    throw new ProblemError([
      problem(
        'usage',
        `${file} cannot be written: ${(error as Error).message}`,
        'Make the folder writable, or use --dry-run.',
      ),
    ]);
  }
}

const existing = (): ProblemError =>
  new ProblemError([
    problem(
      'usage',
      `${projectFileName} exists already`,
      'Use --force to replace it, or --dry-run to see what would be written.',
    ),
  ]);

const toDocument = ({ remarks, ...report }: InitReport) => ({
  schemaVersion: 1,
  kind: 'init',
  ...report,
  remarks,
});
