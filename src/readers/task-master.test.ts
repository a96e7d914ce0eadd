import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { analyse } from '../core/analysis/analyse.ts';
import { diagnose } from '../core/analysis/diagnose.ts';
import { readPlan } from './detect.ts';

const fixtures = path.join(import.meta.dirname, '../../test/fixtures/plans');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tutti-task-master-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = async (content: unknown, tag = '') => {
  const file = path.join(folder, '.taskmaster/tasks/tasks.json');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content, null, 1));
  return readPlan(tag === '' ? folder : `${file}#${tag}`, { root: folder });
};
type Item = Readonly<Record<string, unknown>>;
const readTasks = (...tasks: readonly Item[]) => read({ master: { tasks } });
/** `5.2 (done): 5.1, 4`, with `by hand` where a person has to do it. */
const told = ({ plan }: Awaited<ReturnType<typeof read>>): string[] =>
  plan.tasks.map(({ id, status, autonomous, allowEmpty, dependsOn }) => {
    const marks = [status === 'done' && 'done', !autonomous && 'by hand', allowEmpty && 'may be empty'];
    const said = marks.filter((mark) => mark !== false);
    return `${id}${said.length > 0 ? ` (${said.join(', ')})` : ''}: ${dependsOn.join(', ')}`.trimEnd();
  });
const problemsOf = async (result: Promise<Awaited<ReturnType<typeof read>>>) => {
  const { plan, problems } = await result;
  return [...problems, ...diagnose(plan)]
    .filter(({ code }) => code !== 'empty-body')
    .map(
      ({ code, severity, message, fix, location }) =>
        `${severity} ${code} ${location?.line}: ${message.replaceAll(`${folder}/`, '')} | ${fix.replaceAll(`${folder}/`, '')}`,
    );
};

describe('plans nobody here wrote', () => {
  const reviewed = async (name: string) => {
    const { plan, problems } = await readPlan(path.join(fixtures, name), { root: path.join(fixtures, name) });
    const { waves, diagnostics, ready } = analyse(plan, { problems });
    return {
      name: plan.name,
      done: plan.tasks.filter(({ status }) => status === 'done').length,
      edges: plan.tasks.map(({ id, dependsOn }) => `${id}: ${dependsOn.join(' ')}`.trimEnd()),
      waves: waves?.map((wave) => wave.length),
      ready,
      told: diagnostics.map(
        ({ code, severity, tasks: [task], line }) => `${severity} ${code} ${task} ${line}`,
      ),
    };
  };

  it('5dlabs/agent-docs: 21 tasks, of which two are in review', async () => {
    const { told: diagnostics, ...rest } = await reviewed('5dlabs__agent-docs');
    expect(rest).toEqual({
      name: '.taskmaster/tasks/tasks.json',
      done: 4,
      edges: [
        ...['1:', '2:', '3: 2', '4: 1', '5: 1 4', '6: 1', '7: 1 6', '8: 1 6', '9: 1 6', '10: 1 4 6'],
        ...['11: 4 7 8 9 10', '12: 2 3', '13: 1 6', '14: 1 11 13', '15: 2 4 5 7 8 9 10 11 12', '16:'],
        ...['17: 6 8', '18: 1 6 8 17', '19: 1 14', '20:', '21: 13 20'],
      ],
      waves: [4, 3, 7, 3, 3, 1],
      ready: ['2', '5', '6', '20'],
    });
    expect(diagnostics.filter((line) => !line.includes('redundant'))).toEqual([
      'info source-status 17 261',
      'info source-status 19 291',
    ]);
  });

  it('Alivanroy/Typosentinel: a chain of 34 tasks, whose finished subtasks are none', async () => {
    const chain = Array.from({ length: 32 }, (_, index) => `${index + 22}: ${index + 21}`);
    expect(await reviewed('Alivanroy__Typosentinel')).toEqual({
      name: '.taskmaster/tasks/tasks.json',
      done: 16,
      edges: ['21:', ...chain, '54: 21 44 30 48'],
      waves: [...Array(28).fill(1), 2, ...Array(4).fill(1)],
      ready: ['37'],
      told: [
        'info redundant-dependency 54 508',
        'info redundant-dependency 54 510',
        'info redundant-dependency 54 509',
      ],
    });
  });
});

