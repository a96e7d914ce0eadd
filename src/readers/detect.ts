/** Chooses the reader for a path, and reads with it: the one door to all plan formats. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Problem, problem } from '../core/problem.ts';
import { gsdPlansReader } from './gsd-plans.ts';
import { gsdRoadmapReader } from './gsd-roadmap.ts';
import { laterFormat, recogniseLater } from './later-formats.ts';
import { nativeReader } from './native.ts';
import {
  type Evidence,
  isFile,
  nameFromPath,
  type Reader,
  type ReadOptions,
  type ReadResult,
} from './reader.ts';
import { idOfName } from './task-file.ts';
import { taskFilesReader } from './task-files.ts';

const readers: readonly Reader[] = [nativeReader, taskFilesReader, gsdPlansReader, gsdRoadmapReader];

/** The formats that `--format` takes. */
export const formats: readonly string[] = readers.map(({ format }) => format);

export interface DetectOptions {
  /** Take this format, whatever the path looks like. */
  readonly format?: string;
}

export type Detection =
  | { readonly reader: Reader; readonly path: string; readonly problems: readonly [] }
  | { readonly reader: undefined; readonly path: string; readonly problems: readonly Problem[] };

/** What can read `source` (a file or a folder), and where exactly; else one problem that says why nothing can. */
export async function detectPlan(source: string, options: DetectOptions = {}): Promise<Detection> {
  const refuse = (found: Problem): Detection => ({ reader: undefined, path: source, problems: [found] });
  if (options.format !== undefined && !formats.includes(options.format))
    return refuse(laterFormat(options.format, source) ?? unknownFormat(options.format));
  // A source such as `github:owner/repo` is no path.
  if (!existsSync(source)) return refuse(recogniseLater(source) ?? missing(source));
  const candidates = readers.filter(
    ({ format }) => options.format === undefined || format === options.format,
  );
  const found = (await Promise.all(candidates.map((reader) => reader.matches(source)))).flat();
  const [only, second] = found;
  if (only !== undefined && second === undefined)
    return { reader: readerOf(only), path: only.path, problems: [] };
  if (second !== undefined) return refuse(ambiguous(source, found));
  const [forced] = candidates;
  // Somebody who names the format gets its reader's own account of what is wrong.
  if (options.format !== undefined && forced !== undefined)
    return { reader: forced, path: source, problems: [] };
  return refuse(recogniseLater(source) ?? nothingFound(source));
}

/** Detects and reads. The plan has no tasks when nothing can read `source`; `problems` says why. */
export async function readPlan(
  source: string,
  options: DetectOptions & ReadOptions = {},
): Promise<ReadResult> {
  const detected = await detectPlan(source, options);
  if (detected.reader !== undefined) return detected.reader.read(detected.path, options);
  const plan = { name: nameFromPath(source, options.root), source, format: 'unknown', tasks: [], pools: {} };
  return { plan, problems: detected.problems, ignored: [] };
}

const readerOf = ({ format }: Evidence): Reader =>
  readers.find((reader) => reader.format === format) ?? nativeReader;

const missing = (source: string): Problem =>
  problem('unreadable', `${source} does not exist`, 'Name a plan file or a folder with tasks.', {
    location: { file: source, line: 1 },
  });

const unknownFormat = (format: string): Problem =>
  problem('usage', `there is no format ${format}`, `Use one of: ${formats.join(', ')}.`);

function ambiguous(source: string, found: readonly Evidence[]): Problem {
  const list = found.map(({ format, path: at, found: what }) => `${at} (${format}: ${what})`).join(', ');
  return problem(
    'ambiguous-format',
    `${source} holds several plans: ${list}`,
    `Name one of them, for example ${found[0]?.path}.`,
    { location: { file: source, line: 1 } },
  );
}

function nothingFound(source: string): Problem {
  const location = { file: source, line: 1 };
  if (isFile(source)) {
    const fix = 'Name a plan.yaml, a plan.json, or a folder with task files such as T-001.md.';
    if (idOfName(source) === undefined)
      return problem('unknown-format', `${source} is in no format that tutti reads`, fix, { location });
    const folder = path.dirname(source);
    return problem('unknown-format', `${source} is one task, not a plan`, `Name its folder: ${folder}.`, {
      location,
    });
  }
  return problem(
    'no-tasks',
    `${source} holds no plan: no plan.yaml or plan.json, and no task files such as T-001.md, also below tasks/ and docs/`,
    'Name a plan, or write plan.yaml.',
    { location },
  );
}
