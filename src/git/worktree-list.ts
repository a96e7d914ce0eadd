/** The worktrees git knows of, and where it keeps their own files; changes nothing. */
import { readdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { type Commit, commit } from '../core/plan.ts';
import { readGit } from './run-git.ts';

export interface ListedWorktree {
  readonly path: string;
  /** Null before the first commit, or when it cannot be read. */
  readonly head: Commit | null;
  /** Null when HEAD is detached. */
  readonly branch: string | null;
  /** The reason it is locked for; null when it is not. */
  readonly locked: string | null;
  /** Its folder is gone. */
  readonly prunable: boolean;
}

/** Every worktree of the repository, the user's own among them. */
export async function listWorktrees(repository: {
  readonly commonDir: string;
}): Promise<readonly ListedWorktree[]> {
  return parseWorktrees(await readGit(repository.commonDir, ['worktree', 'list', '--porcelain', '-z']));
}

export function parseWorktrees(text: string): readonly ListedWorktree[] {
  return text
    .split('\0\0')
    .map((entry) => entry.split('\0').filter(Boolean))
    .filter((lines) => lines[0]?.startsWith('worktree '))
    .map((lines) => {
      const value = (key: string): string | null => {
        const line = lines.find((text) => text === key || text.startsWith(`${key} `));
        return line === undefined ? null : line.slice(key.length + 1);
      };
      const head = value('HEAD');
      return {
        path: value('worktree') ?? '',
        head: head && !/^0+$/.test(head) ? commit(head) : null,
        branch: value('branch')?.replace(/^refs\/heads\//, '') ?? null,
        locked: value('locked'),
        prunable: value('prunable') !== null,
      };
    });
}

/**
 * Git's private folder of each linked worktree, by the worktree's path. Read from git's side: what stands in
 * the worktree itself may have been changed by an agent.
 */
export async function readAdminDirs(commonDir: string): Promise<ReadonlyMap<string, string>> {
  const folder = join(commonDir, 'worktrees');
  const found = new Map<string, string>();
  for (const name of await readdir(folder).catch(() => [])) {
    const gitdir = await readFile(join(folder, name, 'gitdir'), 'utf8').catch(() => '');
    if (gitdir) found.set(gitdir.trim().replace(/\/\.git$/, ''), join(folder, name));
  }
  return found;
}

/** Whether the worktree at `path` still leads to its private folder: an agent may have removed or replaced its `.git`. */
export async function isConnected(path: string, adminDir: string): Promise<boolean> {
  try {
    const link = /^gitdir: (.*)\n?$/.exec(await readFile(join(path, '.git'), 'utf8'))?.[1];
    return link !== undefined && (await realpath(link)) === (await realpath(adminDir));
  } catch {
    return false;
  }
}
