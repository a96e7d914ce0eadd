/** Turns what an agent left in a worktree into commits on its branch, and says what is there. Judges nothing. */
import { Fault } from '../core/fault.ts';
import type { Commit } from '../core/plan.ts';
import type { WorkResult } from '../ports/workspaces.ts';
import { commitTree } from './commit-tree.ts';
import { findConflictMarkers } from './conflict-markers.ts';
import { isAncestor, mergeBase } from './merge-base.ts';
import { branchRef, PRIVATE_REFS, type RefLedger, type RefMove } from './ref-ledger.ts';
import { type Repository, resolveCommit } from './repository.ts';
import { GitError, readGit } from './run-git.ts';
import { stageLeftovers } from './stage.ts';
import { findUnresolved } from './unresolved.ts';
import { holdsWork, suspendClaim, writeClaim } from './worktree-claim.ts';
import {
  attach,
  clearHalfDone,
  clearLocks,
  detach,
  type Folder,
  readMergeHeads,
  rememberConflicts,
  resetFolder,
  switchFolder,
} from './worktree-folder.ts';
import { isClean, readStatus, type WorktreeStatus } from './worktree-status.ts';

export interface Home {
  readonly repository: Repository;
  readonly ledger: RefLedger;
}

export interface GatheredWork {
  readonly head: Commit;
  /** Nothing was uncommitted, so that nothing can have been left behind. */
  readonly clean?: boolean;
  readonly strayed?: string;
  readonly unresolved?: NonNullable<WorkResult['unresolved']>;
}

/** What was uncommitted, as a commit on top of HEAD. */
export interface Leftovers {
  /** HEAD itself when nothing was; null when there is neither a commit nor a file. */
  readonly work: Commit | null;
  /** Files whose conflict nobody touched: this commit must not stand for a merge. */
  readonly unresolved: readonly string[];
}

/**
 * Commits everything uncommitted in the worktree and leaves it clean, on its branch, at the branch's tip. Commits
 * made elsewhere in this worktree come along when the branch can be fast-forwarded to them; if it cannot, they
 * are kept under refs/tutti/kept. So is a merge with unresolved files: the branch stays where it was before.
 */
export async function gatherWork(
  home: Home,
  folder: Folder & { readonly kept?: boolean },
  branch: string,
  message: string,
): Promise<GatheredWork> {
  await clearLocks(folder);
  if (!(await holdsWork(folder))) return beginAnew(home, folder, branch);
  const status = await readStatus(folder.path);
  const { work: left, unresolved } = await commitLeftovers(folder, status, message);
  if (left !== null && status.head !== null && unresolved.length > 0) {
    // What is committed comes home first: once it is kept aside with the rest, it counts as known.
    if (status.branch !== branch) await bringBack(home, branch, await branchTip(home, branch), status.head);
    await home.ledger.move([keepRef(branch, left)]);
    await suspendClaim(folder, branch);
    await switchFolder(folder, status.head, status.branch);
    await writeClaim(folder, branch);
    const gathered = await bringIn(home, folder, branch, status, status.head);
    return { ...gathered, unresolved: { files: unresolved, kept: left } };
  }
  const gathered = await bringIn(home, folder, branch, status, left);
  // Not before: without what says that it is one, a merge that its branch does not have yet would be ordinary work.
  await clearHalfDone(folder);
  return gathered;
}

/** Puts a worktree that was being changed, and not to its end, back to its branch. A person's may hold more than that. */
async function beginAnew(
  home: Home,
  folder: Folder & { readonly kept?: boolean },
  branch: string,
): Promise<GatheredWork> {
  const head = await branchTip(home, branch);
  await suspendClaim(folder, branch);
  if (folder.kept) {
    await keepAside(home, folder, branch, head);
    await resetFolder(folder, head);
    await attach(folder, branch);
  } else {
    await switchFolder(folder, head, branch);
  }
  await writeClaim(folder, branch);
  home.ledger.record(branchRef(branch), head);
  return { head, clean: !folder.kept };
}

