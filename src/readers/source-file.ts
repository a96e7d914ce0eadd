/** Gets a source's text within bounds. Knows nothing about plans. */
import { readFileSync, statSync } from 'node:fs';
import { type Problem, problem } from '../core/problem.ts';

export const MAX_FILE_BYTES = 4 * 1024 * 1024;
/** For what trackers write: they keep all they know in one file, and `json-source` is quick. */
export const MAX_DATA_BYTES = 16 * 1024 * 1024;
const MIB = 1024 * 1024;

export interface SourceText {
  /** Undefined when it could not be read. */
  readonly text: string | undefined;
  readonly problems: readonly Problem[];
}

/** Reads a file of at most `maxBytes` as text with `\n` line ends, without BOM and NUL. */
export function readSource(file: string, maxBytes = MAX_FILE_BYTES): SourceText {
  const refused = (message: string, fix: string): SourceText => ({
    text: undefined,
    problems: [problem('unreadable', message, fix, { location: { file, line: 1 } })],
  });
  try {
    const stats = statSync(file);
    // A pipe or a device might never end.
    if (!stats.isFile()) return refused(`${file} is not a regular file`, 'Name a file.');
    if (stats.size > maxBytes) {
      const size = (stats.size / MIB).toFixed(1);
      return refused(
        `${file} has ${size} MiB; tutti reads at most ${maxBytes / MIB} MiB a file`,
        'Split it into smaller files.',
      );
    }
    const { text, damaged } = readText(file);
    if (!damaged) return { text, problems: [] };
    const message = `${file} is not valid UTF-8; what could not be read shows as \uFFFD`;
    const location = { file, line: 1 };
    const warning = problem('unreadable', message, 'Save it as UTF-8.', { location, severity: 'warning' });
    return { text, problems: [warning] };
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    return refused(`${file} cannot be read (${reason})`, 'Check that it exists and may be read.');
  }
}

/** Nearly all files are clean UTF-8, which Node reads in one go; what has an odd character is looked at by its bytes. */
function readText(file: string): { readonly text: string; readonly damaged: boolean } {
  const text = readFileSync(file, 'utf8');
  if (/[\0\r\uFFFD]/.test(text)) return decode(readFileSync(file));
  return { text: text.startsWith('\uFEFF') ? text.slice(1) : text, damaged: false };
}

const strict = new TextDecoder('utf-8', { fatal: true });

/** NUL cannot be passed to any process, so it becomes a replacement character here, once. */
export function decode(bytes: Uint8Array): { readonly text: string; readonly damaged: boolean } {
  const { text, damaged } = decodeBytes(bytes);
  return { text: text.replaceAll('\0', '\uFFFD').replace(/\r\n?/g, '\n'), damaged };
}

function decodeBytes(bytes: Uint8Array): { readonly text: string; readonly damaged: boolean } {
  if (bytes[0] === 0xff && bytes[1] === 0xfe)
    return { text: new TextDecoder('utf-16le').decode(bytes), damaged: false };
  try {
    return { text: strict.decode(bytes), damaged: false };
  } catch {
    return { text: new TextDecoder().decode(bytes), damaged: true };
  }
}
