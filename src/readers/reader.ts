/** The interface of every plan reader: recognise a path, read it into a plan. Judging the graph is left to `core/analysis`. */
import { existsSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Plan, Task } from '../core/plan.ts';
import { type Problem, problem } from '../core/problem.ts';
import type { Folders } from './folder-listing.ts';

/** More tasks than this are refused: no plan is that large, and memory is not endless. */
export const MAX_TASKS = 200_000;

/** Nor is a single document, written and reviewed by people, anywhere near this: reading it further is a waste. */
export const MAX_DOCUMENT_TASKS = 20_000;

/** Why a reader thinks that it can read something. */
export interface Evidence {
  readonly format: string;
  /** What to read: the path itself, or a usual place below it. */
  readonly path: string;
  /** For people: `plan.yaml`, `3 task files`. */
  readonly found: string;
}

export interface ReadOptions {
  /** The repository's folder; a plan without a name of its own is called by its path in it. */
  readonly root?: string;
  /** For who has looked at some of them already. */
  readonly folders?: Folders;
}

export interface ReadResult {
  /** Everything that could be understood; not to be run when `problems` has errors. */
  readonly plan: Plan;
  /** What the reader met, all of it. Problems of the graph come from `diagnose`. */
  readonly problems: readonly Problem[];
  /** Files that were looked at and hold no task. */
  readonly ignored: readonly string[];
  /** How it was found; absent when a reader was asked directly. */
  readonly detection?: PlanDetection;
}

export interface PlanDetection {
  /** What made this format the one to read; absent when it was named and nothing was recognised. */
  readonly found?: string;
  /** What else is there, and was not read. When nothing was chosen, everything there is to choose from. */
  readonly alsoFound: readonly Evidence[];
}

export interface Reader {
  /** The name that `--format` takes and `Plan.format` carries. */
  readonly format: string;
  /** Everything at `path`, or in a usual place below it, that looks like this format; looks no further than needed. */
  matches(path: string, folders?: Folders): Promise<readonly Evidence[]>;
  /** Reads without executing anything; never throws for bad input. */
  read(path: string, options?: ReadOptions): Promise<ReadResult>;
}

/** A plan's name when it has none of its own: its path in the repository, else the name of its file or folder. */
export function nameFromPath(source: string, root?: string): string {
  const absolute = realPath(source);
  const inside = root === undefined ? '' : path.relative(realPath(root), absolute);
  const outside = path.isAbsolute(inside) || inside === '..' || inside.startsWith(`..${path.sep}`);
  const name = inside === '' || outside ? path.basename(absolute) : inside;
  return name.split(path.sep).join('/') || 'plan';
}

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return path.resolve(file);
  }
}

/** `tasks.json#login` is the part `login` of tasks.json, for formats with several plans in a file; a file of that name comes first. */
export function splitPart(source: string): { readonly file: string; readonly part: string | undefined } {
  const at = source.lastIndexOf('#');
  if (at === -1 || existsSync(source)) return { file: source, part: undefined };
  return { file: source.slice(0, at), part: source.slice(at + 1) };
}

/** Drops what is beyond `most`, and says so. */
export function boundTasks(
  tasks: readonly Task[],
  file: string,
  most = MAX_TASKS,
): { tasks: readonly Task[]; problems: Problem[] } {
  if (tasks.length <= most) return { tasks, problems: [] };
  const message = `${file} has more than ${most} tasks; the rest is not read`;
  const fix = 'Split the plan.';
  return {
    tasks: tasks.slice(0, most),
    problems: [problem('unreadable', message, fix, { location: { file, line: 1 } })],
  };
}

export const isFolder = (file: string): boolean =>
  existsSync(file) && (statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false);

export const isFile = (file: string): boolean =>
  existsSync(file) && (statSync(file, { throwIfNoEntry: false })?.isFile() ?? false);
