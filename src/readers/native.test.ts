import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diagnose } from '../core/analysis/diagnose.ts';
import { readPlan } from './detect.ts';

const fixtures = path.join(import.meta.dirname, '../../test/fixtures/plans');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tutti-native-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = async (text: string, name = 'plan.yaml') => {
  writeFileSync(path.join(folder, name), text);
  return readPlan(path.join(folder, name));
};
const problemsOf = async (text: string, name?: string) => {
  const { plan, problems } = await read(text, name);
  return [...problems, ...diagnose(plan)].map(({ code, severity, message, fix, location, tasks }) => ({
    code,
    severity,
    message: message.replaceAll(`${folder}/`, ''),
    fix,
    line: location?.line,
    tasks,
  }));
};
const error = (code: string, line: number, message: string, fix: string, ...tasks: string[]) => ({
  code,
  severity: 'error',
  message,
  fix,
  line,
  tasks,
});

describe('a native plan', () => {
  it('reads every key', async () => {
    mkdirSync(path.join(folder, 'tasks'));
    writeFileSync(path.join(folder, 'tasks/b.md'), 'From a file.');
    const { plan, problems } = await read(`
plan: Everything
defaults:
  agent: codex
  estimate: { tokens: 50k }
  gate: [npm test]
pools: { database: 1, gpu: 4 }
tasks:
  - id: 001
    title: First
    files: [src/**]
    estimate: { duration: 1h30m, commits: 3 }
    outline: [{ phase: Model, commits: ["feat: a", "feat: b"] }, { commits: [c] }]
    body: |
      Text.
    priority: high
    module: core
    pools: [database]
    labels: [a, 1.0]
    timeout: 2h
    allowEmpty: true
    autonomous: false
    status: done
    was: "000"
  - id: B
    dependsOn: [001, 001]
    bodyFile: tasks/b.md
    priority: 2.5
    pools: { gpu: 2 }
    agent: claude-code
    gate: [make, { name: e2e, run: npm run e2e, timeout: 90s }]
  - { id: C, agent: command, command: "make docs", workspace: none, dependsOn: [B], gate: [], estimate: 2h }
`);
    const file = path.join(folder, 'plan.yaml');
    const common = {
      files: [],
      outline: [],
      labels: [],
      status: 'todo',
      pools: {},
      workspace: 'worktree',
      allowEmpty: false,
      autonomous: true,
    };
    expect({ plan, problems }).toEqual({
      problems: [],
      plan: {
        name: 'Everything',
        source: file,
        format: 'native',
        pools: { database: 1, gpu: 4 },
        tasks: [
          {
            ...common,
            id: '001',
            title: 'First',
            body: 'Text.\n',
            dependsOn: [],
            files: ['src/**'],
            outline: [
              { phase: 'Model', commits: ['feat: a', 'feat: b'] },
              { phase: '', commits: ['c'] },
            ],
            estimate: { durationMs: 5_400_000, tokens: 50_000, commits: 3 },
            labels: ['a', '1.0'],
            module: 'core',
            priority: 3,
            status: 'done',
            pools: { database: 1 },
            agent: 'codex',
            allowEmpty: true,
            autonomous: false,
            gate: [{ name: 'npm test', run: 'npm test' }],
            timeoutMs: 7_200_000,
            location: { file, line: 9 },
            dependencyLocations: {},
          },
          {
            ...common,
            id: 'B',
            title: 'B',
            body: 'From a file.',
            dependsOn: ['001'],
            estimate: { tokens: 50_000 },
            priority: 2.5,
            pools: { gpu: 2 },
            agent: 'claude-code',
            gate: [
              { name: 'make', run: 'make' },
              { name: 'e2e', run: 'npm run e2e', timeoutMs: 90_000 },
            ],
            location: { file, line: 25 },
            dependencyLocations: { '001': { file, line: 26 } },
          },
          {
            ...common,
            id: 'C',
            title: 'C',
            body: '',
            dependsOn: ['B'],
            estimate: { durationMs: 7_200_000, tokens: 50_000 },
            agent: 'command',
            command: 'make docs',
            workspace: 'none',
            gate: [],
            location: { file, line: 32 },
            dependencyLocations: { B: { file, line: 32 } },
          },
        ],
      },
    });
  });

  it('reads the example of the specification', async () => {
    const { plan, problems } = await readPlan(path.join(fixtures, 'native/example.yaml'));
    expect([plan.name, plan.tasks.map(({ id }) => id), problems]).toEqual([
      'Shop checkout',
      ['T-001', 'T-002', 'T-003'],
      [],
    ]);
  });

  it('reads JSON with places, tabs and all', async () => {
    const text = `\uFEFF${JSON.stringify(
      {
        tasks: [
          { id: 'A', body: 'a' },
          { id: 2, body: 'b', dependsOn: ['A', 'X'] },
        ],
      },
      null,
      '\t',
    )}`;
    const { plan, problems } = await read(text.replaceAll('\n', '\r\n'), 'plan.json');
    expect([problems, plan.name, plan.tasks.map(({ id, location }) => [id, location.line])]).toEqual([
      [],
      'plan.json',
      [
        ['A', 3],
        ['2', 7],
      ],
    ]);
    expect(plan.tasks[1]?.dependencyLocations.X?.line).toBe(12);
  });

  it('resolves anchors, within bounds', async () => {
    const { plan } = await read(
      'tasks:\n  - id: A\n    files: &f [src/**]\n    body: a\n  - id: B\n    files: *f\n    body: b\n',
    );
    expect(plan.tasks.map(({ files }) => files)).toEqual([['src/**'], ['src/**']]);
    const rows = Array.from({ length: 9 }, (_, row) => `x${row}: &x${row} [${`*x${row - 1},`.repeat(10)}]`);
    const bomb = ['x: &x-1 [1]', ...rows, 'tasks: []'].join('\n');
    expect((await problemsOf(bomb)).map(({ code, message }) => [code, message])).toEqual([
      ['invalid-yaml', 'plan.yaml is not valid YAML: aliases expand to too much'],
    ]);
  });

  it('takes its name from its path when it has none', async () => {
    const file = path.join(folder, 'docs/plan.yaml');
    mkdirSync(path.dirname(file));
    writeFileSync(file, 'tasks: [{ id: A }]');
    const names = [(await readPlan(file, { root: folder })).plan.name, (await readPlan(file)).plan.name];
    expect(names).toEqual(['docs/plan.yaml', 'plan.yaml']);
  });
});

