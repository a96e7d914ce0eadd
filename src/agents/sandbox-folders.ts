/** Which folders a session in the sandbox writes to: those of its worktree in the repository, and those of its program. */
import { appendFileSync, existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Program } from '../process/spawn.ts';

/** Paths that are there or may be made, all absolute; what is protected goes before what is writable. */
export interface Folders {
  readonly writable: readonly string[];
  readonly protected: readonly string[];
}

/** Where a program keeps log-in, sessions and caches. Paths count from the home folder. */
interface ProgramState {
  /** Its main folder, and the variable that moves it. */
  readonly main: string;
  readonly variable?: string;
  readonly beside: readonly string[];
  /** In the main folder: what the user's own sessions of it, outside of any sandbox, would execute or obey. */
  readonly obeyed: readonly string[];
}

const programStates: Readonly<Record<string, ProgramState>> = {
  claude: {
    main: '.claude',
    variable: 'CLAUDE_CONFIG_DIR',
    beside: ['.claude.json', '.cache/claude-cli-nodejs'],
    obeyed: [
      ...['settings.json', 'settings.local.json', 'CLAUDE.md', 'agents', 'commands', 'hooks', 'plugins'],
      ...['rules', 'skills'],
    ],
  },
  codex: {
    main: '.codex',
    variable: 'CODEX_HOME',
    beside: [],
    obeyed: ['config.toml', 'AGENTS.md', 'AGENTS.override.md', 'hooks.json', 'prompts', 'rules', 'skills'],
  },
  gemini: {
    main: '.gemini',
    beside: [],
    obeyed: ['settings.json', '.env', 'GEMINI.md', 'commands', 'extensions', 'policies', 'skills'],
  },
  opencode: {
    // Its data are in the folder of the slot (`own-state`); only its log-in is shared.
    main: '.local/share/opencode',
    beside: ['.cache/opencode'],
    obeyed: [],
  },
};

/** The folders of the program that a command line starts, when it is one that is known. */
export function programFolders(program: Program, env: Readonly<Record<string, string>>): Folders {
  const words = 'shell' in program ? program.shell.split(/\s+/) : program.argv;
  const name = words
    .flatMap((word) => word.split(/\s+/))
    .map((word) => basename(word))
    .find((word) => Object.hasOwn(programStates, word));
  const state = name === undefined ? undefined : programStates[name];
  if (state === undefined || env.HOME === undefined) return { writable: [], protected: [] };
  const home = env.HOME;
  const moved = state.variable === undefined ? undefined : env[state.variable];
  const main = moved === undefined || moved === '' ? join(home, state.main) : resolve(moved);
  return {
    writable: [main, ...state.beside.map((path) => join(home, path))],
    protected: state.obeyed.map((path) => join(main, path)).filter(existsSync),
  };
}

/** The linked worktree and its part of the repository. Nothing when the folder is none: then it is only read. */
export function worktreeFolders(cwd: string): Folders {
  const file = join(cwd, '.git');
  if (!existsSync(file) || !statSync(file).isFile()) return { writable: [], protected: [] };
  const own = resolve(
    cwd,
    readFileSync(file, 'utf8')
      .replace(/^gitdir: /, '')
      .trim(),
  );
  const common = resolve(own, firstLine(join(own, 'commondir')) ?? '.');
  const branch = branchOf(own);
  // Absent in most worktrees; where git reads it, an agent must not be the one to write it.
  appendFileSync(join(own, 'config.worktree'), '');
  return {
    writable: [
      cwd,
      own,
      join(common, 'objects'),
      // Where its branch lies: git replaces files there and locks them beside it.
      ...(branch === undefined ? [] : [join(common, dirname(branch)), join(common, 'logs', dirname(branch))]),
      // Of repositories that keep refs, or large files, elsewhere.
      ...['reftable', 'lfs'].map((name) => join(common, name)).filter(existsSync),
    ],
    // Whoever may change these decides what git executes when tutti or the user calls it next.
    protected: [
      file,
      ...['commondir', 'gitdir', 'config.worktree'].map((name) => join(own, name)),
      ...['config', 'hooks'].map((name) => join(common, name)),
    ].filter(existsSync),
  };
}

const branchOf = (own: string): string | undefined =>
  /^ref: (refs\/heads\/.+)$/.exec(firstLine(join(own, 'HEAD')) ?? '')?.[1];

function firstLine(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n', 1).join('').trim() : undefined;
}
