/** The house rules as data: which room may import what, and what no file may contain (docs/ARCHITECTURE.md). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot, readSource, readSources, type SourceFile } from './rig/source-tree.ts';

interface Room {
  /** Other rooms it may import; types count. */
  readonly rooms: readonly string[];
  /** Whether it may import `node:` modules. */
  readonly node: boolean;
  /** npm packages it may import. */
  readonly packages?: readonly string[];
}

const adapter = ['core', 'ports', 'process', 'system'] as const;

/** The import table. A file directly under `src/` is a room of its own. */
const rooms: Readonly<Record<string, Room>> = {
  core: { rooms: [], node: false },
  ports: { rooms: ['core'], node: false },
  view: { rooms: ['core'], node: false, packages: ['get-east-asian-width'] },
  drawing: { rooms: ['core', 'view'], node: false },
  config: { rooms: ['core'], node: true, packages: ['yaml', 'zod'] },
  readers: {
    rooms: ['core'],
    node: true,
    packages: ['yaml', 'zod'],
  },
  engine: { rooms: ['core', 'ports', 'view'], node: false },
  simulation: { rooms: ['core', 'ports', 'engine'], node: false },
  attempt: { rooms: ['core', 'ports', 'view'], node: false },
  integration: { rooms: ['core', 'ports', 'view'], node: false },
  verification: { rooms: ['core', 'ports'], node: false },
  process: { rooms: ['core', 'ports'], node: true },
  system: { rooms: ['core', 'ports'], node: true },
  store: { rooms: adapter, node: true },
  control: { rooms: adapter, node: true },
  gates: { rooms: adapter, node: true },
  git: { rooms: adapter, node: true },
  agents: {
    rooms: adapter,
    node: true,
    packages: ['@agentclientprotocol/sdk', '@anthropic-ai/sandbox-runtime'],
  },
  tui: { rooms: ['core', 'ports', 'view'], node: false, packages: ['ink', 'react'] },
  cli: {
    rooms: [
      'core',
      'ports',
      'view',
      'drawing',
      'config',
      'readers',
      'engine',
      'simulation',
      'tui',
      'compose.ts',
      'version.ts',
    ],
    node: true,
    packages: ['commander', 'zod'],
  },
  'version.ts': { rooms: [], node: true },
  'compose.ts': {
    rooms: [
      'core',
      'ports',
      'view',
      'config',
      'engine',
      'attempt',
      'integration',
      'verification',
      'process',
      'system',
      'store',
      'control',
      'gates',
      'git',
      'agents',
      'version.ts',
    ],
    node: true,
  },
  'index.ts': { rooms: ['core', 'readers', 'view'], node: false },
};

/** Packages that more than one room imports, each with its reason. */
const sharedPackages: Readonly<Record<string, string>> = {
  yaml: 'plans and tutti.yaml are both YAML, and both need the line of every value',
  zod: 'plans and tutti.yaml are both checked against a shape; `cli` writes the shape of `analyze --json` with it',
};

/** What a test beside the code may import on top of its room. */
const tests = {
  rooms: ['core', 'ports', 'process', 'system', 'simulation', 'verification'],
  packages: ['vitest', 'fast-check', 'yaml'],
  folders: ['../test/rig/', '../test/contracts/', '../test/fakes/', '../test/fixtures/'],
};

/** Longer than the limits allow, each with its reason. */
const longFiles: Readonly<Record<string, string>> = {
  'core/event.ts': 'the catalogue of events: one documented interface each, and nothing else',
};
const longFunctions: Readonly<Record<string, string>> = {
  'view/event-text.ts describe': 'an exhaustive switch, one line per event',
};
const MAX_FILE_LINES = 400;
const MAX_FUNCTION_LINES = 70;

const all = readSources();
const sources = all.filter(({ path }) => !path.endsWith('.test.ts'));

const roomOf = (path: string): string => path.split('/', 1)[0] ?? path;
const isPackage = (specifier: string): boolean =>
  !/\.tsx?$/.test(specifier) && !specifier.startsWith('node:');
const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** What is wrong with one import, or undefined. */
function broken({ path }: SourceFile, specifier: string): string | undefined {
  const name = roomOf(path);
  const room = rooms[name];
  if (room === undefined) return `${name} is no room of the table`;
  const isTest = path.endsWith('.test.ts');
  if (specifier.startsWith('node:'))
    return room.node || isTest ? undefined : `${name} may not import ${specifier}`;
  if (isPackage(specifier)) {
    const allowed = [...(room.packages ?? []), ...(isTest ? tests.packages : [])];
    return allowed.includes(packageOf(specifier))
      ? undefined
      : `${name} may not import the package ${specifier}`;
  }
  if (isTest && tests.folders.some((folder) => specifier.startsWith(folder))) return undefined;
  const target = roomOf(specifier);
  const allowed = [name, ...room.rooms, ...(isTest ? tests.rooms : [])];
  return allowed.includes(target) ? undefined : `${name} may not import ${specifier}`;
}

const brokenImports = (files: readonly SourceFile[]): string[] =>
  files.flatMap((file) =>
    file.imports.flatMap((specifier) => {
      const wrong = broken(file, specifier);
      return wrong === undefined ? [] : [`${file.path}: ${wrong}`];
    }),
  );

