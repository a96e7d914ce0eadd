/** What comes after a run: landing it, and running the same plan again. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { describeResult } from '../rig/cli-process.ts';
import { it } from '../rig/e2e-test.ts';
import { proveTarget, userState } from '../rig/git-proof.ts';
import { type Project, works } from '../rig/project.ts';

const tasks = [{ id: 'A' }, { id: 'B', dependsOn: ['A'] }];
const agent = ['--command', works, '--no-gate', '--yes', '--json'];

async function runPlan(project: Project, ...more: readonly string[]): Promise<string> {
  await project.commit({ 'README.md': 'A project.\n' });
  const result = await project.run(['run', await project.plan(tasks), ...agent, ...more]);
  expect(result.code, describeResult(result)).toBe(0);
  return `tutti/${result.events[0]?.run}`;
}

describe('land', () => {
  it('fast-forwards a clean checkout', async ({ project }) => {
    const target = await runPlan(project);
    const landed = await project.run(['land']);
    expect(landed.code, describeResult(landed)).toBe(0);
    expect(await project.git('rev-parse', 'main')).toBe(await project.git('rev-parse', target));
    expect(await project.git('status', '--porcelain')).toBe('');
    expect(await readFile(join(project.path, 'B.txt'), 'utf8')).toBe('work\n');
    const run = target.replace('tutti/', '');
    expect(landed.stdout).toMatch(new RegExp(`^run ${run}: landed on main`));
    const again = await project.run(['land']);
    expect([again.code, again.stdout]).toEqual([
      0,
      `nothing to land: main has all that run ${run} has merged\n`,
    ]);
  });

  it('refuses a checkout with changes, touching nothing', async ({ project }) => {
    await runPlan(project);
    await writeFile(join(project.path, 'README.md'), 'Changed.\n');
    const before = await userState(project);
    const { code, stderr } = await project.run(['land']);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/README\.md[\s\S]*git stash/),
    });
    expect(await userState(project)).toEqual(before);
  });

  it('leaves files alone that would be overwritten', async ({ project }) => {
    await runPlan(project);
    await writeFile(join(project.path, 'A.txt'), 'mine\n');
    const { code, stderr } = await project.run(['land']);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('cannot-land') });
    expect(await readFile(join(project.path, 'A.txt'), 'utf8')).toBe('mine\n');
  });

  it('refuses a branch that went on by itself, and says how to merge', async ({ project }) => {
    const target = await runPlan(project);
    await project.commit({ 'other.md': 'Meanwhile.\n' }, 'Meanwhile');
    const before = await userState(project);
    const { code, stderr } = await project.run(['land']);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(`git merge ${target}`) });
    expect(await userState(project)).toEqual(before);
  });

  it('happens at the end of `run --land` when all is done', async ({ project }) => {
    const target = await runPlan(project, '--land');
    expect(await project.git('rev-parse', 'main')).toBe(await project.git('rev-parse', target));
  });

  it('does not happen when something is not done', async ({ project }) => {
    const base = await project.commit({ 'README.md': 'A project.\n' });
    const plan = await project.plan(tasks);
    const args = ['--command', 'true', '--no-gate', '--retries', '0', '--land', '--yes', '--json'];
    const result = await project.run(['run', plan, ...args]);
    expect(result.code, describeResult(result)).toBe(1);
    expect(await project.git('rev-parse', 'main')).toBe(base);
  });

  it('tells at the end of a run why it could not', async ({ project }) => {
    const base = await project.commit({ 'README.md': 'A project.\n' });
    await writeFile(join(project.path, 'README.md'), 'Changed.\n');
    const args = ['--command', works, '--no-gate', '--land', '--yes'];
    const result = await project.run(['run', await project.plan(tasks), ...args]);
    expect(result.code, describeResult(result)).toBe(0);
    expect(result.stderr).toContain('not committed, so agents will not see: README.md');
    expect(result.stdout).toMatch(/not landed on main: .*README\.md/);
    expect(await project.git('rev-parse', 'main')).toBe(base);
  });
});

describe('a second run of a plan', () => {
  it('skips what is in the target and does only what is new', async ({ project }) => {
    await runPlan(project, '--land');
    const base = await project.git('rev-parse', 'HEAD');
    const more = [...tasks, { id: 'C', dependsOn: ['A', 'B'] }];
    const result = await project.run(['run', await project.plan(more), ...agent]);
    expect(result.code, describeResult(result)).toBe(0);
    expect(result.events.at(-1)).toMatchObject({ counts: { skipped: 2, done: 1 } });
    await proveTarget(project, `tutti/${result.events[0]?.run}`, {
      planName: 'Test',
      tasks: [{ id: 'C' }],
      base,
    });
  });

  it('does everything again with --redo, each task on top of its dependencies', async ({ project }) => {
    await runPlan(project, '--land');
    const base = await project.git('rev-parse', 'HEAD');
    const again = ['--command', 'echo "$TUTTI_RUN" > "$TUTTI_TASK.txt"', '--no-gate', '--redo', '--json'];
    const result = await project.run(['run', await project.plan(tasks), ...again]);
    expect(result.code, describeResult(result)).toBe(0);
    expect(result.events.at(-1)).toMatchObject({ counts: { skipped: 0, done: 2 } });
    await proveTarget(project, `tutti/${result.events[0]?.run}`, { planName: 'Test', tasks, base });
  });

  it('has to be confirmed while an earlier one is not finished', async ({ project }) => {
    await project.commit({ 'README.md': 'A project.\n' });
    const run = ['run', await project.plan(tasks), '--no-gate', '--command'];
    // In brackets nobody looks for it before: every attempt ends on it, which pauses the run.
    const paused = await project.run([...run, '(no-such-agent)', '--yes', '--json']);
    expect(paused.code, describeResult(paused)).toBe(4);
    const refused = await project.run([...run, works]);
    expect({ code: refused.code, stderr: refused.stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining(`run ${paused.events[0]?.run} of this plan is not finished`),
    });
    expect((await project.run([...run, works, '--yes'])).code).toBe(0);
  });

  it('does again what was reverted', async ({ project }) => {
    await runPlan(project, '--land');
    await project.git('revert', '-m', '1', '--no-edit', 'HEAD');
    const again = ['--command', 'echo "$TUTTI_RUN" > "$TUTTI_TASK.txt"', '--no-gate', '--json'];
    const result = await project.run(['run', await project.plan(tasks), ...again]);
    expect(result.code, describeResult(result)).toBe(0);
    expect(result.events.at(-1)).toMatchObject({ counts: { skipped: 1, done: 1 } });
  });

  it('goes on with an existing branch as its target', async ({ project }) => {
    await runPlan(project);
    await project.git('branch', 'integration');
    const result = await project.run(['run', await project.plan(tasks), ...agent, '--target', 'integration']);
    // The branches of the first run have this work already; it is verified and merged again.
    expect(result.code, describeResult(result)).toBe(0);
    expect(await project.git('show', 'integration:B.txt')).toBe('work');
  });
});
