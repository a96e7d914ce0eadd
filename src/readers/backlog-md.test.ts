import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diagnose } from '../core/analysis/diagnose.ts';
import { readPlan } from './detect.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tutti-backlog-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Files below `backlog/`; a text without front matter gets its lines as front matter. */
const read = async (files: Readonly<Record<string, string>>) => {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, 'backlog', name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(
      file,
      name.endsWith('.md') && !text.startsWith('---') ? `---\n${text}\n---\n\nDo it.\n` : text,
    );
  }
  return readPlan(folder, { root: folder });
};
const told = ({ plan }: Awaited<ReturnType<typeof read>>): string[] =>
  plan.tasks.map(({ id, status, autonomous, allowEmpty, dependsOn }) => {
    const marks = `${status === 'done' ? ' (done)' : ''}${autonomous ? '' : ' (by hand)'}${allowEmpty ? ' (may be empty)' : ''}`;
    return `${id}${marks}: ${dependsOn.join(', ')}`.trimEnd();
  });
const problemsOf = ({ plan, problems }: Awaited<ReturnType<typeof read>>): string[] =>
  [...problems, ...diagnose(plan)]
    .filter(({ code }) => code !== 'redundant-dependency')
    .map(
      ({ code, severity, message, location }) =>
        `${severity} ${code} ${location?.line}: ${message.replaceAll(`${folder}/`, '')}`,
    );

it('reads everything an agent should know', async () => {
  const { plan, problems, ignored } = await read({
    'tasks/task-7 - Prices.md': `---
id: task-7
title: 'Prices: in cents'
status: To Do
assignee: @ada
reporter: [@bob, "@eve"]
labels: [data]
type: chore
milestone: m-1
priority: medium
dependencies: task-2
---

## Description

Move them.
`,
    'tasks/task-2 - In-one-line.md': 'status: To Do',
  });
  const [first, second] = ['tasks/task-2 - In-one-line.md', 'tasks/task-7 - Prices.md'].map((name) =>
    path.join(folder, 'backlog', name),
  );
  expect({ name: plan.name, problems, ignored, tasks: plan.tasks }).toMatchObject({
    name: 'backlog',
    problems: [],
    ignored: [],
    tasks: [
      { id: 'task-2', title: 'In one line', body: 'Do it.', location: { file: first, line: 1 } },
      {
        id: 'task-7',
        title: 'Prices: in cents',
        body: '## Description\n\nMove them.',
        labels: ['data', 'chore'],
        module: 'm-1',
        priority: 2,
        location: { file: second, line: 2 },
        dependsOn: ['task-2'],
        dependencyLocations: { 'task-2': { file: second, line: 11 } },
      },
    ],
  });
});

it('takes ids as people write them, also after the prefix was changed', async () => {
  const result = await read({
    'tasks/back-1 - a.md': 'id: BACK-1',
    'tasks/back-2 - b.md': 'id: BACK-02\ndependencies: [back-1]',
    'tasks/back-3 - c.md': 'id: BACK-3\ndependencies: [task-1, "2"]',
    'tasks/back-4 - d.md': 'id: BACK-4\ndependencies: [BACK-001, "BACK-3 - c", other-1]',
  });
  expect(told(result)).toEqual([
    'BACK-1:',
    'BACK-02: BACK-1',
    'BACK-3: BACK-1, BACK-02',
    'BACK-4: BACK-1, BACK-3, other-1',
  ]);
  expect(problemsOf(result)).toEqual([
    'error unknown-dependency 3: BACK-4 depends on other-1, which is not in the plan',
  ]);
});

it('takes ids behind commas for several', async () => {
  const result = await read({
    'tasks/task-3 - a.md': 'id: task-3',
    'tasks/task-9 - b.md': 'id: task-9',
    'tasks/task-10 - c.md': 'id: task-10\ndependencies: task-3, task-9',
  });
  expect([told(result), problemsOf(result)]).toEqual([['task-3:', 'task-9:', 'task-10: task-3, task-9'], []]);
});

it('orders by ordinal, then by name', async () => {
  const result = await read({
    'tasks/task-10 - a.md': 'id: task-10',
    'tasks/task-9 - b.md': 'id: task-9',
    'tasks/task-2 - c.md': 'id: task-2\nordinal: 2000',
    'tasks/task-3 - d.md': 'id: task-3\nordinal: 1000',
  });
  expect(told(result)).toEqual(['task-3:', 'task-2:', 'task-9:', 'task-10:']);
});

