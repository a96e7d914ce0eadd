/** Starts one program in a session of its own and passes its output on. Does not decide when it has to end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import type { ProcessIdentity } from '../core/event.ts';
import { identify, MARK, plainMark } from './identity.ts';
import { splitLines } from './lines.ts';
import { outputLog, outputTail } from './output.ts';

/** A list of arguments, or text of the user's own for `sh -c`. */
export type Program = { readonly argv: readonly string[] } | { readonly shell: string };

export interface SpawnRequest {
  readonly program: Program;
  readonly cwd: string;
  /** Its whole environment; also where argv[0] is looked for (PATH). */
  readonly env: Readonly<Record<string, string>>;
  /**
   * Text for its standard input, a file that becomes it (cheaper), or a pipe that is written to while it runs. Nothing
   * by default.
   */
  readonly stdin?: string | { readonly file: string } | { readonly pipe: true };
  /** Where its raw output is appended. */
  readonly logFile?: string;
  /** The size limit in bytes of the log and the older one beside it (default 64 MB). */
  readonly logLimitBytes?: number;
  /** How much of the end of its output is kept in memory (default 16 KB). */
  readonly tailBytes?: number;
  /** Whether its listener wants lines. */
  readonly lines: boolean;
  /** Of a longer line only the beginning is passed on (default 16 KB). */
  readonly lineBytes?: number;
  /** Put into its environment as TUTTI_MARK; all it starts is known by it. */
  readonly mark: string;
}

/** How a program ended by itself or by a signal: one of the two is null. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What happens to a started program; `exit` and `close` are told once, in this order. */
export interface ProgramListener {
  /**
   * Something was written: its clean lines, none when nobody asked for them. The program's output is read on when
   * what this gives has resolved.
   */
  readonly output: (lines: readonly string[]) => Promise<void> | undefined;
  /** The program itself has ended; others may still hold its output. */
  readonly exit: (exit: Exit) => void;
  /** It has ended and all its output has been passed on; `tail` is the end of it, clean and bounded. */
  readonly close: (tail: string) => void;
  /** Nobody can tell how it ends any more, it may go on running; `close` has followed already. */
  readonly lost: () => void;
}

/** The standard input of a program that was started with a pipe; of any other nobody reads what is written. */
export interface ProgramInput {
  write(text: string): void;
  /** Nothing more comes. */
  end(): void;
}

export interface StartedProgram {
  readonly process: ProcessIdentity;
  readonly input: ProgramInput;
  /** Stops reading its output; `close` follows. For output that a stranger holds open. */
  release(): void;
}

/**
 * Starts a program as leader of a new session and process group.
 * @throws StartError when it cannot be started; then the listener hears nothing.
 */
export type StartProgram = (request: SpawnRequest, listener: ProgramListener) => Promise<StartedProgram>;

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

/** Starts it as a child of this process. */
export const startProgram: StartProgram = async (request, listener) => {
  const child = spawnChild(request);
  const { pid } = child;
  if (pid === undefined) throw await startError(child, request);
  // At once: a child that has ended is reaped in the next turn, and nobody could tell its start time then.
  const identity = identify(pid, request.mark);
  feed(child, request);
  const finish = collect(child, request, listener);
  let isOpen = true;
  const close = (): void => {
    if (isOpen) listener.close(finish());
    isOpen = false;
  };
  child.once('exit', (code, signal) => listener.exit({ code, signal }));
  child.once('close', close);
  return {
    process: identity,
    input: {
      write: (text) => void child.stdin?.write(text),
      end: () => void child.stdin?.end(),
    },
    release() {
      child.stdin?.destroy();
      child.stdout?.destroy();
      child.stderr?.destroy();
      // The child's own `close` waits for its exit, which may never come.
      close();
    },
  };
};

function spawnChild({ program, cwd, env: own, mark, stdin }: SpawnRequest): ChildProcess {
  const env = { ...own, [MARK]: plainMark(mark) };
  const [file = '', ...args] = 'shell' in program ? ['sh', '-c', program.shell] : program.argv;
  const source = typeof stdin === 'object' && 'file' in stdin ? openInput(stdin.file) : undefined;
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
  // A program need not read what it is given: a closed pipe is its own affair.
  child.stdin?.on('error', () => {});
  if (typeof stdin === 'string') child.stdin?.end(stdin);
}

/** Passes output on. What it gives does so with last lines that have no line break, and gives the end of all output. */
function collect(child: ChildProcess, request: SpawnRequest, listener: ProgramListener): () => string {
  const { logFile, logLimitBytes = LOG_LIMIT_BYTES, tailBytes = TAIL_BYTES } = request;
  const log = logFile === undefined ? undefined : outputLog(logFile, logLimitBytes);
  const tail = outputTail(tailBytes);
  const endings: (() => void)[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    const lines: string[] = [];
    const splitter = request.lines ? splitLines((line) => lines.push(line), request.lineBytes) : undefined;
    stream?.on('data', (chunk: Buffer) => {
      log?.write(chunk);
      tail.write(chunk);
      splitter?.write(chunk);
      const taken = listener.output(lines.splice(0));
      if (taken === undefined) return;
      stream.pause();
      void taken.then(() => stream.resume());
    });
    stream?.on('error', () => {});
    // Not at the stream's own `close`: the child's is told before that when the program has ended first.
    endings.push(() => {
      splitter?.end();
      if (lines.length > 0) void listener.output(lines.splice(0));
    });
  }
  if (log) child.once('close', log.close);
  return () => {
    for (const end of endings) end();
    return tail.text();
  };
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
