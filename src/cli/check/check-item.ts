/** One question of `check` with its answer and the reasons. Only values; who asks is elsewhere. */
import { Fault } from '../../core/fault.ts';
import { type Problem, ProblemError } from '../../core/problem.ts';
import type { Check } from '../doctor/check.ts';

/** A warning stops nothing; skipped is what could not be asked, or was not to be. */
export type Answer = 'yes' | 'warning' | 'no' | 'skipped';

export interface Reason {
  readonly severity: 'error' | 'warning';
  readonly code: string | null;
  readonly message: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly fix: string | null;
}

export interface CheckItem {
  /** What it is about, one or two words; the same in every version. */
  readonly item: string;
  readonly answer: Answer;
  /** The answer in a line. */
  readonly message: string;
  readonly reasons: readonly Reason[];
}

export const reason = (
  severity: Reason['severity'],
  message: string,
  fix: string | null = null,
  more: Partial<Pick<Reason, 'code' | 'file' | 'line'>> = {},
): Reason => ({ severity, code: null, message, file: null, line: null, fix, ...more });

export const fromProblem = ({ severity, code, message, fix, location }: Problem): Reason =>
  reason(severity === 'error' ? 'error' : 'warning', message, fix, {
    code,
    ...(location === undefined ? {} : location),
  });

export const fromCheck = ({ verdict, message, fix }: Check): Reason =>
  reason(verdict === 'problem' ? 'error' : 'warning', message, fix);

/** What was thrown while looking is a reason, too: one broken thing must not hide the next. */
export function fromThrown(error: unknown): readonly Reason[] {
  if (error instanceof ProblemError) return error.problems.map(fromProblem);
  const { message } = error as Error;
  return [reason('error', message, error instanceof Fault ? error.fix : 'Mend that, then check again.')];
}

/** The answer that follows from the reasons; without any it is yes. */
export function item(name: string, reasons: readonly Reason[], message: string): CheckItem {
  const has = (severity: Reason['severity']): boolean => reasons.some((one) => one.severity === severity);
  return { item: name, answer: has('error') ? 'no' : has('warning') ? 'warning' : 'yes', message, reasons };
}

export const skipped = (name: string, why: string): CheckItem => ({
  item: name,
  answer: 'skipped',
  message: why,
  reasons: [],
});
