/** Tells whether something was committed in a worktree, without running git. */
import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** A probe that says whether the worktree's head moved since it was asked last, or since it was made. */
export function commitProbe(cwd: string): () => Promise<boolean> {
  const madeAt = Date.now();
  let seenAt: number | undefined;
  return async () => {
    const movedAt = await headMovedAt(cwd);
    const moved = movedAt !== undefined && movedAt > (seenAt ?? madeAt);
    seenAt = movedAt ?? seenAt;
    return moved;
  };
}

/** When the head of a worktree last moved, by its reflog; undefined when `cwd` is no worktree. */
async function headMovedAt(cwd: string): Promise<number | undefined> {
  try {
    const { mtimeMs } = await stat(join(await gitFolder(cwd), 'logs', 'HEAD'));
    return mtimeMs;
  } catch {
    return undefined;
  }
}

/** In a linked worktree `.git` is a file that names the folder. */
async function gitFolder(cwd: string): Promise<string> {
  const path = join(cwd, '.git');
  if ((await stat(path)).isDirectory()) return path;
  const text = await readFile(path, 'utf8');
  return resolve(cwd, text.replace(/^gitdir: /, '').trim());
}
