/**
 * Has V8 compile the functions that a call of tutti is seen to use together with their file, so that Node's compile cache holds
 * them (docs/decisions/0016-compile-cache.md). V8 does so with a function in parentheses; all others it compiles, at each start
 * anew, when they are first called. Methods cannot be written so and stay as they are.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseSync, Visitor } from 'rolldown/utils';
import { writeTaskFolder } from '../bench/plan-folder.ts';

/** As V8 writes it for `NODE_V8_COVERAGE`: the first range of a function is the function itself. */
interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly {
      readonly ranges: readonly [
        { readonly startOffset: number; readonly endOffset: number; readonly count: number },
      ];
    }[];
  }[];
}

/** @param dist the program's files, which are written anew. @param bin starts the program */
export function compileEagerly(dist: string, bin: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'tutti-build-'));
  try {
    const plan = writeTaskFolder(join(folder, 'plan'), 30);
    for (const [file, called] of calledFunctions(bin, ['analyze', plan], join(folder, 'coverage')))
      if (file.startsWith(pathToFileURL(join(dist, '/')).href)) putInParentheses(fileURLToPath(file), called);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Where the functions begin that a call of the program uses, by the address of their file. @throws Error when the call fails */
function calledFunctions(
  bin: string,
  args: readonly string[],
  folder: string,
): Map<string, ReadonlySet<number>> {
  const env = { ...process.env, NODE_V8_COVERAGE: folder, NODE_DISABLE_COMPILE_CACHE: '1' };
  const { status, stderr } = spawnSync(process.execPath, [bin, ...args], { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`tutti ${args.join(' ')} exits with ${status}: ${stderr}`);
  const scripts = readdirSync(folder).flatMap(
    (file) => (JSON.parse(readFileSync(join(folder, file), 'utf8')) as Coverage).result,
  );
  return new Map(
    scripts.map(({ url, functions }) => {
      const called = functions.map(({ ranges: [whole] }) => whole).filter(({ count }) => count > 0);
      return [url, new Set(called.map(({ startOffset }) => startOffset))];
    }),
  );
}

interface Mark {
  readonly at: number;
  readonly text: string;
}

/** A declaration stands before everything else of its module, so that one in parentheses has to be moved there. */
function putInParentheses(file: string, called: ReadonlySet<number>): void {
  const code = readFileSync(file, 'utf8');
  const { program } = parseSync(file, code);
  const marks: Mark[] = [];
  const mark = ({ start, end }: { readonly start: number; readonly end: number }): void => {
    if (called.has(start)) marks.push({ at: start, text: '(' }, { at: end, text: ')' });
  };
  new Visitor({ ArrowFunctionExpression: mark, FunctionExpression: mark }).visit(program);
  marks.sort((a, b) => a.at - b.at);
  let from = program.body.findLast(({ type }) => type === 'ImportDeclaration')?.end ?? 0;
  let text = code.slice(0, from);
  let rest = '';
  for (const node of program.body) {
    if (node.type !== 'FunctionDeclaration' || node.id === null || !called.has(node.start)) continue;
    text += `\nvar ${node.id.name} = (${marked(code, marks, node.start, node.end)});`;
    rest += marked(code, marks, from, node.start);
    from = node.end;
  }
  writeFileSync(file, text + rest + marked(code, marks, from, code.length));
}

/** The code from `start` to `end` with the marks that belong in it. */
function marked(code: string, marks: readonly Mark[], start: number, end: number): string {
  let text = '';
  let from = start;
  for (const mark of marks) {
    if (mark.at < start || mark.at > end) continue;
    text += code.slice(from, mark.at) + mark.text;
    from = mark.at;
  }
  return text + code.slice(from, end);
}
