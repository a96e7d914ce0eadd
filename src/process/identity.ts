/** Tells one process from every other that ever had its pid. Lists nothing and signals nobody. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { ProcessIdentity } from '../core/event.ts';

/** The environment variable that every process of an attempt inherits. */
export const MARK = 'TUTTI_MARK';

const onLinux = process.platform === 'linux';
let knownBootId: string | undefined;

/** A mark as it stands in the environment: without what divides variables, in `ps` also spaces. No two become one. */
export const plainMark = (mark: string): string =>
  mark.toWellFormed().replace(/[\s\0%]/g, encodeURIComponent);

/** This boot of the machine; pids of an earlier one mean nothing. */
export function bootId(): string {
  knownBootId ??= onLinux
    ? readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    : ask('sysctl', ['-n', 'kern.bootsessionuuid']);
  return knownBootId;
}

/** When a living process started, in the system's own units; undefined when there is none (a zombie is none). */
export function startTimeOf(pid: number): string | undefined {
  if (!onLinux) return ask('ps', ['-o', 'lstart=', '-p', String(pid)]).replace(/\s+/g, ' ') || undefined;
  const stat = readStat(pid);
  return stat && stat.state !== 'Z' ? stat.startTime : undefined;
}

/** The plain mark in a process's environment; undefined when it has none or is not ours to read. */
export function markOf(pid: number): string | undefined {
  const variables = onLinux ? readEnvironment(pid) : ask('ps', ['-Eww', '-o', 'command=', '-p', String(pid)]);
  return typeof variables !== 'string' ? undefined : markIn(variables, onLinux ? '\0' : ' ');
}

/** The identity of a child of ours that was started with `mark`; it may have ended but must not be reaped yet. */
export function identify(pid: number, mark: string): ProcessIdentity {
  const startTime = onLinux ? readStat(pid)?.startTime : startTimeOf(pid);
  return { pid, startTime: startTime ?? '', bootId: bootId(), mark };
}

/**
 * Whether this very process still runs: same boot, pid, start time and mark. A process that has cleared its
 * environment is believed by the others.
 */
export function isAlive(identity: ProcessIdentity): boolean {
  if (identity.bootId !== bootId() || startTimeOf(identity.pid) !== identity.startTime) return false;
  const mark = markOf(identity.pid);
  return mark === undefined || mark === plainMark(identity.mark);
}

/** The mark among variables that `separator` divides. */
export function markIn(variables: string, separator: string): string | undefined {
  const key = `${separator}${MARK}=`;
  const text = separator + variables;
  const at = text.indexOf(key);
  if (at === -1) return undefined;
  const end = text.indexOf(separator, at + key.length);
  return text.slice(at + key.length, end === -1 ? undefined : end);
}

/** What Linux tells of a process in one line. */
export interface ProcessStat {
  readonly pid: number;
  readonly state: string;
  readonly ppid: number;
  readonly pgid: number;
  readonly sid: number;
  readonly startTime: string;
}

/** Linux only: reads /proc/PID/stat; undefined when the process has gone. */
export function readStat(pid: number): ProcessStat | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined;
  }
}

/** The program's name stands in brackets and may contain anything, also brackets: fields count from the last `)`. */
export function parseStat(text: string): ProcessStat {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ', 20);
  const [state = '', ppid, pgid, sid] = fields;
  return {
    pid: Number.parseInt(text, 10),
    state,
    ppid: Number(ppid),
    pgid: Number(pgid),
    sid: Number(sid),
    startTime: fields[19] ?? '',
  };
}

/** Linux only: variables divided by NUL; undefined when they are not ours to read, null when the process has gone. */
export function readEnvironment(pid: number): string | undefined | null {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EACCES' || code === 'EPERM' ? undefined : null;
  }
}

/** Flag of the kernel's own threads, which never have an environment. */
const KERNEL_THREAD = 0x0020_0000;

/**
 * Linux only: whether a process whose environment reads as empty is in the middle of an exec. It has got its new
 * memory then, but not yet its variables there; one that has cleared them has an address for none.
 */
export function isExecuting(pid: number): boolean {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [flags, environmentEnd] = [Number(fields[6]), Number(fields[48])];
    return environmentEnd === 0 && (flags & KERNEL_THREAD) === 0;
  } catch {
    return false;
  }
}

function ask(program: string, args: readonly string[]): string {
  const { stdout } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
  });
  return (stdout ?? '').trim();
}
