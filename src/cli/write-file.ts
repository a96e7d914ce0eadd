/** Writes a file whole or not at all, and over another one only when told to. */
import { linkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { ProblemError, problem } from '../core/problem.ts';

export interface WriteOptions {
  /** Replace what is there. */
  readonly force: boolean;
  /** What the user called it; its path by default. */
  readonly shown?: string;
  /** Judges the file before it has its name; what it throws leaves nothing behind. */
  readonly check?: (temporary: string) => Promise<void>;
}

/**
 * The text is written beside `file` and moved there.
 * @throws ProblemError when `file` exists and `force` is not set, or it cannot be written
 */
export async function writeWhole(
  file: string,
  text: string,
  { force, check, shown = file }: WriteOptions,
): Promise<void> {
  // The ending stays: it says what is in it.
  const temporary = file.replace(/([^/\\]*)$/, `.${process.pid}.$1`);
  try {
    writeFileSync(temporary, text, { flag: 'wx', flush: true });
    await check?.(temporary);
    // A link, unlike a renaming, does not take the place of another file.
    if (force) renameSync(temporary, file);
    else linkSync(temporary, file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const exists = code === 'EEXIST' && !force;
    throw new ProblemError([
      exists
        ? problem(
            'usage',
            `${shown} exists already`,
            'Use --force to replace it, or --out to name another file.',
          )
        : problem(
            'usage',
            `${shown} cannot be written: ${message}`,
            'Name a file in a folder you may write to.',
          ),
    ]);
  } finally {
    rmSync(temporary, { force: true });
  }
}
