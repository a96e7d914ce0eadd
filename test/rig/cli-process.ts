/** One run of the built command line as a process of its own: its output, its events, its end. Judges nothing. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repositoryRoot = fileURLToPath(new URL('../..', import.meta.url));
/** Another installation can be put under test, for example what `npm install` of the package made. */
const app = process.env.TUTTI_TEST_APP ?? repositoryRoot;
export const binFile = join(app, 'bin', 'tutti.mjs');
/** The Node that the repository pins; the machine's own may be older. */
export const nodeFile = join(repositoryRoot, 'node_modules', '.bin', 'node');

/** An event of `run --json`, as far as tests look into it. */
export interface SeenEvent {
  readonly type: string;
  readonly seq: number;
  readonly run: string;
  readonly task?: string;
  readonly attempt?: string;
  readonly path?: string;
  readonly commit?: string;
  readonly code?: string;
  readonly reason?: string;
  readonly kind?: string;
  readonly message?: string;
  readonly slots?: number;
  readonly outcome?: string;
  readonly failure?: { readonly reason: string; readonly message: string };
  readonly process?: { readonly pid: number };
  readonly counts?: Readonly<Record<string, number>>;
  readonly [key: string]: unknown;
}

export interface CliResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Lines of standard output that are events. */
  readonly events: readonly SeenEvent[];
}

export interface Cli {
  readonly args: readonly string[];
  readonly pid: number;
  readonly ended: Promise<CliResult>;
  isRunning(): boolean;
  soFar(): CliResult;
  /** The first event that fits, seen already or still to come. @throws when the process ends before */
  event(fits: (event: SeenEvent) => boolean): Promise<SeenEvent>;
  /** The first event of this type, of this task when one is given. */
  eventOf(type: string, task?: string): Promise<SeenEvent>;
  /** Resolves when that many events have been seen; also when the process has ended before. */
  eventCount(count: number): Promise<void>;
  /** Resolves when standard error contains the text. */
  remark(text: string): Promise<void>;
  /** Resolves when standard output contains the text. */
  line(text: string): Promise<void>;
  signal(name: NodeJS.Signals): void;
}

export interface CliOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** @throws when `npm run build` has not been run */
export function startCli(args: readonly string[], { cwd, env }: CliOptions): Cli {
  if (!existsSync(join(app, 'dist', 'main.js')))
    throw new Error('There is no dist/: run `npm run build` before the end-to-end tests (`npm test` does).');
  const child = spawn(nodeFile, [binFile, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  return watchChild(child, args);
}

/** The command line started by a shell, which can limit it first: `text` ends in `exec "$0" "$@"`. */
export function startCliByShell(text: string, args: readonly string[], { cwd, env }: CliOptions): Cli {
  const given = ['-c', text, nodeFile, binFile, ...args];
  return watchChild(spawn('sh', given, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] }), args);
}

function watchChild(child: ChildProcess, args: readonly string[]): Cli {
  const output = { stdout: '', stderr: '', unread: '' };
  const events: SeenEvent[] = [];
  const waiting = new Set<() => void>();
  let exit: { code: number | null; signal: NodeJS.Signals | null } | undefined;
  const wakeAll = (): void => {
    for (const wake of [...waiting]) wake();
  };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
    output.unread += text;
    const lines = output.unread.split('\n');
    output.unread = lines.pop() ?? '';
    events.push(...lines.flatMap(readEvent));
    wakeAll();
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
    wakeAll();
  });
  const soFar = (): CliResult => ({
    code: exit?.code ?? null,
    signal: exit?.signal ?? null,
    stdout: output.stdout,
    stderr: output.stderr,
    events,
  });
  const ended = new Promise<CliResult>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      exit = { code, signal };
      wakeAll();
      resolve(soFar());
    });
  });
  /** Looks again whenever something has come; undefined when the process has ended without it. */
  const wait = <T>(look: () => T | undefined): Promise<T | undefined> =>
    new Promise((resolve) => {
      const wake = (): void => {
        const found = look();
        if (found === undefined && exit === undefined) return;
        waiting.delete(wake);
        resolve(found);
      };
      waiting.add(wake);
      wake();
    });
  const event: Cli['event'] = async (fits) => {
    const found = await wait(() => events.find(fits));
    if (found) return found;
    throw new Error(`tutti ${args.join(' ')} ended without that event\n${describeResult(soFar())}`);
  };
  const says = async (stream: 'stdout' | 'stderr', text: string): Promise<void> => {
    if (await wait(() => output[stream].includes(text) || undefined)) return;
    throw new Error(`tutti ${args.join(' ')} never said "${text}"\n${describeResult(soFar())}`);
  };
  return {
    args,
    pid: child.pid ?? 0,
    ended,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    soFar,
    event,
    eventOf: (type, task) =>
      event((seen) => seen.type === type && (task === undefined || seen.task === task)),
    async eventCount(count) {
      await wait(() => (events.length >= count ? true : undefined));
    },
    remark: (text) => says('stderr', text),
    line: (text) => says('stdout', text),
    signal: (name) => void child.kill(name),
  };
}

function readEvent(line: string): SeenEvent[] {
  if (!line.startsWith('{"schemaVersion":1,"seq":')) return [];
  return [JSON.parse(line) as SeenEvent];
}

/** For the message of a failed test. */
export function describeResult({ code, signal, stdout, stderr }: CliResult): string {
  const end = (text: string): string => text.split('\n').slice(-25).join('\n');
  return `code ${code}, signal ${signal}\n--- stderr\n${end(stderr)}\n--- stdout\n${end(stdout)}`;
}
