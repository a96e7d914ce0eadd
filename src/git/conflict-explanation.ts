/** Tells an agent what each side did to the files in conflict; bounded, and makes no attempt at a resolution. */
import type { Commit } from '../core/plan.ts';
import { mergeBase } from './merge-base.ts';
import { runGit } from './run-git.ts';

const MAX_FILE_BYTES = 4 * 1024;
const MAX_TOTAL_BYTES = 16 * 1024;
const MAX_SUBJECTS = 10;

export interface ConflictRequest {
  readonly onto: Commit;
  readonly commit: Commit;
  readonly files: readonly string[];
}

/** Plain text: for each file the commits and the changes of both sides since they parted, at most about 16 kB. */
export async function explainConflict(
  cwd: string,
  { onto, commit, files }: ConflictRequest,
): Promise<string> {
  const base = await mergeBase(cwd, onto, commit);
  const parts: string[] = [];
  let room = MAX_TOTAL_BYTES;
  for (const [index, file] of files.entries()) {
    if (room < 200) {
      parts.push(
        `(${files.length - index} more files in conflict: ${files.slice(index).join(', ').slice(0, 1000)})`,
      );
      break;
    }
    const sides = [
      await describeSide(cwd, 'The target, since this branch left it', base, onto, file),
      await describeSide(cwd, 'This branch', base, commit, file),
    ];
    const part = clip([`=== ${file}`, ...sides].join('\n'), Math.min(room, MAX_FILE_BYTES));
    room -= Buffer.byteLength(part);
    parts.push(part);
  }
  return parts.join('\n\n');
}

async function describeSide(
  cwd: string,
  who: string,
  base: Commit | null,
  tip: Commit,
  file: string,
): Promise<string> {
  const range = base ? [`${base}..${tip}`] : [tip];
  const log = ['--literal-pathspecs', 'log', '--no-color', '--no-show-signature', '--format=%h %s'];
  const subjects = await runGit(cwd, [...log, `-n${MAX_SUBJECTS}`, ...range, '--', file], bounded);
  const lines = subjects.stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => `  ${line}`);
  const diff = base ? await diffOf(cwd, base, tip, file) : '';
  return [`--- ${who}:`, ...(lines.length > 0 ? lines : ['  (no commit of its own)']), diff.trimEnd()]
    .filter(Boolean)
    .join('\n');
}

const bounded = { maxBytes: MAX_FILE_BYTES, truncate: true };

/** Each side gets half of a file's room, so that a large change of one does not hide the other. */
async function diffOf(cwd: string, base: Commit, tip: Commit, file: string): Promise<string> {
  const args = ['--literal-pathspecs', 'diff-tree', '-p', '--no-color', '--no-ext-diff', '--no-renames'];
  const { stdout } = await runGit(cwd, [...args, base, tip, '--', file], bounded);
  const hunks = stdout.indexOf('\n@@');
  return clip(hunks < 0 ? stdout : stdout.slice(hunks + 1), MAX_FILE_BYTES / 2 - 300);
}

function clip(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text;
  return `${bytes
    .subarray(0, maxBytes - 20)
    .toString('utf8')
    .replace(/�+$/, '')}\n… (cut off)`;
}
