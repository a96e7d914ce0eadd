/** Reads the sources as syntax: imports, functions and names, for the tests that hold the architecture. Judges nothing. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAst } from 'vitest/node';

/** The folder of the package. */
export const packageRoot = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

export interface SourceFunction {
  readonly name: string;
  readonly line: number;
  /** Its lines without those of the functions inside it, which are listed themselves. */
  readonly ownLines: number;
}

export interface SourceFile {
  /** Relative to `src/`, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  /** Files of `src/` by their path, everything else as it is written; type imports and `import()` included. */
  readonly imports: readonly string[];
  readonly functions: readonly SourceFunction[];
  /** Names of globals used as `name`, `new Name` or `name.member`. */
  readonly uses: ReadonlySet<string>;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

let sources: readonly SourceFile[] | undefined;

/** Every TypeScript file under `src/`, tests included, in order of path. Read once: no test changes them. */
export function readSources(): readonly SourceFile[] {
  sources ??= readAll();
  return sources;
}

function readAll(): readonly SourceFile[] {
  const root = join(packageRoot, 'src');
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.tsx?$/.test(path))
    .sort()
    .map((path) => readSource(path, readFileSync(join(root, path), 'utf8')));
}

/** @param path relative to `src/` */
export function readSource(path: string, text: string): SourceFile {
  const imports = new Set<string>();
  const uses = new Set<string>();
  const functions: SourceFunction[] = [];
  const lineAt = (offset: number): number => text.slice(0, offset).split('\n').length;

  /** @returns the lines of the outermost functions found in it */
  const visit = (node: Node, parent: Node | undefined): number => {
    const specifier = importedBy(node);
    if (specifier !== undefined) imports.add(resolveImport(path, specifier));
    for (const name of usedBy(node)) uses.add(name);
    let inner = 0;
    for (const child of childrenOf(node)) inner += visit(child, node);
    if (!isFunction(node)) return inner;
    const [first, last] = [lineAt(node.start), lineAt(node.end)];
    const lines = last - first + 1;
    // A function on one line with its neighbours takes nothing off its parent.
    functions.push({ name: nameOf(node, parent), line: first, ownLines: Math.max(1, lines - inner) });
    return lines > 1 ? lines : 0;
  };

  visit(parseAst(text, { lang: path.endsWith('.tsx') ? 'tsx' : 'ts' }) as unknown as Node, undefined);
  return { path, text, lines: text.trimEnd().split('\n').length, imports: [...imports], functions, uses };
}

const importing = new Set([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
]);

function importedBy(node: Node): string | undefined {
  if (!importing.has(node.type) || !isNode(node.source)) return undefined;
  const { value } = node.source;
  if (typeof value !== 'string') throw new Error(`an import whose source is not written down (${node.type})`);
  return value;
}

function resolveImport(from: string, specifier: string): string {
  return specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : specifier;
}

function usedBy(node: Node): string[] {
  if (node.type === 'MemberExpression' && isNode(node.object) && node.object.type === 'Identifier') {
    const object = String(node.object.name);
    return isNode(node.property) ? [object, `${object}.${String(node.property.name)}`] : [object];
  }
  if ((node.type === 'NewExpression' || node.type === 'CallExpression') && isNode(node.callee)) {
    const name = node.callee.type === 'Identifier' ? String(node.callee.name) : undefined;
    if (name !== undefined) return [node.type === 'NewExpression' ? `new ${name}` : name];
  }
  return [];
}

const isFunction = ({ type }: Node): boolean =>
  type === 'FunctionDeclaration' || type === 'FunctionExpression' || type === 'ArrowFunctionExpression';

function nameOf(node: Node, parent: Node | undefined): string {
  const named = [node.id, parent?.id, parent?.key].find((candidate) => isNode(candidate)) as Node | undefined;
  return typeof named?.name === 'string' ? named.name : '(unnamed)';
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';

const childrenOf = (node: Node): Node[] => Object.values(node).flat().filter(isNode);
