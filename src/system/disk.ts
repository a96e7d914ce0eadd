/** Asks the file system how much room is left. Decides nothing. */
import { statfs } from 'node:fs/promises';

/** Free bytes that an ordinary user can still write where a folder lies. @throws when the folder cannot be asked. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
