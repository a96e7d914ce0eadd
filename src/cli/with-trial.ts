/** Lets a command try things in a worktree of its own, which is gone afterwards, also after Ctrl+C. */
import { openTrial, type Repository, type Trial, type TrialOptions } from '../compose.ts';
import { ProblemError, problem } from '../core/problem.ts';
import type { Terminal } from './terminal.ts';

/**
 * @param attempt gets a signal that Ctrl+C aborts
 * @throws ProblemError `locked` while an engine is at work; @throws Fault when no worktree can be made
 */
export async function withTrial<Result>(
  repository: Repository,
  { cwd, env }: Pick<Terminal, 'cwd' | 'env'>,
  options: Pick<TrialOptions, 'name' | 'at'>,
  attempt: (trial: Trial, signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const stop = new AbortController();
  const interrupt = (): void => stop.abort(interrupted(options.name));
  const trial = await openTrial(repository, { cwd, env, ...options });
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  try {
    return await attempt(trial, stop.signal);
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    await trial.close();
  }
}

const interrupted = (name: string): ProblemError =>
  new ProblemError([
    problem('usage', 'interrupted: nothing was written', `Run \`tutti ${name}\` again when you like.`),
  ]);