describe('imports', () => {
  it('follow the table', () => {
    expect(brokenImports(all)).toEqual([]);
  });

  it('would be refused where the table forbids them', () => {
    const file = readSource(
      'core/example.ts',
      "import type { A } from '../ports/clock.ts';\nexport * from 'node:fs';\ntype B = import('zod').B;\nawait import('../git/merge.ts');",
    );
    expect(brokenImports([file])).toEqual([
      'core/example.ts: core may not import ports/clock.ts',
      'core/example.ts: core may not import node:fs',
      'core/example.ts: core may not import the package zod',
      'core/example.ts: core may not import git/merge.ts',
    ]);
  });

  it('form no cycle between files, type imports included', () => {
    expect(findCycle(sources)).toEqual([]);
    const pair = [
      readSource('core/a.ts', "import type { B } from './b.ts';"),
      readSource('core/b.ts', "import type { A } from './a.ts';"),
    ];
    expect(findCycle(pair)).toEqual(['core/a.ts', 'core/b.ts']);
  });

  it('reach every package of the program, and no other, from one room or from those with a reason', () => {
    const users = new Map<string, Set<string>>();
    for (const { path, imports } of sources) {
      for (const name of imports.filter(isPackage).map(packageOf)) {
        users.set(name, (users.get(name) ?? new Set()).add(roomOf(path)));
      }
    }
    const several = [...users].filter(([, names]) => names.size > 1).map(([name]) => name);
    expect(several.sort()).toEqual(Object.keys(sharedPackages).sort());
    expect([...users.keys()].sort()).toEqual(bundledPackages().filter((name) => name !== 'package'));
  });
});

describe('the table', () => {
  it('names exactly the rooms that exist', () => {
    const existing = new Set(all.map(({ path }) => roomOf(path)));
    expect(Object.keys(rooms).sort()).toEqual([...existing].sort());
  });

  it('lets only compose.ts name concrete adapters', () => {
    const concrete = ['store', 'control', 'gates', 'git', 'agents'];
    const naming = Object.entries(rooms)
      .filter(([name, room]) => room.rooms.some((other) => other !== name && concrete.includes(other)))
      .map(([name]) => name);
    expect(naming).toEqual(['compose.ts']);
  });
});

describe('files', () => {
  it('have names that say what is in them', () => {
    const empty =
      /^(utils?|helpers?|common|shared|types?|managers?|services?|misc|lib)(\.|$)|[-.](utils?|helpers?|manager|service)\./;
    const parts = all.flatMap(({ path }) => path.split('/').filter((part) => empty.test(part)));
    expect(parts).toEqual([]);
  });

  it('are called in kebab-case', () => {
    const odd = all.filter(
      ({ path }) => !/^(?:[a-z0-9]+(?:-[a-z0-9]+)*\/)*[a-z0-9]+(?:-[a-z0-9]+)*(?:\.test)?\.tsx?$/.test(path),
    );
    expect(odd.map(({ path }) => path)).toEqual([]);
  });

  it('begin with a comment that says what they are for', () => {
    const bare = sources.filter(
      ({ text }) => !/^\/\*\* [^\n]{10,}\*\/\n|^\/\*\*\n \* [\s\S]{10,400}?\n \*\/\n/.test(text),
    );
    expect(bare.map(({ path }) => path)).toEqual([]);
  });

  it(`have at most ${MAX_FILE_LINES} lines, or a reason`, () => {
    const long = sources.filter(({ lines }) => lines > MAX_FILE_LINES).map(({ path }) => path);
    expect(long).toEqual(Object.keys(longFiles));
  });

  it(`have functions of at most ${MAX_FUNCTION_LINES} lines, or a reason`, () => {
    const long = sources.flatMap(({ path, functions }) =>
      functions.filter(({ ownLines }) => ownLines > MAX_FUNCTION_LINES).map(({ name }) => `${path} ${name}`),
    );
    expect(long).toEqual(Object.keys(longFunctions));
  });
});

describe('core', () => {
  it('has no clock, no timer, no chance and no process', () => {
    const forbidden =
      /^(new Date|Date(\..*)?|Math\.random|performance(\..*)?|process(\..*)?|crypto(\..*)?|console(\..*)?|fetch|setTimeout|setInterval|setImmediate|queueMicrotask)$/;
    const found = sources
      .filter(({ path }) => roomOf(path) === 'core')
      .flatMap(({ path, uses }) =>
        [...uses].filter((name) => forbidden.test(name)).map((name) => `${path}: ${name}`),
      );
    expect(found).toEqual([]);
    const bad = readSource(
      'core/x.ts',
      'new Date(); Date.now(); Math.random(); process.exit(); setTimeout(f);',
    );
    expect([...bad.uses].filter((name) => forbidden.test(name)).sort()).toEqual(
      ['Date', 'Date.now', 'Math.random', 'new Date', 'process', 'process.exit', 'setTimeout'].sort(),
    );
  });
});

/** The first cycle found, by depth-first search; empty when there is none. */
function findCycle(files: readonly SourceFile[]): string[] {
  const imports = new Map(files.map((file) => [file.path, file.imports]));
  const finished = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): string[] => {
    const again = path.indexOf(file);
    if (again >= 0) return path.slice(again);
    if (finished.has(file)) return [];
    path.push(file);
    for (const next of imports.get(file) ?? []) {
      const cycle = imports.has(next) ? visit(next) : [];
      if (cycle.length > 0) return cycle;
    }
    path.pop();
    finished.add(file);
    return [];
  };
  for (const file of imports.keys()) {
    const cycle = visit(file);
    if (cycle.length > 0) return cycle;
  }
  return [];
}

/** Packages that are bundled; nothing is installed with tutti. */
function bundledPackages(): readonly string[] {
  const text = readFileSync(join(packageRoot, 'docs/decisions/dependencies.md'), 'utf8');
  const section = /\n## In the program\n(.*?)\n## /s.exec(text)?.[1] ?? '';
  return [...section.matchAll(/^\| (@?\w[\w/-]*) \|/gm)].map(([, name = '']) => name);
}
