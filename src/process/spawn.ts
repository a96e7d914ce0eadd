/** Starts one program in a session of its own and passes its output on. Does not decide when it has to end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { splitLines } from './lines.ts';
import { outputLog, outputTail } from './output.ts';

/** A list of arguments, or text of the user's own for `sh -c`. */
export type Program = { readonly argv: readonly string[] } | { readonly shell: string };

export interface SpawnRequest {
  readonly program: Program;
  readonly cwd: string;
  /** Its whole environment; also where argv[0] is looked for (PATH). */
  readonly env: Readonly<Record<string, string>>;
  /** Text for its standard input, or a file that becomes it (cheaper). Nothing by default. */
  readonly stdin?: string | { readonly file: string };
  /** Where its raw output is appended. */
  readonly logFile?: string;
  /** The log's size limit in bytes (default 64 MB). */
  readonly logLimitBytes?: number;
  /** How much of the end of its output is kept in memory (default 16 KB). */
  readonly tailBytes?: number;
  /** Called with each clean line of stdout and stderr. */
  readonly onLine?: (line: string) => void;
}

/** How a program ended by itself or by a signal: one of the two is null. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What happens to a started program; each but `output` is called once. */
export interface ProgramListener {
  /** Something was written. */
  readonly output: () => void;
  /** The program itself has ended; others may still hold its output. */
  readonly exit: (exit: Exit) => void;
  /** It has ended and all its output has been passed on. */
  readonly close: () => void;
}

export interface StartedProgram {
  readonly pid: number;
  /** The end of its output so far, clean and bounded. */
  tail(): string;
  /** Stops reading its output; `close` follows. For output that a stranger holds open. */
  release(): void;
}

export type StartErrorCode = 'not-found' | 'not-executable' | 'no-folder' | 'no-resources' | 'other';

/** A program could not be started at all. */
export class StartError extends Error {
  readonly code: StartErrorCode;

  constructor(code: StartErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'StartError';
    this.code = code;
  }
}

const LOG_LIMIT_BYTES = 64 * 1024 * 1024;
const TAIL_BYTES = 16 * 1024;

/**
 * Starts a program as leader of a new session and process group.
 * @throws StartError when it cannot be started; then the listener hears nothing.
 */
export async function startProgram(
  request: SpawnRequest,
  listener: ProgramListener,
): Promise<StartedProgram> {
  const child = spawnChild(request);
  const { pid } = child;
  if (pid === undefined) throw await startError(child, request);
  feed(child, request);
  const tail = collect(child, request, listener);
  child.once('exit', (code, signal) => listener.exit({ code, signal }));
  child.once('close', listener.close);
  return {
    pid,
    tail,
    release() {
      child.stdin?.destroy();
      child.stdout?.destroy();
      child.stderr?.destroy();
    },
  };
}

function spawnChild({ program, cwd, env, stdin }: SpawnRequest): ChildProcess {
  const [file = '', ...args] = 'shell' in program ? ['sh', '-c', program.shell] : program.argv;
  const source = typeof stdin === 'object' ? openInput(stdin.file) : undefined;
  const input = source ?? (stdin === undefined ? 'ignore' : 'pipe');
  try {
    return spawn(file, args, { cwd, env, detached: true, stdio: [input, 'pipe', 'pipe'] });
  } catch (error) {
    throw describeStartError(error, file, cwd);
  } finally {
    if (source !== undefined) closeSync(source);
  }
}

function openInput(file: string): number {
  try {
    return openSync(file, 'r');
  } catch (cause) {
    throw new StartError('other', `cannot read ${file}, the program's input`, { cause });
  }
}

function feed(child: ChildProcess, { stdin }: SpawnRequest): void {
  if (typeof stdin !== 'string' || !child.stdin) return;
  // A program need not read what it is given: a closed pipe is its own affair.
  child.stdin.on('error', () => {});
  child.stdin.end(stdin);
}

function collect(child: ChildProcess, request: SpawnRequest, listener: ProgramListener): () => string {
  const { logFile, logLimitBytes = LOG_LIMIT_BYTES, tailBytes = TAIL_BYTES, onLine } = request;
  const log = logFile === undefined ? undefined : outputLog(logFile, logLimitBytes);
  const tail = outputTail(tailBytes);
  for (const stream of [child.stdout, child.stderr]) {
    const lines = onLine && splitLines(onLine);
    stream?.on('data', (chunk: Buffer) => {
      log?.write(chunk);
      tail.write(chunk);
      listener.output();
      lines?.write(chunk);
    });
    stream?.on('error', () => {});
    if (lines) stream?.once('close', lines.end);
  }
  if (log) child.once('close', log.close);
  return tail.text;
}

async function startError(child: ChildProcess, { cwd }: SpawnRequest): Promise<StartError> {
  const cause = await new Promise<unknown>((resolve) => child.once('error', resolve));
  return describeStartError(cause, child.spawnfile, cwd);
}

function describeStartError(cause: unknown, file: string, cwd: string): StartError {
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  const make = (kind: StartErrorCode, message: string) => new StartError(kind, message, { cause });
  switch (code) {
    // The system says ENOENT for a missing folder as well as for a missing program.
    case 'ENOENT':
      return existsSync(cwd)
        ? make('not-found', `program not found: ${file}`)
        : make('no-folder', `folder not found: ${cwd}`);
    case 'ENOTDIR':
      return make('no-folder', `not a folder: ${cwd}`);
    case 'EACCES':
      return make('not-executable', `not allowed to execute ${file} in ${cwd}`);
    case 'EAGAIN':
    case 'EMFILE':
    case 'ENFILE':
    case 'ENOMEM':
    case 'E2BIG':
      return make('no-resources', `no resources to start ${file} (${code})`);
    default:
      return make('other', `cannot start ${file}: ${(cause as Error).message}`);
  }
}
