/** Whole runs of real plans with the real command line and real git, judged by git. */
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import { type CliResult, describeResult } from '../rig/cli-process.ts';
import { it } from '../rig/e2e-test.ts';
import { makeUserMess, proveTarget, userState } from '../rig/git-proof.ts';
import { type Project, works } from '../rig/project.ts';

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/plans/${name}`, import.meta.url));

interface AnalysisDocument {
  readonly plan: { readonly name: string };
  readonly tasks: readonly {
    readonly id: string;
    readonly dependsOn: readonly string[];
    readonly status: 'todo' | 'done';
  }[];
  readonly waves: readonly (readonly string[])[];
  readonly diagnostics: readonly { readonly code: string; readonly severity: string }[];
}

/** Puts a plan of the fixtures into the repository, with a check that some tasks could break. */
async function takePlan(project: Project, name: string): Promise<string> {
  await cp(fixture(name), join(project.path, 'plan'), { recursive: true });
  return project.commit({ 'README.md': 'A project.\n' });
}

const NOT_BROKEN = '! grep -rqs BROKEN tasks';

/** Runs a plan to its end beside a user who is in the midst of something. @returns what the run printed */
async function runBesideUser(project: Project, args: readonly string[], gate: string): Promise<CliResult> {
  const analysis = await project.json<AnalysisDocument>('analyze', 'plan');
  await makeUserMess(project);
  const base = await project.git('rev-parse', 'HEAD');
  const before = await userState(project);
  const isOpen = (id: string): boolean =>
    analysis.tasks.some((task) => task.id === id && task.status === 'todo');
  const tasks = analysis.tasks
    .filter(({ id }) => isOpen(id))
    .map(({ id, dependsOn }) => ({ id, dependsOn: dependsOn.filter(isOpen) }));
  const counts = { done: tasks.length, running: 0, skipped: analysis.tasks.length - tasks.length };
  const result = await project.run(['run', 'plan', ...args, '--gate', gate, '--yes', '--json']);
  expect(result.code, describeResult(result)).toBe(0);
  // The journal's first event is written before anybody listens; from there on not one is missing.
  expect(result.events.map(({ seq }) => seq)).toEqual(result.events.map((_, index) => index + 2));
  expect(result.events.at(-1)).toMatchObject({ type: 'run-ended', outcome: 'all-done', counts });
  expect(await userState(project)).toEqual(before);
  const { name: planName } = analysis.plan;
  const target = `tutti/${result.events[0]?.run}`;
  await proveTarget(project, target, { planName, tasks, base, gate });
  return result;
}

describe('origin B', () => {
  it('analyses to its true waves and runs to the end with the scripted agent', async ({ project }) => {
    await takePlan(project, 'origin-b/docs/implementation-plan');
    const analysis = await project.json<AnalysisDocument>('analyze', 'plan');
    expect(analysis.waves.map((ids) => ids.length)).toEqual([31, 9, 2, 3]);
    expect(analysis.diagnostics.map(({ code }) => code)).toEqual(Array(3).fill('wave-mismatch'));
    await runBesideUser(project, ['--agent', 'scripted'], NOT_BROKEN);
  }, 180_000);

  it('runs to the end with a command agent', async ({ project }) => {
    await takePlan(project, 'origin-b/docs/implementation-plan');
    const result = await runBesideUser(project, ['--command', works], 'true');
    const files = await project.git('ls-tree', '--name-only', `tutti/${result.events[0]?.run}`);
    expect(files.split('\n').filter((name) => /^T-\d+\.txt$/.test(name))).toHaveLength(45);
  }, 120_000);
});

describe('task files that nobody here wrote', () => {
  it.for(['FreHilm__ordna/tasks', 'mcarbonell__ai-task-orchestrator/tasks'])(
    '%s',
    async (name, { project }) => {
      await takePlan(project, name);
      const analysis = await project.run(['analyze', 'plan']);
      expect(analysis.code, describeResult(analysis)).toBe(0);
      await runBesideUser(project, ['--agent', 'scripted'], NOT_BROKEN);
    },
  );
});
