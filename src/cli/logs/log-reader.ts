/** Reads a log that may still grow, line by line, and goes on in the next one when it is full. Shows nothing. */
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { olderLog, rawLines } from '../../compose.ts';

const CHUNK_BYTES = 64 * 1024;
/** Of a longer line the beginning is kept: agents print whole files as one line of JSON. */
const LONGEST_LINE_BYTES = 4 * 1024 * 1024;

export class LogReader {
  readonly #file: string;
  readonly #lines: ReturnType<typeof rawLines>;
  readonly #chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  #current: number | undefined;

  /** @param onLine is called with each line, without its end, as it was printed */
  constructor(file: string, onLine: (line: string) => void) {
    this.#file = file;
    this.#lines = rawLines(onLine, LONGEST_LINE_BYTES);
  }

  /** Hands over what has been written since the last time; nothing while there is no log. */
  read(): void {
    this.#current ??= this.#begin();
    while (this.#current !== undefined) {
      const isFull = inodeOf(this.#file) !== fstatSync(this.#current).ino;
      this.#drain(this.#current);
      // Renamed, and read to its end: what came after that stands in a new one.
      const next = isFull ? tryOpen(this.#file) : undefined;
      if (next === undefined) return;
      closeSync(this.#current);
      this.#current = next;
    }
  }

  /** Hands over a last line that has no end. */
  close(): void {
    this.#lines.end();
    if (this.#current !== undefined) closeSync(this.#current);
    this.#current = undefined;
  }

  /** The log, when what stood in it before it was full has been read. */
  #begin(): number | undefined {
    // In this order: should it become full just now, the older one is the same file, and nothing is skipped.
    const current = tryOpen(this.#file);
    const older = tryOpen(olderLog(this.#file));
    if (current === undefined || older === undefined) return current ?? older;
    if (fstatSync(current).ino !== fstatSync(older).ino) this.#drain(older);
    closeSync(older);
    return current;
  }

  #drain(fd: number): void {
    for (;;) {
      const count = readSync(fd, this.#chunk, 0, CHUNK_BYTES, null);
      if (count === 0) return;
      this.#lines.write(this.#chunk.subarray(0, count));
    }
  }
}

const inodeOf = (file: string): number | undefined => statSync(file, { throwIfNoEntry: false })?.ino;

function tryOpen(file: string): number | undefined {
  try {
    return openSync(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
