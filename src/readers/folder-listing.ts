/** Lists what lies directly in a folder, for readers that look into a few usual places. Follows nothing below it. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { isFile, isFolder } from './reader.ts';
import { compareNaturally } from './source-file.ts';

/** More than this in one place is no place for plans. */
const MAX_LISTED = 10_000;

/** The folders in `folder`, hidden ones left out, in natural order; none when it cannot be listed. */
export const foldersIn = (folder: string): readonly string[] => children(folder).filter(isFolder);

/** The Markdown files in `folder`, in natural order. */
export const markdownFilesIn = (folder: string): readonly string[] =>
  children(folder).filter((file) => isMarkdown(file) && isFile(file));

export const isMarkdown = (file: string): boolean => /\.(?:md|markdown)$/i.test(file);

function children(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => !name.startsWith('.'))
      .sort(compareNaturally)
      .slice(0, MAX_LISTED)
      .map((name) => path.join(folder, name));
  } catch {
    return [];
  }
}
