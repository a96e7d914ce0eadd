/** Random plans written in every shape and read back, and random damage done to good ones. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { analyse } from '../core/analysis/analyse.ts';
import { readPlan } from './detect.ts';

let root: string;
let runs = 0;
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'tutti-round-trip-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const freshFolder = (): string => {
  const folder = path.join(root, String(runs++));
  mkdirSync(folder);
  return folder;
};

type Edges = ReadonlyMap<string, readonly string[]>;

/** Acyclic by construction: each task depends on some before it. */
const graphs: fc.Arbitrary<Edges> = fc
  .tuple(
    fc.constantFrom('T-', 'EST-', 'PROJ-API-', 'task_'),
    fc.array(fc.array(fc.nat(15), { maxLength: 4 }), { minLength: 1, maxLength: 15 }),
  )
  .map(([prefix, rows]) => {
    const id = (index: number): string => prefix + String(index + 1).padStart(3, '0');
    return new Map(
      rows.map((row, index) => [
        id(index),
        [...new Set(row)]
          .filter((other) => other < index)
          .sort((a, b) => a - b)
          .map(id),
      ]),
    );
  });

/** The graph of what is read at `source`; errors are not expected. */
async function graphAt(source: string): Promise<Record<string, readonly string[]>> {
  const { plan, problems } = await readPlan(source);
  expect(problems).toEqual([]);
  return Object.fromEntries(plan.tasks.map(({ id, dependsOn }) => [id, [...dependsOn].sort()]));
}

const tasksOf = (edges: Edges) => [...edges].map(([id, dependsOn]) => ({ id, body: 'Do it.', dependsOn }));

/** Ways to write one task's dependencies in its file. */
const shapes: readonly ((id: string, dependsOn: readonly string[]) => string)[] = [
  (id, dependsOn) => `# ${id}: x\n\n**Dependencies**: ${dependsOn.join(', ') || 'None'}\n`,
  (id, dependsOn) =>
    `# ${id}\n\n- **Depends on:** ${dependsOn.map((other) => `\`${other}\` (see ${id})`).join(' and ') || '-'}\n`,
  (id, dependsOn) =>
    `# ${id}\n\n## Dependencies\n\n${dependsOn.map((other) => `- ${other}: first`).join('\n') || 'n/a'}\n\n## Notes\n\n- x\n`,
  (id, dependsOn) => `---\nid: ${id}\ndepends_on: [${dependsOn.join(', ')}]\n---\nDo it.\n`,
  (id, dependsOn) =>
    `---\nid: ${id}\ndependencies:\n${dependsOn.map((other) => `  - ${other}\n`).join('')}---\nDo it.\n`,
];

describe('a graph comes back as it was written', () => {
  it('in YAML and JSON', async () => {
    await fc.assert(
      fc.asyncProperty(graphs, fc.boolean(), async (edges, asJson) => {
        const file = path.join(freshFolder(), asJson ? 'plan.json' : 'plan.yaml');
        const plan = { plan: 'x', tasks: tasksOf(edges) };
        writeFileSync(file, asJson ? JSON.stringify(plan) : stringify(plan));
        expect(await graphAt(file)).toEqual(Object.fromEntries(edges));
      }),
      { numRuns: 100, seed: 1 },
    );
  });

  it('in task files of mixed shapes', async () => {
    await fc.assert(
      fc.asyncProperty(
        graphs,
        fc.array(fc.nat(shapes.length - 1), { minLength: 15, maxLength: 15 }),
        async (edges, choice) => {
          const folder = freshFolder();
          for (const [index, [id, dependsOn]] of [...edges].entries())
            writeFileSync(path.join(folder, `${id}-slug.md`), shapes[choice[index] ?? 0]!(id, dependsOn));
          expect(await graphAt(folder)).toEqual(Object.fromEntries(edges));
        },
      ),
      { numRuns: 100, seed: 2 },
    );
  });

  it('in task files that only say what they block', async () => {
    await fc.assert(
      fc.asyncProperty(graphs, async (edges) => {
        const folder = freshFolder();
        for (const id of edges.keys()) {
          const blocked = [...edges]
            .filter(([, dependsOn]) => dependsOn.includes(id))
            .map(([other]) => other);
          writeFileSync(
            path.join(folder, `${id}.md`),
            `# ${id}: x\n\n**Blocks**: ${blocked.join(', ') || 'None'}\n`,
          );
        }
        expect(await graphAt(folder)).toEqual(Object.fromEntries(edges));
      }),
      { numRuns: 50, seed: 3 },
    );
  });
});