/**
 * Keeps all that is in a worktree and not on its branch.
 * @throws Fault `workspace-unavailable` when git cannot save a file that would be overwritten then
 */
async function keepAside(
  { repository, ledger }: Home,
  folder: Folder,
  branch: string,
  tip: Commit,
): Promise<void> {
  const status = await readStatus(folder.path);
  const { work } = await commitLeftovers(folder, status, 'Save what was in a worktree that was changed');
  if (work !== null && !(await isAncestor(repository.topLevel, work, tip)))
    await ledger.move([keepRef(branch, work)]);
  const left = await readStatus(folder.path);
  const [file] = [...left.unstaged, ...(await namedIn(folder, tip, left.untracked))];
  if (file === undefined) return;
  throw new Fault(
    'workspace-unavailable',
    `git cannot save ${file} in ${folder.path}, and it would be overwritten`,
    `Move it away, or see what git says: git -C '${folder.path}' add '${file}'. Then resume.`,
  );
}

/** Those of these paths that a commit has, too: to check it out overwrites them. */
async function namedIn(folder: Folder, at: Commit, paths: readonly string[]): Promise<readonly string[]> {
  if (paths.length === 0) return [];
  const names = paths.map((path) => path.replace(/\/$/, ''));
  const found = await readGit(folder.path, [
    'ls-tree',
    '-z',
    '--name-only',
    '--full-tree',
    at,
    '--',
    ...names,
  ]);
  return found.split('\0').filter(Boolean);
}

/** Where the branch is; one that somebody has deleted is made again where the engine left it. */
export async function branchTip({ repository, ledger }: Home, branch: string): Promise<Commit> {
  const ref = branchRef(branch);
  const tip = await resolveCommit(repository, ref);
  if (tip) return tip;
  const known = ledger.expected(ref);
  if (!known) throw new GitError(['rev-parse'], null, `the branch ${branch} is gone`);
  await moveOrThrow({ repository, ledger }, [{ ref, to: known, from: null }]);
  return known;
}

/** The commits that a merge in progress would bring; one that the head has already was only not forgotten. */
async function pendingMerges(folder: Folder, head: Commit | null): Promise<readonly Commit[]> {
  const pending: Commit[] = [];
  for (const other of await readMergeHeads(folder))
    if (head === null || !(await isAncestor(folder.path, other, head))) pending.push(other);
  return pending;
}

async function bringIn(
  home: Home,
  folder: Folder,
  branch: string,
  status: WorktreeStatus,
  work: Commit | null,
): Promise<GatheredWork> {
  if (status.branch !== branch) return returnHome(home, folder, branch, status, work);
  if (work !== null && work !== status.head) {
    await moveOrThrow(home, [{ ref: branchRef(branch), to: work, from: status.head }]);
  }
  if (work === null) throw new GitError(['status'], null, `${branch} has no commit`);
  home.ledger.record(branchRef(branch), work);
  return { head: work, clean: work === status.head && isClean(status) };
}

/** Makes a commit of all that is uncommitted, on top of HEAD and of a merge in progress; moves no ref. */
export async function commitLeftovers(
  folder: Folder,
  status: WorktreeStatus,
  message: string,
): Promise<Leftovers> {
  const merging = await pendingMerges(folder, status.head);
  if (isClean(status) && merging.length === 0) return { work: status.head, unresolved: [] };
  const conflicts = merging.length > 0 ? await rememberConflicts(folder, merging, status.unmerged) : [];
  await stageLeftovers(folder, status);
  const tree = await readGit(folder.path, ['write-tree']);
  const parents = [...(status.head ? [status.head] : []), ...merging];
  const same = status.head && tree === (await readGit(folder.path, ['rev-parse', `${status.head}^{tree}`]));
  if (same && merging.length === 0) return { work: status.head, unresolved: [] };
  const work = await commitTree(folder.path, tree, parents, message);
  return { work, unresolved: status.head ? await findUnresolved(folder, status.head, conflicts, work) : [] };
}

