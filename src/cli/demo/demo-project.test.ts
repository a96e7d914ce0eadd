import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../config/sources.ts';
import { buildGraph, waves } from '../../core/graph.ts';
import type { Plan } from '../../core/plan.ts';
import { loadPlan } from '../load-plan.ts';
import { demoTasks, PLAN_FOLDER } from './demo-plan.ts';
import { projectFiles } from './demo-project.ts';
import { CONFLICTING, demoRecipe, FAILING } from './demo-recipe.ts';

const originB = fileURLToPath(new URL('../../../test/fixtures/plans/origin-b/docs', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tutti-demo-test-'));
  write(projectFiles({ speed: 1, stateDir: '../state' }));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

const readDemoPlan = () => loadPlan(join(folder, PLAN_FOLDER), { cwd: process.cwd(), root: folder });
const shape = ({ tasks }: Plan) => tasks.map(({ id, title, dependsOn }) => ({ id, title, dependsOn }));
const byId = (a: { readonly id: string }, b: { readonly id: string }): number => (a.id < b.id ? -1 : 1);

describe('the plan of the demo', () => {
  it('is origin B’s graph, without its contradictions', async () => {
    const { plan, problems } = await readDemoPlan();
    const original = await loadPlan(originB, { cwd: process.cwd() });
    const sizes = [0, 0, 0, 0];
    for (const wave of waves(buildGraph(plan)) ?? []) sizes[wave] = (sizes[wave] ?? 0) + 1;
    expect([plan.name, sizes, problems]).toEqual([PLAN_FOLDER, [31, 9, 2, 3], []]);
    expect(shape(plan).sort(byId)).toEqual(shape(original.plan).sort(byId));
  });

  it('has two or three commits a task, in a folder of its own', async () => {
    const { plan } = await readDemoPlan();
    const counts = plan.tasks.map(({ outline }) => outline.flatMap(({ commits }) => commits).length);
    expect([...new Set(counts)].sort()).toEqual([2, 3]);
    expect(new Set(plan.tasks.flatMap(({ files }) => files)).size).toBe(45);
  });
});

describe('the recipe of the demo', () => {
  it('takes the time it should with seven slots', () => {
    const recipe = Object.values(demoRecipe(1));
    const total = recipe.reduce((sum, { durationMs }) => sum + durationMs, 0);
    expect([recipe.length, total / 7 > 12_000, total / 7 < 18_000]).toEqual([45, true, true]);
    expect(demoRecipe(10)['T-001']?.durationMs).toBeCloseTo(
      (demoRecipe(1)['T-001']?.durationMs ?? 0) / 10,
      0,
    );
  });

  it('lets one task fail and two conflict that depend on nothing', () => {
    const ids = [FAILING.id, CONFLICTING.first, CONFLICTING.second];
    expect(
      demoTasks.filter(({ id }) => ids.includes(id as never)).map(({ dependency }) => dependency),
    ).toEqual([undefined, undefined, undefined]);
  });

  it('is a configuration without problems', () => {
    const { config, problems } = loadConfig({ root: folder, cwd: folder, env: { HOME: folder }, flags: {} });
    expect([problems, config?.agent, config?.stateDir, config?.gate.map(({ run }) => run)]).toEqual([
      [],
      'demo',
      join(folder, '../state'),
      ['sh check.sh'],
    ]);
  });
});

describe('the gate of the demo', () => {
  function check(): string {
    try {
      return execFileSync('sh', ['check.sh'], { cwd: folder, encoding: 'utf8', stdio: 'pipe' }).trim();
    } catch (error) {
      return (error as { stdout: string }).stdout.trim();
    }
  }

  it('passes on the base and on what tasks leave', () => {
    expect(check()).toBe('46 files are consistent');
    write({
      'modules/codegen/contract-testing/T-002-01.txt': 'T-002 01\nfeat\n',
      'modules/codegen/contract-broker/T-009-01.txt': 'T-009 01\nfeat\n',
      'modules/core/file-uploads/check.txt': 'passes\n',
      'FEATURES.md': 'In order:\n\nscripted: T-002\nscripted: T-003\n',
    });
    expect(check()).toBe('49 files are consistent');
  });

  it.each([
    ['modules/core/file-uploads/check.txt', `${FAILING.finding}\n`, FAILING.finding],
    ['modules/codegen/contract-broker/T-009-01.txt', 'T-009 01\n', 'T-009 is here without T-002'],
    ['modules/codegen/contract-testing/T-002-02.txt', 'T-002 01\n', 'calls itself T-002 01'],
    ['FEATURES.md', 'scripted: T-003\nscripted: T-002\n', 'FEATURES.md:2: T-002 is not in order'],
    ['FEATURES.md', '<<<<<<< HEAD\n', 'FEATURES.md:1: conflict marker'],
  ])('refuses %s with %j', (file, text, finding) => {
    write({ [file]: text });
    expect(check()).toContain(finding);
  });
});
