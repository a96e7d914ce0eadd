/** Gets a source's text within bounds, and the Markdown files below a folder. Knows nothing about plans. */
import { type Dirent, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Problem, problem } from '../core/problem.ts';

export const MAX_FILE_BYTES = 4 * 1024 * 1024;
/** For what trackers write: they keep all they know in one file, and `json-source` is quick. */
export const MAX_DATA_BYTES = 16 * 1024 * 1024;
const MAX_ENTRIES = 1_000_000;
const MAX_DEPTH = 64;
const MIB = 1024 * 1024;

/** Folders that hold other people's files, or copies of ours. Hidden ones are skipped too. */
const skippedFolders = new Set([
  'node_modules',
  'bower_components',
  'vendor',
  'dist',
  'build',
  'target',
  'out',
]);

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

/**
 * The Markdown files below `folder`, as paths that begin with `folder`, in natural order (`T-2` before `T-10`).
 * Links are followed inside the folder only and every folder is visited once, so that loops end.
 */
export function markdownFiles(
  folder: string,
  list: ListFolder = listFolder,
): {
  readonly files: readonly string[];
  /** Links to Markdown files elsewhere. */
  readonly outside: readonly string[];
  readonly problems: readonly Problem[];
} {
  const files: string[] = [];
  const outside: string[] = [];
  const problems: Problem[] = [];
  const seen = new Set<string>();
  const root = realOrUndefined(folder);
  let entries = 0;

  const visit = (at: string, depth: number): void => {
    const real = realOrUndefined(at);
    if (real === undefined || root === undefined || seen.has(real) || !isInside(real, root)) return;
    seen.add(real);
    if (depth > MAX_DEPTH) {
      problems.push(tooMuch(at, `folders are nested more than ${MAX_DEPTH} deep`));
      return;
    }
    // Joined once, not for each of a thousand files.
    const [inside, reallyInside] = [at, real].map((place) => path.join(place, '-').slice(0, -1));
    for (const entry of entriesOf(at, list, problems)) {
      if (++entries > MAX_ENTRIES) return;
      const child = `${inside}${entry.name}`;
      const kind = kindOf(entry, child);
      if (kind === 'folder' && !entry.name.startsWith('.') && !skippedFolders.has(entry.name)) {
        visit(child, depth + 1);
      } else if (kind === 'file' && /\.(?:md|markdown)$/i.test(entry.name)) {
        const target = entry.isSymbolicLink() ? realOrUndefined(child) : `${reallyInside}${entry.name}`;
        if (target === undefined || seen.has(target)) continue;
        seen.add(target);
        (isInside(target, root) ? files : outside).push(child);
      }
    }
  };

  visit(folder, 0);
  if (entries > MAX_ENTRIES) problems.push(tooMuch(folder, `more than ${MAX_ENTRIES} files`));
  return { files, outside, problems };
}

const tooMuch = (file: string, what: string): Problem =>
  problem('unreadable', `${file}: ${what}; the rest is not read`, 'Name the folder with the tasks.', {
    location: { file, line: 1 },
  });

function entriesOf(folder: string, list: ListFolder, problems: Problem[]): readonly Dirent[] {
  try {
    return list(folder);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    const message = `${folder} cannot be listed (${reason})`;
    problems.push(
      problem('unreadable', message, 'Check that it may be read.', { location: { file: folder, line: 1 } }),
    );
    return [];
  }
}

/** The name of a listed file: `path.basename` goes through the whole path, letter by letter, and files are many. */
export const fileName = (file: string): string => file.slice(file.lastIndexOf(path.sep) + 1);

/** What an entry of a folder is, or what it links to; only a link is asked for. */
export function kindOf(entry: Dirent, file: string): 'file' | 'folder' | undefined {
  // Of a link to itself `statSync` throws, so that the real path comes first.
  const real = entry.isSymbolicLink() ? realOrUndefined(file) : file;
  if (real === undefined) return undefined;
  const found = entry.isSymbolicLink() ? statSync(real, { throwIfNoEntry: false }) : entry;
  if (found?.isDirectory()) return 'folder';
  return found?.isFile() ? 'file' : undefined;
}

/** Whether `file` is `folder` or below it; both are real paths. */
export const isInside = (file: string, folder: string): boolean =>
  file === folder || file.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);

export function realOrUndefined(file: string): string | undefined {
  try {
    return realpathSync(file);
  } catch {
    return undefined;
  }
}

/** Numbers inside names count as numbers; else by code unit, so that every machine has the same order. */
export function compareNaturally(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  if (at === a.length || at === b.length) return a.length - b.length;
  let start = at;
  while (isDigit(a, start - 1)) start--;
  const x = numberAt(a, start);
  const y = numberAt(b, start);
  if (x !== '' && y !== '' && x !== y) return Number(x) - Number(y) || (x < y ? -1 : 1);
  // A number ends the word before it, and the shorter word comes first.
  if (start > 0 && x !== y) return x !== '' ? -1 : 1;
  return a.charCodeAt(at) - b.charCodeAt(at);
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

function numberAt(text: string, start: number): string {
  let end = start;
  while (isDigit(text, end)) end++;
  return text.slice(start, end);
}

/** What is in a folder, in natural order. @throws what the file system says when it cannot be listed */
export type ListFolder = (folder: string) => readonly Dirent[];

export function listFolder(folder: string): readonly Dirent[] {
  const entries = new Map(readdirSync(folder, { withFileTypes: true }).map((entry) => [entry.name, entry]));
  // Sorted as text first, which needs no calls of ours: that is nearly the natural order, and costs few more to put right.
  const names = [...entries.keys()].sort().sort(compareNaturally);
  return names.map((name) => entries.get(name) as Dirent);
}

/** Lists each folder once, for several readers that look at the same place one after the other. */
export function listOnce(): ListFolder {
  const listed = new Map<string, readonly Dirent[]>();
  return (folder) => {
    const known = listed.get(folder) ?? listFolder(folder);
    listed.set(folder, known);
    return known;
  };
}
