import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { analyse } from '../core/analysis/analyse.ts';
import type { Plan } from '../core/plan.ts';
import { readPlan } from './detect.ts';
import { consumedNames, producedNames } from './interface-names.ts';
import { taskNReader } from './task-n.ts';
import { statedNumbers, taskNumbers } from './task-references.ts';

const real = path.join(import.meta.dirname, '../../test/fixtures/plans/bacsystem__workflows');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tutti-task-n-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function read(text: string) {
  const file = path.join(folder, 'plan.md');
  writeFileSync(file, text);
  return taskNReader.read(file);
}

/** `4 < 1: both touch x`, one row per dependency; a stated one has no reason. */
const edges = ({ tasks }: Plan): string[] =>
  tasks.flatMap(({ id, dependsOn, dependencyReasons }) =>
    dependsOn.map((other) => {
      const reason = dependencyReasons?.[other];
      return `${id} < ${other}${reason === undefined ? '' : `: ${reason}`}`.replace(/\btask-(?=\d)/g, '');
    }),
  );

const told = async (text: string): Promise<string[]> => {
  const { plan, problems } = await read(text);
  return analyse(plan, { problems }).diagnostics.map(
    ({ code, line, message }) => `${line} ${code}: ${message}`,
  );
};

/** Checked by hand against the plans: tasks, dependencies with their reasons, and everything that is told. */
const reviewed: Readonly<
  Record<string, readonly [tasks: number, edges: readonly string[], told?: readonly string[]]>
> = {
  'examples/hello-parallel/plan.md': [
    4,
    [
      '2 < 1: consumes log, which 1 produces',
      '3 < 1: consumes log, which 1 produces',
      '4 < 2: consumes greet, which 2 produces',
      '4 < 3: consumes farewell, which 3 produces',
    ],
  ],
  'tests/fixtures/sample-plan.md': [
    3,
    [
      '3 < 1: consumes createWidget, which 1 produces; both touch src/widget.js',
      '3 < 2: consumes createGadget, which 2 produces',
    ],
  ],
  'tests/fixtures/duplicate-producer-plan.md': [
    2,
    ['2 < 1: both produce createWidget'],
    ['11 unclear-dependency: task-1 and task-2 both produce createWidget; task-2 waits for task-1'],
  ],
  'docs/cys/plans/2026-07-16-cys-f1-engine-independence.md': [
    5,
    [
      '4 < 1: consumes bin/task-brief.js, which 1 produces',
      '4 < 2: consumes bin/review-package.js, which 2 produces',
      '4 < 3: consumes validateWorkflowArgs, which 3 produces; consumes executorPath, which 3 produces',
      '5 < 4: consumes workflows/parallel-plan-executor.js, which 4 produces',
    ],
  ],
  'docs/cys/plans/2026-07-16-cys-f2-plugin-and-skills.md': [
    7,
    [
      '6 < 2: consumes skills/ship/SKILL.md, which 2 produces',
      '6 < 3: consumes skills/design/SKILL.md, which 3 produces',
      '6 < 4: consumes skills/plan/SKILL.md, which 4 produces',
      '6 < 5: consumes skills/check/SKILL.md, which 5 produces',
      '7 < 6: consumes skills/guide/SKILL.md, which 6 produces',
      '7 < 1: consumes tests/skills.test.js, which 1 produces; both touch tests/skills.test.js',
    ],
  ],
  'docs/cys/plans/2026-07-16-cys-f3-commands-standards.md': [
    4,
    [
      '3 < 2: consumes skills/check/references/code-standards.md, which 2 produces',
      '4 < 1: consumes commands/flow.md, which 1 produces',
      '4 < 3: consumes workflows/parallel-plan-executor.js, which 3 produces',
    ],
  ],
  // `None — no runtime dependency on Task 1's files` is none.
  'docs/cys/plans/2026-07-17-cys-pending-tracker.md': [2, []],
  'docs/cys/plans/2026-07-17-fase-4a-quick-fixes.md': [2, []],
  'docs/cys/plans/2026-07-17-fase-4b-state-recovery.md': [
    3,
    [
      '3 < 1: consumes bin/plan-remainder.js, which 1 produces',
      '3 < 2: consumes .cys/state.json, which 2 produces',
    ],
  ],
  'docs/cys/plans/2026-07-18-cursor-portability.md': [1, []],
  'docs/cys/plans/2026-07-18-fase-4c-manual-retry-guide.md': [1, []],
  'docs/cys/plans/2026-07-19-contributing.md': [2, []],
  'docs/cys/plans/2026-07-19-engine-limits.md': [
    5,
    [
      '3 < 2: both touch src/graph-builder.js, tests/graph-builder.test.js',
      '5 < 1: consumes runDag, which 1 produces',
      '5 < 4: consumes validateWorkflowArgs, which 4 produces',
    ],
  ],
  'docs/cys/plans/2026-07-19-gemini-cli-portability.md': [1, []],
  // Its first task quotes a whole plan, code blocks and all.
  'docs/cys/plans/2026-07-19-onboarding.md': [2, []],
  'docs/cys/plans/2026-07-19-run-summary.md': [2, ['2 < 1: consumes computeParallelWidth, which 1 produces']],
};

