/** Ends a program and all its descendants: SIGTERM, grace, SIGKILL, until a look at the system finds none. */
import type { Clock } from '../ports/clock.ts';
import { type Family, findAncestors, findFamily, keyOf } from './family.ts';
import { startTimeOf } from './identity.ts';
import { type ProcessEntry, readProcessTable } from './process-table.ts';

export interface TerminateOptions {
  readonly clock: Clock;
  /** Time between SIGTERM and SIGKILL, in milliseconds. */
  readonly graceMs?: number;
  /** Who is left alone although it belongs to the family. */
  readonly spare?: (entry: ProcessEntry) => boolean;
}

export interface Termination {
  /** How many processes were found. */
  readonly found: number;
  /** Those that even SIGKILL did not end: stuck in the kernel, or not ours to signal. */
  readonly survivors: readonly ProcessEntry[];
}

export const GRACE_MS = 3_000;
/** How long we go on after SIGKILL before we give up on what is stuck in the kernel. */
const GIVE_UP_MS = 10_000;
const FIRST_WAIT_MS = 5;
const LONGEST_WAIT_MS = 200;

/**
 * Ends a family. Resolves when a fresh look finds none of it (or only what cannot be ended).
 * A process of it that starts another while we look is found by the next look: there is always one more.
 */
export async function terminate(
  family: Family,
  { clock, graceMs = GRACE_MS, spare }: TerminateOptions,
): Promise<Termination> {
  const known = new Set<string>();
  const asked = new Set<string>();
  const startedAt = clock.monotonicMs();
  let waitMs = FIRST_WAIT_MS;
  for (;;) {
    const members = await look(family, known, spare);
    const elapsedMs = clock.monotonicMs() - startedAt;
    if (members.length === 0 || elapsedMs > graceMs + GIVE_UP_MS)
      return { found: known.size, survivors: members };
    const graceLeftMs = graceMs - elapsedMs;
    if (graceLeftMs <= 0) signalAll(members, 'SIGKILL');
    else {
      signalAll(
        members.filter((member) => !asked.has(keyOf(member))),
        'SIGTERM',
      );
      for (const member of members) asked.add(keyOf(member));
    }
    await untilGone(members, clock, Math.min(waitMs, Math.max(graceLeftMs, FIRST_WAIT_MS)));
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
  }
}

async function look(
  family: Family,
  known: Set<string>,
  spare: TerminateOptions['spare'],
): Promise<readonly ProcessEntry[]> {
  const table = await readProcessTable(family.root ? { since: family.root.startTime } : {});
  const untouchable = findAncestors(table, process.pid);
  const found = findFamily(table, family, known).filter(({ pid }) => !untouchable.has(pid));
  const members = spare ? found.filter((entry) => !spare(entry)) : found;
  for (const member of members) known.add(keyOf(member));
  return members;
}

function signalAll(members: readonly ProcessEntry[], signal: NodeJS.Signals): void {
  for (const { pid, pgid, startTime } of members) {
    // Looked at again right before the signal: the pid may belong to somebody else by now.
    if (startTimeOf(pid) !== startTime) continue;
    if (pid === pgid) send(-pid, signal);
    send(pid, signal);
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has gone (ESRCH), or it is not ours to signal (EPERM) and is told as a survivor.
  }
}

/** Waits up to `ms`, less when all of them have gone. */
async function untilGone(members: readonly ProcessEntry[], clock: Clock, ms: number): Promise<void> {
  const until = clock.monotonicMs() + ms;
  do {
    await new Promise<void>((resolve) => {
      clock.after(FIRST_WAIT_MS, resolve);
    });
    if (members.every(({ pid, startTime }) => startTimeOf(pid) !== startTime)) return;
  } while (clock.monotonicMs() < until);
}
