import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { analyse } from '../core/analysis/analyse.ts';
import { diagnose } from '../core/analysis/diagnose.ts';
import { plannedCommits } from '../core/plan.ts';
import { formats, readPlan } from './detect.ts';

const fixtures = path.join(import.meta.dirname, '../../test/fixtures/plans');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tutti-readers-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (files: Record<string, string>): void => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
};
/** Everything told about the folder, with paths from it. */
const problemsOf = async () => {
  const { plan, problems } = await readPlan(folder);
  return [...problems, ...diagnose(plan)].map(({ code, severity, message, fix, location }) => ({
    code,
    severity,
    message: message.replaceAll(`${folder}/`, ''),
    fix,
    at: [
      location?.file.replace(`${folder}/`, ''),
      ...(location?.line === undefined ? [] : [location.line]),
    ].join(':'),
  }));
};
const edgesOf = async (): Promise<string[]> =>
  (await readPlan(folder)).plan.tasks.flatMap(({ id, dependsOn }) =>
    dependsOn.map((other) => `${other} > ${id}`),
  );

describe('plans nobody here wrote', () => {
  it('origin B: 45 tasks in waves of 31, 9, 2 and 3, with three wrong ones among the declared', async () => {
    const { plan, problems, ignored } = await readPlan(path.join(fixtures, 'origin-b'), { root: fixtures });
    const { waves, diagnostics, tasks } = analyse(plan, { problems });
    expect({
      name: plan.name,
      tasks: tasks.length,
      waves: waves?.map((wave) => wave.length),
      diagnostics: diagnostics.map(({ code, severity, tasks: [task] }) => `${severity} ${code} ${task}`),
      outlined: plan.tasks.reduce((sum, task) => sum + plannedCommits(task), 0),
      estimated: plan.tasks.reduce((sum, task) => sum + (task.estimate.commits ?? 0), 0),
      ignored,
    }).toEqual({
      name: 'origin-b/docs/implementation-plan',
      tasks: 45,
      waves: [31, 9, 2, 3],
      diagnostics: ['T-015', 'T-022', 'T-043'].map((id) => `warning wave-mismatch ${id}`),
      outlined: 1208,
      estimated: 1208,
      ignored: [],
    });
  });

  it('origin B: one task whole', async () => {
    const { plan } = await readPlan(path.join(fixtures, 'origin-b'));
    const { body, outline, location, dependencyLocations, ...task } = plan.tasks[14]!;
    expect({
      ...task,
      body: body.split('\n')[0],
      phases: outline.map(({ phase, commits }) => [phase, commits.length, commits[0]]),
      place: `${path.basename(location.file)}:${location.line}`,
      dependencies: Object.entries(dependencyLocations).map(([id, { line }]) => [id, line]),
    }).toEqual({
      id: 'T-015',
      title: 'Event Replay',
      dependsOn: ['T-008'],
      files: [
        'apigen-core/src/main/java/com/example/eventreplay/**',
        'apigen-core/src/test/java/com/example/eventreplay/**',
      ],
      estimate: { durationMs: 12 * 3_600_000, commits: 21 },
      labels: [],
      module: 'apigen-core',
      priority: 2,
      declaredWave: 2,
      status: 'todo',
      pools: {},
      workspace: 'worktree',
      allowEmpty: false,
      autonomous: true,
      body: '# T-015: Event Replay',
      phases: [
        ['Foundation', 7, 'feat(event-replay): add the model'],
        ['Generation', 7, 'docs(event-replay): describe the feature'],
        ['Integration', 7, 'test(event-replay): cover the model'],
      ],
      place: 'T-015-event-replay.md:1',
      dependencies: [['T-008', 6]],
    });
  });

  it('ordna: the edges a ten-line reader finds', async () => {
    const at = path.join(fixtures, 'FreHilm__ordna/tasks');
    const expected = readdirSync(at).flatMap((name) => {
      const front = readFileSync(path.join(at, name), 'utf8').split('---')[1] ?? '';
      const list = /depends_on:(.*\n(?: +- .*\n)*)/.exec(front)?.[1] ?? '';
      return [...list.matchAll(/T-\d+/g)].map((match) => `${match[0]} > ${name.slice(0, 5)}`);
    });
    const { plan, problems } = await readPlan(path.join(fixtures, 'FreHilm__ordna'));
    const edges = plan.tasks.flatMap(({ id, dependsOn }) => dependsOn.map((other) => `${other} > ${id}`));
    expect(edges.sort()).toEqual(expected.sort());
    expect([edges.length, plan.tasks.length, problems]).toEqual([8, 18, []]);
    expect(analyse(plan).ready).toEqual(['T-004', 'T-005', 'T-018']);
  });

  it('ai-task-orchestrator: front matter in quotes and in flow style', async () => {
    const { plan, problems } = await readPlan(
      path.join(fixtures, 'mcarbonell__ai-task-orchestrator/example-project'),
    );
    expect(problems).toEqual([]);
    expect(
      plan.tasks.map(({ id, title, dependsOn, estimate, priority }) => ({
        id,
        title,
        dependsOn,
        estimate,
        priority,
      })),
    ).toEqual([
      {
        id: 'T-001',
        title: 'Configurar estructura del proyecto y dependencias',
        dependsOn: [],
        estimate: { durationMs: 3_600_000 },
        priority: 3,
      },
      {
        id: 'T-002',
        title: 'Implementar componente Header con navegación',
        dependsOn: ['T-001'],
        estimate: { durationMs: 5_400_000 },
        priority: 3,
      },
    ]);
  });
});

