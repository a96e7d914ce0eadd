/** Finds conflict markers that a branch adds; markers that were there before, and binary files, do not count. */
import type { Commit } from '../core/plan.ts';
import { runGit } from './run-git.ts';

/** The first line of a conflict; an attribute can make it longer than the usual seven characters. */
export const BEGINNING_LINE = '^<{7,} ';
const MAX_MARKERS = 20;
const MAX_DIFF_BYTES = 8 * 1024 * 1024;

/** `file:line` (in `tip`) of the first line of each conflict that `tip` adds to `base`, or of the last where the first is gone; at most 20. */
export async function findConflictMarkers(
  cwd: string,
  base: Commit,
  tip: Commit,
): Promise<readonly string[]> {
  // -G lets git itself pass over every file without such a line; it skips binary files too.
  const search = ['-U0', '-G^(<{7,}|>{7,}) '];
  const plain = [
    '--no-color',
    '--no-ext-diff',
    '--no-textconv',
    '--no-renames',
    '--src-prefix=a/',
    '--dst-prefix=b/',
  ];
  const { stdout } = await runGit(cwd, ['diff-tree', '-r', '-p', ...plain, ...search, base, tip], {
    maxBytes: MAX_DIFF_BYTES,
    truncate: true,
    withoutIndex: true,
  });
  return parseMarkers(stdout);
}

/**
 * Reads a diff without context. Of a conflict whose lines were removed in part, what is left counts too; a single line
 * like a marker does not, for headings and quoted mails have those.
 */
export function parseMarkers(diff: string): readonly string[] {
  const found: string[] = [];
  let file = '';
  let line = 0;
  let inHunk = false;
  let marks: Mark[] = [];
  const finish = (): void => {
    found.push(...conflictsIn(marks).map((at) => `${file}:${at}`));
    marks = [];
  };
  for (const text of diff.split('\n')) {
    if (text.startsWith('diff --git ')) {
      finish();
      inHunk = false;
    } else if (!inHunk && text.startsWith('+++ ')) {
      file = fileName(text.slice(4));
    } else if (text.startsWith('@@ ')) {
      inHunk = true;
      line = Number(/\+(\d+)/.exec(text)?.[1] ?? 1);
    } else if (inHunk && text.startsWith('+')) {
      const mark = ADDED_MARK.exec(text);
      const sign = mark?.[1] ?? mark?.[2];
      if (sign) marks.push({ kind: sign[0] as Mark['kind'], length: sign.length, line });
      line += 1;
    }
  }
  finish();
  return found.slice(0, MAX_MARKERS);
}

/** Git writes nothing behind the middle one, but a line may end as in DOS. */
const ADDED_MARK = /^\+(?:([<>]{7,}) |(={7,})\r?$)/;

interface Mark {
  readonly kind: '<' | '=' | '>';
  /** The same for all of one conflict. */
  readonly length: number;
  readonly line: number;
}

/**
 * The line of each conflict's beginning, if the file has anything that ends one; of its end, where the beginning is gone
 * but the middle is there.
 */
function conflictsIn(marks: readonly Mark[]): readonly number[] {
  const hasEnd = marks.some(({ kind }) => kind === '>');
  const lastMiddles = new Map<number, number>();
  for (const { kind, length, line } of marks) if (kind === '=') lastMiddles.set(length, line);
  const lines: number[] = [];
  const middles = new Set<number>();
  let open = 0;
  for (const { kind, length, line } of marks) {
    if (kind === '=') middles.add(length);
    else if (kind === '<') {
      if (hasEnd || (lastMiddles.get(length) ?? 0) > line) lines.push(line);
      open++;
    } else {
      if (open > 0) open--;
      else if (middles.has(length)) lines.push(line);
      middles.clear();
    }
  }
  return lines;
}

/** Git ends a name that has spaces with a tab, and quotes one that has stranger characters. */
function fileName(text: string): string {
  const quoted = /^"(.*)"$/s.exec(text.replace(/\t$/, ''));
  const name = quoted ? unquote(quoted[1] ?? '') : text.replace(/\t$/, '');
  return name.replace(/^b\//, '');
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
};

function unquote(text: string): string {
  return text.replace(/\\([0-7]{3}|.)/gs, (_, code: string) =>
    code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8)) : (ESCAPES[code] ?? code),
  );
}
