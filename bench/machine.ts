/** What the figures were measured on. Only looks; names no user, host or path. */
import { execFileSync } from 'node:child_process';
import { readFileSync, statfsSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, tmpdir, totalmem, type } from 'node:os';

export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  readonly git: string;
  readonly fileSystem: string;
  /** Processes that wanted to run during the last minute, before anything was measured: ours are not among them. */
  readonly load: number;
}

/** Magic numbers of Linux's file systems (statfs(2)). */
const fileSystems: Readonly<Record<number, string>> = {
  61267: 'ext4',
  16914836: 'tmpfs',
  2035054128: 'overlayfs',
  2435016766: 'btrfs',
  1481003842: 'xfs',
};

export function describeMachine(): Machine {
  const { type: magic } = statfsSync(tmpdir());
  return {
    cores: availableParallelism(),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    git: execFileSync('git', ['--version'], { encoding: 'utf8' }).trim().replace('git version ', ''),
    fileSystem: fileSystems[magic] ?? `0x${magic.toString(16)}`,
    load: loadavg()[0] ?? 0,
  };
}

/** Processor time that others used since the counter was made, as a part of all there was; null where it is not told. */
export function watchOthers(): () => number | null {
  const start = readProcessorTime();
  return () => {
    const end = readProcessorTime();
    if (!start || !end) return null;
    const own = process.cpuUsage();
    return (end.busy - start.busy - (own.user + own.system) / 1e6) / (end.total - start.total);
  };
}

function readProcessorTime(): { readonly busy: number; readonly total: number } | null {
  try {
    const line = readFileSync('/proc/stat', 'latin1').split('\n')[0] ?? '';
    const ticks = line.trim().split(/\s+/).slice(1, 9).map(Number);
    const total = ticks.reduce((sum, part) => sum + part, 0);
    const idle = (ticks[3] ?? 0) + (ticks[4] ?? 0);
    return { busy: (total - idle) / 100, total: total / 100 };
  } catch {
    return null;
  }
}
