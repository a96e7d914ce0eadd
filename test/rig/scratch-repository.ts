/** A throw-away repository for tests with real git; holds no knowledge of the engine. */
import { appendFile, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Commit, commit } from '../../src/core/plan.ts';
import { openRepository, type Repository } from '../../src/git/repository.ts';
import { readGit, runGit } from '../../src/git/run-git.ts';

export interface Scratch {
  /** The user's checkout, on `main`. */
  readonly path: string;
  /** Beside it, for worktrees. */
  readonly worktreesDir: string;
  git(...args: readonly string[]): Promise<string>;
  /** Writes files and commits them in the user's checkout. */
  commit(files: Readonly<Record<string, string>>, message?: string): Promise<Commit>;
  open(): Promise<Repository>;
  remove(): Promise<void>;
}

export async function makeScratch(): Promise<Scratch> {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'tutti-git-')));
  const path = join(home, 'project');
  await mkdir(path);
  const git = (...args: readonly string[]): Promise<string> => readGit(path, args);
  await git('init', '-q', '-b', 'main');
  // Git would be started twice for it, for each of a thousand tests.
  await appendFile(join(path, '.git/config'), '[user]\n\tname = Una User\n\temail = una@example.com\n');
  return {
    path,
    worktreesDir: join(home, 'worktrees'),
    git,
    async commit(files, message = 'Seed') {
      await writeFiles(path, files);
      await git('add', '-A');
      await git('commit', '-q', '--allow-empty', '-m', message);
      return commit(await git('rev-parse', 'HEAD'));
    },
    async open() {
      const { repository, problems } = await openRepository(path);
      if (!repository) throw new Error(problems[0]?.message ?? 'no repository');
      return repository;
    },
    remove: () => rm(home, { recursive: true, force: true, maxRetries: 3 }),
  };
}

export async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

/** A file of a commit; null when it is not in there. */
export async function readFrom(path: string, from: Commit, file: string): Promise<string | null> {
  const { exitCode, stdout } = await runGit(path, ['show', `${from}:${file}`], { allow: [128] });
  return exitCode === 0 ? stdout : null;
}
