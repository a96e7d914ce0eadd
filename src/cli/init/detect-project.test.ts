import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeFiles } from '../../../test/rig/scratch-repository.ts';
import { detectProject } from './detect-project.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tutti-detect-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const manifest = (content: unknown): string => JSON.stringify(content);
const dependencies = { vite: '1' };

it.each([
  ['an empty folder', {}, [], []],
  [
    'npm with a lock file',
    {
      'package.json': manifest({ scripts: { test: 'vitest', lint: 'x', build: 'x', 'type-check': 'x' } }),
      'package-lock.json': '{}',
    },
    ['npm ci'],
    ['npm run build', 'npm run type-check', 'npm run lint', 'npm test'],
  ],
  [
    'scripts that the test runs anyway',
    {
      'package.json': manifest({
        scripts: {
          pretest: 'npm run -s build',
          test: 'npm run lint && vitest',
          lint: 'x',
          build: 'x',
          typecheck: 'x',
        },
      }),
    },
    [],
    ['npm run typecheck', 'npm test'],
  ],
  [
    'the test that npm init writes',
    {
      'package.json': manifest({
        scripts: { test: 'echo "Error: no test specified" && exit 1' },
        dependencies,
      }),
    },
    ['npm install --no-package-lock'],
    [],
  ],
  [
    'pnpm',
    { 'package.json': manifest({ scripts: { test: 'x' } }), 'pnpm-lock.yaml': '' },
    ['pnpm install --frozen-lockfile'],
    ['pnpm test'],
  ],
  [
    'yarn 1',
    { 'package.json': manifest({ scripts: { test: 'x', lint: 'x' } }), 'yarn.lock': '' },
    ['yarn install --frozen-lockfile'],
    ['yarn lint', 'yarn test'],
  ],
  [
    'yarn 4 by its declaration, whatever other lock files lie there',
    {
      'package.json': manifest({ packageManager: 'yarn@4.1.0', scripts: { test: 'x' } }),
      'yarn.lock': '',
      'package-lock.json': '{}',
    },
    ['yarn install --immutable'],
    ['yarn test'],
  ],
  [
    'bun',
    { 'package.json': manifest({ scripts: { test: 'x' } }), 'bun.lock': '' },
    ['bun install --frozen-lockfile'],
    ['bun run test'],
  ],
  ['a package.json that is none', { 'package.json': '{' }, [], []],
  ['cargo', { 'Cargo.toml': '' }, [], ['cargo test']],
  ['go', { 'go.mod': '' }, [], ['go test ./...']],
  ['maven', { 'pom.xml': '' }, [], ['mvn -q verify']],
  ['gradle with its wrapper', { 'build.gradle.kts': '', gradlew: '' }, [], ['./gradlew check']],
  ['uv', { 'uv.lock': '', 'pyproject.toml': 'pytest' }, ['uv sync --locked'], ['uv run pytest']],
  [
    'poetry',
    { 'poetry.lock': 'name = "pytest"\n', 'pyproject.toml': '' },
    ['poetry install'],
    ['poetry run pytest'],
  ],
  [
    'pip',
    { 'requirements.txt': '', 'requirements-dev.txt': 'pytest==8' },
    ['python3 -m venv .venv && .venv/bin/pip install -q -r requirements-dev.txt -r requirements.txt'],
    ['.venv/bin/pytest'],
  ],
  [
    'a python package that tests with what comes with python',
    { 'setup.py': '', 'tests/test_a.py': '' },
    ['python3 -m venv .venv && .venv/bin/pip install -q -e .'],
    ['.venv/bin/python -m unittest discover -s tests'],
  ],
  ['a Makefile alone', { Makefile: 'test := 1\nall:\n\ttrue\ncheck: all\n\ttrue\n' }, [], ['make check']],
  ['a Makefile beside something better', { Makefile: 'test:\n', 'go.mod': '' }, [], ['go test ./...']],
  ['two kinds at once', { 'go.mod': '', 'Cargo.toml': '' }, [], ['cargo test', 'go test ./...']],
] as const)('guesses for %s', async (_name, files, setup, gate) => {
  await writeFiles(folder, files as Readonly<Record<string, string>>);
  const found = detectProject(folder);
  expect([found.setup, found.gate].map((guesses) => guesses.map(({ command }) => command))).toEqual([
    setup,
    gate,
  ]);
});
