/** Makes the repository of the demo in a folder of its own, independent of the user's git configuration. Starts nothing in it. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Fault } from '../../core/fault.ts';
import { ProblemError, problem } from '../../core/problem.ts';
import { projectFiles } from './demo-project.ts';

export interface DemoRepository {
  /** The checkout. */
  readonly path: string;
  /** Everything that was made, for whoever wants to delete it: the checkout itself, or the folder around it. */
  readonly folder: string;
  /** The folder of the demo's own state; undefined with `keep`, where state goes where it always goes. */
  readonly stateDir: string | undefined;
  /** Deletes what was made; for a demo that never started. */
  remove(): void;
}

export interface RepositoryOptions {
  /** Put the repository there; it has to be missing or empty. */
  readonly keep: string | undefined;
  readonly cwd: string;
  /** The recipe's durations are divided by it. */
  readonly speed: number;
}

/**
 * @throws ProblemError `usage` when what is to be kept there would be among other things
 * @throws Fault `workspace-unavailable` when git or the file system refuses
 */
export function makeDemoRepository({ keep, cwd, speed }: RepositoryOptions): DemoRepository {
  let repository: DemoRepository | undefined;
  try {
    repository = keep === undefined ? makeFolder() : takeFolder(resolve(cwd, keep));
    fill(repository, speed);
    return repository;
  } catch (error) {
    repository?.remove();
    if (error instanceof ProblemError) throw error;
    throw new Fault(
      'workspace-unavailable',
      `the demo’s repository cannot be made: ${(error as Error).message.trim()}`,
      'See whether `git --version` says 2.38 or later, and whether the folder can be written.',
      { cause: error },
    );
  }
}

function makeFolder(): DemoRepository {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tutti-demo-')));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  return { path: join(folder, 'project'), folder, stateDir: join(folder, 'state'), remove };
}

function takeFolder(path: string): DemoRepository {
  if (existsSync(path) && !(statSync(path).isDirectory() && readdirSync(path).length === 0)) {
    const fix = 'Name a folder that is empty or does not exist yet.';
    throw new ProblemError([problem('usage', `${path} is there and is no empty folder.`, fix)]);
  }
  const made = mkdirSync(path, { recursive: true });
  const remove = (): void => {
    for (const name of readdirSync(path)) rmSync(join(path, name), { recursive: true, force: true });
    if (made !== undefined) rmSync(made, { recursive: true, force: true });
  };
  return { path, folder: path, stateDir: undefined, remove };
}

function fill({ path, stateDir }: DemoRepository, speed: number): void {
  const files = projectFiles({ speed, stateDir: stateDir === undefined ? undefined : '../state' });
  for (const [name, text] of Object.entries(files)) {
    const file = join(path, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  commitAll(path);
}

/** What a user may have configured for all repositories, and what would make the demo differ from machine to machine. */
const settings: Readonly<Record<string, string>> = {
  'user.name': 'tutti demo',
  'user.email': 'demo@tutti.invalid',
  'commit.gpgSign': 'false',
  'tag.gpgSign': 'false',
  'core.hooksPath': '/dev/null',
  'core.autocrlf': 'false',
  'core.excludesFile': '/dev/null',
  'core.attributesFile': '/dev/null',
  // A monitor or a repack would go on in the background after the demo.
  'core.fsmonitor': 'false',
  'gc.auto': '0',
  'maintenance.auto': 'false',
};

function commitAll(path: string): void {
  const git = (...args: readonly string[]): void => {
    execFileSync('git', args, { cwd: path, env: cleanEnvironment(), stdio: ['ignore', 'ignore', 'pipe'] });
  };
  git('init', '-q', '-b', 'main', '--template=', '.');
  for (const [name, value] of Object.entries(settings)) git('config', name, value);
  git('add', '-A');
  git('commit', '-q', '-m', 'A product with a plan of 45 tasks');
}

/** Without what would point git at another repository, or speak for another person. */
const cleanEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^GIT_/.test(name)));
