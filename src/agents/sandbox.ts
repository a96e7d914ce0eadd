/** The sandbox around a session's program: whom it may connect to and what it may write. What holds it is a kept library. */
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { basename, delimiter, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SandboxRules, SessionRequest } from '../ports/agent.ts';
import { type Program, StartError } from '../process/spawn.ts';
import { programFolders, worktreeFolders } from './sandbox-folders.ts';
import { loopbackText } from './sandbox-loopback.ts';

/** What the sandbox's own process is told, as its one argument. */
export interface SandboxedProgram {
  /** Text for `sh -c`. */
  readonly shell: string;
  readonly cwd: string;
  /** Of this process; the program may write only to `tmp` in it. */
  readonly home: string;
  /** As the library takes it. */
  readonly config: unknown;
}

// Beside this file, as source or built.
const self = fileURLToPath(import.meta.url);
const processFile = fileURLToPath(new URL(`./sandbox-process${extname(self)}`, import.meta.url));
/** Older Nodes warn when they run a source as it is. */
const nodeFlags = ['--disable-warning=ExperimentalWarning'];

/** What the agent's program may use for its temporary files. */
export const temporaryFolder = (home: string): string => join(home, 'tmp');

/** The command line of the sandbox's process. */
export const sandboxProgram = (inside: SandboxedProgram): { readonly argv: readonly string[] } => ({
  argv: [process.execPath, ...nodeFlags, processFile, JSON.stringify(inside)],
});

/**
 * The program in the sandbox that the request asks for, or as it is when it asks for none. Makes the folders it writes to.
 * @throws StartError when there is no such program: the sandbox would start all the same
 */
export function confined(program: Program, request: SessionRequest): Program {
  const { sandbox, cwd, env, ownFolder } = request;
  if (sandbox === undefined) return program;
  refuseMissing(program, env.PATH ?? '', cwd);
  const home = `${ownFolder}-sandbox`;
  const own = programFolders(program, env);
  const worktree = worktreeFolders(cwd);
  const writable = [...worktree.writable, ...own.writable, ownFolder, temporaryFolder(home)];
  for (const folder of writable) makeFolder(folder);
  const config = libraryConfig(sandbox, {
    writable: [...writable, ...sandbox.write],
    protected: [...worktree.protected, ...own.protected],
  });
  return sandboxProgram({
    shell: `${loopbackText(sandbox.domains)}${shellText(program)}`,
    cwd,
    home,
    config,
  });
}

export function libraryConfig(
  { domains, hide, nested }: Omit<SandboxRules, 'write'>,
  folders: { readonly writable: readonly string[]; readonly protected: readonly string[] },
): unknown {
  // Names as they are: the library would take a `*` in one for a pattern.
  const literally = (paths: readonly string[]) => paths.map((path) => ({ path, literal: true }));
  return {
    network: { allowedDomains: domains, deniedDomains: [] },
    filesystem: {
      denyRead: literally(hide.filter(existsSync)),
      allowWrite: literally(folders.writable),
      denyWrite: literally(folders.protected),
    },
    ...(nested ? { enableWeakerNestedSandbox: true } : {}),
  };
}

/** Only what is there can be made writable; a file of that name is left to the program. */
function makeFolder(path: string): void {
  if (!existsSync(path) && !/\.json$/.test(basename(path))) mkdirSync(path, { recursive: true, mode: 0o700 });
}

/** Each argument stays one, whatever is in it; no shell stays around the program. */
const shellText = (program: Program): string =>
  'shell' in program ? program.shell : `exec ${program.argv.map(quoted).join(' ')}`;

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

function refuseMissing(program: Program, path: string, cwd: string): void {
  if ('shell' in program) return;
  const file = program.argv[0] ?? '';
  const places = file.includes('/')
    ? [resolve(cwd, file)]
    : path.split(delimiter).map((folder) => resolve(cwd, folder, file));
  if (!places.some(isExecutable)) throw new StartError('not-found', `program not found: ${file}`);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