/** Ways to write one task's dependencies in a "Task N" plan; each task produces a name of its own. */
const taskNShapes: readonly ((numbers: readonly number[]) => string)[] = [
  (numbers) => `**Depends on:** ${numbers.map((number) => `Task ${number}`).join(', ') || 'None'}`,
  (numbers) => `- Consumes: ${numbers.map((number) => `\`made${number}\``).join(', ') || 'None'}`,
  (numbers) =>
    `- Consumes: ${numbers.length === 0 ? 'nothing' : `what Tasks ${numbers.join(' and ')} leave`}`,
];

it('a graph comes back from a "Task N" plan, each inferred dependency with a reason', async () => {
  await fc.assert(
    fc.asyncProperty(
      graphs,
      fc.array(fc.nat(taskNShapes.length - 1), { minLength: 15, maxLength: 15 }),
      async (edges, choice) => {
        const ids = [...edges.keys()];
        const numbersOf = (id: string): number[] =>
          (edges.get(id) ?? []).map((other) => ids.indexOf(other) + 1);
        const sections = ids.map((id, index) => {
          const stated = taskNShapes[choice[index] ?? 0]!(numbersOf(id));
          return `### Task ${index + 1}: ${id}\n\n${stated}\n\n- Produces: \`made${index + 1}()\`\n\n- [ ] Do it\n`;
        });
        const file = path.join(freshFolder(), 'plan.md');
        writeFileSync(file, sections.join('\n'));
        const { plan, problems } = await readPlan(file);
        const graph = plan.tasks.map(({ title, dependsOn, dependencyReasons = {} }, index) => {
          const reasons = Object.keys(dependencyReasons).length;
          expect(reasons).toBe((choice[index] ?? 0) === 0 ? 0 : dependsOn.length);
          return [title, dependsOn.map((id) => ids[Number(id.slice('task-'.length)) - 1]).sort()];
        });
        expect([problems, Object.fromEntries(graph)]).toEqual([[], Object.fromEntries(edges)]);
      },
    ),
    { numRuns: 100, seed: 8 },
  );
});

/** Cuts, repeats, replaces and inserts; what it inserts is what parsers stumble over. */
const damage = fc.array(
  fc.record({
    kind: fc.constantFrom('cut', 'repeat', 'insert', 'swap'),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat(60),
    text: fc.oneof(
      fc.constantFrom(
        '---\n',
        '\n',
        '\t',
        ': ',
        '- ',
        '[',
        '{',
        '"',
        "'",
        '|',
        '>',
        '&a ',
        '*a',
        '!!x ',
        '\0',
        '\r',
        '\uFEFF',
        '#',
        '`',
        '```\n',
        '**',
        '(',
        '~~',
        '<!--',
        '%',
        '__proto__: 1\n',
        'T-999',
        '.'.repeat(300),
        '[['.repeat(200),
      ),
      fc.string({ maxLength: 20, unit: 'binary' }),
    ),
  }),
  { minLength: 1, maxLength: 8 },
);

function damaged(
  text: string,
  mutations: typeof damage extends fc.Arbitrary<infer Value> ? Value : never,
): string {
  return mutations.reduce((current, { kind, at, length, text: inserted }) => {
    const start = Math.floor(at * current.length);
    const part = current.slice(start, start + length);
    const middle = { cut: '', repeat: part + part, insert: inserted + part, swap: inserted }[kind] ?? '';
    return current.slice(0, start) + middle + current.slice(start + length);
  }, text);
}

