/** Where a repository's state lives outside every checkout, and the paths in it. Opens none of the files. */
import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { Fault } from '../core/fault.ts';
import type { AttemptId, RunId } from '../core/plan.ts';
import { claimPrivateFolder, ensurePrivateFolder } from './private-folder.ts';

/** Paths of one repository's state; the folders exist, private to the user (0700). */
export interface StateFolder {
  readonly repository: string;
  readonly path: string;
  readonly journalFile: string;
  readonly lockFile: string;
  readonly worktrees: string;
  /** Short enough for a Unix socket; its folder is private. */
  readonly socketFile: string;
  /** `logs/<run>/<attempt>.log`; its folder is created. */
  logFile(run: RunId, attempt: AttemptId): string;
  /** The folder of a run's logs. */
  logsOf(run: RunId): string;
  /** The folder of a run's prompts. */
  promptsOf(run: RunId): string;
  /** Where agents in a slot keep what is their own; not made. */
  agentFolder(slot: number): string;
}

export interface StateFolderOptions {
  /** Git's common folder of the repository. */
  readonly commonFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder for all repositories, when the configuration names one; TUTTI_STATE_DIR goes before it. */
  readonly stateDir?: string | undefined;
  /** Folder for worktrees, when the configuration names one. */
  readonly worktrees?: string | undefined;
}

// macOS allows 104 bytes with the closing zero, Linux 108.
const longestSocketPath = 100;

/** The repository's id: a hash of the real path of git's common folder, so that every worktree of it agrees. */
export function repositoryId(commonFolder: string): string {
  return createHash('sha256').update(realpathSync(commonFolder)).digest('hex').slice(0, 16);
}

/** The folder that holds the state of all repositories. */
export function stateRoot(options: Pick<StateFolderOptions, 'env' | 'stateDir'>): string {
  const configured = options.env.TUTTI_STATE_DIR || options.stateDir;
  if (configured) return resolve(configured);
  const xdg = options.env.XDG_STATE_HOME;
  // The XDG specification tells us to ignore a relative path.
  const home = xdg && isAbsolute(xdg) ? xdg : join(options.env.HOME || homedir(), '.local', 'state');
  return join(home, 'tutti');
}

/** Where the journal of a repository is, or would be. Creates nothing. */
export const journalFile = (options: StateFolderOptions): string =>
  join(stateRoot(options), repositoryId(options.commonFolder), 'journal.db');

/**
 * Creates what is missing of a repository's state folder.
 * @throws Fault `workspace-unavailable` when the folder cannot be made, or no private place for the socket exists
 */
export function openStateFolder(options: StateFolderOptions): StateFolder {
  const repository = repositoryId(options.commonFolder);
  const path = join(stateRoot(options), repository);
  const worktrees = options.worktrees
    ? join(resolve(options.worktrees), repository)
    : join(path, 'worktrees');
  try {
    for (const folder of [path, worktrees]) ensurePrivateFolder(folder);
  } catch (error) {
    throw new Fault(
      'workspace-unavailable',
      `the state folder ${path} cannot be created: ${(error as Error).message}`,
      'make it writable, or choose another place with TUTTI_STATE_DIR',
      { cause: error },
    );
  }
  const made = new Set<string>();
  const inFolder = (kind: string, run: RunId): string => {
    const folder = join(path, kind, safeFileName(run));
    if (!made.has(folder)) mkdirSync(folder, { recursive: true, mode: 0o700 });
    made.add(folder);
    return folder;
  };
  return {
    repository,
    path,
    journalFile: join(path, 'journal.db'),
    lockFile: join(path, 'lock.db'),
    worktrees,
    socketFile: socketPath(path),
    logsOf: (run) => inFolder('logs', run),
    logFile: (run, attempt) => join(inFolder('logs', run), `${safeFileName(attempt)}.log`),
    promptsOf: (run) => inFolder('prompts', run),
    agentFolder: (slot) => join(path, 'agents', `slot-${slot}`),
  };
}

/** A file name for any text: itself when it is harmless, else what is harmless of it and a hash. */
export function safeFileName(text: string): string {
  if (/^[A-Za-z0-9][\w.-]{0,79}$/.test(text)) return text;
  const readable = text
    .replace(/[^\w-]+/g, '-')
    .replace(/^[-_]+|-+$/g, '')
    .slice(0, 48);
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12);
  return readable === '' ? hash : `${readable}-${hash}`;
}

function socketPath(folder: string): string {
  const inside = join(folder, 'engine.sock');
  if (Buffer.byteLength(inside) <= longestSocketPath) return inside;
  const temporary = Buffer.byteLength(tmpdir()) > longestSocketPath - 50 ? '/tmp' : tmpdir();
  const outside = join(temporary, `tutti-${process.getuid?.() ?? 0}`);
  if (!claimPrivateFolder(outside)) {
    throw new Fault(
      'workspace-unavailable',
      `${outside} exists and is not private to you, so that no control socket can be put there`,
      'remove it, or set TUTTI_STATE_DIR to a shorter path',
    );
  }
  return join(outside, `${createHash('sha256').update(folder).digest('hex').slice(0, 16)}.sock`);
}
