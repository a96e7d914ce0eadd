/** Random plans written in every shape and read back, and random damage done to good ones. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { writeNative, writeSpecKit, writeTaskFiles, writeTaskN } from '../../test/rig/document-writers.ts';
import { writeGsdPlans, writeGsdRoadmap } from '../../test/rig/gsd-writers.ts';
import { randomFrom } from '../../test/rig/seeded-random.ts';
import { casesOf } from '../../test/rig/thoroughness.ts';
import { writeBacklogMd, writeBeads, writeTaskMaster } from '../../test/rig/tracker-writers.ts';
import { type Dependencies, everythingBefore, graphs, type PlanWriter } from '../../test/rig/written-plan.ts';
import { analyse } from '../core/analysis/analyse.ts';
import { formats, readPlan } from './detect.ts';

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

/** One for every format that there is a reader for. */
const writers: Readonly<Record<string, PlanWriter>> = {
  native: writeNative,
  'task-files': writeTaskFiles,
  'gsd-plans': writeGsdPlans,
  'gsd-roadmap': writeGsdRoadmap,
  'spec-kit': writeSpecKit,
  'task-n': writeTaskN,
  'task-master': writeTaskMaster,
  beads: writeBeads,
  'backlog-md': writeBacklogMd,
};

describe('a graph comes back as it was written', () => {
  it('in every format that can be read', () => {
    expect(Object.keys(writers)).toEqual(formats);
  });

  it.each(Object.entries(writers))('%s', async (format, write) => {
    await fc.assert(
      fc.asyncProperty(graphs, fc.integer(), async (graph, seed) => {
        const written = write(freshFolder(), graph, randomFrom(seed));
        const { plan, problems } = await readPlan(written.source);
        const found = Object.fromEntries(plan.tasks.map(({ id, dependsOn }) => [id, [...dependsOn].sort()]));
        const order = written.isOrder ? everythingBefore : (same: Dependencies): Dependencies => same;
        expect([plan.format, problems, order(found)]).toEqual([format, [], order(written.graph)]);
        for (const { id, dependsOn, dependencyReasons = {} } of plan.tasks) {
          if (written.inferred === undefined) break;
          const needed = written.inferred.includes(id) ? [...dependsOn].sort() : [];
          expect(Object.keys(dependencyReasons).sort()).toEqual(needed);
        }
      }),
      { numRuns: casesOf(60), seed: 1 },
    );
  });
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
      { numRuns: casesOf(400), seed: 4 },
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
      { numRuns: casesOf(200), seed: 5 },
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
      { numRuns: casesOf(400), seed: 6 },
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