const yamlPlan = stringify({
  plan: 'Fuzz',
  defaults: { agent: 'x', gate: ['make'] },
  pools: { db: 1 },
  tasks: [
    { id: 'T-001', body: 'a', files: ['src/**'], estimate: { duration: '1h', tokens: '1k' }, pools: ['db'] },
    { id: 'T-002', body: 'b\nc\n', dependsOn: ['T-001'], outline: [{ phase: 'p', commits: ['feat: x'] }] },
  ],
});
const taskFile = `---
id: T-001
depends_on: [T-002]
---
# T-001: Fuzz

**Dependencies**: T-002, T-003 (x)
- **Estimate**: 3-5h

## Files

- \`src/**\`

## Commit plan

### Phase 1: A

- [ ] \`feat: a\`
`;

describe('damaged input is told, never thrown', () => {
  const survives = async (source: string): Promise<void> => {
    const { plan, problems } = await readPlan(source);
    const { diagnostics } = analyse(plan, { problems });
    for (const { code, message, fix } of diagnostics) expect([code, message, fix]).not.toContain('');
    for (const { location } of problems) expect(location?.line).toBeGreaterThan(0);
  };

  it('YAML', async () => {
    await fc.assert(
      fc.asyncProperty(damage, async (mutations) => {
        const file = path.join(root, 'fuzz.yaml');
        writeFileSync(file, damaged(yamlPlan, mutations));
        await survives(file);
      }),
      { numRuns: 400, seed: 4 },
    );
  });

  it('bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.nat(400), async (bytes, at) => {
        const file = path.join(root, 'fuzz.json');
        const good = Buffer.from(yamlPlan);
        writeFileSync(file, Buffer.concat([good.subarray(0, at), bytes, good.subarray(at)]));
        await survives(file);
      }),
      { numRuns: 200, seed: 5 },
    );
  });

  it('task files', async () => {
    const folder = freshFolder();
    writeFileSync(path.join(folder, 'T-002.md'), '# T-002: x\n\n**Blocks**: T-001, T-003\n');
    await fc.assert(
      fc.asyncProperty(damage, async (mutations) => {
        writeFileSync(path.join(folder, 'T-001.md'), damaged(taskFile, mutations));
        await survives(folder);
      }),
      { numRuns: 400, seed: 6 },
    );
  });
});

describe('large and wicked input is bounded', () => {
  const size = 300_000;
  it.each([
    ['brackets', '['.repeat(size)],
    ['anchors', '&a\n'.repeat(size / 3)],
    ['closing braces', '}\n'.repeat(size / 20)],
    ['keys', Array.from({ length: size / 10 }, (_, index) => `k${index}: 1`).join('\n')],
    ['aliases', `a: &a 1\ntasks: [${'*a,'.repeat(size / 3)}]`],
  ])('YAML of %s', async (_, text) => {
    const file = path.join(root, 'wicked.yaml');
    writeFileSync(file, text);
    expect((await readPlan(file)).problems.length).toBeGreaterThan(0);
  });

  it.each([
    ['bullets', '- a\n'],
    ['quotes', '> '],
    ['brackets', '('],
    ['emphasis', '**a'],
    ['code marks', '`a``'],
    ['comments', '<!--'],
    ['ids', 'T-001 '],
    ['dependencies', '**Dependencies**: T-001, T-009 (x\n'],
    ['spaces', ' '],
    ['label', 'Dependencies '],
    ['digits', '1'],
    ['dashes', 'T-'],
  ])('Markdown of %s', async (_, unit) => {
    const folder = freshFolder();
    writeFileSync(
      path.join(folder, 'T-001.md'),
      `# T-001: x\n\n**Dependencies**: ${unit.repeat(size / unit.length)}`,
    );
    writeFileSync(path.join(folder, 'T-002.md'), `Estimate: ${unit.repeat(size / unit.length)}`);
    expect((await readPlan(folder)).plan.tasks.map(({ id }) => id)).toEqual(['T-001', 'T-002']);
  });
});