describe('which files are tasks', () => {
  it('any prefix, any depth, and the front matter’s id before the name', async () => {
    write({
      'T-001.md': '# T-001: A',
      'T-002-some-slug.md': 'Do it.',
      'T-006b.md': 'Do it.',
      'Phases/Q1-2026/Tasks/EST-41.md': 'Do it.',
      'PROJ-API-12 with words.md': '**Priority**: low',
      'task_3.md': '**Status**: done',
      'T-099-renamed.md': '---\nid: X-1\n---\nDo it.',
      'setup.md': '---\nid: 007\nstatus: todo\n---\nDo it.',
      'README.md': '# Readme\n\nDepends on: nothing here.',
      'Phases/Q1-2026.md': '# Goals of the quarter',
      'notes/intro.md': '---\nid: intro\ntitle: Intro\n---\n',
      'node_modules/x/T-500.md': 'Do it.',
      '.hidden/T-501.md': 'Do it.',
    });
    const { plan, ignored } = await readPlan(folder);
    expect(plan.tasks.map(({ id }) => id).sort()).toEqual(
      ['T-001', 'T-002', 'T-006b', 'EST-41', 'PROJ-API-12', 'task_3', 'X-1', '007'].sort(),
    );
    expect(ignored.map((file) => path.relative(folder, file)).sort()).toEqual(
      ['README.md', 'Phases/Q1-2026.md', 'notes/intro.md'].sort(),
    );
  });

  it('reads on after links that loop or lead out', async () => {
    write({ 'tasks/T-001.md': '**Blocks**: None', 'tasks/deep/T-002.md': '**Dependencies**: T-001' });
    symlinkSync(folder, path.join(folder, 'tasks/deep/loop'));
    symlinkSync('/', path.join(folder, 'tasks/root'));
    symlinkSync('nowhere', path.join(folder, 'tasks/T-003.md'));
    expect(await edgesOf()).toEqual(['T-001 > T-002']);
  });

  it('says that a task is not read because it is a link that leads out', async () => {
    write({ 'tasks/T-001.md': '**Blocks**: None', 'elsewhere/T-002.md': 'Do it.', 'AGENTS.md': 'Rules.' });
    symlinkSync('../elsewhere/T-002.md', path.join(folder, 'tasks/T-002.md'));
    symlinkSync('../AGENTS.md', path.join(folder, 'tasks/AGENTS.md'));
    const { plan, problems } = await readPlan(path.join(folder, 'tasks'));
    expect([plan.tasks.map(({ id }) => id), problems]).toEqual([
      ['T-001'],
      [
        {
          code: 'ignored-file',
          severity: 'warning',
          message: `${folder}/tasks/T-002.md is a link to a file outside of the folder and is not read`,
          fix: 'Put the file itself here, or name the folder that holds both.',
          location: { file: `${folder}/tasks/T-002.md`, line: 1 },
          tasks: [],
        },
      ],
    ]);
  });

  it('survives BOM, CRLF, NUL, UTF-16 and bytes that are no UTF-8', async () => {
    write({ 'T-001.md': '\uFEFF---\r\nid: T-001\r\ntitle: "A\0B"\r\n---\r\nDo it.\r\n' });
    writeFileSync(
      path.join(folder, 'T-002.md'),
      Buffer.from('# T-002: B\n\n**Dependencies**: T-001\n\xff\xfe', 'latin1'),
    );
    writeFileSync(path.join(folder, 'T-003.md'), Buffer.from('\uFEFF**Dependencies**: T-002\n', 'utf16le'));
    const { plan, problems } = await readPlan(folder);
    expect(plan.tasks.map(({ title, body, dependsOn }) => ({ title, body, dependsOn }))).toEqual([
      { title: 'A\uFFFDB', body: 'Do it.', dependsOn: [] },
      { title: 'B', body: '# T-002: B\n\n**Dependencies**: T-001\n\uFFFD\uFFFD', dependsOn: ['T-001'] },
      { title: 'T-003', body: '**Dependencies**: T-002', dependsOn: ['T-002'] },
    ]);
    expect(problems.map(({ code, severity }) => [code, severity])).toEqual([['unreadable', 'warning']]);
  });
});

