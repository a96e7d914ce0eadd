/** How many lines merges have brought into their target. One git for all of them; reads no file's content into memory. */
import type { Commit } from '../core/plan.ts';
import type { Repository } from './repository.ts';
import { readGit } from './run-git.ts';

/** A merge against its first parent. Renamed files count with what is changed in them, binary ones with no lines. */
export interface MergeSize {
  readonly files: number;
  readonly added: number;
  readonly removed: number;
}

/** Commits that the repository does not have are left out. */
export async function sizesOfMerges(
  { topLevel }: Pick<Repository, 'topLevel'>,
  commits: readonly Commit[],
): Promise<ReadonlyMap<Commit, MergeSize>> {
  const wanted = new Set(commits.filter((id) => /^[0-9a-f]{40,64}$/.test(id)));
  if (wanted.size === 0) return new Map();
  const text = await readGit(
    topLevel,
    [
      ...['log', '--no-walk=unsorted', '--ignore-missing', '--stdin', '--diff-merges=first-parent'],
      ...['--shortstat', '--find-renames', '--no-ext-diff', '--no-textconv', '--no-color'],
      ...['--no-show-signature', '--format=%x01%H'],
    ],
    { input: `${[...wanted].join('\n')}\n`, withoutIndex: true },
  );
  const entries = text.split('\u0001').slice(1);
  return new Map(entries.map((entry) => [entry.slice(0, entry.search(/\s|$/)) as Commit, sizeIn(entry)]));
}

/** ` 3 files changed, 10 insertions(+), 2 deletions(-)`; a part that is nothing is left out. */
function sizeIn(entry: string): MergeSize {
  const number = (pattern: RegExp): number => Number(pattern.exec(entry)?.[1] ?? 0);
  return {
    files: number(/(\d+) files? changed/),
    added: number(/(\d+) insertions?\(\+\)/),
    removed: number(/(\d+) deletions?\(-\)/),
  };
}