async function returnHome(
  home: Home,
  folder: Folder,
  branch: string,
  status: WorktreeStatus,
  work: Commit | null,
): Promise<GatheredWork> {
  const { ledger } = home;
  const strayed = status.branch === null ? 'detached' : `branch ${status.branch}`;
  const from = await branchTip(home, branch);
  const head = work ? await bringBack(home, branch, from, work) : from;
  await suspendClaim(folder, branch);
  if (head === work) {
    await detach(folder, head);
    await attach(folder, branch);
  } else {
    await switchFolder(folder, head, branch);
  }
  await writeClaim(folder, branch);
  ledger.record(branchRef(branch), head);
  return { head, strayed };
}

/** Moves the branch to work done elsewhere, or keeps that work under a name of its own; gives the branch's tip. */
async function bringBack(home: Home, branch: string, tip: Commit, work: Commit): Promise<Commit> {
  const cwd = home.repository.topLevel;
  if (await isAncestor(cwd, work, tip)) return tip;
  // Looking at somebody else's commits is no work: without this check, an agent that only visited the
  // target's newer tip would seem to have done all that is there.
  const others = home.ledger.commitsBefore(branch).map((known) => `^${known}`);
  const own = await readGit(cwd, ['rev-list', '--count', '--ignore-missing', '--stdin'], {
    input: [work, ...others].join('\n'),
  });
  if (own === '0') return tip;
  if (!(await isAncestor(cwd, tip, work))) {
    await home.ledger.move([keepRef(branch, work)]);
    return tip;
  }
  await moveOrThrow(home, [{ ref: branchRef(branch), to: work, from: tip }]);
  return work;
}

/** Where a commit that a branch loses stays reachable. */
export function keepRef(branch: string, kept: Commit): RefMove {
  return { ref: `${PRIVATE_REFS}kept/${branch}/${kept.slice(0, 12)}`, to: kept, from: null };
}

async function moveOrThrow({ ledger }: Home, moves: readonly RefMove[]): Promise<void> {
  if (await ledger.move(moves)) return;
  throw new GitError(['update-ref'], null, `${moves[0]?.ref} was moved by somebody else at the same moment`);
}

/** Measures what a branch's tip adds to `base`. */
export async function measureWork(
  repository: Repository,
  { head, strayed, unresolved }: GatheredWork,
  base: Commit,
): Promise<WorkResult> {
  const cwd = repository.topLevel;
  const { commits, tree, fork } = await compare(cwd, base, head);
  const changed = tree !== fork?.tree;
  return {
    head,
    tree,
    commits,
    changed,
    conflictMarkers: changed && fork ? await findConflictMarkers(cwd, fork.id, head) : [],
    ...(strayed ? { strayed } : {}),
    ...(unresolved ? { unresolved } : {}),
  };
}

interface Comparison {
  /** Commits of `head` that `base` does not contain. */
  readonly commits: number;
  /** The tree of `head`. */
  readonly tree: string;
  /** Where the two parted; null when their histories are unrelated. */
  readonly fork: { readonly id: Commit; readonly tree: string } | null;
}

/** One walk of the history tells it all when `head` stands on `base`, as it does unless an agent went elsewhere. */
async function compare(cwd: string, base: Commit, head: Commit): Promise<Comparison> {
  const args = ['rev-list', '--boundary', '--no-commit-header', '--format=%m %H %T', head, `^${base}`];
  const walked = (await readGit(cwd, args)).split('\n').map((line) => line.split(' '));
  const own = walked.filter(([mark]) => mark === '>');
  const tree = own.find(([, id]) => id === head)?.[2];
  const parted = walked.find(([mark, id]) => mark === '-' && id === base)?.[2];
  if (tree && parted) return { commits: own.length, tree, fork: { id: base, tree: parted } };
  const fork = await mergeBase(cwd, base, head);
  const ends = [head, ...(fork ? [fork] : [])].map((id) => `${id}^{tree}`);
  const [headTree = '', forkTree = ''] = (await readGit(cwd, ['rev-parse', ...ends])).split('\n');
  return { commits: own.length, tree: headTree, fork: fork && { id: fork, tree: forkTree } };
}
