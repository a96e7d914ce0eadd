/** One look at all processes of the machine. Decides nothing about them. */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { isExecuting, markIn, readEnvironment, readStat } from './identity.ts';

export interface ProcessEntry {
  readonly pid: number;
  readonly ppid: number;
  readonly pgid: number;
  /** 0 where the system does not tell (macOS). */
  readonly sid: number;
  readonly startTime: string;
  /** The plain mark in its environment, where that can be read. */
  readonly mark?: string;
}

export interface TableOptions {
  /** Linux: marks of processes that started before this start time are not read, which is half of the cost. */
  readonly since?: string;
}

/** Every living process; zombies are left out, and the kernel's own threads may be. */
export async function readProcessTable(options: TableOptions = {}): Promise<readonly ProcessEntry[]> {
  return process.platform === 'linux' ? readFromProc(options) : readFromPs();
}

/** Looks at the list before we take what we have, on a machine where processes end all the time. */
const MOST_LOOKS = 50;

async function readFromProc({ since = '0' }: TableOptions): Promise<readonly ProcessEntry[]> {
  const entries = new Map<string, ProcessEntry>();
  const seen = new Set<string>();
  let again = true;
  for (let looks = 0; again && looks < MOST_LOOKS; looks += 1) {
    again = false;
    for (const name of readdirSync('/proc')) {
      if (seen.has(name) || !isPid(name)) continue;
      const entry = readEntry(Number(name), Number(since));
      if (entry !== 'executing') seen.add(name);
      if (typeof entry === 'object') entries.set(name, entry);
      // Who ended between the list and our look may have started another just before: that one is in the next list.
      else again = true;
      // Thousands of processes take a while: let others have their turn.
      if (seen.size % 256 === 0) await nextTurn();
    }
    // Not a deadline of anything, so not the clock's: whoever executes a program needs a moment of the processor.
    if (again && looks > 0) await pause(1);
  }
  return [...entries.values()];
}

const isPid = (name: string): boolean => /^\d+$/.test(name);

/** `ended`: gone, or a zombie. `executing`: it is becoming another program and cannot be told at this moment. */
function readEntry(pid: number, since: number): ProcessEntry | 'ended' | 'executing' {
  const stat = readStat(pid);
  if (!stat || stat.state === 'Z' || stat.state === 'X') return 'ended';
  const { ppid, pgid, sid, startTime } = stat;
  if (Number(startTime) < since) return { pid, ppid, pgid, sid, startTime };
  const mark = readMark(pid);
  return typeof mark === 'string' ? mark : { pid, ppid, pgid, sid, startTime, ...mark };
}

/** Linux only: what a process has for a mark, or why that cannot be told. */
export function readMark(pid: number): { readonly mark?: string } | 'ended' | 'executing' {
  // An empty one may be that of the program before an exec which ended while we read: so it is read again, and only
  // one that stays empty while no exec is under way was cleared.
  for (let times = 0; times < 3; times += 1) {
    const variables = readEnvironment(pid);
    if (variables === null) return 'ended';
    if (variables === undefined) return {};
    const mark = markIn(variables, '\0');
    if (variables !== '') return mark === undefined ? {} : { mark };
    if (isExecuting(pid)) return 'executing';
  }
  return {};
}

async function readFromPs(): Promise<readonly ProcessEntry[]> {
  const columns = 'pid=,ppid=,pgid=,state=,lstart=,command=';
  const { stdout } = await promisify(execFile)('ps', ['-axww', '-E', '-o', columns], {
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, LC_ALL: 'C' },
  });
  return parsePs(stdout);
}

/** Reads the output of `ps -axww -E -o pid=,ppid=,pgid=,state=,lstart=,command=` (macOS). */
export function parsePs(text: string): readonly ProcessEntry[] {
  const row = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s+(.*)$/;
  return text.split('\n').flatMap((line) => {
    const [, pid, ppid, pgid, state = '', startTime = '', command = ''] = row.exec(line) ?? [];
    if (pid === undefined || state.startsWith('Z')) return [];
    const mark = markIn(command, ' ');
    return {
      pid: Number(pid),
      ppid: Number(ppid),
      pgid: Number(pgid),
      sid: 0,
      startTime: startTime.replace(/\s+/g, ' '),
      ...(mark === undefined ? {} : { mark }),
    };
  });
}
