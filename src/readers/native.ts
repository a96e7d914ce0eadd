/** Finds plans in tutti's own format. They are read in `native-plan`. */
import path from 'node:path';
import { isMarkdown } from './folder-listing.ts';
import { isNativeMarkdown } from './native-markdown.ts';
import { type Evidence, isFile, isFolder, type Reader } from './reader.ts';
import { readSource } from './source-file.ts';

const usualNames = ['plan.yaml', 'plan.yml', 'plan.json'];
const markdownName = 'plan.md';
/** `tutti.yaml` is the configuration; it is a plan too when it has tasks. */
const configurationNames = ['tutti.yaml', 'tutti.yml'];

export const nativeReader: Reader = {
  format: 'native',
  matches: async (at) => findNative(at),
  // Loaded only for such a file: what checks its shape takes as long to load as a folder of task files to read.
  read: async (file, options) => (await import('./native-plan.ts')).readNative(file, options),
};

function findNative(at: string): readonly Evidence[] {
  const evidence = (file: string): Evidence => ({ format: 'native', path: file, found: path.basename(file) });
  if (isFile(at)) return /\.(?:ya?ml|json)$/i.test(at) || isMarkdownPlan(at) ? [evidence(at)] : [];
  if (!isFolder(at)) return [];
  const inside = (name: string): string => path.join(at, name);
  return [
    ...usualNames.map(inside).filter(isFile),
    ...[inside(markdownName)].filter((file) => isFile(file) && isMarkdownPlan(file)),
    ...configurationNames.map(inside).filter((file) => isFile(file) && hasTasks(file)),
  ].map(evidence);
}

const hasTasks = (file: string): boolean =>
  /^(?:tasks|"tasks"|'tasks')\s*:/m.test(readSource(file).text ?? '');

const isMarkdownPlan = (file: string): boolean =>
  isMarkdown(file) && isNativeMarkdown(readSource(file).text ?? '');
