/** Reads what commits did: subjects and changed files, bounded. Moves nothing. */
import type { Commit } from '../core/plan.ts';
import type { CommitHistory, CommittedWork, FileChange } from '../ports/commit-history.ts';
import { faultsOnly } from './git-fault.ts';
import { branchRef } from './ref-ledger.ts';
import type { Repository } from './repository.ts';
import { runGit } from './run-git.ts';

const MOST_COMMITS = 200;
const MAX_BYTES = 256 * 1024;
/** Commits that were read already: a task that many depend on is asked for by each of them. */
const MOST_REMEMBERED = 200;

const nothing: CommittedWork = { subjects: [], files: [] };

export function openCommitHistory({ topLevel }: Pick<Repository, 'topLevel'>): CommitHistory {
  const remembered = new Map<Commit, Promise<CommittedWork | null>>();
  return {
    broughtBy(commit) {
      const known = remembered.get(commit);
      if (known !== undefined) return known;
      const [oldest] = remembered.keys();
      if (oldest !== undefined && remembered.size >= MOST_REMEMBERED) remembered.delete(oldest);
      const read = faultsOnly(() => readWork(topLevel, [commit, `^${commit}^1`]));
      remembered.set(commit, read);
      read.catch(() => remembered.delete(commit));
      return read;
    },
    ownWork: (branch, base, merged) =>
      faultsOnly(async () => {
        const others = merged === undefined ? [base] : [base, merged];
        const range = ['--first-parent', branchRef(branch), ...others.map((other) => `^${other}`)];
        return (await readWork(topLevel, range)) ?? nothing;
      }),
  };
}

/** Null when git does not know one of the commits. */
async function readWork(cwd: string, range: readonly string[]): Promise<CommittedWork | null> {
  const format = ['--format=%x01%s', '--numstat', '-z', '--no-renames', '--no-color', '--no-show-signature'];
  const { exitCode, stdout } = await runGit(
    cwd,
    ['log', '--reverse', '--no-merges', `-n${MOST_COMMITS}`, ...format, ...range, '--'],
    { allow: [128], maxBytes: MAX_BYTES, truncate: true, withoutIndex: true },
  );
  if (exitCode !== 0) return null;
  const subjects: string[] = [];
  const files = new Map<string, FileChange>();
  // What stands behind the last NUL was cut off, or is nothing.
  for (const token of stdout.split('\0').slice(0, -1)) {
    const part = token.replace(/^\n/, '');
    if (part.startsWith('\u0001')) subjects.push(part.slice(1));
    else addChange(files, part);
  }
  return { subjects, files: [...files.values()].sort((a, b) => size(b) - size(a)) };
}

function addChange(files: Map<string, FileChange>, line: string): void {
  const [, added = '', deleted = '', path = ''] = /^(\d+|-)\t(\d+|-)\t(.*)$/s.exec(line) ?? [];
  if (path === '') return;
  const before = files.get(path) ?? { added: 0, deleted: 0 };
  files.set(path, { path, added: sum(before.added, added), deleted: sum(before.deleted, deleted) });
}

const sum = (before: number | null, more: string): number | null =>
  before === null || more === '-' ? null : before + Number(more);
const size = ({ added, deleted }: FileChange): number => (added ?? 0) + (deleted ?? 0);
