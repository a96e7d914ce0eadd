/** Opens a repository: where it is, what it is called, and what stands in the way of commits. Changes nothing. */
import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { type Commit, commit } from '../core/plan.ts';
import { type Problem, problem } from '../core/problem.ts';
import { createRefQueue, type RefQueue } from './ref-queue.ts';
import { GitError, type GitOutput, readGit, runGit } from './run-git.ts';
import { listWorktrees } from './worktree-list.ts';

export interface Repository {
  /** Short hex hash of the real path of git's common folder: the same from each of its worktrees. */
  readonly id: string;
  /** Git's common folder, as a real path. */
  readonly commonDir: string;
  /** The checkout the user is in, as a real path. */
  readonly topLevel: string;
  /** The queue for whatever touches refs, configuration or the worktree list. */
  readonly refs: RefQueue;
}

export interface OpenedRepository {
  /** Absent when there is nothing to work with. */
  readonly repository?: Repository;
  /** Everything found at once; with some of it there is a repository to be looked at all the same. */
  readonly problems: readonly Problem[];
}

export interface Head {
  readonly commit: Commit;
  /** Null when HEAD is detached. */
  readonly branch: string | null;
}

/** `merge-tree --write-tree` came with it. */
const OLDEST_GIT: readonly [number, number] = [2, 38];

/** Finds the repository a folder belongs to: all that is needed to look at it. */
export async function openRepository(cwd: string): Promise<OpenedRepository> {
  // Asked together: each start of git costs more than its answer.
  const [tooOld, found] = await Promise.all([versionProblem(), findFolders(cwd)]);
  // First of all: git repeats a question that it is too old for, as if that were the answer.
  if (tooOld) return { problems: [tooOld] };
  const [bare, commonDir, topLevel] = found?.stdout.split('\n') ?? [];
  if (!found || !commonDir) return { problems: [notARepository(cwd, found?.stderr ?? '')] };
  if (bare === 'true' || found.exitCode !== 0 || !topLevel) {
    const fix = 'Clone it and run tutti in the clone: `git clone REPOSITORY FOLDER`.';
    return { problems: [problem('bare-repository', `${cwd} has no working tree`, fix)] };
  }
  return { repository: await describe(commonDir, topLevel), problems: [] };
}

/** As `openRepository`, with every reason why nothing can be committed there. */
export async function examineRepository(cwd: string): Promise<OpenedRepository> {
  const [opened, missing] = await Promise.all([openRepository(cwd), findMissing(cwd).catch(asMissingFolder)]);
  return opened.repository === undefined ? opened : { ...opened, problems: missing ?? [] };
}

/** What has to be there before anything can be committed. */
async function findMissing(cwd: string): Promise<readonly Problem[]> {
  const found = await Promise.all([commitProblem(cwd), identityProblem(cwd)]);
  return found.filter((each) => each !== undefined);
}

/** Git answers in this order; where there is no working tree it fails after the first two. */
function findFolders(cwd: string): Promise<GitOutput | null> {
  const questions = ['--is-bare-repository', '--git-common-dir', '--show-toplevel'];
  return runGit(cwd, ['rev-parse', '--path-format=absolute', ...questions], { allow: [128] }).catch(
    asMissingFolder,
  );
}

async function describe(commonDir: string, topLevel: string): Promise<Repository> {
  const real = await realpath(commonDir);
  return {
    id: createHash('sha256').update(real).digest('hex').slice(0, 12),
    commonDir: real,
    topLevel: await realpath(topLevel),
    refs: createRefQueue(),
  };
}

