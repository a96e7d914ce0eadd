import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fakeTerminal } from '../../../test/rig/fake-terminal.ts';
import { writeFiles } from '../../../test/rig/scratch-repository.ts';
import { analyse } from '../../core/analysis/analyse.ts';
import { ProblemError } from '../../core/problem.ts';
import { readPlan } from '../../readers/detect.ts';
import { conversionSchema } from '../document-schemas.ts';
import { type ConvertOptions, command, difference } from './convert.ts';

const fixtures = path.join(import.meta.dirname, '../../../test/fixtures/plans');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tutti-convert-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** What it prints, or the problems that it refuses with. */
async function convert(plan: string, options: ConvertOptions = {}) {
  const terminal = fakeTerminal({ cwd: folder });
  const code = await command(terminal, [plan], options).catch((error: unknown) => {
    if (error instanceof ProblemError)
      return error.problems.map(({ code: of, message }) => `${of}: ${message}`);
    throw error;
  });
  return { code, text: terminal.printed().replaceAll(folder, 'FOLDER') };
}

const graph = async (source: string) => {
  const { plan, problems } = await readPlan(source);
  const { waves, criticalPath, ready, tasks } = analyse(plan, { problems });
  return { waves, criticalPath, ready, edges: tasks.map(({ id, dependsOn }) => [id, dependsOn]) };
};

it.each([
  'origin-b',
  'FreHilm__ordna',
  'spec-kit',
  'ollorin__gsd-fork',
  'ai8future__chassis-go',
  'native/example.yaml',
  'bacsystem__workflows/docs/cys/plans/2026-07-16-cys-f2-plugin-and-skills.md',
])('the graph of %s is the same after it', async (name) => {
  const source = path.join(fixtures, name);
  for (const out of ['plan.yaml', 'plan.json']) {
    expect((await convert(source, { out })).code).toBe(0);
    expect(await graph(path.join(folder, out))).toEqual(await graph(source));
  }
  expect(readdirSync(folder).sort()).toEqual(['plan.json', 'plan.yaml']);
});

const plan = '### Task 1: A\n\n**Consumes:** None\n**Produces:** `a`\n\n### Task 2: B\n\n**Consumes:** `a`\n';

it('tells what it wrote, in words and as JSON', async () => {
  await writeFiles(folder, { 'todo.md': plan });
  const words = await convert('todo.md');
  const { text } = await convert('todo.md', { out: 'p.json', json: true });
  expect(conversionSchema.safeParse(JSON.parse(text)).error).toBeUndefined();
  expect([words.text, JSON.parse(text)]).toEqual([
    `Wrote plan.yaml: 2 tasks, 1 dependency (1 inferred), from FOLDER/todo.md (task-n).
Next: tutti analyze plan.yaml
`,
    {
      schemaVersion: 1,
      kind: 'conversion',
      from: { source: 'FOLDER/todo.md', format: 'task-n' },
      to: { file: 'p.json', format: 'native' },
      name: 'todo.md',
      tasks: 2,
      dependencies: 1,
      inferred: 1,
      problems: [],
    },
  ]);
});

it('never takes the place of a file unless forced, and prints when asked', async () => {
  await writeFiles(folder, { 'todo.md': plan, 'plan.yaml': 'mine' });
  const refused = await convert('todo.md');
  const kept = readFileSync(path.join(folder, 'plan.yaml'), 'utf8');
  const forced = await convert('todo.md', { force: true });
  const written = readFileSync(path.join(folder, 'plan.yaml'), 'utf8');
  const printed = await convert('todo.md', { out: '-' });
  expect([refused.code, kept, forced.code, printed.text]).toEqual([
    ['usage: plan.yaml exists already'],
    'mine',
    0,
    written.replaceAll(folder, 'FOLDER'),
  ]);
  expect(readdirSync(folder).sort()).toEqual(['plan.yaml', 'todo.md']);
});

it('names the first task and field that differ', async () => {
  await writeFiles(folder, { 'p.yaml': 'tasks: [{ id: A, body: a }, { id: B, body: b }]' });
  const { plan: one } = await readPlan(path.join(folder, 'p.yaml'));
  const other = { ...one, tasks: one.tasks.map((task) => (task.id === 'B' ? { ...task, body: 'c' } : task)) };
  expect([difference(one, one), difference(one, other), difference(one, { ...one, tasks: [] })]).toEqual([
    undefined,
    'body of B differs',
    'the number of tasks differs',
  ]);
});

it.each<[string, Record<string, string>, ConvertOptions, string]>([
  [
    'what it cannot read whole',
    { 'p.yaml': 'tasks: [{ id: A, x: 1 }]' },
    {},
    'invalid-value: A: unknown key "x"',
  ],
  [
    'a name that is of no native plan',
    { 'p.yaml': 'tasks: [{ id: A }]' },
    { out: 'x.md' },
    'usage: x.md is no name',
  ],
  ['two wishes for standard output', { 'p.yaml': '' }, { out: '-', json: true }, 'usage: --json and --out -'],
  ['a folder that is not there', { 'p.yaml': 'tasks: [{ id: A }]' }, { out: 'no/x.yaml' }, 'usage: '],
  [
    'a result that could not be read',
    Object.fromEntries(
      ['p/T-1.md', 'p/T-2.md'].map((name) => [name, `**Dependencies**: None\n${'x\n'.repeat(1_500_000)}`]),
    ),
    {},
    'unsupported: The plan cannot be written as a native one: the result has',
  ],
])('refuses %s, and leaves nothing behind', async (_, files, options, expected) => {
  await writeFiles(folder, files);
  const before = readdirSync(folder);
  const { code } = await convert(existsSync(path.join(folder, 'p')) ? 'p' : 'p.yaml', options);
  expect([code].flat().map((line) => String(line).slice(0, expected.length))).toEqual([expected]);
  expect(readdirSync(folder)).toEqual(before);
});
