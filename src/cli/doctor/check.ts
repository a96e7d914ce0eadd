/** One thing that `doctor` looked at. Only values; who looks is elsewhere. */
import type { Problem } from '../../core/problem.ts';

export interface Check {
  readonly name: string;
  /** A note is worth knowing and stops nothing. */
  readonly verdict: 'ok' | 'note' | 'problem';
  readonly message: string;
  /** What to do about it; null when there is nothing to do. */
  readonly fix: string | null;
}

export const ok = (name: string, message: string): Check => ({ name, verdict: 'ok', message, fix: null });

export const note = (name: string, message: string, fix: string | null = null): Check => ({
  name,
  verdict: 'note',
  message,
  fix,
});

export const bad = (name: string, message: string, fix: string): Check => ({
  name,
  verdict: 'problem',
  message,
  fix,
});

export const fromProblem = (name: string, { severity, message, fix, location }: Problem): Check => ({
  name,
  verdict: severity === 'error' ? 'problem' : 'note',
  message: location === undefined ? message : `${message} (${location.file}:${location.line})`,
  fix,
});

/** Looks; what is thrown while looking is a problem too, so that one broken thing does not hide the next. */
export async function look(
  name: string,
  fix: string,
  check: () => Promise<Check | readonly Check[]> | Check | readonly Check[],
): Promise<readonly Check[]> {
  try {
    return [await check()].flat();
  } catch (error) {
    const { message, fix: own } = error as Error & { readonly fix?: string };
    return [bad(name, message, own ?? fix)];
  }
}
