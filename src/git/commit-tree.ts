/** Makes commits as objects, in the user's name; moves no ref. */
import { type Commit, commit } from '../core/plan.ts';
import { readGit } from './run-git.ts';

/**
 * A commit of a tree. Asks no hook and signs nothing.
 * @param message given to git as it is, except for characters git cannot keep
 */
export async function commitTree(
  cwd: string,
  tree: string,
  parents: readonly Commit[],
  message: string,
): Promise<Commit> {
  const args = ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent]), '-F', '-'];
  const input = `${message.replaceAll('\0', ' ').trimEnd()}\n`;
  return commit(await readGit(cwd, args, { input }));
}
