/** `tutti completion`: prints the script that makes a shell complete tutti's commands. */
import { didYouMean } from '../../core/nearest.ts';
import { ProblemError, problem } from '../../core/problem.ts';
import { type Shell, scripts, shells } from '../completion/shells.ts';
import { exitCode } from '../exit-code.ts';
import type { Action } from '../program.ts';

export const command: Action<Record<string, never>> = async (terminal, [shell = '']) => {
  if (!shells.includes(shell as Shell)) {
    const fix = didYouMean(shell, shells) ?? `There are: ${shells.join(', ')}.`;
    throw new ProblemError([problem('usage', `there is no completion for ${shell}`, fix)]);
  }
  terminal.write(scripts[shell as Shell]);
  return exitCode.allDone;
};
