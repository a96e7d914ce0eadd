/** Reads `git status --porcelain=v2 --branch -z`: head, branch and what is uncommitted, in one process. */
import { type Commit, commit } from '../core/plan.ts';
import { runGit } from './run-git.ts';

export interface WorktreeStatus {
  /** Null before a branch's first commit. */
  readonly head: Commit | null;
  /** Null when HEAD is detached. */
  readonly branch: string | null;
  /** Tracked files that differ from HEAD, in the index or on disk. */
  readonly changed: readonly string[];
  /** Tracked files that differ from the index on disk, or are in conflict; also among `changed`. */
  readonly unstaged: readonly string[];
  /** Files in conflict of which there is something to choose; also among `changed`. */
  readonly unmerged: readonly string[];
  /** Files and folders git does not know and does not ignore. */
  readonly untracked: readonly string[];
}

export const isClean = (status: WorktreeStatus): boolean =>
  status.changed.length === 0 && status.untracked.length === 0;

/**
 * What is uncommitted in a worktree.
 * @param write false leaves the index file alone, for a checkout that is not ours
 */
export async function readStatus(path: string, write = true): Promise<WorktreeStatus> {
  const args = ['status', '--porcelain=v2', '--branch', '-z', '--no-ahead-behind', '--no-renames'];
  // `--ignore-submodules=none` would hide nothing, but what is dirty inside a submodule cannot be committed here.
  args.push('--untracked-files=normal', '--ignore-submodules=dirty');
  const { stdout } = await runGit(path, write ? args : ['--no-optional-locks', ...args]);
  return parseStatus(stdout);
}

export function parseStatus(text: string): WorktreeStatus {
  let head: Commit | null = null;
  let branch: string | null = null;
  const changed: string[] = [];
  const unstaged: string[] = [];
  const unmerged: string[] = [];
  const untracked: string[] = [];
  for (const record of text.split('\0')) {
    if (record.startsWith('# branch.oid ')) head = headOf(record.slice(13));
    else if (record.startsWith('# branch.head '))
      branch = record === '# branch.head (detached)' ? null : record.slice(14);
    else if (record.startsWith('1 ')) {
      changed.push(afterFields(record, 8));
      // `1 XY`: X is the index against HEAD, Y the file against the index.
      if (record[3] !== '.') unstaged.push(afterFields(record, 8));
    } else if (record.startsWith('u ')) {
      const path = afterFields(record, 10);
      changed.push(path);
      unstaged.push(path);
      // Gone on both sides: only its new names, in conflict themselves, are left to choose from.
      if (!record.startsWith('u DD')) unmerged.push(path);
    } else if (record.startsWith('? ')) untracked.push(record.slice(2));
  }
  return { head, branch, changed, unstaged, unmerged, untracked };
}

const headOf = (oid: string): Commit | null => (oid === '(initial)' ? null : commit(oid));

/** The path follows a fixed number of fields and may contain spaces itself. */
const afterFields = (record: string, fields: number): string => record.split(' ').slice(fields).join(' ');
