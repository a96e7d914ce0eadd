/**
 * The sandbox's own process, one for each session: starts the agent's program inside, is the proxy to the hosts that are
 * allowed, and ends with it. A process, because the library has one configuration and one proxy for the whole process,
 * and takes its signals.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { SandboxManager, type SandboxRuntimeConfig } from '@anthropic-ai/sandbox-runtime';
import { type SandboxedProgram, temporaryFolder } from './sandbox.ts';

const { shell, cwd, home, config } = JSON.parse(process.argv[2] ?? '') as SandboxedProgram;
const temporary = temporaryFolder(home);

/** For the library's sockets: in `home` their paths would be longer than the system allows. */
const sockets = ((): string => {
  const noted = join(home, 'sockets');
  const name = 'tutti-sandbox-';
  try {
    // Of an earlier session of this slot, whose process was killed.
    const left = readlinkSync(noted);
    if (left.startsWith(join(tmpdir(), name))) rmSync(left, { recursive: true, force: true });
  } catch {
    // There was none.
  }
  rmSync(home, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true, mode: 0o700 });
  const made = mkdtempSync(join(tmpdir(), name));
  symlinkSync(made, noted);
  return made;
})();

function cleanUp(): void {
  for (const folder of [sockets, home]) rmSync(folder, { recursive: true, force: true });
}

/** Among the agent's own output, because this line is all that anybody sees of a host that was refused. */
function refuse({ host, port }: { readonly host: string; readonly port: number | undefined }): boolean {
  const place = port === undefined || port === 443 ? host : `${host}:${port}`;
  process.stderr.write(`sandbox: no connection to ${place}: it is not among \`sandbox.domains\`\n`);
  return false;
}

/** As if this were the program itself. */
async function endLike(code: number | null, signal: NodeJS.Signals | null): Promise<void> {
  await SandboxManager.reset().catch(() => {});
  cleanUp();
  const cause = signal ?? signalOf(code);
  if (cause === undefined) process.exit(code ?? 1);
  process.removeAllListeners(cause);
  process.kill(process.pid, cause);
}

/** The death of the program inside is told by a number above 128, as by a shell. */
function signalOf(code: number | null): NodeJS.Signals | undefined {
  const fatal = ['SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGILL', 'SIGKILL', 'SIGSEGV', 'SIGTERM'] as const;
  return fatal.find((name) => code === 128 + constants.signals[name]);
}

/** On a busy machine the library does not wait long enough for a program that it starts. */
async function initialize(): Promise<void> {
  for (let triesLeft = 4; ; triesLeft -= 1) {
    try {
      return await SandboxManager.initialize(config as SandboxRuntimeConfig, async (asked) => refuse(asked));
    } catch (error) {
      if (triesLeft === 0 || !/bridge/i.test((error as Error).message)) throw error;
      await SandboxManager.reset();
    }
  }
}

function refuseToStart(error: Error): void {
  process.stderr.write(`sandbox: ${error.message}\n`);
  cleanUp();
  // As a shell says that a program cannot be run: then the run pauses, because the next attempt would end so, too.
  process.exit(126);
}

/** The environment of the program: what this process has, without what is said to the library alone. */
function environment(): NodeJS.ProcessEnv {
  const { CLAUDE_CODE_TMPDIR: _, ...env } = process.env;
  // Programs that run on Node ask no proxy unless they are told to.
  return { ...env, NODE_USE_ENV_PROXY: '1' };
}

process.env.TMPDIR = sockets;
// What the library gives the program as its TMPDIR.
process.env.CLAUDE_CODE_TMPDIR = temporary;
// In the current folder the library protects what has certain names, and makes an empty file for each that is missing: in
// a worktree those would be committed.
process.chdir(sockets);

let child: ChildProcess | undefined;
// This process has to clean up after the program, so it ends last.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (child) child.kill(signal);
    else void endLike(null, signal);
  });
}

try {
  await initialize();
  const wrapped = await SandboxManager.wrapWithSandbox(shell, 'sh', undefined, undefined, {
    // In the proxy's user name, in base64: of these nine characters nothing has to be escaped in an address.
    commandId: 'tutti-run',
  });
  child = spawn('sh', ['-c', wrapped], { cwd, env: environment(), stdio: 'inherit' });
  child.once('error', refuseToStart);
  child.once('exit', (code, signal) => {
    SandboxManager.cleanupAfterCommand();
    void endLike(code, signal);
  });
} catch (error) {
  refuseToStart(error as Error);
}
