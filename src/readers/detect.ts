/** Chooses the reader for a path, and reads with it: the one door to all plan formats. */
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Problem, problem } from '../core/problem.ts';
import { backlogMdReader } from './backlog-md.ts';
import { beadsReader } from './beads.ts';
import { type Folders, isInside, rememberedFolders } from './folder-listing.ts';
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
  splitPart,
} from './reader.ts';
import { readSource } from './source-file.ts';
import { specKitReader } from './spec-kit.ts';
import { hasIdInName } from './task-file.ts';
import { taskFilesReader } from './task-files.ts';
import { taskMasterReader } from './task-master.ts';
import { taskNReader } from './task-n.ts';

const readers: readonly Reader[] = [
  nativeReader,
  taskFilesReader,
  gsdPlansReader,
  gsdRoadmapReader,
  specKitReader,
  taskNReader,
  taskMasterReader,
  beadsReader,
  backlogMdReader,
];

/** The formats that `--format` takes. */
export const formats: readonly string[] = readers.map(({ format }) => format);

export interface DetectOptions {
  /** Take this format, whatever the path looks like. */
  readonly format?: string;
  readonly folders?: Folders;
}

export type Detection =
  | {
      readonly reader: Reader;
      readonly path: string;
      readonly problems: readonly [];
      /** What was recognised; undefined when the format was named and nothing was. */
      readonly found: string | undefined;
      readonly alsoFound: readonly Evidence[];
    }
  | {
      readonly reader: undefined;
      readonly path: string;
      readonly problems: readonly Problem[];
      /** What there is to choose from, when there are several. */
      readonly alsoFound: readonly Evidence[];
    };

/** What can read `source` (a file or a folder), and where exactly; else one problem that says why nothing can. */
export async function detectPlan(source: string, options: DetectOptions = {}): Promise<Detection> {
  const refuse = (problem: Problem, alsoFound: readonly Evidence[] = []): Detection => ({
    reader: undefined,
    path: source,
    problems: [problem],
    alsoFound,
  });
  if (options.format !== undefined && !formats.includes(options.format))
    return refuse(laterFormat(options.format, source) ?? unknownFormat(options.format));
  // A source such as `github:owner/repo` is no path.
  if (!existsSync(splitPart(source).file)) return refuse(recogniseLater(source) ?? missing(source));
  const { folders = rememberedFolders() } = options;
  const all = (await Promise.all(readers.map((reader) => reader.matches(source, folders)))).flat();
  const found =
    options.format === undefined ? mostSpecific(all) : all.filter(({ format }) => format === options.format);
  const [only, second] = found;
  if (second !== undefined) return refuse(ambiguous(source, found), found);
  const alsoFound = all.filter((evidence) => evidence !== only);
  if (only !== undefined) {
    const { path: at, found: what } = only;
    return { reader: readerOf(only), path: at, problems: [], found: what, alsoFound };
  }
  const forced = readers.find(({ format }) => format === options.format);
  // Somebody who names the format gets its reader's own account of what is wrong.
  if (forced !== undefined)
    return { reader: forced, path: source, problems: [], found: undefined, alsoFound };
  return refuse(nothingFound(source));
}

/** Everything at `source`, or in a usual place below it, that looks like a plan; chooses none. */
export async function findPlans(source: string): Promise<readonly Evidence[]> {
  return mostSpecific((await Promise.all(readers.map((reader) => reader.matches(source)))).flat());
}

/** Detects and reads. The plan has no tasks when nothing can read `source`; `problems` says why. */
export async function readPlan(
  source: string,
  options: DetectOptions & ReadOptions = {},
): Promise<ReadResult> {
  // What was listed to find the plan is not listed again to read it.
  const inOneGo = { folders: rememberedFolders(), ...options };
  const detected = await detectPlan(source, inOneGo);
  const { alsoFound } = detected;
  if (detected.reader !== undefined) {
    const { found } = detected;
    const result = await detected.reader.read(detected.path, inOneGo);
    return { ...result, detection: { alsoFound, ...(found === undefined ? {} : { found }) } };
  }
  const plan = { name: nameFromPath(source, options.root), source, format: 'unknown', tasks: [], pools: {} };
  return { plan, problems: detected.problems, ignored: [], detection: { alsoFound } };
}

/** Any JSON file may be a native plan, and any Markdown file a task: those claims give way to a reader that knows the very same files. */
function mostSpecific(found: readonly Evidence[]): readonly Evidence[] {
  const givesWay = (one: Evidence): boolean =>
    found.some(({ format, path: at }) => {
      if (one.format === 'native') return format !== 'native' && at === one.path;
      if (one.format !== 'task-files' || format !== 'backlog-md') return false;
      const [own, other] = [path.resolve(one.path), path.resolve(at)];
      return isInside(own, other) || isInside(other, own);
    });
  return found.filter((one) => !givesWay(one));
}

const readerOf = ({ format }: Evidence): Reader =>
  readers.find((reader) => reader.format === format) ?? nativeReader;

/** Of what cannot be followed or looked into, nobody can say that it does not exist. */
const causes: Readonly<Record<string, readonly [message: string, fix: string]>> = {
  ELOOP: ['is a symbolic link that leads back to itself', 'Correct the link, or name the plan itself.'],
  EACCES: ['cannot be read: permission denied', 'Make it and the folders above it readable.'],
  EPERM: ['cannot be read: permission denied', 'Make it and the folders above it readable.'],
};

function missing(source: string): Problem {
  const [message, fix] = causes[causeOf(source) ?? ''] ?? [
    'does not exist',
    'Name a plan file or a folder with tasks.',
  ];
  return problem('unreadable', `${source} ${message}`, fix, { location: { file: source } });
}

/** The system's code for what keeps `source` from being looked at. */
function causeOf(source: string): string | undefined {
  try {
    statSync(splitPart(source).file);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}

const unknownFormat = (format: string): Problem =>
  problem('usage', `there is no format ${format}`, `Use one of: ${formats.join(', ')}.`);

/** Plans that the message names when there are several; the detection has them all. */
const MAX_LISTED = 3;

function ambiguous(source: string, found: readonly Evidence[]): Problem {
  const told = found.slice(0, MAX_LISTED);
  const more = found.length > told.length ? ` and ${found.length - told.length} more` : '';
  const list =
    told.map(({ format, path: at, found: what }) => `${at} (${format}: ${what})`).join(', ') + more;
  return problem(
    'ambiguous-format',
    `${source} holds several plans: ${list}`,
    `Name one of them, for example ${found[0]?.path}.`,
    { location: { file: source } },
  );
}

function nothingFound(source: string): Problem {
  if (isFile(source)) {
    const location = { file: source, line: 1 };
    // Readers look into no file that is larger than they read.
    const [unread] = readSource(source).problems;
    if (unread?.severity === 'error') return unread;
    const fix = `Name a plan.yaml, or a file or folder in one of these formats: ${formats.join(', ')}.`;
    if (!hasIdInName(source))
      return problem('unknown-format', `${source} is in no format that tutti reads`, fix, { location });
    const folder = path.dirname(source);
    return problem('unknown-format', `${source} is one task, not a plan`, `Name its folder: ${folder}.`, {
      location,
    });
  }
  return problem(
    'no-tasks',
    `${source} holds no plan: no plan.yaml, no task files such as T-001.md, nothing of what tutti reads (${formats.join(', ')})`,
    'Name the file or folder of a plan, or write plan.yaml.',
    { location: { file: source } },
  );
}
