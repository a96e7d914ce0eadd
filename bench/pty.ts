/** A program on a terminal of its own, made by script(1) of util-linux: what it paints and when, keys, and the processor time it uses. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type { Scratch } from './scratch.ts';

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

export interface PtyProgram {
  /** Everything that came to the terminal from here on, until the result is called. */
  listen(heard: (text: string) => void): () => void;
  type(keys: string): void;
  /** Resolves when the terminal has been sent something like this, with the milliseconds from now on. @throws when `PATIENCE_MS` pass first */
  sees(pattern: RegExp): Promise<number>;
  /** Processor time that the program has used so far, without its children, in milliseconds. */
  processorMs(): number;
  /** Resolves with its exit code. */
  readonly exit: Promise<number | null>;
}

const PATIENCE_MS = 30_000;
/** USER_HZ of Linux. */
const TICK_MS = 10;

export async function openPty(
  scratch: Scratch,
  { columns, rows }: TerminalSize,
  argv: readonly string[],
): Promise<PtyProgram> {
  // The shell becomes the program, so that its process id is the program's.
  const words = argv.map((word) => `'${word}'`).join(' ');
  const shell = `echo "pid=$$."; stty rows ${rows} cols ${columns}; exec ${words}`;
  const child: ChildProcess = spawn('script', ['-qefc', shell, '/dev/null'], {
    cwd: scratch.repository,
    env: { ...scratch.env, SHELL: '/bin/sh', TERM: 'xterm-256color' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const listeners = new Set<(text: string) => void>();
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    for (const heard of listeners) heard(text);
  });
  const listen = (heard: (text: string) => void): (() => void) => {
    listeners.add(heard);
    return () => void listeners.delete(heard);
  };
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const matches = (pattern: RegExp): Promise<RegExpExecArray> => {
    const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>();
    let seen = '';
    const timer = setTimeout(() => reject(new Error(`never painted: ${pattern}`)), PATIENCE_MS);
    const stop = listen((text) => {
      seen += text;
      const match = pattern.exec(seen);
      if (match) resolve(match);
    });
    return promise.finally(() => {
      clearTimeout(timer);
      stop();
    });
  };
  const [, pid] = await matches(/pid=(\d+)\./);
  return {
    listen,
    type: (keys) => void child.stdin?.write(keys),
    async sees(pattern) {
      const start = performance.now();
      await matches(pattern);
      return performance.now() - start;
    },
    processorMs() {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
    },
    exit,
  };
}
