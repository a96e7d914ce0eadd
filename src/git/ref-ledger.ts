/** The ledger of refs the engine moved itself, and the comparison with what is there; nothing here judges content. */
import type { Commit } from '../core/plan.ts';
import { commit } from '../core/plan.ts';
import type { AuditFinding } from '../ports/workspaces.ts';
import type { Repository } from './repository.ts';
import { GitError, readGit, runGit } from './run-git.ts';

export interface RefMove {
  readonly ref: string;
  /** Null deletes it. */
  readonly to: Commit | null;
  /** What it must be at; null: it must not exist. */
  readonly from: Commit | null;
}

/** The one door for moving refs: what goes through it is explained, everything else is not. */
export interface RefLedger {
  /** Moves all of these refs or none, by compare-and-swap; false when one was not where it should be. */
  move(moves: readonly RefMove[]): Promise<boolean>;
  /** Explains where a ref is, for what the engine learnt from its journal or let git do. */
  record(ref: string, to: Commit | null): void;
  /** Where the engine left a ref. */
  expected(ref: string): Commit | undefined;
  /** From now on somebody may move this branch: an attempt runs on it, or a person has it. */
  hold(branch: string): void;
  /** Nobody may move it any more. */
  letGo(branch: string): void;
  /**
   * Commits that are surely not the work of this branch's attempt. What somebody moved since the branch was held
   * is left out, even if an audit has seen it: it may be that very work.
   */
  commitsBefore(branch: string): readonly Commit[];
  /** Puts refs of the run back, keeps what they pointed to, and reports everything else once. */
  audit(): Promise<readonly AuditFinding[]>;
}

/** Refs under it are always the run's own. */
export const PRIVATE_REFS = 'refs/tutti/';
const QUARANTINE = `${PRIVATE_REFS}quarantine/`;
/** More changes than this in one audit are counted, not listed: a `git fetch` can bring thousands. */
const MAX_FOREIGN = 20;

/** Which refs belong to a run: its target, its branches, and what the engine keeps for itself. */
export function ownedRefs(target: string, branches: Iterable<string>): (ref: string) => boolean {
  const own = new Set([target, ...branches].map(branchRef));
  return (ref) => own.has(ref) || ref.startsWith(PRIVATE_REFS);
}

export const branchRef = (branch: string): string => `refs/heads/${branch}`;

/** Opens the ledger on the refs as they are now. */
export async function openRefLedger(
  repository: Repository,
  owns: (ref: string) => boolean,
): Promise<RefLedger> {
  const opened = await readRefs(repository);
  let known = new Map(opened.places);
  let head = opened.head;
  /** Each held ref, with how many foreign changes there had been when it was taken. */
  const held = new Map<string, number>();
  const foreignChanges: { readonly ref: string; readonly was: Commit | null }[] = [];

  const move: RefLedger['move'] = (moves) =>
    repository.refs.run(async () => {
      const moved = await moveRefs(repository, moves);
      if (moved) for (const { ref, to } of moves) record(ref, to);
      return moved;
    });
  const record = (ref: string, to: Commit | null): void => {
    if (to === null) known.delete(ref);
    else known.set(ref, to);
  };

  const audit = async (): Promise<readonly AuditFinding[]> => {
    const { places: found, head: seen } = await readRefs(repository);
    const findings: AuditFinding[] = [];
    const foreign: string[] = [];
    const next = new Map(found);
    for (const ref of new Set([...known.keys(), ...found.keys()])) {
      const [was, is] = [known.get(ref) ?? null, found.get(ref) ?? null];
      if (was === is || held.has(ref)) continue;
      const restored = owns(ref) && was ? await restore(repository, ref, was, is, next) : null;
      if (restored) findings.push(restored);
      else {
        foreign.push(describeChange(ref, was, is));
        foreignChanges.push({ ref, was });
      }
    }
    if (seen !== head) foreign.push(`HEAD of the checkout went from ${head} to ${seen}`);
    head = seen;
    known = next;
    return [...findings, ...summarise(foreign)];
  };

  return {
    move,
    record,
    expected: (ref) => known.get(ref),
    hold: (branch) => void held.set(branchRef(branch), foreignChanges.length),
    letGo: (branch) => void held.delete(branchRef(branch)),
    commitsBefore(branch) {
      const places = new Map<string, Commit | null>(known);
      const since = foreignChanges.slice(held.get(branchRef(branch)));
      for (const { ref, was } of since.reverse()) places.set(ref, was);
      return [...new Set(places.values())].filter((at) => at !== null);
    },
    audit: () => repository.refs.run(audit),
  };
}

