/** Checks of the repository we are in, if we are in one: what would stop a run, what an earlier one left, who works in it. */
import { accessSync, constants } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  inspectCheckout,
  listWorktrees,
  lockOwner,
  openStateFolder,
  type Repository,
  type StateFolder,
  trialFolder,
} from '../../compose.ts';
import type { Problem } from '../../core/problem.ts';
import { counted } from '../wrapped-text.ts';
import { bad, type Check, fromProblem, look, note, ok } from './check.ts';

export interface RepositorySearch {
  readonly repository: Repository | undefined;
  /** What stands in the way of a run there. */
  readonly problems: readonly Problem[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stateDir: string | undefined;
  readonly worktrees: string | undefined;
}

export async function checkRepository(search: RepositorySearch): Promise<readonly Check[]> {
  const { repository, env, stateDir, worktrees } = search;
  // Identity and git's age have a line of their own already.
  const problems = search.problems.filter(({ code }) => code !== 'no-identity' && code !== 'unsupported');
  const found = problems.map((problem) =>
    problem.code === 'not-a-repository' && !/refuses/.test(problem.message)
      ? note('repository', 'not in a repository: what depends on one was not looked at')
      : fromProblem('repository', problem),
  );
  if (repository === undefined) return found;
  const folder = (): StateFolder =>
    openStateFolder({ commonFolder: repository.commonDir, env, stateDir, worktrees });
  return [
    ...(found.length > 0 ? found : [ok('repository', repository.topLevel)]),
    ...(await look('checkout', 'See `git status`.', () => checkCheckout(repository))),
    ...(await look('worktrees', 'Make the folder of git writable to you.', () =>
      checkWorktrees(repository, folder()),
    )),
    ...(await look('engine', 'See the state folder.', () => checkEngine(folder()))),
  ];
}

async function checkCheckout(repository: Repository): Promise<Check> {
  const { unfinished, dirty, untracked } = await inspectCheckout(repository);
  if (unfinished !== null)
    return bad(
      'checkout',
      `a ${unfinished} is in progress`,
      `Finish it, or give it up: git ${unfinished} ${unfinished === 'bisect' ? 'reset' : '--abort'}`,
    );
  const count = dirty.length + untracked.length;
  if (count === 0) return ok('checkout', 'clean');
  return note(
    'checkout',
    `${counted(count, 'file is', 'files are')} not committed: agents will not see them`,
  );
}

async function checkWorktrees(repository: Repository, folder: StateFolder): Promise<readonly Check[]> {
  accessSync(repository.commonDir, constants.W_OK);
  const own = await Promise.all(
    [folder.worktrees, trialFolder(folder)].map((path) => realpath(path).catch(() => path)),
  );
  const listed = await listWorktrees(repository);
  const ours = listed.filter(({ path }) => own.includes(dirname(path)));
  const lost = listed.filter(({ path, prunable }) => prunable && !own.includes(dirname(path)));
  const kept = ours.filter(({ locked }) => locked !== null).length;
  const left = `${counted(ours.length, 'worktree')} of tutti left${kept > 0 ? `, ${kept} kept for you` : ''}: ${own[0]}`;
  return [
    ours.length === 0
      ? ok('worktrees', 'git can make them; none of tutti is left')
      : note('worktrees', left, '`tutti clean` shows which can go.'),
    ...(lost.length === 0
      ? []
      : [
          note(
            'worktrees',
            `git lists ${counted(lost.length, 'worktree')} whose folder is gone`,
            'git worktree prune',
          ),
        ]),
  ];
}

async function checkEngine({ lockFile }: StateFolder): Promise<Check> {
  const owner = await lockOwner(lockFile);
  if (owner === undefined) return ok('engine', 'none is at work here');
  return note(
    'engine',
    `run ${owner.run} is at work here (process ${owner.pid})`,
    '`tutti status` shows it.',
  );
}