describe('real plans', () => {
  it.each(Object.entries(reviewed))('%s', async (name, [tasks, expected, problemsTold = []]) => {
    const { plan, problems } = await readPlan(path.join(real, name), { root: real });
    const diagnostics = analyse(plan, { problems }).diagnostics;
    expect({
      name: plan.name,
      tasks: plan.tasks.length,
      edges: edges(plan),
      told: diagnostics.map(({ code, line, message }) => `${line} ${code}: ${message}`),
    }).toEqual({ name, tasks, edges: expected, told: problemsTold });
  });

  it('gives a task its title, files, place and what its agent is told', async () => {
    const { plan } = await readPlan(path.join(real, 'docs/cys/plans/2026-07-19-engine-limits.md'));
    const task = plan.tasks[4];
    expect([task?.id, task?.title, task?.files, task?.location.line, task?.status]).toEqual([
      'task-5',
      'Wire maxConcurrency through the template and document it',
      [
        'workflows-src/parallel-plan-executor.template.js',
        'workflows/parallel-plan-executor.js',
        'README.md',
        'README.es.md',
        'tests/build-workflow.test.js',
      ],
      461,
      'todo',
    ]);
    const body = task?.body ?? '';
    expect([body.startsWith('**Files:**\n- Modify:'), body.includes('## Self-review')]).toEqual([
      true,
      false,
    ]);
    expect(
      body
        .split('\n## ')
        .slice(1)
        .map((part) => part.split('\n')[0]),
    ).toEqual(['Global Constraints']);
  });
});

const task = (number: string, files: string, interfaces = '- Consumes: None'): string =>
  `### Task ${number}: Title\n\n**Files:**\n${files}\n\n**Interfaces:**\n${interfaces}\n\n- [ ] **Step 1**\n`;

describe('files', () => {
  it('are read with ranges, notes and labels, and chained in plan order', async () => {
    const { plan } = await read(
      [
        task('1', '- Create: `a.ts`\n- Modify: `b.ts:12-34` (the `c.ts` part)\n- Read: `d.ts`'),
        task('2', '- Modify: b.ts:99\n- Delete: `./e/` — everything'),
        task('3', '- Update: `d.ts`, `b.ts`'),
      ].join('\n'),
    );
    expect([plan.tasks.map(({ files }) => files), edges(plan)]).toEqual([
      [
        ['a.ts', 'b.ts'],
        ['b.ts', 'e/**'],
        ['d.ts', 'b.ts'],
      ],
      ['2 < 1: both touch b.ts', '3 < 2: both touch b.ts'],
    ]);
  });

  it('never chain against what is stated', async () => {
    const { plan, problems } = await read(
      [task('1', '- Modify: `a.ts`', '- **Depends on:** Task 2'), task('2', '- Modify: `a.ts`')].join('\n'),
    );
    expect([edges(plan), analyse(plan, { problems }).diagnostics]).toEqual([['1 < 2'], []]);
  });
});

