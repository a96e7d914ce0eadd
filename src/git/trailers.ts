/** Reads `Tutti-Task` trailers: which commit brought which task. Knows nothing of plans beyond their name. */
import { type Commit, commit, type TaskId, taskId } from '../core/plan.ts';
import type { Repository } from './repository.ts';
import { readGit } from './run-git.ts';

export const TRAILER = 'Tutti-Task';
const RUN_TRAILER = 'Tutti-Run';

interface MarkedCommit {
  readonly commit: Commit;
  readonly values: readonly string[];
  /** A merge of two that names its run: what the engine makes. An agent may have written the other trailer anywhere. */
  readonly byEngine: boolean;
  /** Ids, perhaps shortened, that its message says it reverts. */
  readonly reverts: readonly string[];
}

/** How a value comes back from a commit message: on one line, without space around it. */
export const normalValue = (value: string): string => value.replace(/[\r\n\0]+/g, ' ').trim();

/**
 * The newest merge by an engine of each task of a plan that is reachable from `from`, without those that were
 * reverted (and not brought back by reverting the revert).
 */
export async function tasksIntegrated(
  repository: Repository,
  planName: string,
  from: Commit,
): Promise<ReadonlyMap<TaskId, Commit>> {
  const prefix = `${planName.replace(/[\r\n\0]+/g, ' ')}/`.trimStart();
  const integrated = new Map<TaskId, Commit>();
  const reverted: string[] = [];
  // Children come before their parents, so a revert is read before what it takes back.
  for (const marked of await readMarked(repository, ['--topo-order', from])) {
    if (reverted.some((id) => marked.commit.startsWith(id))) continue;
    reverted.push(...marked.reverts);
    for (const value of marked.byEngine ? marked.values : []) {
      const id = value.startsWith(prefix) ? taskId(value.slice(prefix.length)) : null;
      if (id !== null && !integrated.has(id)) integrated.set(id, marked.commit);
    }
  }
  return integrated;
}

/**
 * The newest commit on the first-parent line of `range` with exactly this trailer. Only that line: it is the
 * one the engine itself writes, while a commit further in may carry a trailer an agent made up.
 */
export async function findTrailer(
  repository: Repository,
  value: string,
  range: readonly string[],
): Promise<Commit | undefined> {
  const wanted = normalValue(value);
  const marked = await readMarked(repository, ['--first-parent', ...range]);
  return marked.find(({ values }) => values.includes(wanted))?.commit;
}

async function readMarked(
  repository: Repository,
  range: readonly string[],
): Promise<readonly MarkedCommit[]> {
  const trailer = (key: string): string => `%(trailers:key=${key},valueonly,unfold)`;
  const format = `%H %P%x00${trailer(TRAILER)}%x00${trailer(RUN_TRAILER)}%x00%B%x00`;
  const search = ['-i', `--grep=^${TRAILER}:`, '--grep=This reverts commit'];
  const text = await readGit(repository.topLevel, [
    'log',
    '--no-color',
    '--no-show-signature',
    `--format=${format}`,
    ...search,
    ...range,
    '--',
  ]);
  const fields = text.split('\0');
  const found: MarkedCommit[] = [];
  for (let at = 0; at + 3 < fields.length; at += 4) {
    const [ids = '', values = '', run = '', body = ''] = fields.slice(at, at + 4);
    const [id = '', ...parents] = ids.trim().split(' ');
    found.push({
      commit: commit(id),
      values: values
        .split('\n')
        .map((value) => value.trim())
        .filter(Boolean),
      byEngine: parents.length === 2 && run.trim() !== '',
      reverts: [...body.matchAll(/This reverts commit ([0-9a-f]{7,64})/gi)].map((match) => match[1] ?? ''),
    });
  }
  return found;
}
