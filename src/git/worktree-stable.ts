/** The pool's worktrees: who has which, finding an idle one, making and replacing them. Knows no agent's work. */
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Fault } from '../core/fault.ts';
import type { Commit } from '../core/plan.ts';
import type { Repository } from './repository.ts';
import { GitError } from './run-git.ts';
import { readClaim, removeClaim, suspendClaim, writeClaim } from './worktree-claim.ts';
import * as folders from './worktree-folder.ts';
import { listWorktrees, readAdminDirs } from './worktree-list.ts';
import { distrustSetUp, ensureSetUp, type Setup } from './worktree-setup.ts';

export interface Member extends folders.Folder {
  /** The branch it was acquired for and holds until it is retired; null when nobody needs what is in it. */
  readonly branch: string | null;
  /** What it held before: coming back to it changes least. */
  readonly lastBranch: string | null;
  /** Set aside for a person. */
  readonly kept: boolean;
  readonly busy: boolean;
  /** Its work is committed and the ledger knows the tip. */
  readonly concluded: boolean;
  /** The commit at which it was seen clean, while nothing has run in it since; null when that is not known. */
  readonly cleanAt: Commit | null;
}

/** What somebody needs a worktree for. */
export interface Wanted {
  readonly commit: Commit;
  /** Must be at the commit; null for a detached HEAD. */
  readonly branch: string | null;
  readonly signal: AbortSignal;
  /** The one to use; else an idle one, or a new one. What is in it is committed. */
  readonly own?: Member | undefined;
  /** The path of the idle one to use rather than another. */
  readonly near?: string | undefined;
  /** What has to be done to its files before they count as those of the branch. */
  readonly finish?: ((folder: folders.Folder) => Promise<void>) | undefined;
}

/** Owns the list of members, by path; the last one retired comes last, and is nearest to the target's tip. */
export class Stable {
  readonly #repository: Repository;
  readonly #folder: string;
  readonly #setup: Setup | undefined;
  readonly #members = new Map<string, Member>();
  readonly #reserved = new Set<string>();

  constructor(repository: Repository, folder: string, setup: Setup | undefined, members: readonly Member[]) {
    this.#repository = repository;
    this.#folder = folder;
    this.#setup = setup;
    for (const member of members) this.#members.set(member.path, member);
  }

