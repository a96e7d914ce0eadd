/** What runs have left in a repository, and what of it may go: each branch with its proof. Deletes only when told to. */
import {
  type Cleaned,
  type CleanScope,
  deleteLeftovers,
  findLeftovers,
  type Home,
  trialFolder,
} from '../../compose.ts';
import type { RunId } from '../../core/plan.ts';
import { findRun, loadRun } from '../find-run.ts';

/** A branch (or a ref of the engine's own), or a worktree. */
export interface Leftover {
  readonly type: 'branch' | 'worktree';
  /** `feat/T-001-cart`, `refs/tutti/kept/…`, or a path. */
  readonly name: string;
  /** Why it can go: where its work is. Null: it stays. */
  readonly safe: string | null;
  /** Why it stays. Null: it can go. */
  readonly stays: string | null;
}

export interface Scope {
  readonly scopes: readonly CleanScope[];
  /** Runs whose branches are left alone, for they may go on. */
  readonly unfinished: readonly RunId[];
}

/**
 * The branches of one run, or of all that have ended.
 * @throws ProblemError `no-run` when there is no such run
 */
export function scopeOf(home: Home, id: string | undefined): Scope {
  const { repository, folder, runs } = home;
  const named = id === undefined ? undefined : findRun(home, id);
  const all = runs.all().filter((row) => named === undefined || row.id === named);
  const isOpen = (status: string): boolean =>
    named === undefined && status !== 'all-done' && status !== 'incomplete';
  const ended = all.filter(({ status }) => !isOpen(status));
  const own = { repository, worktreesDir: folder.worktrees };
  const targets: string[] = [];
  const scopes = ended.map((row): CleanScope => {
    const { state } = loadRun(home, row.id);
    const { target } = state.settings;
    // A target the user named is the user's.
    if (target === `tutti/${row.id}`) targets.push(target);
    // A branch of this name that no attempt ever worked on was made by somebody else.
    const branches = state.branches.filter(
      (branch, position) => branch !== target && (state.tasks[position]?.attempts ?? 0) > 0,
    );
    return { ...own, branches, into: ['HEAD', `refs/heads/${target}`] };
  });
  return {
    // Targets are judged by HEAD alone: two that contain each other would else both be proven.
    scopes: [
      ...scopes,
      { ...own, branches: targets, into: ['HEAD'] },
      { ...own, branches: [], worktreesDir: trialFolder(folder), into: [] },
    ],
    unfinished: all.filter(({ status }) => isOpen(status)).map((row) => row.id),
  };
}

/** Lists what is there; deletes nothing. */
export async function listLeftovers(scopes: readonly CleanScope[]): Promise<readonly Leftover[]> {
  const found: Leftover[] = [];
  for (const scope of scopes) {
    const { branches, worktrees } = await findLeftovers(scope);
    // A worktree that goes takes its hold on its branch with it.
    const going = new Set(
      worktrees.filter(({ staysBecause }) => staysBecause === null).map(({ path }) => path),
    );
    found.push(...[...branches, ...worktrees].map((one) => describe(one, scope, going)));
  }
  return merge(found);
}

/** Deletes what is proven at this very moment. The repository's lock must be held. */
export async function removeLeftovers(
  scopes: readonly CleanScope[],
): Promise<{ readonly deleted: readonly Leftover[]; readonly stayed: readonly Leftover[] }> {
  const deleted = new Map<string, Leftover>();
  const stayed: Leftover[] = [];
  for (const scope of scopes) {
    const cleaned = await deleteLeftovers(scope);
    for (const one of cleaned.deleted.map((gone) => describe(gone, scope, none))) deleted.set(one.name, one);
    stayed.push(...cleaned.stayed.map((one) => describe(one, scope, none)));
  }
  return {
    deleted: [...deleted.values()],
    stayed: merge(stayed.filter(({ name }) => !deleted.has(name))).map((one) => ({
      ...one,
      stays: one.stays ?? 'git refused to delete it, or it changed just now',
    })),
  };
}

const none: ReadonlySet<string> = new Set();

function describe(one: Cleaned['stayed'][number], scope: CleanScope, going: ReadonlySet<string>): Leftover {
  if (one.type === 'worktree') {
    const { type, path, staysBecause } = one;
    return { type, name: path, safe: staysBecause === null ? 'nobody needs it' : null, stays: staysBecause };
  }
  const { type, ref, provenBy, checkedOutIn } = one;
  const name = shortName(ref);
  if (provenBy === null) return { type, name, safe: null, stays: unproven(name, scope) };
  if (checkedOutIn !== null && !going.has(checkedOutIn))
    return { type, name, safe: null, stays: `checked out in ${checkedOutIn}` };
  return { type, name, safe: `its work is in ${shortName(provenBy)}`, stays: null };
}

function unproven(name: string, { branches, into }: CleanScope): string {
  if (!branches.includes(name)) return 'kept aside by tutti, and its work is nowhere else';
  const [, target] = into;
  return target === undefined
    ? 'HEAD does not contain it; `tutti land` takes it'
    : `its work is neither in HEAD nor in ${shortName(target)}`;
}

const shortName = (ref: string): string => ref.replace(/^refs\/heads\//, '');

/** One line for what several scopes have found: one proof is enough. */
function merge(found: readonly Leftover[]): readonly Leftover[] {
  const merged = new Map<string, Leftover>();
  for (const one of found) {
    if (!merged.has(one.name) || one.safe !== null) merged.set(one.name, one);
  }
  return [...merged.values()].sort((a, b) => (a.type === b.type ? 0 : a.type === 'branch' ? -1 : 1));
}
