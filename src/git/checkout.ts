/** The user's own checkout: is it clean, and `land`, the only thing that ever changes it. */
import { existsSync } from 'node:fs';
import type { Commit } from '../core/plan.ts';
import { type Problem, problem } from '../core/problem.ts';
import { type Repository, readHead, resolveCommit } from './repository.ts';
import { GitError, readGit, runGit } from './run-git.ts';
import { readStatus } from './worktree-status.ts';

export interface Checkout {
  /** No change to a tracked file, and nothing half done. */
  readonly clean: boolean;
  /** Tracked files that differ from HEAD. */
  readonly dirty: readonly string[];
  /** Files and folders git neither knows nor ignores; agents will not see them. */
  readonly untracked: readonly string[];
  /** `merge`, `rebase`, … when one is in progress. */
  readonly unfinished: string | null;
}

export type Landing = { readonly branch: string; readonly commit: Commit } | { readonly problem: Problem };

const UNFINISHED: readonly (readonly [string, string])[] = [
  ['MERGE_HEAD', 'merge'],
  ['rebase-merge', 'rebase'],
  ['rebase-apply', 'rebase'],
  ['CHERRY_PICK_HEAD', 'cherry-pick'],
  ['REVERT_HEAD', 'revert'],
  ['BISECT_LOG', 'bisect'],
];

/** Looks at the user's checkout without touching its index. */
export async function inspectCheckout(repository: Repository): Promise<Checkout> {
  const args = [
    'rev-parse',
    '--path-format=absolute',
    ...UNFINISHED.flatMap(([file]) => ['--git-path', file]),
  ];
  const [status, found] = await Promise.all([
    readStatus(repository.topLevel, false),
    readGit(repository.topLevel, args),
  ]);
  const paths = found.split('\n');
  const unfinished = UNFINISHED.find((_, index) => existsSync(paths[index] ?? ''))?.[1] ?? null;
  return {
    clean: status.changed.length === 0 && unfinished === null,
    dirty: status.changed,
    untracked: status.untracked,
    unfinished,
  };
}

/** Fast-forwards the user's branch to the target, or says why that cannot be done. The user's hooks run. */
export async function landTarget(repository: Repository, target: string): Promise<Landing> {
  const tip = await resolveCommit(repository, `refs/heads/${target}`);
  if (!tip) {
    return {
      problem: problem('target-missing', `there is no branch ${target}`, 'Name the branch of a run.'),
    };
  }
  const head = await readHead(repository);
  const refused = await findObstacle(repository, target, tip, head);
  if (refused || !head?.branch) return { problem: refused ?? cannot('HEAD is on no branch', SWITCH) };
  try {
    await repository.refs.run(() =>
      runGit(repository.topLevel, ['merge', '--ff-only', '-q', tip], { hooks: true }),
    );
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    const line = error.stderr.trim().split('\n')[0] ?? error.message;
    return { problem: cannot(`git refuses: ${line}`, `Mend that, then: git merge --ff-only ${target}`) };
  }
  return { branch: head.branch, commit: tip };
}

const SWITCH = 'Switch to the branch that should get the work: git switch BRANCH';
const cannot = (message: string, fix: string): Problem => problem('cannot-land', message, fix);

async function findObstacle(
  repository: Repository,
  target: string,
  tip: Commit,
  head: Awaited<ReturnType<typeof readHead>>,
): Promise<Problem | undefined> {
  if (!head?.branch) return cannot('HEAD is on no branch', SWITCH);
  const checkout = await inspectCheckout(repository);
  if (checkout.unfinished) {
    return cannot(`a ${checkout.unfinished} is in progress`, `Finish it or abort it, then land again.`);
  }
  if (!checkout.clean) {
    const files = checkout.dirty.slice(0, 5).join(', ');
    const more = checkout.dirty.length > 5 ? ` and ${checkout.dirty.length - 5} more` : '';
    return cannot(
      `the checkout has changes: ${files}${more}`,
      'Commit them or put them aside with git stash.',
    );
  }
  const { exitCode } = await runGit(repository.topLevel, ['merge-base', '--is-ancestor', head.commit, tip], {
    allow: [1],
  });
  if (exitCode === 0) return undefined;
  return cannot(
    `${head.branch} has commits that ${target} does not have`,
    `Merge it yourself: git merge ${target}`,
  );
}
