/** Agents that fail when several of them share their state: each slot has its own, but all have the user's log-in. */
import { mkdirSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Of the programs that need it: what is a log-in, below the folder for data. It is linked: a copied token invalidates the other. */
const logIns: Readonly<Record<string, readonly string[]>> = {
  // Its database is migrated by whoever starts first, and whoever starts beside it hangs.
  opencode: ['opencode/auth.json', 'opencode/mcp-auth.json'],
};

/** The environment in which such a program has its data in a folder of its own; of any other it stays as it is. */
export function withOwnState(
  command: string | readonly string[],
  ownFolder: string,
  env: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const words = typeof command === 'string' ? command.split(/\s+/) : command;
  const program = words.map((word) => basename(word)).find((word) => Object.hasOwn(logIns, word));
  if (program === undefined) return env;
  const shared = env.XDG_DATA_HOME || join(env.HOME ?? '/', '.local', 'share');
  const data = ownDataFolder(ownFolder, program);
  for (const file of logIns[program] ?? []) link(join(shared, file), join(data, file));
  return { ...env, XDG_DATA_HOME: data, XDG_STATE_HOME: join(ownFolder, program, 'state') };
}

/** Where the data of such a program is. */
export const ownDataFolder = (ownFolder: string, program: string): string => join(ownFolder, program, 'data');

/** Also of a file that is not there yet: whoever logs in later makes it. */
function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    symlinkSync(target, path);
  } catch (error) {
    // It is from an earlier session, or the agent's own.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