  holding(branch: string): Member | undefined {
    return [...this.#members.values()].find((member) => member.branch === branch);
  }

  at(path: string): Member | undefined {
    return this.#members.get(path);
  }

  update(path: string, change: Partial<Omit<Member, 'path'>>): Member {
    const member = this.#members.get(path);
    if (!member) throw new Error(`no worktree at ${path}`);
    const next = { ...member, ...change };
    this.#members.set(path, next);
    return next;
  }

  /**
   * A set-up worktree, clean but for what no commit can hold where a person has it; a broken one is replaced.
   * Rejects with the signal's reason when that aborts a set-up, and with what `finish` throws.
   */
  async take(wanted: Wanted): Promise<Member> {
    const { commit, own } = wanted;
    const warm = own ?? this.#pickIdle(wanted);
    if (warm) {
      this.update(warm.path, { busy: true });
      if (await this.#prepare(warm, wanted)) return this.#handOut(warm.path, wanted);
      await this.#drop(warm, warm === own);
    }
    const fresh = await this.#create(commit);
    try {
      await folders.switchFolder(fresh, commit, null);
    } catch (error) {
      this.update(fresh.path, { busy: false });
      throw error;
    }
    return this.#handOut(fresh.path, wanted);
  }

  /** Nobody needs what is in it any more: it may be given to the next. Its branch is free to be moved or deleted. */
  async retire(path: string): Promise<void> {
    const member = this.#members.get(path);
    if (!member) return;
    try {
      await removeClaim(member);
      await folders.detach(member);
      if (this.#setup) await distrustSetUp(member, this.#setup);
    } catch (error) {
      this.update(path, { busy: false });
      if (error instanceof Fault) throw error;
      return this.#drop(member, false);
    }
    this.#members.delete(path);
    const lastBranch = member.branch ?? member.lastBranch;
    this.#members.set(path, { ...member, branch: null, lastBranch, kept: false, busy: false });
  }

  /** Makes the worktree of a member anew, at the same path; what stood there is set aside. */
  async rebuild(member: Member, commit: Commit, branch: string): Promise<void> {
    await folders.setFolderAside(this.#repository, member.path);
    const folder = await folders.addFolder(this.#repository, member.path, commit);
    const next = this.update(member.path, folder);
    await suspendClaim(next, branch);
    await folders.switchFolder(next, commit, branch);
    await writeClaim(next, branch);
    if (member.kept) await folders.lockFolder(this.#repository, member.path, 'kept for a person');
  }

  #pickIdle({ branch, near }: Wanted): Member | undefined {
    const idle = [...this.#members.values()].filter((member) => !member.busy && member.branch === null);
    const before = branch === null ? undefined : idle.find((member) => member.lastBranch === branch);
    return before ?? idle.find(({ path }) => path === near) ?? idle.at(-1);
  }

  async #prepare(member: Member, { commit }: Wanted): Promise<boolean> {
    try {
      if (!(await folders.reconnect(this.#repository, member))) return false;
      if (member.branch !== null) await suspendClaim(member, member.branch);
      if (member.kept) await folders.resetFolder(member, commit);
      else await folders.switchFolder(member, commit, null, member.cleanAt);
      return true;
    } catch (error) {
      // A broken worktree can be replaced by another, unless a person has it; a full disk or a damaged repository cannot.
      if (error instanceof GitError && !member.kept) return false;
      this.update(member.path, { busy: false });
      throw error;
    }
  }

  /**
   * Sets it up if need be, lets it be finished and claims it for its branch. Only now, when it holds the branch's own
   * files and what was made of them: after a crash, what differs in a claimed worktree is work.
   */
  async #handOut(path: string, { commit, branch, signal, finish }: Wanted): Promise<Member> {
    const member = this.update(path, { branch, busy: true, concluded: false, cleanAt: null });
    try {
      if (this.#setup) await ensureSetUp(member, commit, this.#setup, signal);
      await finish?.(member);
      if (branch !== null) {
        await folders.attach(member, branch);
        await writeClaim(member, branch);
      }
    } catch (error) {
      // A person's stays a person's; its claim stays suspended.
      if (member.kept) this.update(path, { busy: false });
      else await this.retire(path);
      throw error;
    }
    return member;
  }

  async #create(commit: Commit): Promise<Member> {
    const listed = (await listWorktrees(this.#repository)).map(({ path }) => path);
    const present = (await readdir(this.#folder)).map((name) => join(this.#folder, name));
    const used = new Set([...listed, ...present]);
    let number = 1;
    const path = (): string => join(this.#folder, `w${number}`);
    // Reserved before the next await, so that two calls never choose the same.
    while (used.has(path()) || this.#reserved.has(path()) || this.#members.has(path())) number++;
    const chosen = path();
    this.#reserved.add(chosen);
    try {
      const folder = await folders.addFolder(this.#repository, chosen, commit);
      const member: Member = { ...folder, ...IDLE, busy: true };
      this.#members.set(chosen, member);
      return member;
    } finally {
      this.#reserved.delete(chosen);
    }
  }

  /** Gives a worktree up. One that cannot be removed either is only forgotten: `clean` lists it. */
  async #drop(member: Member, keepFiles: boolean): Promise<void> {
    this.#members.delete(member.path);
    const gone = keepFiles
      ? folders.setFolderAside(this.#repository, member.path)
      : folders.removeFolder(this.#repository, member.path);
    await gone.catch((error: unknown) => {
      if (error instanceof Fault) throw error;
    });
  }
}

const IDLE = {
  branch: null,
  lastBranch: null,
  kept: false,
  busy: false,
  concluded: false,
  cleanAt: null,
};

/** Finds the worktrees an earlier engine left under `folder` (a real path). */
export async function discoverMembers(repository: Repository, folder: string): Promise<readonly Member[]> {
  const adminDirs = await readAdminDirs(repository.commonDir);
  const members: Member[] = [];
  for (const { path, branch, locked, prunable } of await listWorktrees(repository)) {
    const adminDir = adminDirs.get(path);
    if (dirname(path) !== folder || !adminDir) continue;
    const holds = (await readClaim({ adminDir })) ?? branch;
    // Git locks a worktree while it makes it; this one's making was interrupted.
    const unfinished = locked === 'initializing' && holds === null;
    if (unfinished || (prunable && holds === null)) await folders.removeFolder(repository, path);
    // One that somebody has locked is never idle.
    else if (locked === null || holds !== null)
      members.push({ ...IDLE, path, adminDir, branch: holds, kept: locked !== null });
  }
  return members;
}
