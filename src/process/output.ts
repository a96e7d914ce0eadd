/** Where a program's raw output goes: bounded log files and a bounded tail in memory. Does not decode lines. */
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { cleanText } from './lines.ts';

export interface OutputLog {
  write(chunk: Buffer): void;
  close(): void;
}

/** Beside a log: what stood in it before it was full. */
export const olderLog = (file: string): string => `${file}.1`;

/**
 * Appends to a file only its owner can read. It is opened at the first output, so that silent programs cost nothing.
 * When it has half of `limitBytes` (its earlier content counts) it becomes the older log, in the place of the one before,
 * and a new one begins: of long output the end stays, where it says what went wrong. A log that cannot be written never
 * harms the program: the rest is dropped.
 */
export function outputLog(file: string, limitBytes: number): OutputLog {
  const most = Math.floor(limitBytes / 2);
  let fd: number | undefined;
  let size = 0;
  let closed = false;

  const open = (): number => {
    const opened = openPrivate(file);
    size = fstatSync(opened).size;
    return opened;
  };
  const append = (part: Buffer): void => {
    fd ??= open();
    for (let at = 0; at < part.length; ) at += writeSync(fd, part, at);
    size += part.length;
  };
  const shut = (): void => {
    if (fd !== undefined) closeSync(fd);
    fd = undefined;
  };
  const rotate = (): void => {
    if (fd === undefined) return;
    // Two may write to one log: the other may have done it already.
    const isCurrent = fstatSync(fd).ino === statSync(file, { throwIfNoEntry: false })?.ino;
    shut();
    if (!isCurrent) return;
    const drops = existsSync(olderLog(file));
    renameSync(file, olderLog(file));
    if (drops) append(Buffer.from('[older output was dropped]\n'));
  };
  return {
    write(chunk) {
      if (closed) return;
      try {
        fd ??= open();
        if (size > 0 && size + chunk.length > most) rotate();
        append(chunk.length > most ? chunk.subarray(chunk.length - most) : chunk);
      } catch {
        // A full disk is noticed by those whose work needs it; here only the log ends.
        closed = true;
        shut();
      }
    },
    close() {
      closed = true;
      shut();
    },
  };
}

function openPrivate(file: string): number {
  try {
    return openSync(file, 'a', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    return openSync(file, 'a', 0o600);
  }
}

export interface OutputTail {
  write(chunk: Buffer): void;
  /** The last bytes as clean text; begins at a line when something was cut. */
  text(): string;
}

/** Keeps the last `limitBytes` of what is written to it, at most twice that in memory. */
export function outputTail(limitBytes: number): OutputTail {
  let chunks: Buffer[] = [];
  let size = 0;
  let cut = false;

  const shorten = (): void => {
    if (size <= limitBytes) return;
    const all = Buffer.concat(chunks);
    // Copied: a view would keep the long buffer alive.
    chunks = [Buffer.from(all.subarray(all.length - limitBytes))];
    size = limitBytes;
    cut = true;
  };
  return {
    write(chunk) {
      const end = chunk.length > limitBytes ? chunk.subarray(chunk.length - limitBytes) : chunk;
      cut ||= end !== chunk;
      chunks.push(Buffer.from(end));
      size += end.length;
      if (size > 2 * limitBytes) shorten();
    },
    text() {
      shorten();
      const text = Buffer.concat(chunks).toString('utf8');
      const lineStart = cut ? text.indexOf('\n') + 1 : 0;
      return cleanText(text.slice(lineStart));
    },
  };
}