describe('subtasks', () => {
  it('stand for an open task: its first parts wait for what it waits for, others for its last parts', async () => {
    const result = await readTasks(
      { id: 1 },
      {
        id: 5,
        dependencies: [1],
        subtasks: [{ id: 1 }, { id: 2, dependencies: [1] }, { id: 3, dependencies: ['5.1'] }],
      },
      { id: 6, dependencies: [5] },
      { id: 7, dependencies: ['5.2'] },
    );
    expect(told(result)).toEqual(['1:', '5.1: 1', '5.2: 5.1', '5.3: 5.1', '6: 5.2, 5.3', '7: 5.2']);
  });

  it('that are done prove nothing about the open ones around them', async () => {
    const result = await readTasks(
      { id: 1 },
      {
        id: 5,
        dependencies: [1],
        subtasks: [
          { id: 1, status: 'done' },
          { id: 2, dependencies: [1] },
          { id: 3, status: 'done', dependencies: [2] },
        ],
      },
      { id: 6, dependencies: [5] },
    );
    expect(told(result)).toEqual(['1:', '5.1 (done):', '5.2: 5.1, 1', '5.3 (done): 5.2', '6: 5.2, 5.3']);
  });

  it('that are all done leave the task, perhaps with nothing to do', async () => {
    const result = await readTasks(
      { id: 5, subtasks: [{ id: 1, status: 'done' }] },
      { id: 6, dependencies: [5, '5.1'] },
    );
    expect(told(result)).toEqual(['5 (may be empty):', '6: 5']);
  });

  it('of a task that is done are done; of one that is deferred, deferred', async () => {
    const result = await readTasks(
      { id: 1, status: 'done', subtasks: [{ id: 1, status: 'pending' }] },
      { id: 2, status: 'deferred', subtasks: [{ id: 1, status: 'pending' }] },
    );
    expect(told(result)).toEqual(['1 (done):', '2.1 (by hand):']);
  });

  it('mean a sibling by a bare number, and a task only when there is no such sibling', async () => {
    const result = await readTasks(
      { id: 1 },
      { id: 2 },
      {
        id: 3,
        subtasks: [{ id: 1 }, { id: 3.2, dependencies: [1, 2, '2'] }, { id: 4, dependencies: ['1.1', 9] }],
      },
      { id: 9, subtasks: [{ id: 1, dependencies: [2] }] },
    );
    expect(told(result)).toEqual([
      '1:',
      '2:',
      '3.1:',
      // 2 is 3.2 itself.
      '3.2: 3.1, 3.2',
      '3.4: 1.1, 9.1',
      '9.1: 2',
    ]);
  });

  it('cannot wait for the task of which they are parts', async () => {
    const result = readTasks({ id: 1, subtasks: [{ id: 4, dependencies: ['1'] }] });
    expect(told(await result)).toEqual(['1.4:']);
    expect(await problemsOf(result)).toEqual([
      'warning unclear-dependency 10: 1.4 depends on 1, of which it is a part; no dependency is read from it | Remove the dependency.',
    ]);
  });
});

it('reads everything an agent should know', async () => {
  const { plan, problems } = await readTasks({
    id: 5,
    title: 'Checkout',
    description: 'Build it.',
    details: 'With care.',
    testStrategy: 'Try it.',
    priority: 'high',
    status: 'pending',
    complexity: 7,
    tags: ['web'],
    subtasks: [
      {
        id: 1,
        title: 'Page',
        description: 'A page.',
        acceptanceCriteria: ['fast', 'small'],
        priority: 'critical',
        relevantFiles: [
          { path: 'src/page.ts', action: 'create' },
          { path: 'src/cart.ts', action: 'reference' },
        ],
      },
      { id: 2, title: 'Mail', complexity: 2 },
    ],
  });
  expect(problems).toEqual([]);
  const note = 'This is a part of 5, "Checkout". Its other parts are tasks of their own.';
  const whole = `## The whole\n\n${note}\n\nBuild it.\n\n### Details\n\nWith care.\n\n### Test strategy\n\nTry it.`;
  expect(
    plan.tasks.map(({ id, title, body, module, priority, files, labels, location }) => ({
      ...{ id, title, body, module, priority, files, labels },
      line: location.line,
    })),
  ).toEqual([
    {
      id: '5.1',
      title: 'Page',
      body: `A page.\n\n## Acceptance criteria\n\n- fast\n- small\n\n${whole}`,
      module: 'Checkout',
      priority: 4,
      files: ['src/page.ts'],
      labels: [],
      line: 18,
    },
    {
      id: '5.2',
      title: 'Mail',
      body: whole,
      module: 'Checkout',
      priority: 3,
      files: [],
      labels: ['complexity-2'],
      line: 38,
    },
  ]);
});

