/** One pooled worktree on disk: made, switched, cleaned, marked, locked, removed. Decides nothing about who gets it. */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Commit, commit } from '../core/plan.ts';
import { branchRef } from './ref-ledger.ts';
import type { Repository } from './repository.ts';
import { GitError, readGit, runGit } from './run-git.ts';
import { switchDifference } from './switch-difference.ts';
import { isClaimRemoved } from './worktree-claim.ts';
import { isConnected, readAdminDirs } from './worktree-list.ts';
import { isClean, readStatus } from './worktree-status.ts';

export interface Folder {
  readonly path: string;
  /** Git's own folder for this worktree: index and HEAD live in it, and our claim (`worktree-claim`). */
  readonly adminDir: string;
}

/** What git keeps while something is half done, and locks whose owner was killed. */
const HALF_DONE =
  /^(MERGE_(HEAD|MSG|MODE|RR|AUTOSTASH)|AUTO_MERGE|tutti-conflicts|SQUASH_MSG|CHERRY_PICK_HEAD|REVERT_HEAD|REBASE_HEAD|BISECT_.*|rebase-merge|rebase-apply|sequencer|(index|HEAD)\.lock)$/;
const LOCKS = /^(index|HEAD|config\.worktree)\.lock$/;

/** Makes a worktree without files: only this part needs the queue, the checkout that follows does not. */
export async function addFolder(repository: Repository, path: string, commit: Commit): Promise<Folder> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await repository.refs.run(() =>
    runGit(repository.commonDir, ['worktree', 'add', '-q', '--no-checkout', '--detach', path, commit]),
  );
  const adminDir = (await readAdminDirs(repository.commonDir)).get(path);
  if (adminDir) return { path, adminDir };
  throw new GitError(['worktree', 'add'], null, `git does not know the worktree it made at ${path}`);
}

/** Takes the worktree out of git's list and off the disk, whatever is in it. */
export async function removeFolder(repository: Repository, path: string): Promise<void> {
  // Twice forced: also when it is locked. A folder git cannot make sense of any more is removed by hand first.
  const remove = (): Promise<unknown> =>
    repository.refs.run(() => runGit(repository.commonDir, ['worktree', 'remove', '-f', '-f', path]));
  await remove().catch(async (error: unknown) => {
    if (!(error instanceof GitError)) throw error;
    await rm(path, { recursive: true, force: true });
    await remove();
  });
}

/** Takes a worktree out of git's list but keeps what stands in its folder under another name; gives that name. */
export async function setFolderAside(repository: Repository, path: string): Promise<string | null> {
  const names = new Set(await readdir(dirname(path)).catch(() => []));
  let number = 1;
  while (names.has(`${basename(path)}-lost-${number}`)) number++;
  const aside = `${path}-lost-${number}`;
  const moved = await rename(path, aside).then(
    () => aside,
    () => null,
  );
  if ((await readAdminDirs(repository.commonDir)).has(path)) await removeFolder(repository, path);
  return moved;
}

/** Whether the folder is a worktree still; a missing `.git` is put back. */
export async function reconnect(repository: Repository, { path, adminDir }: Folder): Promise<boolean> {
  if (await isConnected(path, adminDir)) return true;
  await repository.refs
    .run(() => runGit(repository.commonDir, ['worktree', 'repair', path], { allow: [1, 128] }))
    .catch(() => undefined);
  return isConnected(path, adminDir);
}

/**
 * Puts a worktree whose content nobody needs on a commit, and on a branch or detached: clean, ignored files kept.
 * The branch must be at the commit already.
 * @param cleanAt the commit at which the worktree was seen clean, when nothing has run in it since
 */
export async function switchFolder(
  folder: Folder,
  commit: Commit,
  branch: string | null,
  cleanAt: Commit | null = null,
): Promise<void> {
  const halfDone = await clearHalfDone(folder);
  const moved = cleanAt !== null && !halfDone && (await switchDifference(folder.path, cleanAt, commit));
  if (moved) await detach(folder, commit);
  else if (halfDone || !(await isCleanAt(folder, commit))) {
    await detach(folder, commit);
    await runGit(folder.path, ['reset', '-q', '--hard', commit]);
    // After the reset, never before: it is the new commit's .gitignore that says which files may stay.
    // The doubled -f also takes repositories an agent cloned into the worktree.
    await runGit(folder.path, ['clean', '-ffdq']);
  }
  if (branch !== null) await attach(folder, branch);
}

