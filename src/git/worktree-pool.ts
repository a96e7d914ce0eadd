/** The warm worktree pool: gives each attempt a worktree on its branch and takes its work in; starts no agent. */
import { mkdir, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Fault } from '../core/fault.ts';
import type { Commit, TaskId } from '../core/plan.ts';
import type { AuditFinding, BranchRequest, WorkResult, Workspace, Workspaces } from '../ports/workspaces.ts';
import { watchCommits } from './commit-watch.ts';
import {
  branchTip,
  commitLeftovers,
  type GatheredWork,
  gatherWork,
  keepRef,
  measureWork,
} from './conclude.ts';
import { asFault, faultsOnly } from './git-fault.ts';
import { isAncestor } from './merge-base.ts';
import { branchRef, type RefLedger } from './ref-ledger.ts';
import { type Repository, resolveCommit } from './repository.ts';
import { GitError } from './run-git.ts';
import { startMerge } from './start-merge.ts';
import { holdsWork, suspendClaim } from './worktree-claim.ts';
import {
  clearLocks,
  type Folder,
  leaveUnclaimed,
  lockFolder,
  reconnect,
  removeBranchLock,
  unlockFolder,
} from './worktree-folder.ts';
import { listWorktrees, readAdminDirs } from './worktree-list.ts';
import type { Setup } from './worktree-setup.ts';
import { discoverMembers, type Member, Stable, type Wanted } from './worktree-stable.ts';
import { readStatus } from './worktree-status.ts';

export interface PoolOptions {
  readonly repository: Repository;
  readonly ledger: RefLedger;
  /** Outside the user's checkout; made when it is missing. */
  readonly worktreesDir: string;
  readonly setup?: Setup | undefined;
}

/** For whoever has no wish to break off. */
const NEVER = new AbortController().signal;
const SAVED = 'Save what an interrupted attempt left';

/** Opens the pool on the worktrees that an earlier engine left in the folder. */
export async function openWorktreePool(options: PoolOptions): Promise<Workspaces> {
  await mkdir(options.worktreesDir, { recursive: true, mode: 0o700 });
  const worktreesDir = await realpath(options.worktreesDir);
  const adminDirs = await readAdminDirs(options.repository.commonDir);
  const folders = [...adminDirs].map(([path, adminDir]) => ({ path, adminDir }));
  await leaveUnclaimed(
    options.repository,
    folders.filter(({ path }) => dirname(path) === worktreesDir),
  );
  const members = await discoverMembers(options.repository, worktreesDir);
  for (const { kept, branch } of members) if (kept && branch) options.ledger.hold(branch);
  return new WorktreePool(options, new Stable(options.repository, worktreesDir, options.setup, members));
}

class WorktreePool implements Workspaces {
  readonly #repository: Repository;
  readonly #ledger: RefLedger;
  readonly #stable: Stable;
  /** Branches whose `acquire` has not ended. */
  readonly #starting = new Set<string>();

  constructor({ repository, ledger }: PoolOptions, stable: Stable) {
    this.#repository = repository;
    this.#ledger = ledger;
    this.#stable = stable;
  }

