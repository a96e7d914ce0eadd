/** Tries set-up and gate once in a fresh worktree, as a run would do. Judges nothing; writes nothing. */
import type { Trial } from '../../compose.ts';
import type { StepResult } from '../../core/event.ts';
import type { TriedCommand } from './config-text.ts';
import { detectProject } from './detect-project.ts';
import type { Guess } from './project-guess.ts';

/** A command that was tried, with the end of its output. */
export interface Tried extends TriedCommand {
  readonly output?: string;
}

export interface TriedProject {
  readonly setup: readonly Tried[];
  readonly gate: readonly Tried[];
  /** Files that a set-up or gate leaves in the worktree: they would be committed with each task's work. */
  readonly leftBehind: readonly string[];
  readonly logFile: string | null;
  readonly remarks: readonly string[];
}

/** As long as a set-up may take in a run. */
const LIMIT_MS = 30 * 60_000;

/** @param tell is told what is about to be tried. Aborting rejects with the signal's reason. */
export async function tryProject(
  trial: Trial,
  tell: (text: string) => void,
  signal: AbortSignal,
): Promise<TriedProject> {
  const found = detectProject(trial.path);
  const attempt = async (guesses: readonly Guess[], all: boolean): Promise<Tried[]> => {
    const tried: Tried[] = [];
    for (const guess of guesses) {
      const stopped = !all && tried.some(({ verdict }) => verdict !== 'passed');
      if (stopped) tried.push(guess);
      else tried.push(await tryOne(guess));
    }
    return tried;
  };
  const tryOne = async (guess: Guess): Promise<Tried> => {
    tell(`Trying ${guess.command} …`);
    const step = { name: guess.command, run: guess.command, timeoutMs: LIMIT_MS };
    const [result] = await trial.run([step], true, signal);
    return { ...guess, ...(result === undefined ? {} : outcome(result)) };
  };
  // A gate may pass although the set-up does not: not every project needs its dependencies for it.
  const setup = await attempt(found.setup, false);
  const gate = await attempt(found.gate, true);
  const { logFile } = trial;
  return { setup, gate, leftBehind: await trial.leftBehind(), logFile, remarks: found.remarks };
}

const outcome = ({ verdict, durationMs, exitCode, output }: StepResult) => ({
  verdict,
  durationMs,
  exitCode,
  output,
});
