/** What a reader's contract and its fuzzing start from: a small plan in the reader's format. One file per format in `reader-samples/`. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Reader } from '../../src/readers/reader.ts';

/** Files below a folder: path → text. */
export type Files = Readonly<Record<string, string>>;

export interface ReaderSample {
  readonly reader: Reader;
  /** A plan without errors. It should use as much of the format as a few dozen lines can. */
  readonly files: Files;
  /** What to read: a path below the folder of `files`; `.` is the folder. */
  readonly source: string;
  /** The one of `files` whose place hostile input takes. */
  readonly main: string;
  /** What each task of `files` waits for, in the order of the plan: `T-003: T-001, T-002`. */
  readonly graph: readonly string[];
  /** What may stand in the source for an id, when that is not the id itself: subtask `5.2` is written `2`. */
  readonly spellings?: (id: string) => readonly string[];
  /** `files` with a mistake in at least two places, and each as `code file:line`, in the order in which they are told. */
  readonly mistakes: { readonly files: Files; readonly told: readonly string[] };
}

const folder = path.join(import.meta.dirname, 'reader-samples');

/** The samples of all formats; a new file in `reader-samples/` that exports `sample` is one of them. */
export async function readerSamples(): Promise<readonly ReaderSample[]> {
  const names = readdirSync(folder).sort();
  return Promise.all(
    names.map(async (name) => ((await import(path.join(folder, name))) as { sample: ReaderSample }).sample),
  );
}
