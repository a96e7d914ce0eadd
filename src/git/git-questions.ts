/** What commands ask of one repository, and `land`. Knows no run. */
import type { Commit, TaskId } from '../core/plan.ts';
import type { Problem } from '../core/problem.ts';
import { type Checkout, inspectCheckout, type Landing, landTarget } from './checkout.ts';
import { type FoundFiles, findLocalFiles, type WantedFiles } from './local-files.ts';
import { isAncestor } from './merge-base.ts';
import { type MergeSize, sizesOfMerges } from './merge-sizes.ts';
import { readDifference } from './read-difference.ts';
import {
  findTargetProblems,
  type Head,
  listBranches,
  type Repository,
  readHead,
  resolveCommit,
} from './repository.ts';
import { tasksIntegrated } from './trailers.ts';

/** What commands ask of git; `land` alone changes anything. */
export interface GitQuestions {
  head(): Promise<Head | null>;
  resolve(name: string): Promise<Commit | null>;
  checkout(): Promise<Checkout>;
  targetProblems(target: string): Promise<readonly Problem[]>;
  integrated(planName: string, from: Commit): Promise<ReadonlyMap<TaskId, Commit>>;
  /** Names of all local branches. */
  branches(): Promise<ReadonlySet<string>>;
  isAncestor(ancestor: Commit, tip: Commit): Promise<boolean>;
  /** What merges brought into their target, of those that the repository still has. */
  sizesOf(merges: readonly Commit[]): Promise<ReadonlyMap<Commit, MergeSize>>;
  /** What `copy` and `link` would bring into worktrees. */
  localFiles(wanted: WantedFiles): Promise<FoundFiles>;
  land(target: string): Promise<Landing>;
  /** What a commit has beyond the one it parted from: names and numbers first, then the changes; of much only the beginning. */
  difference(from: string, to: string): Promise<string>;
}

export const gitQuestions = (repository: Repository): GitQuestions => ({
  head: () => readHead(repository),
  resolve: (name) => resolveCommit(repository, name),
  checkout: () => inspectCheckout(repository),
  targetProblems: (target) => findTargetProblems(repository, target),
  integrated: (planName, from) => tasksIntegrated(repository, planName, from),
  branches: () => listBranches(repository),
  isAncestor: (ancestor, tip) => isAncestor(repository.topLevel, ancestor, tip),
  sizesOf: (merges) => sizesOfMerges(repository, merges),
  localFiles: (wanted) => findLocalFiles(repository, wanted),
  land: (target) => landTarget(repository, target),
  difference: (from, to) => readDifference(repository.topLevel, from, to),
});
