/** A throw-away repository with a home and a state folder of its own, and the command line in it. Knows no assertion library. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Cli, type CliResult, startCli, startCliByShell } from './cli-process.ts';
import { writeFiles } from './scratch-repository.ts';

export interface Project {
  /** Everything of this test lies under it. */
  readonly root: string;
  /** The user's checkout, on `main`. */
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
  /** Every command started so far. */
  readonly started: readonly Cli[];
  git(...args: readonly string[]): Promise<string>;
  /** Runs git anywhere, with the identity and the configuration of this test. */
  gitIn(folder: string, ...args: readonly string[]): Promise<string>;
  /** Writes files and commits them in the user's checkout. */
  commit(files: Readonly<Record<string, string>>, message?: string): Promise<string>;
  /** Writes a native plan outside the repository and gives its path. */
  plan(tasks: readonly PlannedTask[], name?: string): Promise<string>;
  /** Commits a `tutti.yaml`. */
  configure(settings: object): Promise<void>;
  start(args: readonly string[], options?: StartOptions): Cli;
  /** Starts a command and waits for its end. */
  run(args: readonly string[], options?: StartOptions): Promise<CliResult>;
  /** Runs a command under a limit: `text` is for `sh` and ends in `exec "$0" "$@"`. */
  runLimited(text: string, args: readonly string[]): Promise<CliResult>;
  /** What `args --json` prints. */
  json<T = StatusDocument>(...args: readonly string[]): Promise<T>;
  /** Lets an agent that runs `steered` go on. */
  letGo(...tasks: readonly string[]): Promise<void>;
  /** The state folder of the repository; undefined before the first command that makes one. */
  stateFolder(): Promise<string | undefined>;
  remove(): Promise<void>;
}

export interface PlannedTask {
  readonly id: string;
  readonly title?: string;
  readonly dependsOn?: readonly string[];
  readonly [key: string]: unknown;
}

export interface StartOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** `status --json`, as far as tests look into it. */
export interface StatusDocument {
  readonly run: string;
  readonly state: string;
  readonly reason: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly slots: { readonly used: number; readonly limit: number };
  readonly target: { readonly branch: string; readonly commit: string };
  readonly engine: { readonly pid: number } | null;
  readonly tasks: readonly {
    readonly id: string;
    readonly status: string;
    readonly branch: string | null;
    readonly blockedBy: string | null;
    readonly workspace: string | null;
    readonly failure: string | null;
    readonly attempts: number;
  }[];
}

/** A command agent that waits until the test lets its task go, then does the work. */
export const steered =
  'until [ -e "$HOME/../steer/$TUTTI_TASK" ]; do sleep 0.05; done; echo work > "$TUTTI_TASK.txt"';
/** A command agent that does its work at once. */
export const works = 'echo work > "$TUTTI_TASK.txt"';

const execute = promisify(execFile);

export async function makeProject(): Promise<Project> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'tutti-e2e-')));
  const path = join(root, 'project');
  const env = hermeticEnvironment(root);
  for (const folder of [path, env.HOME, env.TMPDIR, env.STEER]) await mkdir(folder);
  await writeFile(
    env.GIT_CONFIG_GLOBAL,
    '[user]\n\tname = Una User\n\temail = una@example.com\n[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n',
  );
  const started: Cli[] = [];
  const gitIn: Project['gitIn'] = async (folder, ...args) => {
    const { stdout } = await execute('git', args, { cwd: folder, env, maxBuffer: 64 * 1024 * 1024 });
    return stdout.trimEnd();
  };
  const git: Project['git'] = (...args) => gitIn(path, ...args);
  await git('init', '-q');
  const start: Project['start'] = (args, options = {}) => {
    const cli = startCli(args, { cwd: options.cwd ?? path, env: { ...env, ...options.env } });
    started.push(cli);
    return cli;
  };
  const commit: Project['commit'] = async (files, message = 'Seed') => {
    await writeFiles(path, files);
    // By a shell: this process is large, and to start a program copies its page table.
    const text = 'git add -A && git commit -q --allow-empty -m "$0" && git rev-parse HEAD';
    return (await execute('sh', ['-c', text, message], { cwd: path, env })).stdout.trimEnd();
  };
  return {
    root,
    path,
    env,
    started,
    git,
    gitIn,
    commit,
    start,
    async plan(tasks, name = 'Test') {
      const file = join(root, 'plan.json');
      const full = tasks.map((task) => ({ title: `Task ${task.id}`, body: 'Do it.', ...task }));
      await writeFile(file, JSON.stringify({ plan: name, tasks: full }));
      return file;
    },
    configure: async (settings) =>
      void (await commit({ 'tutti.yaml': JSON.stringify(settings) }, 'Configure')),
    run: (args, options) => start(args, options).ended,
    runLimited(text, args) {
      const cli = startCliByShell(text, args, { cwd: path, env });
      started.push(cli);
      return cli.ended;
    },
    async json<T>(...args: readonly string[]) {
      const { stdout } = await start([...args, '--json']).ended;
      return JSON.parse(stdout) as T;
    },
    async letGo(...tasks) {
      for (const task of tasks) await writeFile(join(env.STEER, task), '');
    },
    async stateFolder() {
      const all = join(env.XDG_STATE_HOME, 'tutti');
      // Where `doctor` asks agents is beside those of repositories.
      const [only] = (await readdir(all).catch(() => [])).filter((name) => name !== 'asked-agents');
      return only === undefined ? undefined : join(all, only);
    },
    remove: () => rm(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}

const compiledFolder = fileURLToPath(new URL('../../node_modules/.cache/tutti-tests', import.meta.url));

/** Nothing of the machine's user reaches the command line: no configuration, no identity, no variable of ours. */
function hermeticEnvironment(root: string) {
  return {
    PATH: `${dirname(process.execPath)}:${process.env.PATH ?? '/usr/bin:/bin'}`,
    HOME: join(root, 'home'),
    XDG_STATE_HOME: join(root, 'state'),
    XDG_CONFIG_HOME: join(root, 'config'),
    XDG_CACHE_HOME: join(root, 'cache'),
    /** One for all tests: else each compiles the program anew. */
    NODE_COMPILE_CACHE: compiledFolder,
    TMPDIR: join(root, 'tmp'),
    /** Where agents look for leave to go on; they know it from their home, set-ups and gates by this. */
    STEER: join(root, 'steer'),
    GIT_CONFIG_GLOBAL: join(root, 'gitconfig'),
    GIT_CONFIG_NOSYSTEM: '1',
    LANG: 'C.UTF-8',
    TZ: 'UTC',
  } as const;
}
