/** What `check` asks of the place: repository, checkout, target branch, engine, disk. Changes nothing. */
import {
  findTargetProblems,
  freeBytes,
  inspectCheckout,
  listBranches,
  lockOwner,
  type Repository,
  runGit,
  type StateFolder,
} from '../../compose.ts';
import type { Config } from '../../config/schema.ts';
import type { Commit } from '../../core/plan.ts';
import type { Problem } from '../../core/problem.ts';
import { branchProblems } from '../run-problems.ts';
import { counted } from '../wrapped-text.ts';
import { type CheckItem, fromProblem, fromThrown, item, reason, skipped } from './check-item.ts';

export interface CheckedCheckout {
  readonly item: CheckItem;
  /** Files of the checkout that agents will not see. */
  readonly unseen: readonly string[];
}

export const checkRepository = (
  repository: Repository | undefined,
  problems: readonly Problem[],
): CheckItem =>
  item('repository', problems.map(fromProblem), repository?.topLevel ?? 'there is none to work in');

export async function checkCheckout(repository: Repository): Promise<CheckedCheckout> {
  try {
    const { unfinished, dirty, untracked } = await inspectCheckout(repository);
    const unseen = [...dirty, ...untracked];
    const giveUp = `git ${unfinished} ${unfinished === 'bisect' ? 'reset' : '--abort'}`;
    const reasons = [
      ...(unfinished === null
        ? []
        : [reason('error', `a ${unfinished} is in progress`, `Finish it, or give it up: ${giveUp}`)]),
      ...unseen.map((file) => reason('warning', file)),
    ];
    const count = `${counted(unseen.length, 'file is', 'files are')} not committed: agents do not see what is in no commit`;
    const message =
      unseen.length > 0 ? count : unfinished === null ? 'clean' : `a ${unfinished} is in progress`;
    return { item: item('checkout', reasons, message), unseen };
  } catch (error) {
    return { item: item('checkout', fromThrown(error), 'it cannot be looked at'), unseen: [] };
  }
}

/** The branch that receives the work, and room for the names of the tasks' own. */
export async function checkBranches(
  repository: Repository,
  { target, branch }: Pick<Config, 'target' | 'branch'>,
): Promise<CheckItem> {
  const problems = [
    ...(target === undefined ? [] : await findTargetProblems(repository, target)),
    ...branchProblems(branch, await listBranches(repository)),
  ];
  return item(
    'branches',
    problems.map(fromProblem),
    `onto ${target ?? 'a new branch tutti/<run>'}, tasks on ${branch}`,
  );
}

export async function checkEngine({ lockFile }: StateFolder): Promise<CheckItem> {
  const owner = await lockOwner(lockFile);
  if (owner === undefined) return item('engine', [], 'none is at work here');
  const message = `${owner.run} is at work here (process ${owner.pid})`;
  return item(
    'engine',
    [reason('error', message, 'Wait for it, or `tutti pause` it.', { code: 'locked' })],
    message,
  );
}

const GIGABYTE = 1024 ** 3;
/** Journal, logs and a set-up of ordinary size. */
const SPARE_BYTES = GIGABYTE;

export async function checkDisk(
  repository: Repository,
  { path }: StateFolder,
  commit: Commit | undefined,
  slots: number,
): Promise<CheckItem> {
  if (commit === undefined) return skipped('disk', 'there is no commit to measure');
  const [free, tree] = await Promise.all([freeBytes(path), treeBytes(repository, commit)]);
  const needed = slots * tree + SPARE_BYTES;
  const amount = (bytes: number): string => `${(bytes / GIGABYTE).toFixed(1)} GB`;
  const text = `${amount(free)} free; ${counted(slots, 'checkout')} and logs take ${amount(needed)}, dependencies not counted`;
  const fix = 'Free some space, use fewer slots, or set `worktrees` to a larger disk.';
  if (free < needed) return item('disk', [reason('error', text, fix)], text);
  return item('disk', free < 2 * needed ? [reason('warning', text, fix)] : [], text);
}

/** Bytes of a commit's files as git stores them before compression. */
async function treeBytes(repository: Repository, commit: Commit): Promise<number> {
  const { stdout } = await runGit(repository.topLevel, ['ls-tree', '-r', '--format=%(objectsize)', commit]);
  // A submodule has no size.
  return stdout.split('\n').reduce((sum, line) => sum + (Number.parseInt(line, 10) || 0), 0);
}
