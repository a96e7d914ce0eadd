/** Puts files of the user's checkout into a worktree, as copies or links. Overwrites nothing of a commit, writes nowhere else. */
import { constants, type Stats } from 'node:fs';
import { cp, lstat, mkdir, readlink, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Fault } from '../core/fault.ts';
import { isTracked, type LocalFile, stampOf } from './local-files.ts';
import { runGit } from './run-git.ts';
import type { Setup } from './worktree-setup.ts';

export interface WorktreeNeeds {
  /** The user's. */
  readonly checkout: string;
  readonly files: readonly LocalFile[];
  readonly commands: readonly string[];
  /** Runs the commands. */
  readonly run: Setup['run'];
}

/** How worktrees are prepared, files first; undefined when they need nothing. */
export function worktreeSetup({ checkout, files, commands, run }: WorktreeNeeds): Setup | undefined {
  if (files.length + commands.length === 0) return undefined;
  return {
    key: async () => JSON.stringify([commands, await stampOf(checkout, files)]),
    isIntact: (worktree) => arePlaced(checkout, worktree, files),
    async run(worktree, signal) {
      await placeFiles(checkout, worktree, files, signal);
      await run(worktree, signal);
    },
  };
}

/**
 * Makes each anew; what is missing in the checkout, and what the worktree's commit has itself, is left out.
 * Rejects with the signal's reason when that aborts.
 * @throws Fault `workspace-unavailable` when git would take one for work, or when it cannot be made
 */
async function placeFiles(
  checkout: string,
  worktree: string,
  files: readonly LocalFile[],
  signal: AbortSignal,
): Promise<void> {
  const placed: string[] = [];
  for (const file of files) {
    signal.throwIfAborted();
    if (await placeOne(checkout, worktree, file)) placed.push(file.path);
  }
  const visible = await notIgnored(worktree, placed);
  if (visible.length === 0) return;
  for (const path of visible) await rm(join(worktree, path), { recursive: true, force: true });
  throw new Fault(
    'workspace-unavailable',
    `${visible.join(', ')} is ignored in your checkout and not in the commit that a task starts from`,
    'Take it out of `copy` and `link` in tutti.yaml, then `tutti resume`; or commit the .gitignore that names it and start again.',
  );
}

/** Whether all that was placed is there still: an agent may have removed or replaced it. */
async function arePlaced(checkout: string, worktree: string, files: readonly LocalFile[]): Promise<boolean> {
  for (const { path, how } of files) {
    const source = join(checkout, path);
    const [wanted, found] = await Promise.all([look(source), look(join(worktree, path))]);
    if (wanted === undefined) continue;
    if (found === undefined) return false;
    const isOther = how === 'link' && (await readlink(join(worktree, path)).catch(() => '')) !== source;
    if (isOther && !(await isTracked(worktree, path))) return false;
  }
  return true;
}

async function placeOne(checkout: string, worktree: string, { path, how }: LocalFile): Promise<boolean> {
  const source = join(checkout, path);
  const place = join(worktree, path);
  if ((await look(source)) === undefined || (await isTracked(worktree, path))) return false;
  try {
    await makeFolders(worktree, dirname(path));
    // Removes a link itself, never what it leads to.
    await rm(place, { recursive: true, force: true });
    if (how === 'link') await symlink(source, place);
    else await copy(source, place);
    return true;
  } catch (error) {
    if (error instanceof Fault) throw error;
    const message = `${path} cannot be brought into a worktree: ${(error as Error).message}`;
    throw new Fault(
      'workspace-unavailable',
      message,
      'Mend that, or take it out of tutti.yaml, then `tutti resume`.',
      {
        cause: error,
      },
    );
  }
}

/** Shares blocks with the original where the file system can. Links stay links, with the target they have. */
const copy = (source: string, place: string): Promise<void> =>
  cp(source, place, {
    recursive: true,
    mode: constants.COPYFILE_FICLONE,
    verbatimSymlinks: true,
    preserveTimestamps: true,
    // A socket or a pipe of something that runs cannot be copied and would not work there.
    filter: async (path) => {
      const found = await look(path);
      return found !== undefined && (found.isFile() || found.isDirectory() || found.isSymbolicLink());
    },
  });

/** One by one: a commit may have a link in the way that leads out of the worktree. */
async function makeFolders(worktree: string, path: string): Promise<void> {
  let folder = worktree;
  for (const part of path.split('/').filter((one) => one !== '.')) {
    folder = join(folder, part);
    const found = await look(folder);
    if (found === undefined) await mkdir(folder);
    else if (!found.isDirectory()) throw new Error(`${path} is no folder in the commit`);
  }
}

async function notIgnored(worktree: string, paths: readonly string[]): Promise<readonly string[]> {
  if (paths.length === 0) return [];
  const { stdout } = await runGit(worktree, ['check-ignore', '-z', '--stdin'], {
    input: paths.map((path) => `${path}\0`).join(''),
    allow: [1],
  });
  const ignored = new Set(stdout.split('\0'));
  return paths.filter((path) => !ignored.has(path));
}

const look = (path: string): Promise<Stats | undefined> => lstat(path).catch(() => undefined);