interface Refs {
  readonly places: ReadonlyMap<string, Commit>;
  /** The branch the user is on: its commits are the branch's own affair and seen there. Else the start of the commit. */
  readonly head: string;
}

async function readRefs({ topLevel }: Repository): Promise<Refs> {
  // The star marks what is checked out in the folder where git is asked.
  const text = await readGit(topLevel, ['for-each-ref', '--format=%(HEAD)%(objectname) %(refname)']);
  const places = new Map<string, Commit>();
  let head: string | undefined;
  for (const line of text.split('\n').filter(Boolean)) {
    const ref = line.slice(line.indexOf(' ', 1) + 1);
    places.set(ref, commit(line.slice(1, line.indexOf(' ', 1))));
    if (line.startsWith('*')) head = branchName(ref);
  }
  return { places, head: head ?? (await describeHead(topLevel)) };
}

/** For a HEAD that is on no branch, or on one without a commit. */
async function describeHead(topLevel: string): Promise<string> {
  const name = await readGit(topLevel, ['symbolic-ref', '-q', 'HEAD'], { allow: [1] });
  return name ? branchName(name) : (await readGit(topLevel, ['rev-parse', 'HEAD'])).slice(0, 12);
}

const branchName = (ref: string): string => ref.replace(/^refs\/heads\//, '');

/** Puts a ref back and keeps what it pointed to; null when git refuses (a ref of a clashing name is in the way). */
async function restore(
  repository: Repository,
  ref: string,
  was: Commit,
  is: Commit | null,
  refs: Map<string, Commit>,
): Promise<AuditFinding | null> {
  const quarantine = is === null ? null : nextQuarantine(ref, refs);
  const keep: readonly RefMove[] = quarantine ? [{ ref: quarantine, to: is, from: null }] : [];
  if (!(await moveRefs(repository, [{ ref, to: was, from: is }, ...keep]))) return null;
  refs.set(ref, was);
  if (quarantine && is) refs.set(quarantine, is);
  return { type: 'restored', ref, from: is, to: was, quarantine };
}

function nextQuarantine(ref: string, refs: ReadonlyMap<string, Commit>): string {
  const numbers = [...refs.keys()]
    .filter((name) => name.startsWith(QUARANTINE))
    .map((name) => Number.parseInt(name.slice(QUARANTINE.length), 10) || 0);
  const name = ref.replace(/^refs\/(heads\/)?/, '').replace(/[^A-Za-z0-9_-]+/g, '-');
  return `${QUARANTINE}${Math.max(0, ...numbers) + 1}-${name.slice(0, 80)}`;
}

/** One transaction, without the queue: only for callers that are in it. */
async function moveRefs(repository: Repository, moves: readonly RefMove[]): Promise<boolean> {
  const commands = moves.map(({ ref, to, from }) => {
    const zero = '0'.repeat((to ?? from ?? '0'.repeat(40)).length);
    return `update ${ref}\0${to ?? zero}\0${from ?? zero}\0`;
  });
  const args = ['update-ref', '-m', 'tutti', '--stdin', '-z', '--no-deref'];
  const { exitCode, stderr } = await runGit(repository.commonDir, args, {
    input: commands.join(''),
    allow: [1, 128],
  });
  if (exitCode === 0) return true;
  if (/but expected|reference already exists|unable to resolve reference|reference is missing/.test(stderr)) {
    return false;
  }
  throw new GitError(args, exitCode, stderr);
}

function describeChange(ref: string, was: Commit | null, is: Commit | null): string {
  if (ref === 'refs/stash') return 'the stash changed';
  const name = ref.replace(/^refs\/heads\//, 'branch ').replace(/^refs\/tags\//, 'tag ');
  if (was === null) return `${name} appeared at ${is?.slice(0, 12)}`;
  if (is === null) return `${name} was deleted (it was at ${was.slice(0, 12)})`;
  return `${name} went from ${was.slice(0, 12)} to ${is.slice(0, 12)}`;
}

function summarise(changes: readonly string[]): readonly AuditFinding[] {
  const listed = changes.slice(0, MAX_FOREIGN);
  const rest = changes.length - listed.length;
  return [...listed, ...(rest > 0 ? [`${rest} more refs changed`] : [])].map((what) => ({
    type: 'foreign',
    what,
  }));
}
