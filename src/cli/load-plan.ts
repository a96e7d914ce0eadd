/** Reads a plan and judges its graph: everything wrong with it at once. */
import { existsSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { diagnose } from '../core/analysis/diagnose.ts';
import type { Plan } from '../core/plan.ts';
import { hasErrors, type Problem, ProblemError, problem } from '../core/problem.ts';
import { readPlan } from '../readers/detect.ts';
import type { ReadResult } from '../readers/reader.ts';

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
}

/** What the readers make of a source, `.` by default; judging the graph is left to others. Never throws for a bad plan. */
export function readSource(
  source: string | undefined,
  { cwd, format, root }: LoadOptions,
): Promise<ReadResult> {
  return readPlan(asTyped(source, cwd), {
    ...(format === undefined ? {} : { format }),
    ...(root === undefined ? {} : { root }),
  });
}

/** The plan with everything that is wrong with it. Never throws for a bad one. */
export async function loadPlan(source: string | undefined, options: LoadOptions): Promise<LoadedPlan> {
  const { plan, problems, ignored } = await readSource(source, options);
  return { plan, problems: [...problems, ...diagnose(plan), ...withoutEffect(plan)], ignored };
}

/** Nobody should believe in a limit that limits nothing. */
function withoutEffect(plan: Plan): Problem[] {
  const first = plan.tasks.find(({ pools }) => Object.keys(pools).length > 0);
  if (first === undefined) return [];
  const message = 'The plan uses pools, which limit nothing in this version.';
  const more = { severity: 'warning', location: first.location, tasks: [first.id] } as const;
  return [problem('unsupported', message, 'Let such tasks depend on each other, or use fewer slots.', more)];
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
