/** Begins a merge in a worktree and leaves its conflicts in the files; concluding it is somebody else's. */
import type { Commit } from '../core/plan.ts';
import { GitError, runGit } from './run-git.ts';
import { type Folder, readMergeHeads } from './worktree-folder.ts';

/**
 * Merges a commit into what is checked out without committing. When git is killed meanwhile, half a merge stands in the
 * files and nothing says so: the caller must know that.
 * @param branch what the message of the merge names
 * @returns `merged` waits to be committed, `conflict` to be resolved
 */
export async function startMerge(
  folder: Folder,
  commit: Commit,
  branch: string,
): Promise<'up-to-date' | 'merged' | 'conflict'> {
  // Without a commit the merge touches only this worktree's own files and needs no turn in the queue.
  const how = ['--no-commit', '--no-ff', '--allow-unrelated-histories', '--into-name', branch];
  const args = ['merge', '-q', ...how, commit];
  const { exitCode, stderr } = await runGit(folder.path, args, { allow: [1, 2, 128] });
  const merging = (await readMergeHeads(folder)).length > 0;
  if (merging) return exitCode === 0 ? 'merged' : 'conflict';
  if (exitCode === 0) return 'up-to-date';
  throw new GitError(args, exitCode, stderr);
}
