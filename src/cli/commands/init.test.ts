import { existsSync } from 'node:fs';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fakeTerminal } from '../../../test/rig/fake-terminal.ts';
import { makeScratch, type Scratch } from '../../../test/rig/scratch-repository.ts';
import { ProblemError } from '../../core/problem.ts';
import { command, type InitOptions } from './init.ts';

let scratch: Scratch;
let env: Record<string, string | undefined>;
beforeEach(async () => {
  scratch = await makeScratch();
  const home = dirname(scratch.path);
  env = { PATH: process.env.PATH, HOME: home, TUTTI_STATE_DIR: join(home, 'state') };
});
afterEach(() => scratch.remove());

async function init(options: InitOptions = {}) {
  const terminal = fakeTerminal({ cwd: scratch.path, env });
  const code = await command(terminal, [], options);
  return { code, text: terminal.printed() };
}

const config = (): Promise<string> => readFile(join(scratch.path, 'tutti.yaml'), 'utf8');

async function codesOf(attempt: Promise<unknown>): Promise<readonly string[]> {
  const error = await attempt.catch((caught: unknown) => caught);
  return error instanceof ProblemError ? error.problems.map(({ code }) => code) : ['no problem'];
}

it('tries the gate in a worktree of HEAD, writes what it found, and leaves nothing else behind', async () => {
  await scratch.commit({
    Makefile: 'test:\n\t@pwd; cat a.txt; touch made\n',
    'a.txt': 'as committed\n',
    'plan.yaml': 'plan: P\ntasks: [{ id: A, title: a, body: b }]\n',
  });
  await writeFile(join(scratch.path, 'a.txt'), 'as changed\n');
  const { code, text } = await init({ json: true });
  const report = JSON.parse(text);
  expect({ code, ...report, logFile: null, text: null }).toEqual({
    code: 0,
    schemaVersion: 1,
    kind: 'init',
    setup: [],
    gate: [
      {
        command: 'make test',
        from: 'Makefile',
        verdict: 'passed',
        exitCode: 0,
        durationMs: expect.any(Number),
        output: expect.stringMatching(/-trial\/w1\nas committed\n$/),
      },
    ],
    leftBehind: ['made'],
    logFile: null,
    plans: [{ path: 'plan.yaml', format: 'native', tasks: 1 }],
    agents: expect.any(Array),
    file: 'tutti.yaml',
    written: true,
    text: null,
    remarks: [],
  });
  expect({
    written: (await config()) === report.text,
    status: await scratch.git('status', '--porcelain'),
    worktrees: (await scratch.git('worktree', 'list')).split('\n').length,
    refs: await scratch.git('for-each-ref', '--format=%(refname)'),
  }).toEqual({ written: true, status: ' M a.txt\n?? tutti.yaml', worktrees: 1, refs: 'refs/heads/main' });
});

it('keeps a red step, takes out one that cannot start, and says what to do', async () => {
  await scratch.commit({
    'go.mod': '',
    'Cargo.toml': '',
    'bin/cargo': '#!/bin/sh\necho three tests are red\nexit 101\n',
    'bin/go': '#!/bin/sh\nexit 127\n',
  });
  const bin = join(scratch.path, 'bin');
  await chmod(join(bin, 'cargo'), 0o755);
  await chmod(join(bin, 'go'), 0o755);
  env.PATH = `${bin}:${process.env.PATH}`;
  const { code, text } = await init();
  expect(code).toBe(0);
  expect(text).toContain('failed (101)');
  expect(text).toContain('| three tests are red');
  const lines = (await config()).split('\n').filter((line) => /^#? {2}- (cargo|go)/.test(line));
  expect(lines[0]).toMatch(/^ {2}- cargo test {3}# from Cargo.toml; was RED \(exit code 101\)/);
  expect(lines[1]).toMatch(/^# {2}- go test/);
});

it('never overwrites unasked, and tries nothing then', async () => {
  await scratch.commit({ Makefile: 'test:\n\tfalse\n', 'tutti.yaml': 'slots: [\n' });
  expect(await codesOf(init())).toEqual(['usage']);
  expect(await config()).toBe('slots: [\n');
  // Even a broken one may be replaced.
  expect((await init({ force: true })).code).toBe(0);
  expect(await config()).toContain('make test');
});

it('only prints in a dry run', async () => {
  await scratch.commit({ Makefile: 'test:\n\ttouch ran\n' });
  const { code, text } = await init({ dryRun: true });
  expect({
    code,
    isThere: existsSync(join(scratch.path, 'tutti.yaml')),
    state: existsSync(env.TUTTI_STATE_DIR ?? ''),
  }).toEqual({
    code: 0,
    isThere: false,
    state: false,
  });
  expect(text).toContain('- make test   # from Makefile; not tried yet');
});

it('finds every plan, and says how the agents on PATH would be started', async () => {
  await scratch.commit({
    Makefile: 'test:\n\ttrue\n',
    'plan.yaml': 'plan: P\ntasks: [{ id: A, title: a, body: b }]\n',
    'tasks/T-001.md': '# T-001: One\n\nDo it.\n',
    'bin/aider': '#!/bin/sh\n',
    'bin/codex': '#!/bin/sh\n',
  });
  for (const name of ['aider', 'codex']) await chmod(join(scratch.path, 'bin', name), 0o755);
  env.PATH = `${join(scratch.path, 'bin')}:${process.env.PATH}`;
  const { text } = await init();
  expect(text).toContain('Plan     plan.yaml (1 task, native)\nPlan     tasks (1 task, task-files)\n');
  expect(text).toContain("codex: --agent codex\n         aider: --command 'aider --yes-always");
  expect(text).toContain('tutti run plan.yaml --agent codex');
  expect((await config()).match(/^# {3}tutti analyze .*$/gm)).toEqual([
    '#   tutti analyze plan.yaml   (1 task, native)',
    '#   tutti analyze tasks   (1 task, task-files)',
  ]);
});

it('needs a repository with a commit', async () => {
  expect(await codesOf(init())).toEqual(['no-commit']);
});
