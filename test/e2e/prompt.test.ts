/** What agents are told, and `tutti prompt`, which shows it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { describeResult } from '../rig/cli-process.ts';
import { it } from '../rig/e2e-test.ts';
import type { Project } from '../rig/project.ts';

/** Commits its task's file, keeps what it was told for the test, says what it did. */
const agent = [
  'cp "$TUTTI_PROMPT_FILE" "$HOME/../steer/$TUTTI_TASK.$TUTTI_ATTEMPT.md"',
  'echo "$TUTTI_ATTEMPT" > "$TUTTI_TASK.txt"; git add -A; git commit -qm "feat: add $TUTTI_TASK, take $TUTTI_ATTEMPT"',
  'echo left > left.txt',
  'echo "looking around"; echo "$TUTTI_TASK is written."',
].join('; ');
const tasks = [
  { id: 'A', title: 'First part' },
  { id: 'B', title: 'Second part', dependsOn: ['A'], body: 'Use {{branch}} of $A.' },
];
/** Only the second take of B is good; what is wrong stands between much else. */
const gate =
  'i=0; while [ $i -lt 900 ]; do echo "line $i is long enough"; [ $i = 450 ] && grep -qs 1 B.txt && echo "not ok 7 - B is bad"; i=$((i+1)); done; ! grep -qs 1 B.txt';

const told = (project: Project, name: string): Promise<string> =>
  readFile(join(project.env.STEER ?? '', `${name}.md`), 'utf8');

