/** Starts the engine of a run as a process of its own: it goes on when this terminal, or what shows it there, is gone. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Home } from '../compose.ts';
import type { RunId } from '../core/plan.ts';
import { exitCode } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

const LOOK_EVERY_MS = 20;
/** Before its last words an engine may have told a whole run. */
const MOST_LINES = 40;

/** In the environment of an engine that was launched so: its run. Nobody sees what it prints. */
export const LAUNCHED = 'TUTTI_LAUNCHED';

export interface LaunchedEngine {
  readonly pid: number | undefined;
  readonly logFile: string;
  /** With which code it ended; null when a signal has ended it. */
  readonly exit: Promise<number | null>;
  /** Resolves when it can be talked to; with false when it ended before. */
  readonly ready: Promise<boolean>;
  /** What it has printed last. */
  printed(): string;
  /** Passes a signal on to it: before it is at work that ends it, then the first drains and the second stops. */
  terminate(): void;
  /** Lets this process end without it. */
  letGo(): void;
}

/** @param run is in its journal already @param words what `resume` is told */
export function launchEngine(
  home: Home,
  terminal: Terminal,
  run: RunId,
  words: readonly string[],
): LaunchedEngine {
  const logFile = join(home.folder.logsOf(run), 'engine.log');
  const log = openSync(logFile, 'a', 0o600);
  // An earlier engine of this run may have printed there, too.
  const before = fstatSync(log).size;
  const [program = '', script = ''] = process.argv;
  const child = spawn(program, [...process.execArgv, script, 'resume', ...words], {
    cwd: terminal.cwd,
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...terminal.env, [LAUNCHED]: run },
  });
  closeSync(log);
  const exit = exitOf(child);
  return {
    pid: child.pid,
    logFile,
    exit,
    ready: isReady(home, child, exit),
    printed: () => lastLines(readFileSync(logFile).subarray(before).toString('utf8').trimEnd()),
    terminate: () => void child.kill('SIGTERM'),
    letGo: () => child.unref(),
  };
}

const lastLines = (text: string): string => text.split('\n').slice(-MOST_LINES).join('\n');

async function exitOf(child: ChildProcess): Promise<number | null> {
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.once('error', () => resolve(exitCode.internal));
  child.once('exit', (code) => resolve(code));
  return promise;
}

/** The engine has its socket a little later than the lock that names it. */
async function isReady(home: Home, child: ChildProcess, exit: Promise<number | null>): Promise<boolean> {
  let hasEnded = false;
  void exit.then(() => {
    hasEnded = true;
  });
  while (!hasEnded) {
    const owner = await home.owner();
    const client = owner?.pid === child.pid ? await home.engine() : undefined;
    client?.close();
    if (client !== undefined) return true;
    await delay(LOOK_EVERY_MS);
  }
  return false;
}

/** `--detach`: starts the engine, says where it is, and comes back. @returns the exit code */
export async function detachEngine(
  home: Home,
  terminal: Terminal,
  run: RunId,
  words: readonly string[],
): Promise<number> {
  const engine = launchEngine(home, terminal, run, words);
  if (!(await engine.ready)) {
    const code = await engine.exit;
    terminal.remark(engine.printed());
    return code ?? exitCode.internal;
  }
  engine.letGo();
  terminal.print(
    `run ${run} goes on without this terminal (process ${engine.pid}, log ${engine.logFile}); see \`tutti watch\``,
  );
  return exitCode.allDone;
}
