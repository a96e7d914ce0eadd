/** What lies in folders: Markdown files directly in one or anywhere below it, in natural order. Opens no file. */
import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Problem, problem } from '../core/problem.ts';
import { compareNaturally } from './natural-order.ts';

/** More than this in one place is no place for plans. */
const MAX_LISTED = 10_000;
const MAX_ENTRIES = 1_000_000;
const MAX_DEPTH = 64;

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

/** The Markdown files below a folder, as paths that begin with it. */
export interface MarkdownFiles {
  readonly files: readonly string[];
  /** Links to Markdown files elsewhere. */
  readonly outside: readonly string[];
  readonly problems: readonly Problem[];
}

/** Looks at folders. */
export interface Folders {
  /** What is in a folder, in natural order. @throws what the file system says when it cannot be listed */
  list(folder: string): readonly Dirent[];
  /**
   * The Markdown files below a folder, in natural order (`T-2` before `T-10`).
   * Links are followed inside the folder only and every folder is visited once, so that loops end.
   */
  markdownFiles(folder: string): MarkdownFiles;
}

/** As they are now. */
export const currentFolders: Folders = {
  list: listFolder,
  markdownFiles: (folder) => walk(folder, listFolder),
};

/** As they were when they were first looked at, for several readers that look at the same place one after the other. */
export function rememberedFolders(): Folders {
  const list = remembered(listFolder);
  return { list, markdownFiles: remembered((folder) => walk(folder, list)) };
}

function remembered<Found>(look: (folder: string) => Found): (folder: string) => Found {
  const found = new Map<string, Found>();
  return (folder) => {
    const known = found.get(folder) ?? look(folder);
    found.set(folder, known);
    return known;
  };
}

/** The folders in `folder`, hidden ones left out, in natural order; none when it cannot be listed. */
export const foldersIn = (folder: string): readonly string[] => children(folder, 'folder', currentFolders);

/** The Markdown files in `folder`, in natural order. */
export const markdownFilesIn = (folder: string, folders: Folders = currentFolders): readonly string[] =>
  children(folder, 'file', folders).filter(isMarkdown);

export const isMarkdown = (file: string): boolean => file.endsWith('.md') || /\.(?:md|markdown)$/i.test(file);

/** The name of a listed file: `path.basename` goes through the whole path, letter by letter, and files are many. */
export const fileName = (file: string): string => file.slice(file.lastIndexOf(path.sep) + 1);

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

function listFolder(folder: string): readonly Dirent[] {
  const entries = new Map(readdirSync(folder, { withFileTypes: true }).map((entry) => [entry.name, entry]));
  // Sorted as text first, which needs no calls of ours: that is nearly the natural order, and costs few more to put right.
  const names = [...entries.keys()].sort().sort(compareNaturally);
  return names.map((name) => entries.get(name) as Dirent);
}

function walk(folder: string, list: Folders['list']): MarkdownFiles {
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
    const inside = insideOf(at);
    const reallyInside = insideOf(real);
    const listed = entriesOf(at, list, problems);
    // By numbers: in code that has just been loaded, `of` makes an object for each of hundreds of files.
    for (let index = 0; index < listed.length; index++) {
      if (++entries > MAX_ENTRIES) return;
      const entry = listed[index] as Dirent;
      const { name } = entry;
      const child = inside + name;
      const kind = kindOf(entry, child);
      if (kind === 'folder' && !name.startsWith('.') && !skippedFolders.has(name)) {
        visit(child, depth + 1);
      } else if (kind === 'file' && isMarkdown(name)) {
        const isOwn = entry.isFile();
        const target = isOwn ? reallyInside + name : realOrUndefined(child);
        if (target === undefined || seen.has(target)) continue;
        seen.add(target);
        (isOwn || isInside(target, root) ? files : outside).push(child);
      }
    }
  };

  visit(folder, 0);
  if (entries > MAX_ENTRIES) problems.push(tooMuch(folder, `more than ${MAX_ENTRIES} files`));
  return { files, outside, problems };
}

/** What the paths of all that is in a folder begin with. Joined once, not for each of a thousand files. */
const insideOf = (folder: string): string => path.join(folder, '-').slice(0, -1);

const tooMuch = (file: string, what: string): Problem =>
  problem('unreadable', `${file}: ${what}; the rest is not read`, 'Name the folder with the tasks.', {
    location: { file, line: 1 },
  });

function entriesOf(folder: string, list: Folders['list'], problems: Problem[]): readonly Dirent[] {
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

/** What an entry of a folder is, or what it links to; only a link is asked for. */
function kindOf(entry: Dirent, file: string): 'file' | 'folder' | undefined {
  if (entry.isFile()) return 'file';
  // Of a link to itself `statSync` throws, so that the real path comes first.
  const real = entry.isSymbolicLink() ? realOrUndefined(file) : file;
  if (real === undefined) return undefined;
  const found = entry.isSymbolicLink() ? statSync(real, { throwIfNoEntry: false }) : entry;
  if (found?.isDirectory()) return 'folder';
  return found?.isFile() ? 'file' : undefined;
}

/** Directly in a folder: for readers that look into a few usual places. Hidden ones are left out; none when it cannot be listed. */
function children(folder: string, kind: 'file' | 'folder', folders: Folders): string[] {
  const inside = insideOf(folder);
  return entriesOf(folder, folders.list, [])
    .filter(({ name }) => !name.startsWith('.'))
    .slice(0, MAX_LISTED)
    .filter((entry) => kindOf(entry, inside + entry.name) === kind)
    .map(({ name }) => inside + name);
}