describe('a prompt', () => {
  it('tells what came before and what went wrong, and can be seen beforehand', async ({ project }) => {
    await project.commit({ 'README.md': 'A project.\n' });
    const plan = await project.plan(tasks);
    const fresh = await project.run(['prompt', 'B', plan]);
    expect([fresh.code, fresh.stderr], describeResult(fresh)).toEqual([
      0,
      'A is not done yet: what came of that will stand in the prompt.\n',
    ]);
    const run = ['run', plan, '--command', agent, '--gate', gate, '--retries', '0', '--yes'];
    expect((await project.run(run)).code).toBe(1);
    const [first, second] = [await told(project, 'A.1'), await told(project, 'B.1')];
    expect(fresh.stdout).toBe(
      second.replace(/(### A: First part\n\n)[\s\S]*?(\n\n## Rules)/, '$1It is not done yet.$2'),
    );
    expect(first).not.toContain('What is done already');
    expect(second).toContain(
      '### A: First part\n\n- feat: add A, take 1\n- A: First part\n\nFiles: A.txt (+1 −0), left.txt (+1 −0)\n\nIts agent said: "A is written."\n',
    );
    expect(second).toContain('Use {{branch}} of $A.\n');

    const next = await project.run(['prompt', 'B']);
    expect(next.stderr).toBe('B is needs-attention: this is what its agent is told after `tutti retry B`.\n');
    await project.run(['retry', 'B']);
    expect((await project.run(['resume'])).code).toBe(0);
    const third = await told(project, 'B.2');
    expect(next.stdout).toBe(third);
    expect(third).toContain(
      '## Your earlier work is on this branch\n\n- feat: add B, take 1\n\nWhat an earlier session',
    );
    expect(third).toMatch(
      /lines left out …\]\nline 449 is long enough\nline 450 [^\n]*\nnot ok 7 - B is bad\n/,
    );
    const over = await project.run(['prompt', 'A']);
    expect([over.code, over.stderr]).toEqual([0, 'A is done: no agent will be told this.\n']);
  });

  it('is shown as the agent that is at work has it', async ({ project }) => {
    await project.commit({ 'README.md': 'A project.\n' });
    const waiting =
      'echo half > "$TUTTI_TASK.txt"; git add -A; git commit -qm Half; cp "$TUTTI_PROMPT_FILE" "$HOME/../steer/A.md"; echo ready; until [ -e "$HOME/../steer/A" ]; do sleep 0.02; done';
    const plan = await project.plan([{ id: 'A' }]);
    const running = project.start(['run', plan, '--command', waiting, '--no-gate', '--yes', '--json']);
    await running.eventOf('agent-launched', 'A');
    const { stdout } = await project.run(['prompt', 'A']);
    await project.letGo('A');
    expect((await running.ended).code).toBe(0);
    expect(stdout).toBe(await told(project, 'A'));
  });
});

describe('a template', () => {
  const template =
    'Do {{task}} of {{plan}} on {{branch}}.\n\n{{note}}\n\n{{body}}\n\n{{lastTime}}\n\n{{rules}}\n';

  it('takes the place of the usual prompt, for the whole run', async ({ project }) => {
    const always =
      'cp "$TUTTI_PROMPT_FILE" "$HOME/../steer/A.$TUTTI_ATTEMPT.md"; echo x >> A.txt; [ "$TUTTI_ATTEMPT" = 2 ]';
    await project.commit({ 'docs/told.md': template });
    await project.configure({ prompt: 'docs/told.md' });
    const plan = await project.plan([{ id: 'A' }]);
    const started = 'Do A of Test on feat/A-task-a.\n\nDo it.\n\n';
    const args = [
      '--command',
      always,
      '--gate',
      '[ ! -e A.txt ] || [ "$(wc -l < A.txt)" = 2 ]',
      '--retries',
      '0',
      '--yes',
    ];
    expect((await project.run(['run', plan, ...args])).code).toBe(1);
    expect((await told(project, 'A.1')).startsWith(`${started}## Rules\n`)).toBe(true);
    await project.commit({ 'docs/told.md': 'Changed: {{body}}{{rules}}{{lastTime}}\n' });
    await project.run(['retry', 'A', '--note', 'Again.']);
    expect((await project.run(['resume'])).code).toBe(0);
    expect(await told(project, 'A.2')).toContain(
      'Do A of Test on feat/A-task-a.\n\n## A note from the person in charge\n\nAgain.\n\nDo it.\n\n## What went wrong last time\n',
    );
    expect((await project.run(['prompt', 'A', plan])).stdout).toMatch(/^Changed: Do it\.## Rules\n/);
  });

  it('with a mistake is refused with its line, and one without the rules is warned about', async ({
    project,
  }) => {
    await project.commit({ 'told.md': 'Do {{title}}.\n{{bodi}}\n' });
    await project.configure({ prompt: 'told.md', gate: ['true'] });
    const plan = await project.plan([{ id: 'A' }]);
    for (const args of [
      ['run', plan, '--command', 'true', '--yes'],
      ['prompt', 'A', plan],
    ]) {
      const refused = await project.run(args);
      expect([refused.code, refused.stdout]).toEqual([2, '']);
      expect(refused.stderr).toMatch(
        /no placeholder \{\{bodi\}\}\.\n {2}at told\.md:2\n {2}fix: Did you mean body\?/,
      );
    }
    await project.commit({ 'told.md': '{{body}}\n{{lastTime}}\n' });
    const warned = await project.run(['prompt', 'A', plan]);
    expect([warned.code, warned.stdout]).toEqual([0, 'Do it.\n']);
    expect(warned.stderr).toMatch(/warning \[invalid-config\]: The prompt template is without \{\{rules\}\}/);
  });
});

it('of a task that does not exist names the nearest', async ({ project }) => {
  await project.commit({ 'README.md': 'A project.\n' });
  const plan = await project.plan([{ id: 'T-001' }, { id: 'T-002' }]);
  const refused = await project.run(['prompt', 'T-1', plan]);
  expect([refused.code, refused.stdout]).toEqual([2, '']);
  expect(refused.stderr).toMatch(
    /\[unknown-task\]: The plan has no task T-1\.\n {2}fix: Did you mean T-001\?/,
  );
});
