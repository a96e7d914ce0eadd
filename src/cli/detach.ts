/** `--detach`: the same command again as a process of its own, which goes on when this terminal is closed. */
import { spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Home } from '../compose.ts';
import type { RunId } from '../core/plan.ts';
import { exitCode } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

const LOOK_EVERY_MS = 100;

/** In the environment of a detached engine: the run that has been announced. */
export const DETACHED = 'TUTTI_DETACHED';

/** Starts the engine of a run and waits until it has the repository, or has died. */
export async function detachEngine(home: Home, terminal: Terminal, run: RunId): Promise<number> {
  const logFile = join(home.folder.logsOf(run), 'engine.log');
  const log = openSync(logFile, 'a', 0o600);
  const [program = '', ...args] = process.argv.filter((arg) => arg !== '--detach');
  const child = spawn(
    program,
    [...args, ...(args.includes('run') && !args.includes('--yes') ? ['--yes'] : [])],
    {
      cwd: terminal.cwd,
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...terminal.env, [DETACHED]: run },
    },
  );
  let code: number | null | undefined;
  child.on('exit', (exit) => {
    code = exit;
  });
  for (;;) {
    const owner = await home.owner();
    if (owner !== undefined && owner.pid === child.pid) {
      child.unref();
      terminal.print(
        `run ${run} goes on without this terminal (process ${owner.pid}, log ${logFile}); see \`tutti status\``,
      );
      return exitCode.allDone;
    }
    if (code !== undefined) {
      terminal.remark(readFileSync(logFile, 'utf8').trimEnd());
      return code ?? exitCode.internal;
    }
    await delay(LOOK_EVERY_MS);
  }
}
