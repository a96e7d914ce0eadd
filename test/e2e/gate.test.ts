/** Gates that are red, missing or broken, on the base and later: who gets the blame, and what goes on. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { type CliResult, describeResult } from '../rig/cli-process.ts';
import { it } from '../rig/e2e-test.ts';
import { runOnTree } from '../rig/git-proof.ts';
import { works } from '../rig/project.ts';

const reasons = ({ events }: CliResult): readonly unknown[] =>
  events.filter(({ type }) => type === 'attempt-failed').map(({ task, failure }) => [task, failure?.reason]);

describe('a gate that is red on the base', () => {
  it('is told with its output, does not count until it passes on the target, and counts then', async ({
    project,
  }) => {
    await project.commit({ 'README.md': 'A project.\n' });
    const plan = await project.plan([
      { id: 'A' },
      { id: 'B', dependsOn: ['A'] },
      { id: 'C', dependsOn: ['B'] },
    ]);
    // A leaves the check red, B turns it green, C would break it again.
    const agent =
      'case $TUTTI_TASK in B) echo x > B.txt;; C) rm -f B.txt; echo x > C.txt;; *) echo x > A.txt;; esac';
    const gate = 'test -e B.txt || { echo there is no B.txt; exit 1; }';
    const args = ['--command', agent, '--gate', gate, '--retries', '0', '--yes', '--json'];
    const result = await project.run(['run', plan, ...args]);
    expect(result.code, describeResult(result)).toBe(1);
    const baseline = result.events.find(({ type }) => type === 'baseline-recorded');
    expect(baseline).toMatchObject({
      steps: [{ verdict: 'failed', exitCode: 1, output: 'there is no B.txt\n' }],
    });
    const turned = result.events.findIndex(({ type }) => type === 'step-turned-green');
    expect(result.events[turned + 1]).toMatchObject({ type: 'task-integrated', task: 'B' });
    expect(reasons(result)).toEqual([['C', 'gate-failed']]);
    await runOnTree(project, `tutti/${result.events[0]?.run}`, gate);
  });

  it('is told to people with the way out, also when its command does not exist', async ({ project }) => {
    await project.commit({ 'README.md': 'A project.\n' });
    const plan = await project.plan([{ id: 'A' }]);
    const result = await project.run([
      'run',
      plan,
      '--command',
      works,
      '--gate',
      'no-such-tool --all',
      '--yes',
    ]);
    expect(result.code, describeResult(result)).toBe(0);
    expect(result.stdout).toMatch(
      /red on the base and not counted until.*no-such-tool --all.*code 127.*not found/,
    );
  });
});

describe('a gate that passed on the base and ends in 127 later', () => {
  it('is the fault of the task when it still runs on the target', async ({ project }) => {
    await project.commit({ 'check.sh': '#!/bin/sh\nexit 0\n' });
    await project.git('update-index', '--chmod=+x', 'check.sh');
    await project.git('commit', '-q', '--amend', '-m', 'Seed');
    await project.git('checkout', '-q', '--', '.');
    const plan = await project.plan([{ id: 'A' }, { id: 'B' }]);
    const agent = `${works}; if [ "$TUTTI_TASK" = A ]; then rm check.sh; fi`;
    const args = ['--command', agent, '--gate', './check.sh', '--retries', '0', '--yes', '--json'];
    const result = await project.run(['run', plan, ...args]);
    expect(result.code, describeResult(result)).toBe(1);
    expect(reasons(result)).toEqual([['A', 'gate-failed']]);
    expect(result.events.at(-1)).toMatchObject({ counts: { done: 1, needsAttention: 1 } });
  });

  it('is broken when it does not run on the target either: the run pauses, nobody is blamed', async ({
    project,
  }) => {
    await project.commit({ 'README.md': 'A project.\n' });
    const tool = join(project.root, 'tool');
    const makeTool = (): Promise<void> => writeFile(tool, '#!/bin/sh\nexit 0\n', { mode: 0o755 });
    await makeTool();
    const plan = await project.plan([
      { id: 'A' },
      { id: 'B', dependsOn: ['A'] },
      { id: 'C', dependsOn: ['B'] },
    ]);
    const agent = `${works}; if [ "$TUTTI_TASK" = B ] && [ "$TUTTI_ATTEMPT" = 1 ]; then rm ${tool}; fi`;
    const result = await project.run(['run', plan, '--command', agent, '--gate', tool, '--yes', '--json']);
    expect(result.code, describeResult(result)).toBe(4);
    expect(result.events.filter(({ type }) => type === 'fault-raised').map(({ code }) => code)).toEqual([
      'gate-broken',
    ]);
    expect(result.events.at(-1)).toMatchObject({ type: 'run-paused' });
    const again = await project.run(['resume']);
    expect(again.code, describeResult(again)).toBe(4);
    expect(again.stdout).toContain('FAULT gate-broken');
    await makeTool();
    const resumed = await project.run(['resume', '--json']);
    expect(resumed.code, describeResult(resumed)).toBe(0);
    await rm(tool);
  });
});

describe('a gate step', () => {
  it('that takes longer than it may has failed, and nothing of it lives on', async ({ project }) => {
    await project.configure({
      gate: [{ run: 'if [ -e A.txt ]; then sleep 600; fi', timeout: '300ms' }],
      retries: 0,
    });
    const plan = await project.plan([{ id: 'A' }, { id: 'B' }]);
    const result = await project.run(['run', plan, '--command', works, '--yes', '--json']);
    expect(result.code, describeResult(result)).toBe(1);
    expect(reasons(result)).toEqual([['A', 'gate-failed']]);
  });

  it('that fails on the merged tree only goes back to the agent with the target in its branch', async ({
    project,
  }) => {
    await project.commit({ 'README.md': 'A project.\n' });
    const plan = await project.plan([{ id: 'A' }, { id: 'B' }]);
    // Each alone is fine, both together are not, until one gives way.
    const agent =
      'if [ -e A.txt ] || [ -e B.txt ]; then if [ "$TUTTI_ATTEMPT" = 2 ]; then echo both > both.txt; fi; fi; echo work > "$TUTTI_TASK.txt"';
    const gate = '! test -e A.txt || ! test -e B.txt || test -e both.txt';
    const result = await project.run(['run', plan, '--command', agent, '--gate', gate, '--yes', '--json']);
    expect(result.code, describeResult(result)).toBe(0);
    const failures = result.events.filter(({ type }) => type === 'integration-failed');
    expect(failures.map(({ failure }) => failure?.reason)).toEqual(['merge-gate-failed']);
    await runOnTree(project, `tutti/${result.events[0]?.run}`, gate);
  });
});

describe('a plan of plain commands', () => {
  it('runs where the run was started, makes no branch and touches nothing by itself', async ({ project }) => {
    await project.commit({ 'README.md': 'A project.\n' });
    const refs = await project.git('for-each-ref');
    const command = (id: string) => `echo ${id} >> order.txt`;
    const task = (id: string, dependsOn: readonly string[] = []) => ({
      ...{ id, dependsOn, agent: 'command', command: command(id), workspace: 'none' },
    });
    const plan = await project.plan([task('A'), task('B', ['A']), task('C', ['B'])]);
    const refused = await project.run(['run', plan]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/the plan runs: echo A >> order\.txt[\s\S]*the plan carries commands/);
    const result = await project.run(['run', plan, '--yes', '--json']);
    expect(result.code, describeResult(result)).toBe(0);
    expect(await runOnTree(project, 'HEAD', `cat ${join(project.path, 'order.txt')}`)).toBe('A\nB\nC\n');
    const branches = await project.git('for-each-ref', '--format=%(refname)', 'refs/heads/feat');
    expect({ branches, user: (await project.git('for-each-ref')).includes(refs) }).toEqual({
      branches: '',
      user: true,
    });
    const agreed = await project.run(['run', plan, '--redo', '--json']);
    expect(agreed.code, describeResult(agreed)).toBe(0);
  });

  it('fails by its exit code and blocks what depends on it', async ({ project }) => {
    await project.commit({ 'README.md': 'A project.\n' });
    const plan = await project.plan([
      { id: 'A', agent: 'command', command: 'exit 3', workspace: 'none' },
      { id: 'B', agent: 'command', command: 'true', workspace: 'none', dependsOn: ['A'] },
    ]);
    const result = await project.run(['run', plan, '--retries', '0', '--yes', '--json']);
    expect(result.code, describeResult(result)).toBe(1);
    expect(reasons(result)).toEqual([['A', 'command-failed']]);
    expect(result.events.at(-1)).toMatchObject({ counts: { needsAttention: 1, blocked: 1 } });
  });
});