describe('what is wrong', () => {
  it('is told all at once, each with its place', async () => {
    write({
      'T-001.md': '---\nid: T-001\ndepends_on: [T-003]\n---\nA',
      'T-002.md': '---\nid: [T-002\n---\nB',
      'T-003.md': '# T-003: C\n\n**Dependencies**: T-001, T-030\n**Blocks**: T-040',
      'T-004.md': '---\nid: T-001\n---\nD',
      'T-005.md': '# T-005: E\n\n**Depends on:** the database',
      'T-006.md': 'x'.repeat(4 * 1024 * 1024 + 1),
      'notes.md': 'Nothing.',
    });
    const nearest =
      'Did you mean T-006, T-005 or T-002? Else add a task with this id or remove the dependency.';
    expect(await problemsOf()).toEqual([
      {
        code: 'unreadable',
        severity: 'error',
        message: 'T-006.md has 4.0 MiB; tutti reads at most 4 MiB a file',
        fix: 'Split it into smaller files.',
        at: 'T-006.md:1',
      },
      {
        code: 'unclear-dependency',
        severity: 'warning',
        message: 'T-005: nothing in "the database" is the id of a task; no dependency is read from it',
        fix: 'Write ids under Dependencies, or None.',
        at: 'T-005.md:3',
      },
      {
        code: 'invalid-yaml',
        severity: 'error',
        message: expect.stringContaining('T-002.md is not valid YAML: '),
        fix: 'Correct the syntax at this line.',
        at: 'T-002.md:2',
      },
      {
        code: 'unknown-dependency',
        severity: 'error',
        message: 'T-003 says it blocks T-040, which is not in the plan',
        fix: expect.stringContaining('Did you mean'),
        at: 'T-003.md:4',
      },
      {
        code: 'one-sided-block',
        severity: 'warning',
        message: 'T-001 waits for T-003 (T-001.md:3), but the blocks of T-003 do not say so',
        fix: 'Add it there, or remove it here; until then T-001 waits.',
        at: 'T-001.md:3',
      },
      {
        code: 'ignored-file',
        severity: 'info',
        message: 'notes.md is no task and is not read',
        fix: 'Nothing, unless it should be one: give it an id.',
        at: 'notes.md:1',
      },
      {
        code: 'duplicate-id',
        severity: 'error',
        message: 'T-001 is the id of two tasks: T-001.md:2 and T-004.md:2',
        fix: 'Give one of them another id.',
        at: 'T-004.md:2',
      },
      {
        code: 'unknown-dependency',
        severity: 'error',
        message: 'T-003 depends on T-030, which is not in the plan',
        fix: nearest,
        at: 'T-003.md:3',
      },
      {
        code: 'cycle',
        severity: 'error',
        message: 'These tasks wait for each other: T-001 -> T-003 -> T-001',
        fix: expect.stringContaining('Remove one dependency: '),
        at: 'T-001.md:3',
      },
      {
        code: 'empty-body',
        severity: 'warning',
        message: 'T-006 has no text: its agent is told only its title',
        fix: 'Say what is to be done.',
        at: 'T-006.md:1',
      },
    ]);
  });

  it('an empty folder', async () => {
    expect(await problemsOf()).toEqual([
      {
        code: 'no-tasks',
        severity: 'error',
        message: `${folder} holds no plan: no plan.yaml, no task files such as T-001.md, nothing of what tutti reads (${formats.join(', ')})`,
        fix: 'Name the file or folder of a plan, or write plan.yaml.',
        at: folder,
      },
    ]);
  });

  it('front matter that never ends', async () => {
    write({ 'T-001.md': '---\nid: T-001\n\nDo it.' });
    expect((await problemsOf()).map(({ code, at }) => [code, at])).toEqual([['invalid-yaml', 'T-001.md:1']]);
  });
});

