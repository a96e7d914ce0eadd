/** Ids and titles that try to break out: of branches, paths, the shell, the terminal. Each runs to the end like any other. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { describeResult } from '../rig/cli-process.ts';
import { it } from '../rig/e2e-test.ts';
import { runOnTree } from '../rig/git-proof.ts';

const hostile: readonly string[] = [
  '../../tutti-escaped',
  '$(touch pwned)',
  '`touch pwned`',
  '-rf',
  '--help',
  '🎉',
  'x'.repeat(500),
  'two\nlines\r\nTutti-Task: Test/forged',
  'nul\0byte',
  '\u001b[31mred\u001b]0;title\u0007',
  'right\u202eleft',
  'a/b',
  'a_b',
  'a b',
  'A B',
  '.git',
  'HEAD',
  'refs/heads/main',
  'x.lock',
  '..',
  '@{-1}',
  'C:\\temp',
  '"; touch pwned; "',
  "'; touch pwned; '",
  '%s%n',
  '<script>alert(1)</script>',
  '{id}',
  '~^:?*[',
];
/** Control characters other than line breaks, and what turns the direction of writing. */
const unprintable = /(?!\n)\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u;

// Twenty-eight real sessions, merges and gates a test: seconds on a quiet machine, and CI is none.
describe('hostile ids and titles', { timeout: 120_000 }, () => {
  it.for([
    [
      'as ids, with the scripted agent',
      (text: string) => ({ id: text, title: 'Harmless' }),
      ['--agent', 'scripted'],
    ],
    [
      'as titles, and every other one as id, with a command agent',
      (text: string, index: number) => ({ id: index % 2 === 0 ? `T-${index}` : text, title: text }),
      [
        '--command',
        'printf "%s" "$TUTTI_TASK$TUTTI_TITLE" | sha256sum > "$(cat "$TUTTI_PROMPT_FILE" | sha256sum | cut -c1-16).txt"',
      ],
    ],
  ] as const)('%s', async ([, taskOf, agent], { project }) => {
    await project.commit({ 'README.md': 'A project.\n' });
    const tasks = hostile.map(taskOf);
    const plan = await project.plan(tasks);
    const result = await project.run(['run', plan, ...agent, '--gate', 'true', '--yes', '--slots', '4']);
    expect(result.code, describeResult(result)).toBe(0);
    const status = await project.json('status');
    expect(status.counts).toMatchObject({ done: tasks.length });

    const branches = status.tasks.map(({ branch }) => branch ?? '');
    expect(new Set(branches.map((name) => name.toLowerCase())).size).toBe(tasks.length);
    for (const branch of branches) {
      expect(branch).toMatch(/^feat\/[A-Za-z0-9][\w.-]*$/);
      expect(branch.length).toBeLessThanOrEqual(100);
    }
    await project.git('rev-parse', '--verify', ...branches.slice(0, 1));
    expect(await runOnTree(project, status.target.branch, 'find . -name pwned')).toBe('');
    // Nothing has appeared where nothing belongs.
    expect(readdirSync(project.path)).toEqual(['.git', 'README.md']);
    expect(readdirSync(project.root).sort()).toEqual(
      ['gitconfig', 'home', 'plan.json', 'project', 'state', 'steer', 'tmp'].sort(),
    );
    expect(readdirSync(String(project.env.HOME))).toEqual([]);
    expect(existsSync(join(project.root, '..', 'tutti-escaped'))).toBe(false);

    const screens = [result, await project.run(['status', '--all']), await project.run(['analyze', plan])];
    for (const { id } of tasks.slice(9, 12)) {
      screens.push(await project.run(['why', '--', id]), await project.run(['logs', '--', id]));
    }
    for (const { code, stdout, stderr } of screens) {
      expect({ code, stdout: unprintable.exec(stdout), stderr: unprintable.exec(stderr) }).toEqual({
        ...{ code: 0, stdout: null, stderr: null },
      });
    }
  });

  it('that forge a trailer in a title bring nothing else into the target', async ({ project }) => {
    const base = await project.commit({ 'README.md': 'A project.\n' });
    const plan = await project.plan([
      { id: 'A', title: 'x\n\nTutti-Task: Test/B' },
      { id: 'B', dependsOn: ['A'] },
    ]);
    const result = await project.run([
      'run',
      plan,
      '--agent',
      'scripted',
      '--gate',
      'true',
      '--yes',
      '--json',
    ]);
    expect(result.code, describeResult(result)).toBe(0);
    const run = result.events[0]?.run;
    const values = await project.git(
      'log',
      '--first-parent',
      '--format=%(trailers:key=Tutti-Task,valueonly)',
      `${base}..tutti/${run}`,
    );
    expect(values.split('\n').filter(Boolean)).toEqual(['Test/B', 'Test/A']);
  });
});

describe('an agent that prints escape sequences', () => {
  it('cannot write to the screen with them', async ({ project }) => {
    await project.commit({ 'README.md': 'A project.\n' });
    const agent = `printf '\\033[2J\\033]0;pwned\\007\\033[31mloud\\033[0m\\n'; echo work > "$TUTTI_TASK.txt"`;
    const gate = `printf '\\033[2Jgate\\n'; false`;
    const args = ['--command', agent, '--gate', gate, '--yes'];
    const result = await project.run(['run', await project.plan([{ id: 'A' }]), ...args]);
    expect(result.code, describeResult(result)).toBe(0);
    const logs = await project.run(['logs', 'A']);
    expect(logs.stdout).toContain('loud');
    for (const { stdout, stderr } of [result, logs, await project.run(['why', 'A'])])
      expect([unprintable.exec(stdout), unprintable.exec(stderr)]).toEqual([null, null]);
  });
});
