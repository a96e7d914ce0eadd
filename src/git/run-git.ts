/** Runs git with an argument list, bounded output and a quiet environment; knows nothing of what the commands mean. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { Fault } from '../core/fault.ts';
import { MARK, plainMark } from '../process/identity.ts';

export interface GitOptions {
  /** Written to its standard input; nothing is when absent. */
  readonly input?: string;
  /** Exit codes besides 0 that are answers and not errors. */
  readonly allow?: readonly number[];
  /** Bytes of output that are kept (default 64 MiB). */
  readonly maxBytes?: number;
  /** More output than that ends git and is cut off, instead of being an error. */
  readonly truncate?: boolean;
  /** Spares git its index, for a question that is about commits only: in a large repository that is most of the time. */
  readonly withoutIndex?: boolean;
  /** Let the user's hooks run: only for what the user asked for in so many words (`land`). */
  readonly hooks?: boolean;
}

export interface GitOutput {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly truncated: boolean;
}

/** A git command that ended with an exit code nobody expected, or could not be started (`exitCode` null). */
export class GitError extends Error {
  readonly args: readonly string[];
  readonly exitCode: number | null;
  readonly stderr: string;

  constructor(args: readonly string[], exitCode: number | null, stderr: string) {
    super(`git ${args[0] ?? ''} failed (${exitCode ?? 'not started'}): ${stderr.trim() || 'no message'}`);
    this.name = 'GitError';
    this.args = args;
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;
const MAX_STDERR_CHARS = 16 * 1024;
/** To git, an index that is not there is an empty one; here nobody makes a file. */
const NO_INDEX = '/dev/tutti-no-index';

// A commit of the engine's is a snapshot of what an agent left, and its gate is the run's gate: the
// user's pre-commit hook would run a second, unrelated gate on it and could refuse to save work, and a
// post-checkout hook would fire at every switch of a pooled worktree.
const NO_HOOKS = ['-c', 'core.hooksPath=/dev/null'];

const QUIET = [
  // A repack in the background would hold locks and processors while agents work.
  ...['-c', 'gc.auto=0', '-c', 'maintenance.auto=false'],
  // Signing may ask for a passphrase, and nobody is there to type it.
  ...['-c', 'commit.gpgSign=false'],
  ...['-c', 'core.quotePath=false', '-c', 'i18n.commitEncoding=UTF-8', '-c', 'i18n.logOutputEncoding=UTF-8'],
  // Submodules in pooled worktrees would be fetched and checked out at every switch.
  ...['-c', 'submodule.recurse=false'],
];

/** Variables that would point git at another repository, index or moment than the one asked for. */
const INHERITED = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_COMMON_DIR',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_NAMESPACE',
  'GIT_PREFIX',
  'GIT_QUARANTINE_PATH',
  'GIT_INTERNAL_SUPER_PREFIX',
  'GIT_LITERAL_PATHSPECS',
  'GIT_GLOB_PATHSPECS',
  'GIT_NOGLOB_PATHSPECS',
  'GIT_ICASE_PATHSPECS',
  'GIT_REFLOG_ACTION',
  'GIT_EXTERNAL_DIFF',
  'GIT_AUTHOR_DATE',
  'GIT_COMMITTER_DATE',
];

/** Tells from which run the git is that this process starts; agents do not inherit it. */
const GIT_MARK = 'TUTTI_GIT_MARK';

/**
 * From now on every git that this process starts carries the mark: one that outlives the engine can be found by it
 * and must not write beside the next. In the environment, because that is what a process has one of.
 */
export function markGit(mark: string): void {
  process.env[GIT_MARK] = plainMark(mark);
}

/** The environment for git: the user's own without what would redirect it, and without anything that asks or pages. */
export function gitEnvironment(base: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...base };
  for (const name of INHERITED) delete env[name];
  return {
    ...env,
    ...(env[GIT_MARK] === undefined ? {} : { [MARK]: env[GIT_MARK] }),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_PAGER: 'cat',
    GIT_EDITOR: 'true',
    GIT_SEQUENCE_EDITOR: 'true',
  };
}

/**
 * Runs git in a folder.
 * @throws Fault `disk-full` or `repository-damaged` when git says so
 * @throws GitError for any other exit code that is not allowed
 */