describe('both directions', () => {
  it('are the union, and agreement is silent', async () => {
    write({
      'T-001.md': '**Blocks**: T-002',
      'T-002.md': '**Dependencies**: T-001\n**Blocks**: T-003',
      'T-003.md': 'Do it.',
      'T-004.md': '---\nblocks: [T-003]\n---\nDo it.',
      'T-005.md': '**Dependencies**: T-006',
      'T-006.md': '**Blocks**: None',
    });
    expect([await edgesOf(), await problemsOf()]).toEqual([
      ['T-001 > T-002', 'T-002 > T-003', 'T-004 > T-003', 'T-006 > T-005'],
      [],
    ]);
  });

  it('disagree when one names others, or says that it needs nothing', async () => {
    write({
      'T-001.md': '**Blocks**: T-002, T-003',
      'T-002.md': '**Dependencies**: None',
      'T-003.md': '**Dependencies**: T-004',
      'T-004.md': '**Blocks**: T-005',
      'T-005.md': '**Dependencies**: T-004',
      'T-006.md': '---\ndependencies: []\n---\nDo it.',
      'T-007.md': '---\nblocks: [T-006]\n---\nDo it.',
    });
    expect((await problemsOf()).map(({ code, message }) => [code, message.replace(/,.*/, '')])).toEqual([
      ['one-sided-block', 'T-003 waits for T-004 (T-003.md:1)'],
      ['one-sided-block', 'T-002 waits for T-001 (T-001.md:1)'],
      ['one-sided-block', 'T-003 waits for T-001 (T-001.md:1)'],
    ]);
  });
});

describe('what a sentence about dependencies means', () => {
  it.each([
    ['T-001; unblocks T-005', ['T-001'], ['info']],
    ['T-001, can run parallel to T-002', ['T-001'], ['info']],
    ['T-001 parallel to T-002', ['T-001'], ['info']],
    ['T-001, not T-005', ['T-001'], ['info']],
    ['T-001. T-005 comes next', ['T-001'], ['info']],
    ['T-001 can run in parallel with T-002 and T-003', ['T-001'], ['info']],
    ['None. T-001 helps.', [], ['info']],
    ['None - but T-001 is useful', [], ['info']],
    ['none, T-001 runs in parallel', [], ['info']],
    ['No hard dependencies; see T-003', [], ['info']],
    ['None except T-001', ['T-001'], []],
    ['None but T-001, T-002', ['T-001', 'T-002'], []],
    ['Can start after T-003', ['T-003'], []],
    ['Cannot start without T-001', ['T-001'], []],
    ['independent of T-001, needs T-002 and T-003', ['T-002', 'T-003'], ['info']],
    ['T-001 - not started, T-002 - done', ['T-001', 'T-002'], []],
    ['T-001-T-003', ['T-001', 'T-002', 'T-003'], []],
    ['T-001 and 2', ['T-001'], ['warning']],
  ])('%s', async (text, expected, told) => {
    write(Object.fromEntries([1, 2, 3, 5].map((number) => [`T-00${number}.md`, 'Do it.'])));
    write({ 'T-009.md': `# T-009: X\n\n**Dependencies**: ${text}` });
    const { plan } = await readPlan(folder);
    expect([
      plan.tasks.at(-1)?.dependsOn,
      (await problemsOf()).map(({ code, severity, at }) => [code, severity, at]),
    ]).toEqual([expected, told.map((severity) => ['unclear-dependency', severity, 'T-009.md:3'])]);
  });

  it('says under Blocks what is blocked', async () => {
    write({ 'T-001.md': '**Blocks**: unblocks T-002', 'T-002.md': 'Do it.' });
    expect(await edgesOf()).toEqual(['T-001 > T-002']);
  });
});

