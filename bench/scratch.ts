/** A temporary folder with a home, a state folder and a repository of its own, and programs run in it as whole processes. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

export interface Scratch {
  readonly folder: string;
  /** A repository with one commit. */
  readonly repository: string;
  /** An environment without the user's own settings. */
  readonly env: Readonly<Record<string, string>>;
  file(name: string): string;
  write(name: string, text: string): string;
  remove(): void;
}

/** The `bin` that is measured: this checkout's build, or the one that TUTTI_BENCH_BIN names. */
export const tuttiBin =
  process.env.TUTTI_BENCH_BIN ?? fileURLToPath(new URL('../bin/tutti.mjs', import.meta.url));

/** Makes the folder; to be removed by whoever asked for it. */
export async function makeScratch(): Promise<Scratch> {
  const folder = mkdtempSync(join(tmpdir(), 'tutti-bench-'));
  const repository = join(folder, 'repository');
  mkdirSync(join(folder, 'home'));
  mkdirSync(repository);
  const scratch: Scratch = {
    folder,
    repository,
    env: environmentOf(folder),
    file: (name) => join(folder, name),
    write(name, text) {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    },
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
  await git(scratch, 'init', '-q', '-b', 'main');
  await git(scratch, 'commit', '-q', '--allow-empty', '-m', 'Start');
  return scratch;
}

/** Gives `work` a scratch folder and removes it afterwards. */
export async function inScratch<Result>(work: (scratch: Scratch) => Promise<Result>): Promise<Result> {
  const scratch = await makeScratch();
  try {
    return await work(scratch);
  } finally {
    scratch.remove();
  }
}

function environmentOf(folder: string): Record<string, string> {
  const name = { GIT_AUTHOR_NAME: 'Bench', GIT_AUTHOR_EMAIL: 'bench@example.com' };
  return {
    PATH: process.env.PATH ?? '',
    HOME: join(folder, 'home'),
    XDG_STATE_HOME: join(folder, 'state'),
    GIT_CONFIG_NOSYSTEM: '1',
    ...name,
    GIT_COMMITTER_NAME: name.GIT_AUTHOR_NAME,
    GIT_COMMITTER_EMAIL: name.GIT_AUTHOR_EMAIL,
  };
}

/**
 * Runs a program from start to exit; gives its time in milliseconds. Output goes to a file: a pipe would have us
 * compete for the processors.
 * @throws Error with the end of its output when it does not exit with 0
 */
export async function runProgram(scratch: Scratch, argv: readonly string[]): Promise<number> {
  const [program = '', ...args] = argv;
  const output = scratch.file('output.txt');
  const descriptor = openSync(output, 'w');
  const start = performance.now();
  const child = spawn(program, args, {
    cwd: scratch.repository,
    env: scratch.env,
    stdio: ['ignore', descriptor, descriptor],
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  const elapsed = performance.now() - start;
  closeSync(descriptor);
  if (code === 0) return elapsed;
  const tail = readFileSync(output, 'utf8').trim().split('\n').slice(-10).join('\n');
  throw new Error(`${argv.join(' ').slice(0, 200)} ended with ${code}:\n${tail}`);
}

/** Runs the command line as a user would. */
export const runTutti = (scratch: Scratch, ...args: readonly string[]): Promise<number> =>
  runProgram(scratch, [process.execPath, tuttiBin, ...args]);

/** Runs a program of ours beside this file, with this Node. */
export const runPeer = (scratch: Scratch, file: string, ...args: readonly string[]): Promise<number> =>
  runProgram(scratch, [process.execPath, fileURLToPath(new URL(file, import.meta.url)), ...args]);

export const git = (scratch: Scratch, ...args: readonly string[]): Promise<number> =>
  runProgram(scratch, ['git', '-C', scratch.repository, ...args]);
