/** Files of the user's checkout that git ignores and worktrees need (`copy` and `link` in tutti.yaml): finds and judges them. */
import { glob, lstat, readdir, realpath } from 'node:fs/promises';
import { dirname, join, normalize, sep } from 'node:path';
import { type Problem, problem } from '../core/problem.ts';
import type { Repository } from './repository.ts';
import { runGit } from './run-git.ts';

/** Paths in the checkout; `*`, `?`, `[…]`, `{…}` and `**` stand for names. */
export interface WantedFiles {
  readonly copy: readonly string[];
  readonly link: readonly string[];
}

/** A file or a folder that each worktree gets, by its path from the root. */
export interface LocalFile {
  readonly path: string;
  readonly how: 'copy' | 'link';
}

export interface FoundFiles {
  readonly files: readonly LocalFile[];
  /** Errors: what no worktree may get. Warnings: what is not there. */
  readonly problems: readonly Problem[];
}

/** Looks for them in the user's checkout; what there is a problem with is not among the files. */
export async function findLocalFiles(repository: Repository, wanted: WantedFiles): Promise<FoundFiles> {
  const files: LocalFile[] = [];
  const problems: Problem[] = [];
  for (const how of ['copy', 'link'] as const) {
    for (const pattern of wanted[how]) {
      const found = await findOne(repository.topLevel, normalize(pattern).replace(/\/+$/, ''), how);
      // The first who names a file has it.
      if ('paths' in found) {
        const more = found.paths.filter((path) => !files.some((file) => file.path === path));
        files.push(...more.map((path) => ({ path, how })));
      } else problems.push(found);
    }
  }
  return { files, problems };
}

const isPattern = (text: string): boolean => /[*?[{]/.test(text);

async function findOne(
  root: string,
  pattern: string,
  how: LocalFile['how'],
): Promise<{ readonly paths: readonly string[] } | Problem> {
  const told = `${how}: ${pattern}`;
  const there = isPattern(pattern) ? await expand(root, pattern) : await ifThere(root, pattern);
  if (there.length === 0) {
    const message = `${told} is not in the checkout: worktrees do without it`;
    return problem('invalid-config', message, 'Make it, or take it out of tutti.yaml.', {
      severity: 'warning',
    });
  }
  const ignored = await ignoredAmong(root, there);
  // Of a pattern only what is ignored is meant: `.env*` is not the `.env.example` that is committed.
  const meant = there.filter((path) => ignored.has(path));
  if (meant.length < there.length && (meant.length === 0 || !isPattern(pattern))) {
    const message = `${told} is not ignored by git: it would be committed with each task's work`;
    return problem(
      'invalid-config',
      message,
      'Add it to .gitignore, or commit it: then worktrees have it anyway.',
    );
  }
  for (const path of meant) {
    const outside = await leadsOut(root, path);
    if (outside)
      return problem('invalid-config', `${told} is a link that leads out of the repository`, OUT_FIX);
    if (how === 'link' && ignored.get(path)?.endsWith('/') && !(await isIgnored(root, dirname(path)))) {
      const message = `${told} is ignored as a folder only (${ignored.get(path)}), and a link is none: it would be committed`;
      return problem('invalid-config', message, `Write it without the last slash in .gitignore, or copy it.`);
    }
  }
  return { paths: meant };
}

const OUT_FIX = 'Name the file itself, or bring it in with a command under `setup`.';

async function expand(root: string, pattern: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const path of glob(pattern, { cwd: root, exclude: (name) => name === '.git' })) found.push(path);
  // What lies in a folder that is there as a whole comes with it.
  return found.sort().filter((path) => !found.some((other) => path.startsWith(`${other}${sep}`)));
}

const ifThere = (root: string, path: string): Promise<readonly string[]> =>
  lstat(join(root, path)).then(
    () => [path],
    () => [],
  );

/** Those of the paths that git ignores, with the rule that says so; a folder with a committed file in it is not ignored. */
async function ignoredAmong(root: string, paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { stdout } = await runGit(root, ['check-ignore', '-v', '-z', '--stdin'], {
    input: paths.map((path) => `${path}\0`).join(''),
    // 128: it lies behind a link.
    allow: [1, 128],
  });
  const fields = stdout.split('\0');
  const rules = new Map<string, string>();
  // Four fields each: source, line, rule, path.
  for (let at = 0; at + 3 < fields.length; at += 4) rules.set(fields[at + 3] ?? '', fields[at + 2] ?? '');
  for (const path of [...rules.keys()]) if (await isTracked(root, path)) rules.delete(path);
  return rules;
}

const isIgnored = async (root: string, path: string): Promise<boolean> =>
  path !== '.' && (await ignoredAmong(root, [path])).size > 0;

/** Whether a commit or the index has it, or anything in it. */
export async function isTracked(root: string, path: string): Promise<boolean> {
  const { stdout } = await runGit(root, ['ls-files', '-z', '--', `:(top,literal)${path}`]);
  return stdout !== '';
}

async function leadsOut(root: string, path: string): Promise<boolean> {
  const real = await realpath(join(root, path)).catch(() => undefined);
  return real === undefined || !real.startsWith(`${root}${sep}`);
}

/** Changes when one of the files does. Of a folder only it itself and what is directly in it are looked at. */
export async function stampOf(root: string, files: readonly LocalFile[]): Promise<string> {
  const stamp = async (path: string, deep: boolean): Promise<unknown> => {
    const found = await lstat(path).catch(() => undefined);
    if (found === undefined) return null;
    const own = [found.mode, found.size, found.mtimeMs];
    if (!deep || !found.isDirectory()) return own;
    const names = (await readdir(path).catch(() => [])).sort();
    return [...own, ...(await Promise.all(names.map((name) => stamp(join(path, name), false))))];
  };
  const stamps = files.map(({ path, how }) => (how === 'link' ? null : stamp(join(root, path), true)));
  return JSON.stringify([files, await Promise.all(stamps)]);
}