it('carries out what it can of a status, and tells the rest', async () => {
  const result = readTasks(
    { id: 1, status: 'cancelled' },
    { id: 2, dependencies: [1] },
    { id: 3, status: 'review', dependencies: [2] },
    { id: 4, status: 'in_progress' },
    { id: 5, status: 'blocked' },
    { id: 6, status: 'shelved' },
    { id: 7, status: 'done', dependencies: [99] },
  );
  expect(told(await result)).toEqual(['1 (done):', '2: 1', '3 (by hand): 2', '4:', '5:', '6:', '7 (done):']);
  expect(await problemsOf(result)).toEqual([
    'info source-status 30: 6: the status shelved is not known; it counts as open | Use one of: pending, todo, in-progress, blocked, review, deferred, done, completed, cancelled.',
    'warning source-status 11: 2 depends on 1, whose status is cancelled; it does not wait for it | Remove the dependency, or open 1 again.',
    'info source-status 15: 3 is left to a person: its status is review | Give it an open status to have an agent do it.',
    'info unknown-dependency 37: 7 depends on 99, which is not in the plan | Add a task with this id or remove the dependency.',
  ]);
});

describe('tags', () => {
  const list = (...ids: readonly number[]) => ({ tasks: ids.map((id) => ({ id })) });

  it.each<[string, unknown, string, { name: string; ids: string[]; told: string[] }]>([
    ['the untagged form', list(1), '', { name: '.taskmaster/tasks/tasks.json', ids: ['1'], told: [] }],
    [
      'the only tag',
      { login: list(1) },
      '',
      { name: '.taskmaster/tasks/tasks.json#login', ids: ['1'], told: [] },
    ],
    [
      'master among others, which are told',
      { login: list(1), master: list(2), metadata: {} },
      '',
      {
        name: '.taskmaster/tasks/tasks.json',
        ids: ['2'],
        told: [
          'info ignored-file 10: .taskmaster/tasks/tasks.json has 2 tags; master is read, and not login | Nothing, or name another one: .taskmaster/tasks/tasks.json#login.',
        ],
      },
    ],
    [
      'a named one',
      { login: list(1), master: list(2) },
      'login',
      { name: '.taskmaster/tasks/tasks.json#login', ids: ['1'], told: [] },
    ],
    [
      'none, when there are several',
      { login: list(1), logout: list(2) },
      '',
      {
        name: '.taskmaster/tasks/tasks.json',
        ids: [],
        told: [
          'error ambiguous-format 1: .taskmaster/tasks/tasks.json has several tags, and none is called master: login, logout | Name one of them, for example .taskmaster/tasks/tasks.json#login.',
        ],
      },
    ],
    [
      'none, when the named one is not there',
      { login: list(1), logout: list(2) },
      'logot',
      {
        name: '.taskmaster/tasks/tasks.json',
        ids: [],
        told: [
          'error no-tasks 1: .taskmaster/tasks/tasks.json has no tag logot; it has login, logout | Name one of them, for example .taskmaster/tasks/tasks.json#logout.',
        ],
      },
    ],
  ])('%s', async (_, content, tag, expected) => {
    const result = read(content, tag);
    const { plan } = await result;
    expect({
      name: plan.name,
      ids: plan.tasks.map(({ id }) => id),
      told: await problemsOf(result),
    }).toEqual(expected);
  });
});

it.each<[string, string, string]>([
  [
    'nothing',
    '',
    'error invalid-yaml 1: .taskmaster/tasks/tasks.json is not valid JSON: expected a value, not the end',
  ],
  ['no tasks', '{"master":{"tasks":\n[]}}', 'error no-tasks 2: .taskmaster/tasks/tasks.json has no tasks'],
  ['no list', '{"tasks": 1}', 'error no-tasks 1: .taskmaster/tasks/tasks.json has no tasks'],
  [
    'a comma',
    '{"tasks": [\n{"id": 1},\n]}',
    'error invalid-yaml 3: .taskmaster/tasks/tasks.json is not valid JSON: expected a value, not "]"',
  ],
  [
    'a quote',
    '{"tasks": [\n{"id": "1}\n]}',
    'error invalid-yaml 2: .taskmaster/tasks/tasks.json is not valid JSON: a quote is never closed',
  ],
  [
    'two',
    '{"tasks":[]}\n{}',
    'error invalid-yaml 2: .taskmaster/tasks/tasks.json is not valid JSON: "{" after its end',
  ],
  [
    'an escape',
    '["\\x"]',
    'error invalid-yaml 1: .taskmaster/tasks/tasks.json is not valid JSON: "\\x" has an escape that JSON does not know',
  ],
])('tells what is wrong with %s', async (_, text, expected) => {
  expect((await problemsOf(read(text))).map((line) => line.split(' | ')[0])).toEqual([expected]);
});

it('bounds what a few lines can ask for', async () => {
  const many = (count: number, item: (index: number) => Item) =>
    Array.from({ length: count }, (_, index) => item(index));
  const result = await readTasks(
    { id: 'whole', subtasks: many(2000, (index) => ({ id: index })) },
    ...many(2000, (index) => ({ id: `after-${index}`, dependencies: ['whole'] })),
  );
  expect(result.problems.map(({ code }) => code)).toEqual(['unreadable']);
});