describe('interfaces', () => {
  it('take the last producer before the consumer; a later one only without one, and without a circle', async () => {
    const text = [
      task('1', '- Create: `1.ts`', '- Produces: `x(): void`'),
      task('2', '- Create: `2.ts`', '- Consumes: `x`\n- Produces: `x(a: string)`, `y`'),
      task('3', '- Create: `3.ts`', '- Consumes: `x` and `late`'),
      task('4', '- Create: `4.ts`', '- Consumes: `y`\n- Produces: `late`'),
      task('5', '- Create: `5.ts`', '- Consumes: `round`\n- Produces: `z`'),
      task('6', '- Create: `6.ts`', '- Consumes: `z`\n- Produces: `round`'),
    ].join('\n');
    const { plan } = await read(text);
    expect(edges(plan)).toEqual([
      '2 < 1: consumes x, which 1 produces',
      '3 < 2: consumes x, which 2 produces',
      '3 < 4: consumes late, which 4 produces',
      '4 < 2: consumes y, which 2 produces',
      '6 < 5: consumes z, which 5 produces',
    ]);
    expect(await told(text)).toEqual([
      '49 unclear-dependency: task-5 consumes round, which task-6 produces, but task-6 comes after task-5',
    ]);
  });

  it('name tasks, in lists below and over several lines', async () => {
    const { plan } = await read(
      [
        task('1', '- Create: `1.ts`'),
        task('2', '- Create: `2.ts`'),
        task('3', '- Create: `3.ts`'),
        task(
          '4',
          '- Create: `4.ts`',
          '- Consumes:\n  - the model of Task 1\n  - what Tasks 2\n    and 3 leave',
        ),
        task('05', '- Create: `5.ts`', '- Consumes: `4.ts`'),
        task('6', '- Create: `6.ts`', '- Depends on: 5, Task 9'),
      ].join('\n'),
    );
    expect(edges(plan)).toEqual([
      '4 < 1: its Consumes names 1',
      '4 < 2: its Consumes names 2',
      '4 < 3: its Consumes names 3',
      '05 < 4: consumes 4.ts, which 4 produces',
      '6 < 05',
      '6 < 9',
    ]);
  });

  it('that are missing are told once', async () => {
    expect(await told('## Task 1: a\n\n- [x] x\n\n## Task 2: b\n\n**Files:** `b.ts`\n\n- [ ] x\n')).toEqual([
      '1 unclear-dependency: 2 of 2 tasks do not say what they consume: they wait only for tasks that touch the same files',
    ]);
  });
});

it('a `Depends on` in which no number is found is told, and not taken for nothing', async () => {
  const depending = (text: string): Promise<string[]> =>
    told(`### Task 1: a\n\n**Produces:** \`a\`\n\n### Task 2: b\n\n**Depends on:** ${text}\n`);
  expect(await depending('the previous one')).toEqual([
    '7 unclear-dependency: task-2: nothing in "the previous one" is the number of a task; no dependency is read from it',
  ]);
  expect(await depending('None')).toEqual([]);
});

describe('sections', () => {
  it('end at a heading of their level; deeper tasks belong to them; all steps ticked is done', async () => {
    const { plan } = await read(
      [
        '# A plan\n\n## Global Constraints\n\n- Node 22\n',
        '### Task 1: First\n\n#### Task 1.1: inside\n\n- [x] one\n- [X] two\n\n#### Interfaces\n\n- Consumes: None\n',
        '```markdown\n### Task 7: quoted\n```\n',
        '### Task 2 — Second\n\n#### Interfaces\n\n- Consumes: None\n\n- [x] one\n- [ ] two\n',
        '## After\n\n- [ ] not a step\n',
        '### [x] Task 3\n\nText.\n\n**Consumes:** nothing\n',
        '### Task 4 (optional): Fourth\n\n**Consumes:** nothing\n',
      ].join('\n'),
    );
    expect(plan.tasks.map(({ id, title, status, location }) => [id, title, status, location.line])).toEqual([
      ['task-1', 'First', 'done', 7],
      ['task-2', 'Second', 'todo', 22],
      ['task-3', 'Task 3', 'done', 35],
      ['task-4', 'Fourth', 'todo', 41],
    ]);
    expect(plan.tasks[2]?.body).toBe('Text.\n\n**Consumes:** nothing\n\n## Global Constraints\n\n- Node 22');
    expect(plan.tasks[1]?.body).not.toContain('not a step');
  });

  it('of the same number, and a task that waits for itself, are told', async () => {
    const { plan, problems } = await read(
      `${task('1', '- Create: `a`')}\n${task('1', '- Create: `b`', '**Depends on:** 1')}`,
    );
    expect(analyse(plan, { problems }).diagnostics.map(({ code }) => code)).toEqual([
      'duplicate-id',
      'self-dependency',
    ]);
  });

  it('that are not there, and a file that is not there, are told', async () => {
    const { problems } = await read('# Tasks\n\n### Task force: who\n');
    const { problems: none } = await taskNReader.read(path.join(folder, 'none.md'));
    expect([problems, none].map((list) => list.map(({ code }) => code))).toEqual([
      ['no-tasks'],
      ['unreadable'],
    ]);
  });
});

