/** Tells when the head of a worktree last moved, without running git. */
import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** Milliseconds since the epoch, by the reflog of the head; undefined when `cwd` is no worktree. */
export async function headMovedAt(cwd: string): Promise<number | undefined> {
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
