import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { detectPlan, readPlan } from './detect.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tutti-detect-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const task = '**Dependencies**: None';
const roadmap = '### Phase 1: Base';
const gsdPlan = '.planning/phases/01-base/01-01-PLAN.md';
const native = 'tasks: [{ id: A, body: a }]';

/** What is detected at `at`, with these files there. */
async function detected(files: Record<string, string>, at = '.', format?: string): Promise<string> {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  const found = await detectPlan(path.join(folder, at), format === undefined ? {} : { format });
  const where = path.relative(folder, found.path);
  return found.reader === undefined
    ? found.problems.map(({ code }) => code).join()
    : `${found.reader.format} ${where === '' ? '.' : where}`;
}

it.each<[string, Record<string, string>, string, string | undefined, string]>([
  ['plan.yaml', { 'plan.yaml': native }, '.', undefined, 'native plan.yaml'],
  ['plan.json', { 'plan.json': '{}' }, '.', undefined, 'native plan.json'],
  ['tutti.yaml with tasks', { 'tutti.yaml': native }, '.', undefined, 'native tutti.yaml'],
  ['tutti.yaml without tasks', { 'tutti.yaml': 'gate: [x]' }, '.', undefined, 'no-tasks'],
  ['any named YAML file', { 'other.yml': '' }, 'other.yml', undefined, 'native other.yml'],
  ['task files here', { 'T-001.md': 'x' }, '.', undefined, 'task-files .'],
  ['tasks/', { 'tasks/T-001.md': 'x', 'README.md': 'x' }, '.', undefined, 'task-files tasks'],
  [
    'tasks/ before what is deeper',
    { 'tasks/T-001.md': task, 'example/tasks/T-001.md': task },
    '.',
    undefined,
    'task-files tasks',
  ],
  [
    'docs/implementation-plan',
    { 'docs/implementation-plan/Phases/Q1/Tasks/T-001.md': task },
    '.',
    undefined,
    'task-files docs/implementation-plan',
  ],
  ['Phases/**/Tasks', { 'Phases/Q1/Tasks/T-001.md': task }, '.', undefined, 'task-files .'],
  ['no ADRs', { 'docs/adr/ADR-001.md': '# Use x\n\nBecause.' }, '.', undefined, 'no-tasks'],
  ['two of a kind', { 'plan.yaml': native, 'plan.json': '{}' }, '.', undefined, 'ambiguous-format'],
  ['two kinds', { 'plan.yaml': native, 'tasks/T-001.md': task }, '.', undefined, 'ambiguous-format'],
  [
    'two kinds, one named',
    { 'plan.yaml': native, 'tasks/T-001.md': task },
    '.',
    'task-files',
    'task-files tasks',
  ],
  ['a forced format that is not there', {}, '.', 'task-files', 'task-files .'],
  ['an unknown format', {}, '.', 'nativ', 'usage'],
  [
    'Spec Kit',
    { 'specs/001-x/tasks.md': '- [ ] T001 [P] Do it' },
    '.',
    undefined,
    'spec-kit specs/001-x/tasks.md',
  ],
  ['Spec Kit by file', { 'todo.md': '- [ ] T001 [P] Do it' }, 'todo.md', undefined, 'spec-kit todo.md'],
  ['"Task N" by file', { 'todo.md': '### Task 1: Do it' }, 'todo.md', undefined, 'task-n todo.md'],
  [
    '"Task N" where such plans lie',
    { 'docs/superpowers/plans/a.md': '### Task 1: Do it\n\n- [ ] Step' },
    '.',
    undefined,
    'task-n docs/superpowers/plans/a.md',
  ],
  [
    'a heading that says Task 1, in a README',
    { 'README.md': '### Task 1: Do it' },
    '.',
    undefined,
    'no-tasks',
  ],
  [
    'Task Master',
    { '.taskmaster/tasks/tasks.json': '{}' },
    '.',
    undefined,
    'task-master .taskmaster/tasks/tasks.json',
  ],
  [
    'Task Master where it used to be',
    { 'tasks/tasks.json': '{"tasks":[{"id":1,"subtasks":[]}]}' },
    '.',
    undefined,
    'task-master tasks/tasks.json',
  ],
  [
    'Task Master by file, and no native plan',
    { 'x.json': '{"master":{"tasks":[{"id":1,"dependencies":[]}]}}' },
    'x.json',
    undefined,
    'task-master x.json',
  ],
  ['a tag of Task Master', { 'x.json': '{}' }, 'x.json#login', undefined, 'task-master x.json#login'],
  [
    'a native plan called tasks.json',
    { 'tasks.json': '{"tasks":[]}' },
    'tasks.json',
    undefined,
    'native tasks.json',
  ],
  ['Backlog.md', { 'backlog/config.yml': '' }, '.', undefined, 'backlog-md backlog'],
  [
    'Backlog.md, whose files look like task files',
    { 'backlog/tasks/task-1 - x.md': '---\nid: task-1\nstatus: To Do\n---\n' },
    '.',
    undefined,
    'backlog-md backlog',
  ],
  [
    'Backlog.md by its tasks',
    { 'backlog/tasks/task-1 - x.md': '---\nid: task-1\nstatus: To Do\n---\n' },
    'backlog/tasks',
    undefined,
    'backlog-md backlog',
  ],
  [
    'Backlog.md in a folder of another name',
    { 'backlog.config.yml': 'backlog_directory: plan', 'plan/tasks/BACK-1 - x.md': '' },
    '.',
    undefined,
    'backlog-md plan',
  ],
  [
    'Backlog.md beside task files',
    { 'backlog/tasks/task-1 - x.md': '', 'tasks/T-001.md': task },
    '.',
    undefined,
    'ambiguous-format',
  ],
  ['Beads', { '.beads/issues.jsonl': '' }, '.', undefined, 'beads .beads/issues.jsonl'],
  ['Beads by its folder', { '.beads/beads.jsonl': '' }, '.beads', undefined, 'beads .beads/beads.jsonl'],
  ['Beads without an export', { '.beads/metadata.json': '' }, '.beads', undefined, 'beads .beads'],
  ['Beads by file', { 'x.jsonl': '' }, 'x.jsonl', undefined, 'beads x.jsonl'],
  ['a GSD roadmap', { '.planning/ROADMAP.md': roadmap }, '.', undefined, 'gsd-roadmap .planning/ROADMAP.md'],
  [
    'an empty GSD roadmap',
    { '.planning/ROADMAP.md': '' },
    '.planning',
    undefined,
    'gsd-roadmap .planning/ROADMAP.md',
  ],
  ['GSD plans', { '.planning/ROADMAP.md': roadmap, [gsdPlan]: '' }, '.', undefined, 'gsd-plans .planning'],
  ['GSD plans without a roadmap', { [gsdPlan]: '' }, '.planning', undefined, 'gsd-plans .planning'],
  ['the folder of GSD phases', { [gsdPlan]: '' }, '.planning/phases', undefined, 'gsd-plans .planning'],
  [
    'a GSD roadmap beside plans, by its name',
    { '.planning/ROADMAP.md': roadmap, [gsdPlan]: '' },
    '.planning/ROADMAP.md',
    undefined,
    'gsd-roadmap .planning/ROADMAP.md',
  ],
  [
    'any roadmap with phases',
    { 'docs/v2-roadmap.md': roadmap },
    'docs/v2-roadmap.md',
    undefined,
    'gsd-roadmap docs/v2-roadmap.md',
  ],
  ['a roadmap without phases', { 'ROADMAP.md': '# Some day' }, 'ROADMAP.md', undefined, 'unknown-format'],
  ['one task file', { 'T-001.md': 'x' }, 'T-001.md', undefined, 'unknown-format'],
  ['something else', { 'x.txt': 'x' }, 'x.txt', undefined, 'unknown-format'],
  ['nothing', {}, '.', undefined, 'no-tasks'],
  ['not even a folder', {}, 'none', undefined, 'unreadable'],
])('%s', async (_, files, at, format, expected) => {
  expect(await detected(files, at, format)).toBe(expected);
});

