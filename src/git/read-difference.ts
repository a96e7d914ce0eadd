/** Reads what a commit changed, for people: bounded, without the user's own ways of showing differences. */
import { runGit } from './run-git.ts';

const MAX_BYTES = 512 * 1024;

/** The changes from where the two parted; empty when one of them is not there. */
export async function readDifference(cwd: string, from: string, to: string): Promise<string> {
  const { exitCode, stdout, truncated } = await runGit(
    cwd,
    ['diff', '--stat=100', '-p', '--no-color', '--no-ext-diff', '--no-textconv', `${from}...${to}`, '--'],
    { allow: [128], maxBytes: MAX_BYTES, truncate: true, withoutIndex: true },
  );
  if (exitCode === 128) return '';
  return truncated ? `${stdout}\n… and more` : stdout;
}
