/** Problems: bad input, as collected values. Nothing here is thrown by readers; `ProblemError` carries them out of a command. */
import type { TaskId } from './plan.ts';

/** Every code has an entry in docs/ERRORS.md. */
export type ProblemCode =
  // the graph
  | 'cycle'
  | 'unknown-dependency'
  | 'duplicate-id'
  | 'self-dependency'
  | 'wave-mismatch'
  | 'one-sided-block'
  | 'file-overlap'
  | 'redundant-dependency'
  // the source
  | 'empty-body'
  | 'unreadable'
  | 'invalid-yaml'
  | 'invalid-value'
  | 'no-tasks'
  | 'unknown-format'
  | 'ambiguous-format'
  | 'unsupported'
  | 'ignored-file'
  | 'unclear-dependency'
  | 'source-status'
  | 'ignored-phase'
  | 'missing-summary'
  // the repository and the call
  | 'usage'
  | 'not-a-repository'
  | 'bare-repository'
  | 'no-commit'
  | 'no-identity'
  | 'target-checked-out'
  | 'target-missing'
  | 'agent-not-found'
  | 'agent-logged-out'
  | 'agent-silent'
  | 'agent-unfit'
  | 'agent-untried'
  | 'no-gate'
  | 'no-sandbox'
  | 'invalid-config'
  | 'confirmation-needed'
  | 'locked'
  | 'no-run'
  | 'engine-silent'
  | 'unknown-task'
  | 'wrong-state'
  | 'cannot-land';

/** Where a problem stands. What is not there, and a folder, has no lines. */
export interface Place {
  readonly file: string;
  readonly line?: number;
}

export interface Problem {
  readonly code: ProblemCode;
  readonly severity: 'error' | 'warning' | 'info';
  /** What is wrong, one line. */
  readonly message: string;
  /** What to do about it, one line. */
  readonly fix: string;
  readonly location?: Place;
  readonly tasks: readonly TaskId[];
}

/** Carries one or more problems to the edge of a command, which prints them and exits with 2. */
export class ProblemError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems[0]?.message ?? 'unknown problem');
    this.name = 'ProblemError';
    this.problems = problems;
  }
}

/** An error-level problem; `fix` is what the user can do. */
export function problem(
  code: ProblemCode,
  message: string,
  fix: string,
  more: {
    readonly location?: Place;
    readonly tasks?: readonly TaskId[];
    readonly severity?: Problem['severity'];
  } = {},
): Problem {
  return {
    code,
    severity: more.severity ?? 'error',
    message: oneLine(message),
    fix: oneLine(fix),
    tasks: more.tasks ?? [],
    ...(more.location ? { location: more.location } : {}),
  };
}

/** Ids and keys of a plan may have any characters, and messages quote them. */
const oneLine = (text: string): string => (/[\r\n]/.test(text) ? text.replace(/[\r\n]+\s*/g, ' ') : text);

/** A problem as every JSON document has it (SPEC §12, `diagnostics`); `file` and `line` are null where it has no place. */
export interface ProblemDocument extends Omit<Problem, 'location'> {
  readonly file: string | null;
  readonly line: number | null;
}

export const problemDocument = ({
  code,
  severity,
  message,
  location,
  tasks,
  fix,
}: Problem): ProblemDocument => ({
  code,
  severity,
  message,
  file: location?.file ?? null,
  line: location?.line ?? null,
  tasks,
  fix,
});

export const hasErrors = (problems: readonly Problem[]): boolean =>
  problems.some(({ severity }) => severity === 'error');
