/** Puts all that is uncommitted in a worktree into its index, whatever an agent has staged before; makes no commit. */
import { GitError, runGit } from './run-git.ts';
import type { Folder } from './worktree-folder.ts';
import type { WorktreeStatus } from './worktree-status.ts';

/**
 * Stages what is not staged yet. Naming the paths spares git another look at every file of the repository; one that
 * is staged already must not be named, for git knows no path any more whose deletion is staged.
 * @throws GitError when nothing can be staged although something should be
 */
export async function stageLeftovers(folder: Folder, status: WorktreeStatus): Promise<void> {
  const paths = [...status.unstaged, ...status.untracked];
  if (paths.length === 0) return;
  const add = ['--literal-pathspecs', 'add', '-A'];
  const fromInput = ['--pathspec-from-file=-', '--pathspec-file-nul'];
  try {
    await runGit(folder.path, [...add, ...fromInput], { input: paths.join('\0') });
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    await stageWhatCanBe(folder, paths, status, error);
  }
}

/** A repository without a commit of its own; a commit can hold nothing of it. */
const HOLDS_NOTHING = /does not have a commit checked out/;

/** One path git cannot add (an empty repository inside, a file nobody may read) must not cost all the others. */
async function stageWhatCanBe(
  folder: Folder,
  paths: readonly string[],
  { unmerged }: WorktreeStatus,
  cause: GitError,
): Promise<void> {
  const git = (...args: readonly string[]) =>
    runGit(folder.path, ['--literal-pathspecs', ...args], { allow: [1, 128] });
  let settled = 0;
  for (const path of paths) {
    const { exitCode, stderr } = await git('add', '-A', '--ignore-errors', '--', path);
    if (exitCode === 0 || HOLDS_NOTHING.test(stderr)) settled += 1;
    // No tree can be written while a path is in conflict: a submodule that is not checked out stays as HEAD has it.
    if (exitCode !== 0 && unmerged.includes(path)) await git('reset', '-q', 'HEAD', '--', path);
  }
  if (settled === 0) throw cause;
}
