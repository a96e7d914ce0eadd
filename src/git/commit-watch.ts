/** Counts the commits of a worktree while somebody works there. Asks git only when the worktree's head has moved. */
import type { Commit } from '../core/plan.ts';
import type { Workspace } from '../ports/workspaces.ts';
import { headMovedAt } from '../system/head-log.ts';
import { runGit } from './run-git.ts';

const LOOK_EVERY_MS = 1_000;

/**
 * Calls `tell` with the number of commits that the worktree's head has beyond `base`: at first when there are any, then
 * each time it has changed.
 * @returns what ends that
 */
export function watchCommits(
  { path, head }: Pick<Workspace, 'path' | 'head'>,
  base: Commit,
  tell: (commits: number) => void,
  everyMs = LOOK_EVERY_MS,
): () => void {
  let ended = false;
  let told = 0;
  // A branch that stands at its base has nothing to be counted before it moves.
  let countedAt: number | undefined = head === base ? undefined : Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    const movedAt = await headMovedAt(path);
    countedAt ??= movedAt;
    if (movedAt !== countedAt && !ended) {
      countedAt = movedAt;
      const commits = await countCommits(path, base);
      if (commits !== undefined && commits !== told && !ended) {
        told = commits;
        tell(commits);
      }
    }
    if (!ended) timer = setTimeout(look, everyMs).unref();
  };
  void look();
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}

/** Undefined when git cannot say: the agent may be in the midst of anything. */
async function countCommits(cwd: string, base: Commit): Promise<number | undefined> {
  try {
    const { exitCode, stdout } = await runGit(cwd, ['rev-list', '--count', 'HEAD', `^${base}`, '--'], {
      allow: [128],
      withoutIndex: true,
    });
    return exitCode === 0 ? Number(stdout) : undefined;
  } catch {
    // The worktree may be gone: who concludes the attempt says so.
    return undefined;
  }
}
