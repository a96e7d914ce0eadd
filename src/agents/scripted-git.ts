/** The git that a scripted agent needs, at the least cost in a large repository. Runs in the current folder. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type PlannedFile, SHARED_LINE } from './scripted-script.ts';

const quiet = ['-c', 'commit.gpgSign=false', '-c', 'core.hooksPath=/dev/null', '-c', 'gc.auto=0'];

/** Runs git; gives its output. @throws when it fails */
export const git = (...args: readonly string[]): string => runGit(args);

function runGit(args: readonly string[], input?: string): string {
  const { status, stdout, stderr, error } = spawnSync('git', [...quiet, ...args], {
    input,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status === 0) return stdout;
  throw new Error(`git ${args[0]} failed: ${error?.message ?? stderr.trim()}`);
}

export function writeFile(file: string, content: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

/**
 * Commits these files, one after the other. By fast-import, which builds on the last commit's tree: `git commit` asks the
 * file system about every file of the repository, and `git write-tree` writes the whole index once more.
 */
export function commitFiles(commits: readonly PlannedFile[]): void {
  if (commits.length === 0) return;
  const names = [...new Set(commits.map(({ file }) => file))];
  runGit(['update-index', '--add', '-z', '--stdin'], names.join('\0'));
  const stream = commits.map(
    ({ file, subject, content }, index) =>
      `commit HEAD\ncommitter ${committer()}\n${data(subject)}${index === 0 ? 'from HEAD^0\n' : ''}` +
      `M 100644 inline "${file.replace(/["\\]/g, '\\$&')}"\n${data(content)}`,
  );
  runGit(['fast-import', '--quiet', '--date-format=now'], stream.join(''));
}

const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`;

let identity: string | undefined;

/** Who commits, and when: now. */
function committer(): string {
  identity ??= git('var', 'GIT_COMMITTER_IDENT').replace(/ \d+ [+-]\d+\s*$/, '');
  return `${identity} now`;
}

/** The planned files that the head has already with this very content: an earlier session made them. */
export function isCommitted(planned: readonly PlannedFile[]): ReadonlySet<PlannedFile> {
  const present = planned.map(({ file }) => file).filter((file) => existsSync(file));
  if (present.length === 0) return new Set();
  const ids = new Map<string, string>();
  for (const row of git('ls-tree', '-z', 'HEAD', '--', ...present).split('\0')) {
    const [about = '', file = ''] = row.split('\t');
    ids.set(file, about.split(' ')[2] ?? '');
  }
  return new Set(planned.filter(({ file, content }) => isBlob(ids.get(file), content)));
}

function isBlob(id: string | undefined, content: string): boolean {
  if (!id) return false;
  const bytes = Buffer.from(content);
  const hash = createHash(id.length === 40 ? 'sha1' : 'sha256');
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest('hex') === id;
}

/**
 * Puts a line into a shared file and gives its new text; undefined when the line is there. Such lines stand sorted at the
 * end, so that the file does not depend on the order in which tasks come.
 */
export function writeSharedLine(file: string, line: string): string | undefined {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
  if (lines.includes(line)) return undefined;
  const others = lines.filter((text) => !text.startsWith(SHARED_LINE));
  const shared = [...lines.filter((text) => text.startsWith(SHARED_LINE)), line].sort();
  const content = `${[...others, ...shared].join('\n')}\n`;
  writeFile(file, content);
  return content;
}

/** Ends a merge that left conflicts: both sides are kept. Gives the files; none when there is no conflict. */
export function resolveConflicts(): readonly string[] {
  if (!existsSync(join(gitFolder(), 'MERGE_HEAD'))) return [];
  const rows = git('ls-files', '--unmerged', '-z').split('\0').filter(Boolean);
  const files = [...new Set(rows.map((row) => row.slice(row.indexOf('\t') + 1)))];
  for (const file of files) {
    if (existsSync(file)) writeFileSync(file, keepBothSides(readFileSync(file, 'utf8')));
    git('add', '--all', '--', file);
  }
  git('commit', '-q', '--no-verify', '--no-status', '--no-edit');
  return files;
}

/** Git's folder for the worktree; the `.git` of a linked one is a file that says where it is. */
function gitFolder(): string {
  if (statSync('.git').isDirectory()) return '.git';
  return readFileSync('.git', 'utf8')
    .replace(/^gitdir: /, '')
    .trimEnd();
}

/** An interrupted session's unresolved conflict is committed as it was; true when the file had one and has none now. */
export function resolveCommitted(file: string): boolean {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const kept = keepBothSides(text);
  if (kept === text) return false;
  writeFileSync(file, kept);
  commitFiles([{ file, subject: `Resolve the conflict in ${file}`, content: kept }]);
  return true;
}

/** A text without conflict markers: each conflict becomes the lines of both sides, each once, sorted. */
export function keepBothSides(text: string): string {
  const kept: string[] = [];
  let sides: Set<string> | undefined;
  let inBase = false;
  for (const line of text.split('\n')) {
    if (/^<{7}( |$)/.test(line)) sides = new Set();
    else if (sides && /^\|{7}( |$)/.test(line)) inBase = true;
    else if (sides && /^={7}$/.test(line)) inBase = false;
    else if (sides && /^>{7}( |$)/.test(line)) {
      // Sorted: which side is ours depends on who was merged first, the result must not.
      kept.push(...[...sides].sort());
      sides = undefined;
    } else if (!sides) kept.push(line);
    else if (!inBase) sides.add(line);
  }
  return kept.join('\n');
}
