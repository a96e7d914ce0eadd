/** What is guessed about a project, and the files that guesses rest on. Knows no kind of project. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A guess, and the file it comes from. */
export interface Guess {
  readonly command: string;
  readonly from: string;
}

export interface ProjectGuess {
  /** Commands that prepare a new worktree. */
  readonly setup: readonly Guess[];
  /** Commands that verify, the quick ones and those that others need first. */
  readonly gate: readonly Guess[];
  /** What a person should know about the guesses. */
  readonly remarks: readonly string[];
}

/** The files of a folder, for those who guess. */
export interface ProjectFiles {
  has(name: string): boolean;
  /** Empty when it cannot be read, or is absurdly large. */
  text(name: string): string;
}

export const nothing: ProjectGuess = { setup: [], gate: [], remarks: [] };

const LARGEST_BYTES = 2 * 1024 * 1024;

/** The files at `root`. */
export function filesOf(root: string): ProjectFiles {
  const sizeOf = (name: string): number | undefined => {
    const found = statSync(join(root, name), { throwIfNoEntry: false });
    return found?.isFile() || found?.isDirectory() ? found.size : undefined;
  };
  return {
    has: (name) => sizeOf(name) !== undefined,
    text(name) {
      if ((sizeOf(name) ?? 0) > LARGEST_BYTES) return '';
      try {
        return readFileSync(join(root, name), 'utf8');
      } catch {
        return '';
      }
    },
  };
}
