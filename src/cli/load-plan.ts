/** Reads a plan and judges its graph: everything wrong with it at once. */
import { existsSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { diagnose } from '../core/analysis/diagnose.ts';
import type { Plan } from '../core/plan.ts';
import { hasErrors, type Problem, ProblemError } from '../core/problem.ts';
import { readPlan } from '../readers/detect.ts';
import type { Evidence, ReadResult } from '../readers/reader.ts';
import { askForPlan, exampleCommand, listCommands } from './choose-plan.ts';
import type { Terminal } from './terminal.ts';

export interface LoadedPlan {
  readonly plan: Plan;
  readonly problems: readonly Problem[];
  readonly ignored: readonly string[];
}

export interface LoadOptions {
  readonly cwd: string;
  readonly format?: string | undefined;
  /** The repository's folder, for the name of a plan that has none. */
  readonly root?: string | undefined;
  /** For the case that there are several plans: absent where nobody is to be asked or told. */
  readonly choice?: PlanChoice;
}

export interface PlanChoice {
  /** What the user typed after `tutti`, for the commands that name one of the plans. */
  readonly command: string;
  readonly terminal: Terminal;
  /** Whether the question can be asked, if somebody sits there. */
  readonly asks: boolean;
  readonly json: boolean;
}

export interface ReadSource extends ReadResult {
  /** What was chosen when several plans were found and somebody was asked. */
  readonly chosen?: Evidence;
}

/**
 * What the readers make of a source, `.` by default; judging the graph is left to others. Never throws for a bad plan.
 * @throws ProblemError when somebody was asked which plan is meant, and named none
 */
export async function readSource(source: string | undefined, options: LoadOptions): Promise<ReadSource> {
  const { cwd, format, root, choice } = options;
  const inRoot = root === undefined ? {} : { root };
  const result = await readPlan(asTyped(source, cwd), {
    ...(format === undefined ? {} : { format }),
    ...inRoot,
  });
  const candidates = result.detection?.alsoFound ?? [];
  if (result.plan.format !== 'unknown' || candidates.length < 2 || choice === undefined) return result;
  const { command, terminal, asks, json } = choice;
  if (!asks || json || !terminal.interactive) {
    const { problems } = result;
    return {
      ...result,
      problems: json
        ? exampleCommand(problems, candidates, command)
        : listCommands(problems, candidates, command, terminal),
    };
  }
  const chosen = await askForPlan(candidates, terminal);
  const read = await readPlan(chosen.path, { format: chosen.format, ...inRoot });
  const alsoFound = candidates.filter((candidate) => candidate !== chosen);
  return { ...read, detection: { found: chosen.found, alsoFound }, chosen };
}

/** The plan with everything that is wrong with it. Never throws for a bad one. */
export async function loadPlan(source: string | undefined, options: LoadOptions): Promise<LoadedPlan> {
  const { plan, problems, ignored } = await readSource(source, options);
  return { plan, problems: [...problems, ...diagnose(plan)], ignored };
}

/** Only a plan that can be run. @throws ProblemError with all problems when there is an error (with `strict`: a warning) */
export function refuseBadPlan({ problems }: LoadedPlan, strict: boolean): void {
  const isBad = hasErrors(problems) || (strict && problems.some(({ severity }) => severity === 'warning'));
  if (isBad) throw new ProblemError(problems.filter(({ severity }) => severity !== 'info'));
}

/** As people would type it from here: locations are easier to read, and to click. */
function asTyped(source: string | undefined, cwd: string): string {
  const path = resolve(cwd, source ?? '.');
  // A source such as `github:owner/repo` is no path; a misspelt path is told as it was typed.
  if (source !== undefined && !existsSync(path)) return source;
  const short = relative(cwd, path) || '.';
  // Readers resolve relative paths by the process's own folder.
  return short.startsWith('..') || isAbsolute(short) || cwd !== process.cwd() ? path : short;
}

/** A linked worktree has a file there. Sandboxes of agents leave empty folders of this name behind. */
const isGit = (path: string): boolean =>
  existsSync(join(path, 'HEAD')) || (statSync(path, { throwIfNoEntry: false })?.isFile() ?? false);

/** The checkout a folder lies in; asked of the file system, so that a plan can be read where there is no git. */
export function findTopLevel(folder: string): string | undefined {
  if (isGit(join(folder, '.git'))) return folder;
  const above = dirname(folder);
  return above === folder ? undefined : findTopLevel(above);
}
