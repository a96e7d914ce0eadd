/** Where prompts lie while agents read them, and what all agents of a run were told. Does not write prompts itself. */
import { appendFileSync, closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { AttemptId } from '../core/plan.ts';

export interface PromptFiles {
  /** Puts a prompt where the slot's agent finds it, and gives that file's path. It is there until the slot's next. */
  write(attempt: AttemptId, slot: number, text: string): string;
}

/**
 * The (existing) folder's `slot-<n>.md` hold the prompts of the attempts that run, `all.md` has every prompt ever given. One file
 * a slot, written in place: making a file while a journal is synced costs more than starting a program.
 */
export function openPromptFiles(folder: string): PromptFiles {
  const all = join(folder, 'all.md');
  return {
    write(attempt, slot, text) {
      const file = join(folder, `slot-${slot}.md`);
      overwrite(file, Buffer.from(text));
      appendFileSync(all, `<!-- ${JSON.stringify(attempt)} -->\n\n${text}\n`, { mode: 0o600 });
      return file;
    },
  };
}

function overwrite(file: string, bytes: Buffer): void {
  const fd = openInPlace(file);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at, bytes.length - at, at);
    ftruncateSync(fd, bytes.length);
  } finally {
    closeSync(fd);
  }
}

function openInPlace(file: string): number {
  try {
    return openSync(file, 'r+');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return openSync(file, 'w', 0o600);
  }
}