it.each<[string, string[], string[]]>([
  ['`log(message)`', ['log'], ['log']],
  ['`export async function run(a: A): Promise<B>`, `class Pool<T>`', ['run', 'Pool'], ['run', 'Pool']],
  ['`a` (from Task 1, through `b`), `c`', ['a', 'c'], ['a', 'c']],
  [
    'the CLI `bin/x.js` — usage `node bin/x.js <file>`; writes `y`',
    ['bin/x.js', 'node bin/x.js <file>', 'y'],
    ['bin/x.js'],
  ],
  ['`src/a.ts:12-34`. Returns `null`', ['src/a.ts'], ['src/a.ts']],
  ['createWidget, Store.open()', ['createWidget', 'Store.open'], ['createWidget', 'Store.open']],
  ['the tables of the last release', [], []],
  ['``a ` b`` and `c', ['a ` b'], ['a ` b']],
])('the names in %s', (text, consumed, produced) => {
  expect([consumedNames(text), producedNames(text)]).toEqual([consumed, produced]);
});

it.each<[string, boolean, string[]]>([
  ['Task 1', false, ['1']],
  ['Tasks 1, 2 and 4', false, ['1', '2', '4']],
  ['Tasks 1-3, Task 5 & 6b', false, ['1', '2', '3', '5', '6b']],
  ['task #2.1 (after Task 7’s work)', false, ['2.1', '7']],
  ['Task 1 — its 3 arguments', false, ['1']],
  ['3 of them', false, []],
  ['1, 2 (see Task 3)', true, ['1', '2', '3']],
  ['Task 10 through Task 12', false, ['10', '11', '12']],
  ['multitask 4, tasking 5', false, []],
])('the tasks in %s', (text, bare, expected) => {
  expect(taskNumbers(text, { bare })).toEqual(expected);
});

describe('headings of another level', () => {
  const problemsOf = async (text: string): Promise<string[]> =>
    (await read(text)).problems
      .filter(({ code }) => code === 'invalid-value')
      .map(({ severity, location, message }) => `${severity} ${location?.line}: ${message}`);
  const task = (heading: string): string => `${heading}\n\n**Interfaces:**\n- Consumes: none\n\n`;

  it('are told when they look like tasks', async () => {
    const text = [
      '### Task 1: A',
      '## Task 6: B',
      '### Task 2: C',
      '# Task 5: D',
      '### Task 3: E',
      '#### Task 4: F',
    ];
    expect(await problemsOf(text.map(task).join(''))).toEqual([
      'error 6: "Task 6: B" is not read as a task: the others are ###, and its text is in no task',
      'error 16: "Task 5: D" is not read as a task: the others are ###, and its text is in no task',
      'warning 26: "Task 4: F" is not read as a task: the others are ###, and its text belongs to the heading above it',
    ]);
  });

  it('are parts of a task when their numbers say so', async () => {
    expect(
      await problemsOf(['### Task 1: A', '#### Task 1.1: B', '### Task 2: C'].map(task).join('')),
    ).toEqual([]);
  });
});

it.each([
  ['all previous tasks', ['4 < 1', '4 < 2', '4 < 3']],
  ['All earlier tasks (1-3)', ['4 < 1', '4 < 2', '4 < 3']],
  ['T1, T3', ['4 < 1', '4 < 3']],
  ['#2 and #3', ['4 < 2', '4 < 3']],
  ['all tests of Task 2', ['4 < 2']],
])('Depends on: %s', async (phrase, expected) => {
  const tasks = [1, 2, 3].map((number) => `### Task ${number}: A\n\n**Depends on:** none\n\n`).join('');
  expect(edges((await read(`${tasks}### Task 4: B\n\n**Depends on:** ${phrase}\n`)).plan)).toEqual(expected);
});

it.each([
  ['Task 3 (or nothing); can run parallel with Task 2', ['3'], ['2']],
  ['None. Task 1 helps.', [], ['1']],
  ['None except Task 1', ['1'], []],
  ['1, 2 and Task 4; unblocks Tasks 5-6', ['1', '2', '4'], ['5', '6']],
  ['Task 1, not Task 2', ['1'], ['2']],
  ['After Task 1 and Task 2', ['1', '2'], []],
])('of what `%s` names, some is only talked about', (text, numbers, remarked) => {
  expect(statedNumbers(text)).toEqual({ numbers, remarked });
});

it('tells which tasks a dependency line only mentions', async () => {
  const text =
    '### Task 1: A\n\n**Depends on:** none\n\n### Task 2: B\n\n**Depends on:** None. Task 1 helps.\n';
  expect(await told(text)).toEqual([
    '7 unclear-dependency: task-2: "None. Task 1 helps." only mentions task-1; no dependency is read from it',
  ]);
});
