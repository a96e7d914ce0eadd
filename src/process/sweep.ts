/** Finds and ends what a program left behind when it ended by itself, at next to no cost when it left nothing. */
import { existsSync, readFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ProcessIdentity } from '../core/event.ts';
import { type Family, findFamily } from './family.ts';
import { plainMark, readStat } from './identity.ts';
import { type ProcessEntry, readMark, readProcessTable } from './process-table.ts';
import { type TerminateOptions, terminate } from './terminate.ts';

export interface Sweeper {
  /** Tells of a child that runs, so that sweeps for others pass over it. */
  enter(pid: number): void;
  leave(pid: number): void;
  /**
   * After a child has ended by itself, `ageMs` after its start: ends everything it left. Undefined when a quick look
   * proves that there is nothing (then nobody has to wait); else resolves when a full look finds none.
   */
  leftovers(root: ProcessIdentity, ageMs: number): Promise<void> | undefined;
}

/**
 * Pids are given in ascending order. A child younger than this cannot have seen all of them used up and given again,
 * so that what it started has a pid between its own and the last one given.
 */
const YOUNG_MS = 2_000;
/** More pids than this are looked at faster by listing all processes. */
const MOST_PROBES = 256;

export function createSweeper(options: TerminateOptions): Sweeper {
  const running = new Set<number>();
  const sharedTable = shareTable();

  const sweep = async (root: ProcessIdentity): Promise<void> => {
    const family: Family = { mark: root.mark, root, ours: true };
    if (findFamily(await sharedTable(root.startTime), family).length > 0) await terminate(family, options);
  };
  return {
    enter: (pid) => void running.add(pid),
    leave: (pid) => void running.delete(pid),
    leftovers: (root, ageMs) => (ageMs < YOUNG_MS && leftNothing(root, running) ? undefined : sweep(root)),
  };
}

/** Looks only at the few processes that are younger than the child. False means: not proven. */
function leftNothing({ pid: root, mark }: ProcessIdentity, passOver: ReadonlySet<number>): boolean {
  const plain = plainMark(mark);
  let pid = root + 1;
  // What we look at may start another and end: so until nobody came while we looked.
  for (let last = lastPid(); pid <= last || last < root; last = lastPid()) {
    if (last < root || last - root > MOST_PROBES) return false;
    for (; pid <= last; pid += 1) {
      if (!passOver.has(pid) && existsSync(`/proc/${pid}`) && maybeOf(root, plain, pid)) return false;
    }
  }
  return true;
}

function maybeOf(root: number, plain: string, pid: number): boolean {
  const stat = readStat(pid);
  if (!stat || stat.state === 'Z') return false;
  if (stat.sid === root || stat.pgid === root || stat.ppid === root) return true;
  const found = readMark(pid);
  // In the middle of an exec: only the full look waits until it can be told. One that has cleared its environment
  // the full look would not know either.
  return found === 'executing' || (found !== 'ended' && found.mark === plain);
}

/** The last pid given to a process, or 0 where the system does not tell. */
function lastPid(): number {
  try {
    const text = readFileSync('/proc/loadavg', 'utf8');
    return Number.parseInt(text.slice(text.lastIndexOf(' ') + 1), 10) || 0;
  } catch {
    return 0;
  }
}

/** One look at the system for all who ask before it begins; who asks later gets the next one. */
function shareTable(): (since: string) => Promise<readonly ProcessEntry[]> {
  let coming: Promise<readonly ProcessEntry[]> | undefined;
  let oldest = '';
  const read = async (): Promise<readonly ProcessEntry[]> => {
    await nextTurn();
    coming = undefined;
    return readProcessTable({ since: oldest });
  };
  return (since) => {
    if (!coming || Number(since) < Number(oldest)) oldest = since;
    coming ??= read();
    return coming;
  };
}
