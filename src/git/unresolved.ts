/** Finds files whose conflict git could not mark in their text and about which nobody did anything. */
import type { Commit } from '../core/plan.ts';
import { BEGINNING_LINE } from './conflict-markers.ts';
import { readGit, runGit } from './run-git.ts';
import type { Folder } from './worktree-folder.ts';

/**
 * Of a merge into `head` that is in progress and has been staged into `work`: the files that were in conflict, whose content
 * still is what git put there, and that have no markers (those are found as such). Committing them would settle
 * the conflict in favour of one side, and nobody would know.
 */
export async function findUnresolved(
  folder: Folder,
  head: Commit,
  unmerged: readonly string[],
  work: Commit,
): Promise<readonly string[]> {
  if (unmerged.length === 0) return [];
  const merged = await readGit(folder.path, ['rev-parse', '-q', '--verify', 'AUTO_MERGE^{tree}'], {
    allow: [1, 128],
  });
  // A strategy that leaves no such tree leaves our side in the files it could not merge.
  const touched = await changedFiles(folder, merged || head, work);
  const untouched = unmerged.filter((file) => !touched.has(file));
  if (untouched.length === 0) return [];
  const marked = await changedFiles(folder, head, work, [`-G${BEGINNING_LINE}`]);
  return untouched.filter((file) => !marked.has(file)).sort();
}

async function changedFiles(
  { path }: Folder,
  from: string,
  to: string,
  search: readonly string[] = [],
): Promise<ReadonlySet<string>> {
  const args = ['diff-tree', '-r', '-z', '--name-only', '--no-renames', '--no-ext-diff', '--no-textconv'];
  const { stdout } = await runGit(path, [...args, ...search, from, to]);
  return new Set(stdout.split('\0').filter(Boolean));
}
