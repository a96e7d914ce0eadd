/** Which folders a session in the sandbox writes to: those of its worktree in the repository, and those of its program. */
import { appendFileSync, existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Program } from '../process/spawn.ts';

/** Paths that are there or may be made, all absolute; what is protected goes before what is writable. */
export interface Folders {
  readonly writable: readonly string[];
  readonly protected: readonly string[];
}

/** A path below the home folder, or below one of the folders that the XDG variables move. */
type StatePath = readonly [below: 'home' | keyof typeof xdgFolders, path: string];

const xdgFolders = {
  XDG_CACHE_HOME: '.cache',
  XDG_CONFIG_HOME: '.config',
  XDG_DATA_HOME: '.local/share',
} as const;

/** Where a program keeps log-in, sessions and caches. */
interface ProgramState {
  /** Its main folder, and the variable that names another. */
  readonly main: StatePath;
  readonly variable?: string;
  readonly beside: readonly StatePath[];
  /** In the main folder: what the user's own sessions of it, outside of any sandbox, would execute or obey. */
  readonly obeyed: readonly string[];
}

const programStates: Readonly<Record<string, ProgramState>> = {
  claude: {
    main: ['home', '.claude'],
    variable: 'CLAUDE_CONFIG_DIR',
    beside: [
      ['home', '.claude.json'],
      ['XDG_CACHE_HOME', 'claude-cli-nodejs'],
    ],
    obeyed: [
      ...['settings.json', 'settings.local.json', 'CLAUDE.md', 'agents', 'commands', 'hooks', 'plugins'],
      ...['rules', 'skills'],
    ],
  },
  codex: {
    main: ['home', '.codex'],
    variable: 'CODEX_HOME',
    beside: [],
    obeyed: ['config.toml', 'AGENTS.md', 'AGENTS.override.md', 'hooks.json', 'prompts', 'rules', 'skills'],
  },
  gemini: {
    main: ['home', '.gemini'],
    beside: [],
    obeyed: ['settings.json', '.env', 'GEMINI.md', 'commands', 'extensions', 'policies', 'skills'],
  },
  opencode: {
    // Its data are in the folder of the slot (`own-state`), from which its log-in is linked.
    main: ['XDG_CONFIG_HOME', 'opencode'],
    beside: [
      ['XDG_CACHE_HOME', 'opencode'],
      ['XDG_DATA_HOME', 'opencode/auth.json'],
      ['XDG_DATA_HOME', 'opencode/mcp-auth.json'],
    ],
    obeyed: [
      ...['opencode.json', 'opencode.jsonc', 'config.json', 'AGENTS.md', 'node_modules'],
      ...['agent', 'command', 'mode', 'plugin', 'skill', 'tool'].flatMap((name) => [name, `${name}s`]),
    ],
  },
};

type Environment = Readonly<Record<string, string>>;

/** The folders of the program that a command line starts, when it is one that is known. */
export function programFolders(program: Program, env: Environment): Folders {
  const state = stateOf(program);
  const home = env.HOME;
  if (state === undefined || home === undefined) return { writable: [], protected: [] };
  const placed = ([below, path]: StatePath): string => {
    const folder = below === 'home' ? home : env[below] || join(home, xdgFolders[below]);
    const whole = join(folder, path);
    return existsSync(whole) ? realpathSync(whole) : whole;
  };
  const moved = state.variable === undefined ? undefined : env[state.variable];
  const main = moved || placed(state.main);
  return {
    writable: [main, ...state.beside.map(placed)],
    protected: state.obeyed.map((name) => join(main, name)).filter(existsSync),
  };
}

/** By the name of the program itself, wherever it stands in the command line. */
function stateOf(program: Program): ProgramState | undefined {
  const text = 'shell' in program ? program.shell : program.argv.join(' ');
  const name = text
    .split(/\s+/)
    .map((word) => basename(word))
    .find((word) => Object.hasOwn(programStates, word));
  return name === undefined ? undefined : programStates[name];
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
  /^ref: (refs\/heads\/(?!.*\.\.).+)$/.exec(firstLine(join(own, 'HEAD')) ?? '')?.[1];

function firstLine(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n', 1).join('').trim() : undefined;
}