/** Puts a worktree on a commit, detached. Its content is committed; what no commit can hold stays, for it may be a person's. */
export async function resetFolder(folder: Folder, commit: Commit): Promise<void> {
  await clearHalfDone(folder);
  await detach(folder, commit);
  await runGit(folder.path, ['reset', '-q', '--hard', commit]);
}

/** Whether nothing has to be done: the one full look at the files that replaces two when it succeeds. */
async function isCleanAt(folder: Folder, commit: Commit): Promise<boolean> {
  const head = await readGit(folder.path, ['rev-parse', '-q', '--verify', 'HEAD'], { allow: [1, 128] });
  return head === commit && isClean(await readStatus(folder.path));
}

/** Leaves the branch where it is. HEAD is this worktree's own, so the queue is not needed. */
export async function detach(folder: Folder, commit: Commit | 'HEAD' = 'HEAD'): Promise<void> {
  await runGit(folder.path, ['update-ref', '--no-deref', 'HEAD', commit]);
}

/** Puts HEAD on a branch that is at the commit which is checked out. */
export async function attach(folder: Folder, branch: string): Promise<void> {
  await runGit(folder.path, ['symbolic-ref', 'HEAD', branchRef(branch)]);
}

/** Forgets a merge, rebase and the like in progress, and locks left by a killed git; true when there was any. */
export async function clearHalfDone(folder: Folder, pattern: RegExp = HALF_DONE): Promise<boolean> {
  const names = (await readdir(folder.adminDir)).filter((name) => pattern.test(name));
  await Promise.all(names.map((name) => rm(join(folder.adminDir, name), { recursive: true, force: true })));
  return names.length > 0;
}

/** Removes the locks of a git that was killed in this worktree; nothing else that is in progress. */
export const clearLocks = (folder: Folder): Promise<boolean> => clearHalfDone(folder, LOCKS);

/** The commits a merge in progress brings in. */
export async function readMergeHeads(folder: Folder): Promise<readonly Commit[]> {
  const text = await readFile(join(folder.adminDir, 'MERGE_HEAD'), 'utf8').catch(() => '');
  return text.split('\n').filter(Boolean).map(commit);
}

/** Files that were in conflict when their merge was about to be committed: staged, git no longer says so. */
const CONFLICTS = 'tutti-conflicts';

/** Remembers files in conflict until the merge of these commits is concluded or forgotten; gives them with those remembered before. */
export async function rememberConflicts(
  { adminDir }: Folder,
  merging: readonly Commit[],
  unmerged: readonly string[],
): Promise<readonly string[]> {
  const file = join(adminDir, CONFLICTS);
  const text = await readFile(file, 'utf8').catch(() => '');
  const [merge = '', ...before] = text.split('\0');
  const isSame = merge === merging.join();
  const all = [...new Set(isSame ? [...before, ...unmerged] : unmerged)];
  if (all.length > 0) await writeFile(file, [merging.join(), ...all].join('\0'));
  return all;
}

/** Locks it with git's own lock; doing so twice changes nothing. */
export async function lockFolder(repository: Repository, path: string, reason: string): Promise<void> {
  const text = reason.replace(/\s+/g, ' ').trim() || 'kept for a person';
  await repository.refs.run(() =>
    runGit(repository.commonDir, ['worktree', 'lock', '--reason', text, path], { allow: [128] }),
  );
}

export async function unlockFolder(repository: Repository, path: string): Promise<void> {
  await repository.refs.run(() =>
    runGit(repository.commonDir, ['worktree', 'unlock', path], { allow: [128] }),
  );
}

/**
 * Takes worktrees off branches that a dead engine had given up but not left: nobody could have the branch otherwise. One
 * that cannot even do that is removed.
 */
export async function leaveUnclaimed(repository: Repository, folders: readonly Folder[]): Promise<void> {
  for (const folder of folders) {
    if (!(await isClaimRemoved(folder)) || !(await isConnected(folder.path, folder.adminDir))) continue;
    await clearLocks(folder);
    await detach(folder).catch(async (error: unknown) => {
      if (!(error instanceof GitError)) throw error;
      await removeFolder(repository, folder.path);
    });
  }
}

/** Removes the lock a killed git left on a branch; only while nothing of the run can be moving it. */
export const removeBranchLock = ({ commonDir }: Repository, branch: string): Promise<void> =>
  rm(join(commonDir, `${branchRef(branch)}.lock`), { force: true });
