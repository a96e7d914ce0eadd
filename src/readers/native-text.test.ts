import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { casesOf } from '../../test/rig/thoroughness.ts';
import { makeTask, type Plan, type Task, taskId } from '../core/plan.ts';
import { nativeReader } from './native.ts';
import { type NativeSyntax, nativeText } from './native-text.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tutti-native-text-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What YAML has a meaning for, what ends lines, and what no line has. */
const wicked = fc.constantFrom(
  '',
  '\n',
  '\n\n',
  ' ',
  '\t',
  '- ',
  ': ',
  '#',
  ' #',
  '|',
  '>',
  '"',
  "'",
  '{',
  '[',
  '&a',
  '*a',
  '!!x',
  '---',
  '...',
  '%',
  '~',
  'null',
  'true',
  '001',
  '1.10',
  '0x1f',
  '1e3',
  'yes',
  '\r',
  '\r\n',
  '\u0085',
  '\u2028',
  '\u2029',
  '\uFEFF',
  '\u0007',
  '\u001b[2J',
  '<<',
  '?',
  'é',
  '👩‍👩‍👧',
  '`',
  '\\',
  '\\n',
  '- [ ] x',
  '  indented\n',
  'line \n',
  '\n\ttab',
);
const text = fc
  .array(fc.oneof(wicked, fc.string({ unit: 'grapheme', maxLength: 8 })), { maxLength: 6 })
  .map((parts) => parts.join('').replaceAll('\0', ''));
const filled = text.filter((value) => value.trim() !== '');
const ms = fc.integer({ min: 0, max: 10 ** 12 });
const optional = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { nil: undefined });

const tasks: fc.Arbitrary<Task> = fc
  .record({
    id: filled.map(taskId),
    title: text,
    body: text,
    dependsOn: fc.uniqueArray(filled, { maxLength: 3 }).map((ids) => ids.map(taskId)),
    files: fc.array(filled, { maxLength: 2 }),
    labels: fc.array(text, { maxLength: 2 }),
    outline: fc.array(fc.record({ phase: text, commits: fc.array(filled, { maxLength: 2 }) }), {
      maxLength: 2,
    }),
    estimate: fc.record({ durationMs: ms, tokens: fc.nat(), commits: fc.nat(999) }, { requiredKeys: [] }),
    status: fc.constantFrom('todo' as const, 'done' as const),
    pools: fc.constantFrom({}, { db: 1, gpu: 2 }),
    workspace: fc.constantFrom('worktree' as const, 'none' as const),
    allowEmpty: fc.boolean(),
    autonomous: fc.boolean(),
    module: optional(text),
    priority: optional(fc.constantFrom(3, 2, 1, 0, -4, 2.5, 100)),
    agent: optional(filled),
    command: optional(filled),
    timeoutMs: optional(ms),
    gate: optional(
      fc.array(fc.record({ name: filled, run: filled, timeoutMs: ms }, { requiredKeys: ['name', 'run'] }), {
        maxLength: 2,
      }),
    ),
    reason: text,
  })
  .map(({ reason, ...fields }) => {
    const present = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
    const location = { file: `a${reason}`, line: 3 };
    return makeTask({
      ...(present as typeof fields & { id: Task['id'] }),
      location,
      dependencyLocations: Object.fromEntries(fields.dependsOn.map((id) => [id, location])),
      dependencyReasons: Object.fromEntries(fields.dependsOn.map((id) => [id, reason])),
    } as Task);
  });

/** Of a task, all that does not tell where it was written. */
const contents = ({ tasks: all, name, pools }: Plan) => ({
  name,
  pools,
  tasks: all.map(({ location: _, dependencyLocations: __, dependencyReasons: ___, ...task }) => task),
});

it.each<NativeSyntax>(['yaml', 'json'])('random plans come back from %s as they were', async (syntax) => {
  await fc.assert(
    fc.asyncProperty(filled, fc.array(tasks, { minLength: 1, maxLength: 4 }), async (name, all) => {
      const plan: Plan = { name, source: `s${name}`, format: 'test', tasks: all, pools: { db: 1, gpu: 2 } };
      const file = path.join(folder, `plan.${syntax}`);
      writeFileSync(file, nativeText(plan, syntax));
      const { plan: read, problems } = await nativeReader.read(file);
      expect({ problems, ...contents(read) }).toEqual({ problems: [], ...contents(plan) });
    }),
    { numRuns: casesOf(500), seed: 7 },
  );
});

it('says where everything came from, and why', () => {
  const at = (line: number) => ({ file: 'docs/plan/T-002.md', line });
  const plan: Plan = {
    name: 'Shop',
    source: 'docs/plan',
    format: 'task-files',
    pools: {},
    tasks: [
      makeTask({
        id: taskId('T-001'),
        title: 'Cart',
        body: 'One.\nTwo.',
        location: { file: 'docs/plan/a/T-001.md', line: 1 },
      }),
      makeTask({
        id: taskId('T-002'),
        dependsOn: [taskId('T-001'), taskId('T-003')],
        location: at(1),
        dependencyLocations: { 'T-001': at(4), 'T-003': at(5) },
        dependencyReasons: { 'T-003': 'both touch x' },
        estimate: { durationMs: 5_400_000 },
        status: 'done',
      }),
    ],
  };
  expect(nativeText(plan, 'yaml')).toBe(`# Written by \`tutti convert\` from docs/plan (task-files).

plan: Shop
tasks:
  # a/T-001.md:1
  - id: T-001
    title: Cart
    body: |-
      One.
      Two.
  # T-002.md:1
  - id: T-002
    dependsOn:
      - T-001 # T-002.md:4
      - T-003 # T-002.md:5; both touch x
    estimate:
      duration: 1h30m
    status: done
`);
});
