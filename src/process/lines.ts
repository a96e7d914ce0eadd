/** Turns raw output into lines for people: bounded, decoded, without terminal escapes. Knows nothing of processes. */
import { stripVTControlCharacters } from 'node:util';

export interface LineSink {
  write(chunk: Buffer): void;
  /** Hands over a last line that had no line break. */
  end(): void;
}

const NEWLINE = 0x0a;
const controlCharacters = /[\p{Cc}\p{Bidi_Control}]/gu;

/**
 * One line as it may be shown on a screen: escape sequences, control characters and direction overrides are gone,
 * and of a line that a program redrew with carriage returns only the last version is left.
 */
export function cleanLine(text: string): string {
  const plain = stripVTControlCharacters(text).trimEnd();
  return plain
    .slice(plain.lastIndexOf('\r') + 1)
    .replaceAll('\t', '  ')
    .replace(controlCharacters, '');
}

/** As `cleanLine`, for a text of many lines. */
export function cleanText(text: string): string {
  return text.split('\n').map(cleanLine).join('\n');
}

/** As `rawLines`, but each line as it may be shown, and none that is empty. */
export const splitLines = (onLine: (line: string) => void, maxLineBytes = 16 * 1024): LineSink =>
  rawLines((text) => {
    const line = cleanLine(text);
    if (line !== '') onLine(line);
  }, maxLineBytes);

/**
 * Splits chunks into lines, however they are cut. Of a line longer than `maxLineBytes` the beginning is kept, so that a
 * line of any length costs bounded memory.
 */
export function rawLines(onLine: (line: string) => void, maxLineBytes: number): LineSink {
  // Bytes are split before they are decoded: a line break is never a part of another UTF-8 character.
  let parts: Buffer[] = [];
  let kept = 0;
  let dropped = 0;

  const keep = (bytes: Buffer): void => {
    const room = Math.min(bytes.length, maxLineBytes - kept);
    // Copied: a view would hold the whole chunk in memory until the line ends.
    if (room > 0) parts.push(Buffer.from(bytes.subarray(0, room)));
    kept += room;
    dropped += bytes.length - room;
  };
  const flush = (): void => {
    let text = Buffer.concat(parts, kept).toString('utf8');
    if (dropped > 0) text = `${text.replace(/\uFFFD$/, '')}… (${dropped} more bytes)`;
    parts = [];
    kept = 0;
    dropped = 0;
    onLine(text);
  };

  return {
    write(chunk) {
      let from = 0;
      for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
        keep(chunk.subarray(from, at));
        flush();
        from = at + 1;
      }
      if (from < chunk.length) keep(chunk.subarray(from));
    },
    end() {
      if (kept > 0) flush();
    },
  };
}