describe('a task’s own fields', () => {
  it('from front matter', async () => {
    write({
      'A-1.md': `---
id: A-1
title: 'Quoted: title'
status: in_progress
priority: critical
blockedBy: A-2, A-3
depends_on:
  - id: A-4
  - A-5 (needs its schema, and A-6's)
tags: [api, 1.0]
module: core
wave: 2
estimate_hours: 3-5
files: [src/**, docs/a.md]
commits: 4
agent: codex
autonomous: false
assignee: null
---
Do it.`,
      ...Object.fromEntries([2, 3, 4, 5, 6].map((number) => [`A-${number}.md`, 'Do it.'])),
    });
    const { plan, problems } = await readPlan(folder);
    const { location: _, dependencyLocations, ...task } = plan.tasks[0]!;
    expect(problems).toEqual([]);
    expect({ ...task, lines: Object.values(dependencyLocations).map(({ line }) => line) }).toEqual({
      id: 'A-1',
      title: 'Quoted: title',
      body: 'Do it.',
      status: 'todo',
      priority: 4,
      dependsOn: ['A-2', 'A-3', 'A-4', 'A-5'],
      labels: ['api', '1.0'],
      module: 'core',
      declaredWave: 2,
      estimate: { durationMs: 4 * 3_600_000, commits: 4 },
      files: ['src/**', 'docs/a.md'],
      outline: [],
      pools: {},
      workspace: 'worktree',
      allowEmpty: false,
      agent: 'codex',
      autonomous: false,
      lines: [6, 6, 8, 9],
    });
  });

  it('from prose, whatever is in code blocks and comments', async () => {
    write({
      'A-1.md': `# [A-1] The title

- **Priority**: 🔴 High
- **Status:** ✅ Completed
- **Module**: \`core\`
- **Estimate**: 2 days
- **Labels**: \`api\`, db
- **Tokens**: ~80k
<!-- **Dependencies**: A-9 -->

## Context

\`\`\`yaml
**Dependencies**: A-9
\`\`\`

Status: failed in March

## Files to change

- \`src/a.ts\` and \`src/b/**\`: both
- docs/readme.md (new)
- the tests

## Phases

### Phase 1 — First steps

Some words.

- [x] \`feat: a\` (done)
- [ ] no code, no commit
- [ ] Commit 3: the third

**Commits**: 99

### Rest

* [ ] docs: write it

## Notes

- \`not a commit\`
`,
    });
    const { plan, problems } = await readPlan(folder);
    const { title, priority, status, module, estimate, labels, files, outline, dependsOn } = plan.tasks[0]!;
    expect(problems).toEqual([]);
    expect({ title, priority, status, module, estimate, labels, files, outline, dependsOn }).toEqual({
      title: 'The title',
      priority: 3,
      status: 'done',
      module: 'core',
      estimate: { durationMs: 16 * 3_600_000, tokens: 80_000 },
      labels: ['api', 'db'],
      files: ['src/a.ts', 'src/b/**', 'docs/readme.md'],
      outline: [
        { phase: 'First steps', commits: ['feat: a', 'the third'] },
        { phase: 'Rest', commits: ['docs: write it'] },
      ],
      dependsOn: [],
    });
  });

  it('hostile ids and titles are data', async () => {
    const ids = ['../../x', '$(touch pwned)', '-rf', '🚀', 'x'.repeat(500), '__proto__', 'constructor'];
    write(
      Object.fromEntries(
        ids.map((id, index) => [
          `T-${index}.md`,
          `---\nid: ${JSON.stringify(id)}\nstatus: todo\ndepends_on: ${JSON.stringify(index === 0 ? [] : [ids[index - 1]])}\n---\nDo it.`,
        ]),
      ),
    );
    const { plan, problems } = await readPlan(folder);
    expect(problems).toEqual([]);
    expect(plan.tasks.map(({ id, dependsOn }) => [id, dependsOn])).toEqual(
      ids.map((id, index) => [id, index === 0 ? [] : [ids[index - 1]]]),
    );
  });
});

it('a copy elsewhere reads the same but for its paths', async () => {
  cpSync(path.join(fixtures, 'origin-b'), folder, { recursive: true });
  const [copy, original] = [await readPlan(folder), await readPlan(path.join(fixtures, 'origin-b'))];
  const bare = (text: unknown, base: string): string => JSON.stringify(text).replaceAll(base, '');
  expect(bare(copy.plan.tasks, folder)).toEqual(bare(original.plan.tasks, path.join(fixtures, 'origin-b')));
});
