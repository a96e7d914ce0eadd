/** What a prompt tells beside its request: what commits of others and of earlier sessions did. */
import type { TaskId } from '../core/plan.ts';
import type { CommitHistory, CommittedWork } from '../ports/commit-history.ts';
import type { AttemptRequest } from '../ports/executor.ts';

export interface PromptFacts {
  /** What dependencies brought; without those of which nothing is known, and those beyond `MOST_DETAILED`. */
  readonly brought: ReadonlyMap<TaskId, CommittedWork>;
  /** What earlier sessions left on the attempt's branch. */
  readonly earlier: CommittedWork;
}

/** Of more dependencies than these only the ids are told. */
export const MOST_DETAILED = 10;

const nothing: CommittedWork = { subjects: [], files: [] };
export const noFacts: PromptFacts = { brought: new Map(), earlier: nothing };

export async function gatherFacts(request: AttemptRequest, history: CommitHistory): Promise<PromptFacts> {
  const { task, dependencies, ordinal, restart, branch, base, merge } = request;
  const detailed = dependencies
    .slice(0, MOST_DETAILED)
    .flatMap(({ task: id, commit }) => (commit === null ? [] : [{ id, commit }]));
  // The branch of a first attempt was made for it just now.
  const isNew = ordinal === 1 || restart || task.workspace === 'none';
  const [earlier, ...works] = await Promise.all([
    isNew ? nothing : history.ownWork(branch, base, merge),
    ...detailed.map(({ commit }) => history.broughtBy(commit)),
  ]);
  const brought = works.flatMap((work, index) => {
    const id = detailed[index]?.id;
    return work === null || id === undefined ? [] : [[id, work] as const];
  });
  return { brought: new Map(brought), earlier: earlier ?? nothing };
}
