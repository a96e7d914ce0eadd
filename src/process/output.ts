/** Where a program's raw output goes: a bounded log file and a bounded tail in memory. Does not decode lines. */
import { closeSync, fstatSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { cleanText } from './lines.ts';

export interface OutputLog {
  write(chunk: Buffer): void;
  close(): void;
}

/**
 * Appends to a file only its owner can read. It is opened at the first output, so that silent programs cost nothing.
 * Beyond `limitBytes` (the file's earlier content counts) output is dropped, and the file says so once. A log that
 * cannot be written never harms the program: the rest is dropped.
 */
export function outputLog(file: string, limitBytes: number): OutputLog {
  let fd: number | undefined;
  let room = limitBytes;
  let closed = false;

  const open = (): number => {
    const opened = openPrivate(file);
    room -= fstatSync(opened).size;
    return opened;
  };
  const close = (): void => {
    closed = true;
    if (fd !== undefined) closeSync(fd);
    fd = undefined;
  };
  return {
    write(chunk) {
      if (closed) return;
      try {
        fd ??= open();
        const part = chunk.subarray(0, Math.max(0, room));
        for (let at = 0; at < part.length; ) at += writeSync(fd, part, at);
        room -= chunk.length;
        if (room >= 0) return;
        writeSync(fd, `\n[log cut at ${limitBytes} bytes]\n`);
      } catch {
        // A full disk is noticed by those whose work needs it; here only the log ends.
      }
      close();
    },
    close,
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
