/** Reads a plan and judges its graph: everything wrong with it at once. */
import { isAbsolute, relative, resolve } from 'node:path';
import { diagnose } from '../core/analysis/diagnose.ts';
import type { Plan } from '../core/plan.ts';
import { hasErrors, type Problem, ProblemError } from '../core/problem.ts';
import { readPlan } from '../readers/detect.ts';

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

/** Never throws for a bad plan: its problems say what is wrong. */
export async function loadPlan(source: string | undefined, options: LoadOptions): Promise<LoadedPlan> {
  const { cwd, format, root } = options;
  const { plan, problems, ignored } = await readPlan(besideCwd(resolve(cwd, source ?? '.'), cwd), {
    ...(format === undefined ? {} : { format }),
    ...(root === undefined ? {} : { root }),
  });
  return { plan, problems: [...problems, ...diagnose(plan)], ignored };
}

/** Only a plan that can be run. @throws ProblemError with all problems when there is an error (with `strict`: a warning) */
export function refuseBadPlan({ problems }: LoadedPlan, strict: boolean): void {
  const isBad = hasErrors(problems) || (strict && problems.some(({ severity }) => severity === 'warning'));
  if (isBad) throw new ProblemError(problems.filter(({ severity }) => severity !== 'info'));
}

/** The path as people would type it here: locations are easier to read, and to click. */
function besideCwd(path: string, cwd: string): string {
  const short = relative(cwd, path);
  if (short === '') return '.';
  return short.startsWith('..') || isAbsolute(short) ? path : short;
}