it.each(['github:owner/repo', 'mcp:board'])('%s is no path', async (source) => {
  expect((await detectPlan(source)).problems.map(({ code }) => code)).toEqual(['unsupported']);
});

it.each<[string, string, string, string, string]>([
  ['two documents', 'p.yaml', 'plan: a\n---\nplan: b\n', 'p.yaml holds two documents', 'Keep one.'],
  [
    'JSON that is too deep',
    'p.json',
    '['.repeat(100) + ']'.repeat(100),
    'p.json is not valid JSON: nested more than 64 deep',
    'Correct the syntax at this line.',
  ],
  [
    'a large file',
    'p.md',
    'x\n'.repeat(5 * 512 * 1024),
    'p.md has 5.0 MiB; tutti reads at most 4 MiB a file',
    'Split it into smaller files.',
  ],
])('says what is wrong with %s', async (_, name, text, message, fix) => {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  const { problems } = await readPlan(file);
  const told = problems.map((found) => [found.message.replaceAll(`${folder}/`, ''), found.fix]);
  expect(told).toEqual([[message, fix]]);
});

it('a link to itself is not told to be missing', async () => {
  const file = path.join(folder, 'plan.yaml');
  symlinkSync(file, file);
  const { problems } = await detectPlan(file);
  expect(problems.map(({ message }) => message)).toEqual([
    `${file} is a symbolic link that leads back to itself`,
  ]);
});

// The superuser may look everywhere.
it.skipIf(process.getuid?.() === 0)('a folder that nobody may enter is told', async () => {
  const shut = path.join(folder, 'shut');
  mkdirSync(shut, { mode: 0 });
  const { problems } = await detectPlan(path.join(shut, 'plan.yaml'));
  expect(problems.map(({ message }) => message)).toEqual([
    `${shut}/plan.yaml cannot be read: permission denied`,
  ]);
});

it('several plans are listed, with one to name', async () => {
  await detected({ 'plan.yaml': native, 'tasks/T-001.md': task, 'tasks/T-002.md': task });
  const { plan, problems, ignored } = await readPlan(folder);
  expect([plan.tasks, ignored, JSON.parse(JSON.stringify(problems).replaceAll(folder, '.'))]).toEqual([
    [],
    [],
    [
      {
        code: 'ambiguous-format',
        severity: 'error',
        message: '. holds several plans: ./plan.yaml (native: plan.yaml), ./tasks (task-files: 2 task files)',
        fix: 'Name one of them, for example ./plan.yaml.',
        location: { file: '.' },
        tasks: [],
      },
    ],
  ]);
});