  async acquire(request: BranchRequest): Promise<Workspace> {
    const { branch } = request;
    const own = this.#stable.holding(branch);
    if (own?.busy || this.#starting.has(branch)) {
      throw unavailable(`${branch} is in use already`, 'Wait until its attempt has ended.');
    }
    this.#starting.add(branch);
    this.#ledger.hold(branch);
    try {
      const head = await this.#open(request, own);
      return { path: this.#member(branch).path, branch, head };
    } catch (error) {
      await this.#giveUp(branch, own);
      throw asFault(error);
    } finally {
      this.#starting.delete(branch);
    }
  }

  acquireDetached(commit: Commit, signal = NEVER): Promise<Workspace> {
    return faultsOnly(async () => {
      const { path } = await this.#stable.take({ commit, branch: null, signal });
      return { path, branch: null, head: commit };
    });
  }

  watchCommits(workspace: Workspace, base: Commit, tell: (commits: number) => void): () => void {
    return watchCommits(workspace, base, tell);
  }

  async conclude({ path, branch }: Workspace, base: Commit, message: string): Promise<WorkResult> {
    const member = this.#stable.at(path);
    if (!member || branch === null)
      throw unavailable(`${path} is on no branch of the pool`, 'Acquire it first.');
    return faultsOnly(async () => {
      const work = await this.#gather(member, branch, message);
      this.#stable.update(path, { concluded: true, cleanAt: work.clean ? work.head : null });
      return measureWork(this.#repository, work, base);
    });
  }

  async release({ path }: Workspace, untouched = false): Promise<void> {
    if (!this.#stable.at(path)?.busy) return;
    const member = this.#stable.update(path, untouched ? {} : { cleanAt: null });
    if (member.kept) {
      this.#stable.update(path, { busy: false });
      return;
    }
    await faultsOnly(() => this.#retire(member)).catch((error: unknown) => {
      // Its work is in it still: the next `acquire` or `salvage` finds it.
      if (this.#stable.at(path)) this.#stable.update(path, { busy: false });
      throw error;
    });
  }

  async keep(branch: string, reason: string): Promise<string> {
    const member = this.#stable.holding(branch) ?? (await faultsOnly(() => this.#acquireAgain(branch)));
    await faultsOnly(() => this.#settle(member, branch));
    await faultsOnly(() => lockFolder(this.#repository, member.path, reason));
    this.#stable.update(member.path, { kept: true, cleanAt: null });
    this.#ledger.hold(branch);
    return member.path;
  }

  async unkeep(branch: string): Promise<void> {
    const member = this.#stable.holding(branch);
    if (!member?.kept) return;
    await faultsOnly(async () => {
      await unlockFolder(this.#repository, member.path);
      const freed = this.#stable.update(member.path, { kept: false, concluded: false });
      if (!freed.busy) await this.#retire(freed);
    });
  }

  salvage(branch: string, message: string): Promise<Commit | null> {
    return faultsOnly(async () => {
      await removeBranchLock(this.#repository, branch);
      const member = this.#stable.holding(branch);
      // What a person has in a kept worktree is not an attempt's: it stays as it is.
      if (member && !member.kept) {
        await this.#gather(member, branch, message);
        await this.#retire(this.#stable.update(member.path, { concluded: true }));
      }
      return resolveCommit(this.#repository, branchRef(branch));
    });
  }

  // What changed does not depend on which task's attempt has just ended: the ledger knows all of them.
  audit(_task: TaskId | null): Promise<readonly AuditFinding[]> {
    return faultsOnly(() => this.#ledger.audit());
  }

  /** Gives the head of the worktree that now has the branch. */
  async #open(request: BranchRequest, own: Member | undefined): Promise<Commit> {
    const { branch, merge, signal = NEVER, near } = request;
    if (own?.kept && request.mode === 'continue') return this.#openKept(own, branch, merge, signal);
    if (own) await this.#gather(own, branch, SAVED);
    const start = await this.#placeBranch(request, own);
    return this.#take({ commit: start, branch, signal, own, near }, merge);
  }

  async #openKept(
    own: Member,
    branch: string,
    merge: Commit | undefined,
    signal: AbortSignal,
  ): Promise<Commit> {
    if (!merge && (await holdsWork(own)) && (await reconnect(this.#repository, own))) {
      this.#stable.update(own.path, { busy: true, concluded: false });
      return this.#tip(branch);
    }
    // A merge needs a clean worktree, so the person's edits become a commit first.
    await this.#gather(own, branch, SAVED);
    const commit = await this.#tip(branch);
    return this.#take({ commit, branch, signal, own: this.#member(branch) }, merge);
  }

  /** Creates, keeps or restarts the branch; gives the commit it is at. */
  async #placeBranch({ branch, base, mode, merge }: BranchRequest, own?: Member): Promise<Commit> {
    const cwd = this.#repository.topLevel;
    const ref = branchRef(branch);
    // As a rule nobody has used the name: then there is nothing to look up.
    const unknown = !merge && this.#ledger.expected(ref) === undefined;
    if (unknown && (await this.#ledger.move([{ ref, to: base, from: null }]))) return base;
    const tip = await resolveCommit(this.#repository, ref);
    if (tip) await this.#refuseElsewhere(branch, own?.path);
    const wanted = tip === null || mode === 'restart' ? base : tip;
    // A branch with nothing of its own needs no merge commit to be up to date.
    const start = merge && (await isAncestor(cwd, wanted, merge)) ? merge : wanted;
    const lost = tip !== null && !(await isAncestor(cwd, tip, start)) ? [keepRef(branch, tip)] : [];
    const keep = lost.filter(({ ref }) => !this.#ledger.expected(ref));
    // It is gathered, and the files are not those of the branch's new place.
    if (own) await suspendClaim(own, branch);
    if (start !== tip && !(await this.#ledger.move([{ ref, to: start, from: tip }, ...keep]))) {
      throw new GitError(
        ['update-ref'],
        null,
        `${branch} was moved by somebody else, or a ref is in its way`,
      );
    }
    this.#ledger.record(ref, start);
    return start;
  }

  /** Two worktrees on one branch would each show the other's commits as changes of their own. */
  async #refuseElsewhere(branch: string, own: string | undefined): Promise<void> {
    const worktrees = await listWorktrees(this.#repository);
    const other = worktrees.find((worktree) => worktree.branch === branch && worktree.path !== own);
    if (!other) return;
    throw unavailable(
      `${branch} is checked out in ${other.path}`,
      `Switch that checkout away, then resume: git -C '${other.path}' switch --detach`,
    );
  }

  /** Gives the head of the worktree, in which the commit to merge has been merged as far as git can do it alone. */
  async #take(wanted: Wanted & { readonly branch: string }, merge: Commit | undefined): Promise<Commit> {
    const { commit, branch } = wanted;
    let merged = false;
    const finish = merge
      ? async (folder: Folder) => {
          merged = (await startMerge(folder, merge, branch)) === 'merged';
        }
      : undefined;
    const own = await this.#stable.take({ ...wanted, finish });
    if (!merge || !merged) return commit;
    const message = `Merge ${merge.slice(0, 12)} into ${branch}`;
    const { head } = await gatherWork(this.#home, own, branch, message);
    // The merge may have brought other packages.
    await this.#stable.take({ ...wanted, commit: head, own });
    return head;
  }

  /** Commits what is in a member; one that an agent destroyed is made anew at the same path. */
  async #gather(member: Member, branch: string, message: string): Promise<GatheredWork> {
    if (await reconnect(this.#repository, member)) {
      // A suspended one is put back to its branch: not while that is checked out elsewhere.
      if (!(await holdsWork(member))) await this.#refuseElsewhere(branch, member.path);
      return gatherWork(this.#home, member, branch, message);
    }
    const head = await branchTip(this.#home, branch);
    await this.#stable.rebuild(member, head, branch);
    this.#ledger.record(branchRef(branch), head);
    return { head, strayed: 'missing' };
  }

  /** What was being changed in it, and not to its end, is taken back; nothing else happens. */
  async #settle(member: Member, branch: string): Promise<void> {
    if (!(await holdsWork(member))) await this.#gather(member, branch, SAVED);
  }

  async #retire(member: Member): Promise<void> {
    const { branch } = member;
    if (branch !== null && !member.concluded) await this.#saveAside(member, branch);
    await this.#stable.retire(member.path);
    if (branch !== null) this.#ledger.letGo(branch);
  }

  /** Released without `conclude`: nothing is committed to the branch, and nothing is lost either. */
  async #saveAside(member: Member, branch: string): Promise<void> {
    const tip = await resolveCommit(this.#repository, branchRef(branch));
    this.#ledger.record(branchRef(branch), tip);
    if (!(await reconnect(this.#repository, member))) return;
    if (!(await holdsWork(member))) return;
    await clearLocks(member);
    const { work } = await commitLeftovers(member, await readStatus(member.path), SAVED);
    if (work === null || (tip !== null && (await isAncestor(this.#repository.topLevel, work, tip)))) return;
    await this.#ledger.move([keepRef(branch, work)]);
  }

  async #giveUp(branch: string, own: Member | undefined): Promise<void> {
    const member = this.#stable.holding(branch);
    // One that was there before stays as it was, its work in it: the next `acquire` or `salvage` finds it.
    if (own) {
      if (member) this.#stable.update(member.path, { busy: false });
      // A person would work on in it.
      if (member?.kept) await this.#settle(member, branch).catch(() => undefined);
    } else if (member) {
      await this.#retire(member).catch(() => undefined);
    }
    if (!this.#stable.holding(branch)?.kept) this.#ledger.letGo(branch);
  }

  async #acquireAgain(branch: string): Promise<Member> {
    const base = await resolveCommit(this.#repository, branchRef(branch));
    if (!base)
      throw unavailable(`there is no branch ${branch}`, 'Start its task over: tutti retry TASK --fresh');
    const { path } = await this.acquire({ branch, base, mode: 'continue' });
    return this.#stable.update(path, { busy: false });
  }

  async #tip(branch: string): Promise<Commit> {
    const tip = await resolveCommit(this.#repository, branchRef(branch));
    if (tip) return tip;
    throw new GitError(['rev-parse'], null, `the branch ${branch} is gone`);
  }

  #member(branch: string): Member {
    const member = this.#stable.holding(branch);
    if (member) return member;
    throw new GitError(['worktree'], null, `no worktree holds ${branch}`);
  }

  get #home(): { readonly repository: Repository; readonly ledger: RefLedger } {
    return { repository: this.#repository, ledger: this.#ledger };
  }
}

const unavailable = (message: string, fix: string): Fault => new Fault('workspace-unavailable', message, fix);