/** HEAD of the user's checkout; null before the first commit. */
export async function readHead(repository: Repository): Promise<Head | null> {
  const [tip, name] = await Promise.all([
    resolveCommit(repository, 'HEAD'),
    readGit(repository.topLevel, ['symbolic-ref', '-q', 'HEAD'], { allow: [1] }),
  ]);
  if (tip === null) return null;
  return { commit: tip, branch: name ? name.replace(/^refs\/heads\//, '') : null };
}

/** The commit a ref, branch (`refs/heads/…`) or id names; null when there is none. */
export const resolveCommit = ({ topLevel }: Repository, name: string): Promise<Commit | null> =>
  resolveIn(topLevel, name);

async function resolveIn(folder: string, name: string): Promise<Commit | null> {
  const args = ['rev-parse', '--verify', '-q', '--end-of-options', `${name}^{commit}`];
  const { exitCode, stdout } = await runGit(folder, args, { allow: [1, 128] });
  return exitCode === 0 ? commit(stdout.trim()) : null;
}

/** Names of all local branches. */
export async function listBranches(repository: Repository): Promise<ReadonlySet<string>> {
  const text = await readGit(repository.topLevel, ['for-each-ref', '--format=%(refname)', 'refs/heads/']);
  return new Set(text.split('\n').map((ref) => ref.slice('refs/heads/'.length)));
}

/** Why a branch cannot be a run's target: its name, or a worktree that has it checked out. */
export async function findTargetProblems(
  repository: Repository,
  target: string,
): Promise<readonly Problem[]> {
  const [valid, worktrees] = await Promise.all([
    runGit(repository.topLevel, ['check-ref-format', `refs/heads/${target}`], { allow: [1] }),
    listWorktrees(repository),
  ]);
  if (valid.exitCode !== 0 || target.startsWith('-')) {
    return [problem('usage', `'${target}' is no valid branch name`, 'Choose another name for --target.')];
  }
  const holder = worktrees.find(({ branch }) => branch === target);
  if (!holder) return [];
  const fix = `Leave --target out (a new branch is made), or switch that checkout away: git -C '${holder.path}' switch --detach`;
  return [problem('target-checked-out', `${target} is checked out in ${holder.path}`, fix)];
}

async function versionProblem(): Promise<Problem | undefined> {
  const fix = `Install git ${OLDEST_GIT.join('.')} or newer.`;
  const text = await readGit(process.cwd(), ['version']).catch((error: unknown) => {
    if (error instanceof GitError && error.exitCode === null) return null;
    throw error;
  });
  if (text === null) return problem('unsupported', 'git cannot be started', fix);
  return isTooOld(text) ? problem('unsupported', `${text} is too old`, fix) : undefined;
}

/** Reads `git version`'s answer; one that cannot be read is taken for new enough. */
export function isTooOld(version: string): boolean {
  const found = /(\d+)\.(\d+)/.exec(version);
  if (!found) return false;
  const [major, minor] = [Number(found[1]), Number(found[2])];
  return major < OLDEST_GIT[0] || (major === OLDEST_GIT[0] && minor < OLDEST_GIT[1]);
}

function asMissingFolder(error: unknown): null {
  if (error instanceof GitError && error.exitCode === null) return null;
  throw error;
}

function notARepository(cwd: string, stderr: string): Problem {
  if (/dubious ownership/.test(stderr)) {
    const fix = `If you trust it: git config --global --add safe.directory '${cwd}'`;
    return problem('not-a-repository', `git refuses ${cwd}: it belongs to another user`, fix);
  }
  const fix = 'Run tutti inside one, or make one here: git init && git add -A && git commit -m "Start"';
  return problem('not-a-repository', `${cwd} is not in a git repository`, fix);
}

async function commitProblem(cwd: string): Promise<Problem | undefined> {
  if (await resolveIn(cwd, 'HEAD')) return undefined;
  const fix = 'Make the first commit: git add -A && git commit -m "Start"';
  return problem('no-commit', 'the repository has no commit on its current branch yet', fix);
}

// `git var` is what a commit itself asks; with useConfigOnly git would otherwise guess a name from the host.
async function identityProblem(cwd: string): Promise<Problem | undefined> {
  const known = await Promise.all(
    ['GIT_AUTHOR_IDENT', 'GIT_COMMITTER_IDENT'].map(async (name) => {
      const args = ['-c', 'user.useConfigOnly=true', 'var', name];
      return (await runGit(cwd, args, { allow: [128] })).exitCode === 0;
    }),
  );
  if (known.every(Boolean)) return undefined;
  const fix = 'git config user.name "Your Name" && git config user.email you@example.com';
  return problem('no-identity', 'git does not know who you are, so it cannot commit', fix);
}
