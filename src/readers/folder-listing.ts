/** Lists what lies directly in a folder, for readers that look into a few usual places. Follows nothing below it. */
import type { Dirent } from 'node:fs';
import path from 'node:path';
import { kindOf, type ListFolder, listFolder } from './source-file.ts';

/** More than this in one place is no place for plans. */
const MAX_LISTED = 10_000;

/** The folders in `folder`, hidden ones left out, in natural order; none when it cannot be listed. */
export const foldersIn = (folder: string): readonly string[] => children(folder, 'folder', listFolder);

/** The Markdown files in `folder`, in natural order. */
export const markdownFilesIn = (folder: string, list: ListFolder = listFolder): readonly string[] =>
  children(folder, 'file', list).filter(isMarkdown);

export const isMarkdown = (file: string): boolean => /\.(?:md|markdown)$/i.test(file);

function children(folder: string, kind: 'file' | 'folder', list: ListFolder): string[] {
  const inside = path.join(folder, '-').slice(0, -1);
  return entriesOf(folder, list)
    .filter((entry) => kindOf(entry, `${inside}${entry.name}`) === kind)
    .map(({ name }) => `${inside}${name}`);
}

function entriesOf(folder: string, list: ListFolder): Dirent[] {
  try {
    return list(folder)
      .filter(({ name }) => !name.startsWith('.'))
      .slice(0, MAX_LISTED);
  } catch {
    return [];
  }
}