describe('what is over', () => {
  it('is read as far as the board depends on it', async () => {
    const result = await read({
      'tasks/task-5 - a.md': 'id: task-5\ndependencies: [task-4, task-1]',
      'tasks/task-6 - b.md': 'id: task-6\nstatus: To Do\ndependencies: []',
      'completed/task-4 - c.md': 'id: task-4\nstatus: To Do\ndependencies: [task-3, task-99]',
      'completed/task-3 - d.md': 'id: task-3',
      'completed/task-2 - e.md': 'id: task-2\ndependencies: [task-98]',
      'completed/task-6 - older.md': 'id: task-6\nstatus: Done',
      'completed/broken - f.md': '---\nid: [\n---\n',
      'archive/tasks/task-1 - g.md': 'id: task-1',
      'drafts/task-8 - h.md': 'id: task-8',
    });
    expect(told(result)).toEqual([
      'task-5: task-4, task-1',
      'task-6:',
      'task-3 (done):',
      'task-4 (done): task-3',
      'task-1 (done):',
    ]);
    expect(problemsOf(result)).toEqual([
      'warning source-status 3: task-5 depends on task-1, whose status is archive; it does not wait for it',
      'info unknown-dependency 4: task-4 depends on task-99, which is not in the plan',
    ]);
  });

  it('has the last status of the configuration', async () => {
    const result = await read({
      'config.yml': 'statuses: ["To Do", "In Review", "Shipped"]\n',
      'tasks/task-1 - a.md': 'id: task-1\nstatus: shipped',
      'tasks/task-2 - b.md': "id: task-2\nstatus: Won't Do",
      'tasks/task-3 - c.md': 'id: task-3\nstatus: In Review',
      'tasks/task-4 - d.md': 'id: task-4\nstatus: In Progress',
    });
    expect(told(result)).toEqual(['task-1 (done):', 'task-2 (done):', 'task-3 (by hand):', 'task-4:']);
    expect(problemsOf(result)).toEqual([
      'info source-status 2: task-3 is left to a person: its status is In Review',
    ]);
  });
});

it('lets open subtasks stand for their parent, and leaves a parent whose subtasks are done', async () => {
  const result = await read({
    'tasks/task-1 - a.md': 'id: task-1\ndependencies: [task-9]',
    'tasks/task-1.1 - b.md': 'id: task-1.1\nparent_task_id: task-1',
    'tasks/task-1.2 - c.md': 'id: task-1.2\nparent_task_id: TASK-01\ndependencies: [task-1.1]',
    'tasks/task-2 - d.md': 'id: task-2\ndependencies: [task-1]',
    'completed/task-2.1 - e.md': 'id: task-2.1\nparent_task_id: task-2',
    'tasks/task-9 - f.md': 'id: task-9',
  });
  expect(told(result)).toEqual([
    'task-1.1: task-9',
    'task-1.2: task-1.1',
    'task-2 (may be empty): task-1.2',
    'task-9:',
  ]);
});

it('tells what is wrong with every file of the board', async () => {
  const result = await read({
    'tasks/task-1 - a.md': '---\nid: task-1\nlabels: [\n---\n',
    'tasks/task-2 - b.md': 'id: task-2\ndependencies: { on: task-1 }',
    'tasks/task-3 - c.md': 'id: task-2',
    'tasks/readme.md': '---\nabout: tasks\n---\n',
  });
  expect(
    problemsOf(result).map((line) => line.replace(/ is not valid YAML: .*/, ' is not valid YAML')),
  ).toEqual([
    'error invalid-yaml 3: backlog/tasks/task-1 - a.md is not valid YAML',
    'error invalid-value 3: task-2: dependencies: expected a list of ids',
    'info ignored-file 1: backlog/tasks/readme.md is no task and is not read',
    'error duplicate-id 2: task-2 is the id of two tasks: backlog/tasks/task-2 - b.md:2 and backlog/tasks/task-3 - c.md:2',
    'warning empty-body 1: task-1 has no text: its agent is told only its title',
  ]);
});
