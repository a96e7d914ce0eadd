/** Prepares a worktree for work when that is due, and remembers beside git's own files that it is; runs no command itself. */
import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Commit } from '../core/plan.ts';
import { runGit } from './run-git.ts';
import { detach, type Folder } from './worktree-folder.ts';
import { isClean, readStatus } from './worktree-status.ts';

/** The user's own preparation of a worktree (installs, copies). */
export interface Setup {
  /** Another key means another preparation: what was prepared under a different one has to be prepared again. */
  readonly key: string | (() => Promise<string>);
  /** Whether what it put into a worktree is there still. */
  readonly isIntact?: (path: string) => Promise<boolean>;
  /** What it throws, `acquire` throws; rejects with the signal's reason when that aborts. */
  readonly run: (path: string, signal: AbortSignal) => Promise<void>;
}

/** Holds the fingerprint of what the worktree was prepared for; is there only when that came to its end. */
const MARKER = 'tutti-set-up';

/** Files in the repository's root that say what has to be installed. */
const LOCK_FILES = [
  ...['package-lock.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'Cargo.lock', 'go.sum'],
  ...['poetry.lock', 'uv.lock', 'requirements.txt'],
];

/**
 * Runs the set-up in a clean worktree at a commit, unless it is prepared for that commit's lock files already.
 * Meanwhile the worktree is detached, and no claim says that its files are work: what a set-up that was killed leaves is
 * nobody's.
 */
export async function ensureSetUp(
  folder: Folder,
  commit: Commit,
  setup: Setup,
  signal: AbortSignal,
): Promise<void> {
  const wanted = await fingerprint(folder, commit, setup);
  if ((await readMarker(folder)) === wanted && (await setup.isIntact?.(folder.path)) !== false) return;
  await removeMarker(folder);
  await detach(folder, commit);
  await setup.run(folder.path, signal);
  // Files that are not ignored go when the worktree is switched, so that such a set-up is due each time.
  if (isClean(await readStatus(folder.path))) await writeFile(join(folder.adminDir, MARKER), wanted);
}

/** Makes the set-up due when the commit that is checked out names other packages: its agent may have installed those. */
export async function distrustSetUp(folder: Folder, setup: Setup): Promise<void> {
  const marker = await readMarker(folder);
  if (marker !== null && marker !== (await fingerprint(folder, 'HEAD', setup))) await removeMarker(folder);
}

async function fingerprint({ path }: Folder, commit: Commit | 'HEAD', { key }: Setup): Promise<string> {
  const { stdout } = await runGit(path, ['ls-tree', commit, '--', ...LOCK_FILES]);
  return createHash('sha256')
    .update(JSON.stringify([typeof key === 'string' ? key : await key(), stdout]))
    .digest('hex');
}

const readMarker = ({ adminDir }: Folder): Promise<string | null> =>
  readFile(join(adminDir, MARKER), 'utf8').catch(() => null);

const removeMarker = ({ adminDir }: Folder): Promise<void> => rm(join(adminDir, MARKER), { force: true });
