/** Where two histories parted. */
import { type Commit, commit } from '../core/plan.ts';
import { runGit } from './run-git.ts';

/** The best common ancestor of two commits; null when their histories are unrelated. */
export async function mergeBase(cwd: string, one: Commit, other: Commit): Promise<Commit | null> {
  const { exitCode, stdout } = await runGit(cwd, ['merge-base', one, other], { allow: [1] });
  return exitCode === 0 ? commit(stdout.split('\n')[0] ?? '') : null;
}

/** Whether `tip` contains `ancestor`. */
export async function isAncestor(cwd: string, ancestor: Commit, tip: Commit): Promise<boolean> {
  if (ancestor === tip) return true;
  return (await runGit(cwd, ['merge-base', '--is-ancestor', ancestor, tip], { allow: [1] })).exitCode === 0;
}