export async function runGit(
  cwd: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<GitOutput> {
  const output = await executeWhole(cwd, args, options);
  if (output.truncated && options.truncate) return output;
  if (output.truncated) throw new GitError(args, null, 'more output than can be read');
  if (output.exitCode === 0 || options.allow?.includes(output.exitCode)) return output;
  throw environmentFault(output.stderr) ?? new GitError(args, output.exitCode, output.stderr);
}

/** Runs git and gives its output without the last line break. */
export async function readGit(
  cwd: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<string> {
  return (await runGit(cwd, args, options)).stdout.replace(/\n$/, '');
}

/** Runs it again while it stumbles over a worktree that another git is just making: an agent's, or our own. */
async function executeWhole(cwd: string, args: readonly string[], options: GitOptions): Promise<GitOutput> {
  for (const pause of HALF_MADE_PAUSES_MS) {
    const output = await execute(cwd, args, options);
    if (output.exitCode !== 128 || !HALF_MADE.test(output.stderr)) return output;
    await setTimeout(pause);
  }
  return execute(cwd, args, options);
}

function execute(cwd: string, args: readonly string[], options: GitOptions): Promise<GitOutput> {
  const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
  return new Promise((resolve, reject) => {
    const child = spawn('git', [...(options.hooks ? [] : NO_HOOKS), ...QUIET, ...args], {
      cwd,
      env: options.withoutIndex ? { ...gitEnvironment(), GIT_INDEX_FILE: NO_INDEX } : gitEnvironment(),
      // Ctrl+C goes to everything in the terminal's group: it is meant for the engine, which decides what to do with it.
      detached: true,
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    let stderr = '';
    let truncated = false;
    child.stdout?.on('data', (chunk: Buffer) => {
      if (truncated) return;
      chunks.push(chunk.subarray(0, maxBytes - bytes));
      bytes += chunk.length;
      if (bytes <= maxBytes) return;
      truncated = true;
      child.kill('SIGKILL');
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString('utf8')).slice(-MAX_STDERR_CHARS);
    });
    child.on('error', (error) => reject(notStarted(cwd, args, error)));
    child.on('close', (exitCode, signal) => {
      const stdout = Buffer.concat(chunks).toString('utf8');
      if (exitCode === null && !truncated) reject(new GitError(args, null, `ended by ${signal}\n${stderr}`));
      else resolve({ exitCode: exitCode ?? 0, stdout, stderr, truncated });
    });
    // Git may end before it has read everything; its exit code tells the rest.
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.input);
  });
}

function notStarted(cwd: string, args: readonly string[], error: NodeJS.ErrnoException): Error {
  if (error.code === 'ENOENT' && !existsSync(cwd)) {
    return new GitError(args, null, `the folder ${cwd} does not exist`);
  }
  return environmentFault(error.code ?? '', error) ?? new GitError(args, null, error.message);
}

/** Git makes these files of a worktree empty and fills them then; whoever lists the worktrees in between dies of it. */
const HALF_MADE = /failed to read .*(?:commondir|gitdir|HEAD): Success/;
const HALF_MADE_PAUSES_MS = [10, 50, 200];

const DISK_FULL = /No space left on device|Disk quota exceeded|ENOSPC|EDQUOT/i;
// "bad object" alone is not here: git also says it of an id that a caller made up.
const DAMAGED = new RegExp(
  [
    'object .* is corrupt',
    'object file .* is empty',
    'unable to read (tree|sha1 file|object)',
    'failed to read object',
    'could not read [0-9a-f]{40}',
    'inflate: data stream error',
    'packfile .* (is truncated|is far too short|cannot be accessed|signature mismatch)',
    'pack .* (is truncated|has bad object|not far enough available)',
    'unable to find [0-9a-f]{40}',
    'missing (blob|tree|commit) ',
    'hash mismatch',
  ].join('|'),
  'i',
);

/** The fault behind git's words, if the environment and not the command is to blame. */
export function environmentFault(stderr: string, cause?: unknown): Fault | undefined {
  const line = (pattern: RegExp): string | undefined =>
    stderr
      .split('\n')
      .find((text) => pattern.test(text))
      ?.trim();
  const full = line(DISK_FULL);
  if (full) return new Fault('disk-full', `git: ${full}`, 'Free some disk space, then resume.', { cause });
  const damaged = line(DAMAGED);
  if (!damaged) return undefined;
  const fix = 'Run `git fsck --full` and restore what is missing (from a clone or a remote), then resume.';
  return new Fault('repository-damaged', `git: ${damaged}`, fix, { cause });
}
