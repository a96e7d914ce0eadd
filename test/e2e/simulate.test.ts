/** `simulate` through the real command line: the plan of origin B, with and without a repository; pages in a real browser. */
import { readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { simulationSchema } from '../../src/cli/simulate/simulation-schema.ts';
import { findBrowser, launchBrowser, openFile } from '../rig/browser.ts';
import { it } from '../rig/e2e-test.ts';
import type { Project } from '../rig/project.ts';
import { packageRoot } from '../rig/source-tree.ts';

const program = await findBrowser();
if (program === undefined && process.env.CI)
  throw new Error('Chromium is missing: install it, the page of `simulate` has to be tested');

const originB = join(packageRoot, 'test/fixtures/plans/origin-b');

const documentOf = async (project: Project, ...args: readonly string[]) =>
  simulationSchema.parse(await project.json<unknown>(...args));

it('simulates the plan of origin B in a repository, with its settings, and leaves nothing behind', async ({
  project,
}) => {
  await project.configure({ slots: 4, schedule: 'threshold', order: 'shortest' });
  const before = await project.git('status', '--porcelain=v1', '--ignored');
  const found = await documentOf(project, 'simulate', originB, '--samples', '10');
  expect(found).toMatchObject({ slots: 4, schedule: 'threshold', order: 'shortest', runs: 10, paused: 0 });
  expect(found.tasks).toHaveLength(45);
  expect(found.makespan.p50).toBeGreaterThanOrEqual(found.makespan.lowerBound);
  expect(await project.git('status', '--porcelain=v1', '--ignored')).toBe(before);
  expect(await project.stateFolder()).toBeUndefined();
});

it('needs no repository, and more slots make the plan of origin B shorter', async ({ project }) => {
  const elsewhere = join(project.root, 'elsewhere');
  await mkdir(elsewhere);
  const args = ['simulate', originB, '--samples', '10', '--what-if', 'slots=2,4,8', '--json'];
  const { code, stdout, stderr } = await project.run(args, { cwd: elsewhere });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { comparison } = simulationSchema.parse(JSON.parse(stdout));
  const times = comparison.map(({ makespan }) => makespan.p50);
  expect(times).toEqual(times.toSorted((a, b) => b - a));
  expect(readdirSync(elsewhere)).toEqual([]);
});

it('leaves out what a run has brought into the branch already', async ({ project }) => {
  const plan = await project.plan([{ id: 'A' }, { id: 'B', dependsOn: ['A'] }]);
  await project.commit({ 'README.md': 'Shop' });
  const works = '[ "$TUTTI_TASK" = B ] || echo done > "$TUTTI_TASK"';
  const args = ['--command', works, '--no-gate', '--retries', '0', '--yes', '--target', 'result'];
  expect((await project.run(['run', plan, ...args])).code).toBe(1);
  await project.git('merge', '-q', '--ff-only', 'result');
  const { tasks } = await documentOf(project, 'simulate', plan);
  expect(tasks.map(({ id, start }) => [id, start])).toEqual([['B', 0]]);
});

it('`parallel simulate` is cautious, and groups that break a dependency are refused with its place', async ({
  project,
}) => {
  const plan = await project.plan([{ id: 'A' }, { id: 'B', dependsOn: ['A'] }, { id: 'C' }]);
  expect(await documentOf(project, 'parallel', 'simulate', plan)).toMatchObject({
    slots: 2,
    schedule: 'barrier',
  });
  const refused = await project.run(['simulate', plan, '--groups', '1,2:3']);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(
    /error \[usage\]: B depends on A, and both are in group 1\n {2}at .*:\d+\n {2}fix: Put A into a group before/,
  );
  expect((await project.run(['simulate', plan, '--groups', '1,3:2'])).code).toBe(0);
});

describe.skipIf(program === undefined)('in a browser', () => {
  it('the page and the picture show a bar for each attempt, and ask for nothing', async ({ project }) => {
    const browser = await launchBrowser(program ?? '');
    try {
      for (const name of ['run.html', 'run.svg']) {
        const file = join(project.root, name);
        const { code } = await project.run(['simulate', originB, '--samples', '5', '--out', file]);
        expect(code).toBe(0);
        const { page, misdeeds } = await openFile(browser, file);
        expect(await page.locator('rect.t-work > title').count()).toBe(45);
        expect(await page.evaluate('document.scripts ? document.scripts.length : 0')).toBe(0);
        expect(misdeeds).toEqual([]);
      }
    } finally {
      await browser.close();
    }
  });
});