describe('what is wrong in a native plan', () => {
  it('is told all at once', async () => {
    const text = `plans: Shop
pools: { db: 1 }
defaults: { agnet: codex }
tasks:
  - id: T-001
    titel: A
    body: a
    dependsOn: T-002
  - title: no id
  - id: T-002
    body: b
    priority: urgent
    estimate: { duration: 40, token: 1k }
    pools: { db: 2 }
    gate: [ok, { run: x, timout: 1m }, { run: y, timeout: soon }]
  - id: T-003
    body: c
    dependsOn: [T-002, T-033]
    pools: { db: 2 }
    autonomous: maybe
  - just text
  - { id: T-004, body: d, pools: { db: 2 } }
`;
    const known =
      'Known: id, title, body, bodyFile, dependsOn, files, outline, status, was, module, priority, estimate, pools, gate, agent, command, workspace, labels, timeout, allowEmpty, autonomous, merge.';
    expect(await problemsOf(text)).toEqual(
      [
        error(
          'invalid-value',
          1,
          'unknown key "plans"',
          'Did you mean plan? Known: plan, defaults, pools, tasks.',
        ),
        error('invalid-value', 3, 'defaults: unknown key "agnet"', `Did you mean agent? ${known}`),
        error('invalid-value', 8, 'T-001: dependsOn: expected a list', 'Correct dependsOn.', 'T-001'),
        error('invalid-value', 6, 'T-001: unknown key "titel"', `Did you mean title? ${known}`, 'T-001'),
        error('invalid-value', 9, 'task 2: a task needs an id', 'Add `id:`.'),
        error(
          'invalid-value',
          12,
          'T-002: priority: expected high, medium, low or a number',
          'Correct priority.',
          'T-002',
        ),
        error(
          'invalid-value',
          13,
          'T-002: estimate.duration: expected a duration such as 40m or 1h30m',
          'Correct estimate.duration.',
          'T-002',
        ),
        error(
          'invalid-value',
          13,
          'T-002: unknown key "token"',
          'Did you mean tokens? Known: duration, tokens, commits.',
          'T-002',
        ),
        error(
          'invalid-value',
          15,
          'T-002: unknown key "timout"',
          'Did you mean timeout? Known: name, run, timeout.',
          'T-002',
        ),
        error(
          'invalid-value',
          15,
          'T-002: gate.2.timeout: expected a duration such as 40m or 1h30m',
          'Correct gate.2.timeout.',
          'T-002',
        ),
        error(
          'invalid-value',
          20,
          'T-003: autonomous: expected true or false',
          'Correct autonomous.',
          'T-003',
        ),
        error('invalid-value', 21, 'task 5: expected a task: a map with at least an id', 'Correct this.'),
        error('invalid-value', 18, 'T-003 depends on T-033, which is not in the plan', '', 'T-003'),
      ].map((expected) =>
        expected.line === 18
          ? { ...expected, code: 'unknown-dependency', fix: expect.stringContaining('T-002') }
          : expected,
      ),
    );
  });

  it('an estimate that is neither a duration nor its parts', async () => {
    expect(
      await problemsOf(`tasks:
  - { id: A, body: a, estimate: soon }
  - { id: B, body: b, estimate: { tokns: 2k } }`),
    ).toEqual([
      error(
        'invalid-value',
        2,
        'A: estimate: expected a duration such as 40m, or { duration, tokens, commits }',
        'Correct estimate.',
        'A',
      ),
      error(
        'invalid-value',
        3,
        'B: unknown key "tokns"',
        'Did you mean tokens? Known: duration, tokens, commits.',
        'B',
      ),
    ]);
  });

  it('a demand above a pool’s size', async () => {
    expect(
      await problemsOf('pools: { db: 1 }\ntasks:\n  - { id: A, body: a, pools: { db: 2, other: 9 } }'),
    ).toEqual([
      {
        ...error(
          'invalid-value',
          3,
          'A needs 2 of pool db, which has only 1',
          'Raise the pool to 2, here or in tutti.yaml, or ask for less.',
          'A',
        ),
        severity: 'warning',
      },
    ]);
  });

  it('body files that lead out of the folder, are missing, or compete with a body', async () => {
    writeFileSync(path.join(folder, 'a.md'), 'A');
    symlinkSync('/etc/hostname', path.join(folder, 'link.md'));
    const text = `tasks:
  - { id: A, bodyFile: ../../etc/passwd }
  - { id: B, bodyFile: /etc/passwd }
  - { id: C, bodyFile: link.md }
  - { id: D, bodyFile: none.md }
  - { id: E, bodyFile: a.md, body: b }
  - { id: F, bodyFile: ./a.md }
`;
    const { plan, problems } = await read(text);
    expect(problems.map(({ message, location }) => `${location?.line} ${message}`)).toEqual([
      '2 A: bodyFile ../../etc/passwd leads out of the plan’s folder',
      '3 B: bodyFile /etc/passwd leads out of the plan’s folder',
      '4 C: bodyFile link.md leads out of the plan’s folder',
      '5 D: bodyFile none.md does not exist',
      '6 E: both body and bodyFile are given',
    ]);
    expect(plan.tasks.map(({ body }) => body)).toEqual(['', '', '', '', '', 'A']);
  });

  const fix = 'Correct the syntax at this line.';
  it.each([
    [
      'a quote that is never closed',
      'tasks:\n  - id: A\n    title: "x\n  - id: B\n',
      3,
      'Missing closing "quote',
    ],
    ['a key written twice', 'tasks:\n  - id: A\n    id: B\n', 3, 'the key "id" is written twice'],
    ['deep nesting', `tasks: ${'['.repeat(70)}${']'.repeat(70)}`, 1, 'nested more than 64 deep'],
    ['a list as key', 'tasks: []\n? [a]\n: b\n', 2, 'a key must be text'],
    ['an unknown alias', 'tasks: *x', 1, 'unknown alias *x'],
  ])('%s', async (_, text, line, message) => {
    expect(await problemsOf(text)).toEqual([
      error('invalid-yaml', line, `plan.yaml is not valid YAML: ${message}`, fix),
    ]);
  });

  it.each([
    ['', 'invalid-value', 'expected a map with `tasks`'],
    ['- a', 'invalid-value', 'expected a map with `tasks`'],
    ['plan: x', 'invalid-value', 'tasks: expected a list of tasks'],
    ['tasks: []', 'no-tasks', 'plan.yaml has no tasks'],
    ['tasks: [{ id: "" }]', 'invalid-value', 'task 1: a task needs an id'],
  ])('%j', async (text, code, message) => {
    expect((await problemsOf(text)).map((told) => [told.code, told.message])).toEqual([[code, message]]);
  });

  it('the broken fixtures', async () => {
    const told = async (name: string) => {
      const { plan, problems } = await readPlan(path.join(fixtures, 'broken', name));
      return [...problems, ...diagnose(plan)].map((found) =>
        JSON.parse(JSON.stringify(found).replaceAll(`${fixtures}/`, '')),
      );
    };
    const location = (name: string, line: number) => ({ file: `broken/${name}`, line });
    expect([
      ...(await told('cycle.yaml')),
      ...(await told('unknown-dependency.yaml')),
      ...(await told('duplicate-id.yaml')),
      ...(await told('broken.yaml')),
    ]).toEqual([
      {
        code: 'cycle',
        severity: 'error',
        message: 'These tasks wait for each other: A -> D -> B -> A',
        fix: 'Remove one dependency: A on D (broken/cycle.yaml:3), D on B (broken/cycle.yaml:10), B on A (broken/cycle.yaml:4).',
        location: location('cycle.yaml', 3),
        tasks: ['A', 'D', 'B'],
      },
      {
        code: 'unknown-dependency',
        severity: 'error',
        message: 'T-003 depends on T-020, which is not in the plan',
        fix: expect.stringMatching(/^Did you mean T-00[12] or T-00[12]\? /),
        location: location('unknown-dependency.yaml', 5),
        tasks: ['T-003'],
      },
      {
        code: 'duplicate-id',
        severity: 'error',
        message: 'T-001 is the id of two tasks: broken/duplicate-id.yaml:3 and broken/duplicate-id.yaml:5',
        fix: 'Give one of them another id.',
        location: location('duplicate-id.yaml', 5),
        tasks: ['T-001'],
      },
      {
        code: 'invalid-yaml',
        severity: 'error',
        message: 'broken/broken.yaml is not valid YAML: Missing closing "quote',
        fix: 'Correct the syntax at this line.',
        location: location('broken.yaml', 4),
        tasks: [],
      },
    ]);
  });
});
