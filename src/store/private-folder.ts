/** Folders and files that only the user can read. Knows nothing of what is kept in them. */
import { chmodSync, closeSync, lstatSync, mkdirSync, openSync, statSync } from 'node:fs';

/** Creates a folder with mode 0700, or takes the rights of others away from one that exists. */
export function ensurePrivateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o700);
}

/** Creates an empty file with mode 0600, or takes the rights of others away from one that exists. */
export function ensurePrivateFile(path: string): void {
  try {
    // Never open one that exists: closing any descriptor of a file drops all record locks
    // this process has on it, those of SQLite too.
    closeSync(openSync(path, 'ax', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600);
  }
}

/**
 * Creates a private folder in a place where anybody may write.
 * @returns false when something is there that another user could have put there
 */
export function claimPrivateFolder(path: string): boolean {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const status = lstatSync(path);
  return status.isDirectory() && status.uid === process.getuid?.() && (status.mode & 0o077) === 0;
}
