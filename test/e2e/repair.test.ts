/** What goes wrong with a task and how it comes right: by its agent, by a person, or not at all. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { type CliResult, describeResult, type SeenEvent } from '../rig/cli-process.ts';
import { it } from '../rig/e2e-test.ts';
import { proveTarget, runOnTree } from '../rig/git-proof.ts';
import type { Project } from '../rig/project.ts';

const NOT_BROKEN = '! grep -rqs BROKEN tasks';
const ALWAYS = Array.from({ length: 30 }, (_, index) => index + 1);

const scripted = (tasks: object, more: object = {}): object => ({
  agent: 'scripted',
  gate: [NOT_BROKEN],
  agents: { scripted: { driver: 'scripted', recipe: { tasks } } },
  ...more,
});
const ofTask = ({ events }: CliResult, type: string, task: string): readonly SeenEvent[] =>
  events.filter((event) => event.type === type && event.task === task);
const targetOf = ({ events }: CliResult): string => `tutti/${events[0]?.run}`;

describe('an agent mends its own work', () => {
  it('is told what the gate printed and goes on with the same branch', async ({ project }) => {
    const base = await project.commit({ 'README.md': 'A project.\n' });
    const agent =
      'if grep -q "a semicolon is missing" "$TUTTI_PROMPT_FILE"; then echo good > code.txt; else echo bad > code.txt; fi';
    const gate = 'if grep -qs bad code.txt; then echo a semicolon is missing; exit 1; fi';
    const plan = await project.plan([{ id: 'A' }]);
    const result = await project.run(['run', plan, '--command', agent, '--gate', gate, '--yes', '--json']);
    expect(result.code, describeResult(result)).toBe(0);
    expect(ofTask(result, 'attempt-started', 'A').map(({ kind }) => kind)).toEqual(['work', 'repair']);
    expect(ofTask(result, 'attempt-failed', 'A').map(({ failure }) => failure?.reason)).toEqual([
      'gate-failed',
    ]);
    await proveTarget(project, targetOf(result), { planName: 'Test', tasks: [{ id: 'A' }], base, gate });
    const logs = await project.run(['logs', 'A']);
    expect(logs.stdout).toContain('a semicolon is missing');
  });

  it('resolves a conflict between two tasks, keeping both sides', async ({ project }) => {
    const tasks = [{ id: 'A' }, { id: 'B' }, { id: 'C', dependsOn: ['A', 'B'] }];
    await project.commit({ 'LIST.md': '# List\n' });
    await project.configure(scripted({ A: { conflict: { file: 'LIST.md', with: 'B' } } }));
    const base = await project.git('rev-parse', 'HEAD');
    const result = await project.run(['run', await project.plan(tasks), '--yes', '--json']);
    expect(result.code, describeResult(result)).toBe(0);
    const conflicts = result.events.filter(({ type }) => type === 'integration-failed');
    expect(conflicts.map(({ failure }) => failure?.reason)).toEqual(['merge-conflict']);
    const loser = conflicts[0]?.task ?? '';
    expect(ofTask(result, 'attempt-started', loser).map(({ kind }) => kind)).toEqual(['work', 'conflict']);
    await proveTarget(project, targetOf(result), { planName: 'Test', tasks, base, gate: NOT_BROKEN });
    expect(await project.git('show', `${targetOf(result)}:LIST.md`)).toBe('# List\nscripted: A\nscripted: B');
  });

  it('gives up on a conflict that it cannot resolve: needs-review, and the rest goes on', async ({
    project,
  }) => {
    const tasks = [{ id: 'A' }, { id: 'B' }, { id: 'C' }];
    await project.commit({ 'list.txt': 'start\n' });
    // A and B write the same line; who is asked to resolve that does nothing, so the markers stay.
    const agent =
      'case $TUTTI_TASK in C) echo work > c.txt;; *) if [ "$TUTTI_ATTEMPT" = 1 ]; then echo "$TUTTI_TASK" > list.txt; fi;; esac';
    const args = ['--command', agent, '--no-gate', '--retries', '1', '--yes', '--json'];
    const result = await project.run(['run', await project.plan(tasks), ...args]);
    expect(result.code, describeResult(result)).toBe(1);
    const { tasks: seen } = await project.json('status');
    expect(seen.map(({ status }) => status).sort()).toEqual(['done', 'done', 'needs-review']);
    const stuck = seen.find(({ status }) => status === 'needs-review');
    expect(stuck?.failure).toContain('onflict');
  });
});

describe('a task that never passes', () => {
  const tasks = [{ id: 'A' }, { id: 'B', dependsOn: ['A'] }, { id: 'C' }, { id: 'D', dependsOn: ['B'] }];

  async function runBroken(project: Project): Promise<{ readonly result: CliResult; readonly base: string }> {
    await project.configure(scripted({ A: { fail: { attempts: ALWAYS } } }, { retries: 1 }));
    const base = await project.git('rev-parse', 'HEAD');
    const result = await project.run(['run', await project.plan(tasks), '--yes', '--json']);
    expect(result.code, describeResult(result)).toBe(1);
    return { result, base };
  }

  it('needs attention with a kept worktree, blocks what depends on it, and a person resolves it', async ({
    project,
  }) => {
    const { result, base } = await runBroken(project);
    expect(ofTask(result, 'attempt-started', 'A')).toHaveLength(2);
    expect(result.events.at(-1)).toMatchObject({
      type: 'run-ended',
      outcome: 'incomplete',
      counts: { needsAttention: 1, blocked: 2, done: 1, waiting: 0, ready: 0, running: 0 },
    });
    const status = await project.json('status');
    expect(status.tasks.map(({ id, status: state, blockedBy }) => ({ id, state, blockedBy }))).toEqual([
      { id: 'A', state: 'needs-attention', blockedBy: null },
      { id: 'B', state: 'blocked', blockedBy: 'A' },
      { id: 'C', state: 'done', blockedBy: null },
      { id: 'D', state: 'blocked', blockedBy: 'A' },
    ]);
    const folder = status.tasks[0]?.workspace ?? '';
    expect(folder.startsWith(project.root)).toBe(true);
    expect(ofTask(result, 'workspace-kept', 'A').map(({ path }) => path)).toEqual([folder]);

    await writeFile(join(folder, 'tasks/A/check.txt'), 'passes\n');
    await writeFile(join(folder, 'by-hand.txt'), 'A person was here.\n');
    const resolved = await project.run(['resolve', 'A']);
    expect(resolved.code, describeResult(resolved)).toBe(0);
    const resumed = await project.run(['resume', '--json']);
    expect(resumed.code, describeResult(resumed)).toBe(0);
    expect(ofTask(resumed, 'attempt-started', 'A').map(({ kind }) => kind)).toEqual(['resolve']);
    await proveTarget(project, targetOf(result), { planName: 'Test', tasks, base, gate: NOT_BROKEN });
    expect(await runOnTree(project, targetOf(result), 'cat by-hand.txt')).toBe('A person was here.\n');
  });

  it('goes back to the person when what they did does not pass either', async ({ project }) => {
    await runBroken(project);
    await project.run(['resolve', 'A']);
    const resumed = await project.run(['resume', '--json']);
    expect(resumed.code, describeResult(resumed)).toBe(1);
    expect((await project.json('status')).tasks[0]).toMatchObject({ id: 'A', status: 'needs-attention' });
  });

  it('tells on the screen what needs somebody and how to go on', async ({ project }) => {
    await project.configure(scripted({ A: { fail: { attempts: ALWAYS } } }, { retries: 0 }));
    const result = await project.run(['run', await project.plan(tasks), '--yes']);
    expect(result.code).toBe(1);
    expect(result.stdout).toContain('A needs manual intervention.');
    expect(result.stdout).toMatch(
      /A needs-attention: .*\n +what was printed: tutti logs A\n +mend it in .*, then: tutti resolve A/,
    );
    expect(result.stdout).toContain('blocked: B, D');
  });

  it('is done when a person says by which commit of the target', async ({ project }) => {
    const { result } = await runBroken(project);
    const target = targetOf(result);
    const refused = await project.run(['resolve', 'A', '--done', 'HEAD~1']);
    expect({ code: refused.code, said: /not in the target/.test(refused.stderr) }).toEqual({
      code: 2,
      said: true,
    });

    const tip = await project.git('rev-parse', target);
    const mine = await project.git('commit-tree', `${tip}^{tree}`, '-p', tip, '-m', 'Do A by hand');
    await project.git('update-ref', `refs/heads/${target}`, mine, tip);
    expect((await project.run(['resolve', 'A', '--done', mine])).code).toBe(0);
    const resumed = await project.run(['resume', '--json']);
    expect(resumed.code, describeResult(resumed)).toBe(0);
    expect(await project.git('merge-base', mine, target)).toBe(mine);
    expect(ofTask(resumed, 'attempt-started', 'A')).toEqual([]);
  });

  it('gets one more allowance and a note by `retry`', async ({ project }) => {
    const base = await project.commit({ 'README.md': 'A project.\n' });
    const agent =
      'if grep -q "use the v2 API" "$TUTTI_PROMPT_FILE"; then echo good > code.txt; else echo bad > code.txt; fi';
    const gate = '! grep -qs bad code.txt';
    const args = ['--command', agent, '--gate', gate, '--retries', '0', '--yes', '--json'];
    const result = await project.run(['run', await project.plan([{ id: 'A' }]), ...args]);
    expect(result.code, describeResult(result)).toBe(1);
    expect((await project.run(['retry', 'A', '--note', 'use the v2 API'])).code).toBe(0);
    const resumed = await project.run(['resume', '--json']);
    expect(resumed.code, describeResult(resumed)).toBe(0);
    await proveTarget(project, targetOf(result), { planName: 'Test', tasks: [{ id: 'A' }], base, gate });
  });

  it('starts over by `retry --fresh`; what it had is kept aside', async ({ project }) => {
    await project.commit({ 'README.md': 'A project.\n' });
    const agent = 'if [ "$TUTTI_ATTEMPT" = 1 ]; then echo bad > old.txt; else echo good > new.txt; fi';
    const args = ['--command', agent, '--gate', '! test -e old.txt', '--retries', '0', '--yes', '--json'];
    const result = await project.run(['run', await project.plan([{ id: 'A' }]), ...args]);
    expect(result.code, describeResult(result)).toBe(1);
    const old = ofTask(result, 'attempt-failed', 'A')[0]?.commit ?? '';
    expect((await project.run(['retry', 'A', '--fresh'])).code).toBe(0);
    const resumed = await project.run(['resume', '--json']);
    expect(resumed.code, describeResult(resumed)).toBe(0);
    expect(await project.git('ls-tree', '--name-only', targetOf(result))).toBe('README.md\nnew.txt');
    expect(await project.git('for-each-ref', '--contains', old, '--format=%(refname)')).toMatch(
      /^refs\/tutti\//,
    );
  });

  it('blocks its dependents when it is cancelled, unless that is called satisfied', async ({ project }) => {
    const { result } = await runBroken(project);
    expect((await project.run(['cancel', 'A'])).code).toBe(0);
    const cancelled = await project.json('status');
    expect(cancelled.tasks.map(({ status }) => status)).toEqual(['cancelled', 'blocked', 'done', 'blocked']);
    expect((await project.run(['cancel', 'A', '--satisfied'])).code).toBe(0);
    const resumed = await project.run(['resume', '--json']);
    expect(resumed.code, describeResult(resumed)).toBe(1);
    expect((await project.json('status')).tasks.map(({ status }) => status)).toEqual([
      'cancelled',
      'done',
      'done',
      'done',
    ]);
    expect(resumed.events[0]?.run).toBe(result.events[0]?.run);
  });

  it('makes requests that make no sense be refused with exit 2', async ({ project }) => {
    await runBroken(project);
    const refusals: readonly (readonly [readonly string[], RegExp])[] = [
      [['resolve', 'C'], /C is done/],
      [['retry', 'B'], /B is blocked by A/],
      [['retry', 'X'], /no task X/],
      [['cancel', 'C'], /C is done already/],
      [['why', 'AA'], /no task AA[\s\S]*Did you mean/],
      [['status', 'nonsense'], /no run nonsense/],
    ];
    for (const [args, text] of refusals) {
      const { code, stderr } = await project.run(args);
      expect({ args, code, stderr }).toEqual({ args, code: 2, stderr: expect.stringMatching(text) });
    }
  });
});

describe('commits', () => {
  it('are made for an agent that leaves its changes', async ({ project }) => {
    const base = await project.commit({ 'README.md': 'A project.\n', '.gitignore': 'build/\n' });
    const agent = 'mkdir build; echo x > build/out; echo new > new.txt; rm README.md; cat > prompt.txt';
    const args = ['--command', agent, '--no-gate', '--yes', '--json'];
    const plan = await project.plan([{ id: 'A', title: 'First things', body: 'Do it well.' }]);
    const result = await project.run(['run', plan, ...args]);
    expect(result.code, describeResult(result)).toBe(0);
    const target = targetOf(result);
    await proveTarget(project, target, { planName: 'Test', tasks: [{ id: 'A' }], base });
    expect(await project.git('ls-tree', '-r', '--name-only', target)).toBe('.gitignore\nnew.txt\nprompt.txt');
    expect(await project.git('log', '-1', '--format=%s', `${target}^2`)).toBe('A: First things');
    expect(await project.git('show', `${target}:prompt.txt`)).toContain('Do it well.');
    await expect(readFile(join(project.path, 'README.md'), 'utf8')).resolves.toBe('A project.\n');
  });
});
