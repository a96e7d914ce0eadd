/** Puts a configuration file in place as a whole: whoever reads it meanwhile gets the old text or the new one. */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** Makes the folder when it is missing; keeps a link, and the file's rights. @throws the system's own error */
export function writeAtomically(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const existing = statSync(file, { throwIfNoEntry: false });
  const real = existing === undefined ? file : realpathSync(file);
  const draft = `${real}.${process.pid}.tmp`;
  try {
    const handle = openSync(draft, 'wx', existing?.mode ?? 0o666);
    try {
      writeSync(handle, text);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(draft, real);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
