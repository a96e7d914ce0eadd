/** Somebody who does not look is told: of tasks that need somebody, of pauses, of the end; also by a detached engine. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { describeResult } from '../rig/cli-process.ts';
import { it } from '../rig/e2e-test.ts';
import { type Project, steered } from '../rig/project.ts';

const command =
  'printf "%s|" "$TUTTI_EVENT" "$TUTTI_TASK" "$TUTTI_MESSAGE" >> "$STEER/notices"; echo "$TUTTI_RUN" >> "$STEER/notices"';
/** `gate` passes on the base, which has no A.txt. */
const settings = { gate: ['! [ -e A.txt ]'], retries: 0, notify: { command } };
const tasks = [{ id: 'A', title: '"; touch hacked; "' }, { id: 'B' }];

const told = async (project: Project): Promise<string[][]> =>
  (await readFile(join(project.env.STEER ?? '', 'notices'), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => line.split('|'));

it('by a command of theirs, also when the engine is detached', async ({ project }) => {
  await project.commit({ 'README.md': 'A project.\n' });
  await project.configure(settings);
  const plan = await project.plan(tasks, 'Shop; touch hacked');
  const args = ['--command', steered, '--yes', '--detach'];
  const started = await project.run(['run', plan, ...args]);
  expect(started.code, describeResult(started)).toBe(0);
  const { run } = await project.json('status');
  const watching = project.start(['status', '--follow', '--json']);
  await watching.line('"kind":"status"');
  await project.letGo('A', 'B');
  expect((await watching.ended).code).toBe(1);
  while ((await project.json('status')).engine !== null);
  const lines = await told(project);
  expect(lines.map(([event, task, , of]) => [event, task, of])).toEqual([
    ['attention', 'A', run],
    ['ended', '', run],
  ]);
  expect(lines[0]?.[2]).toMatch(/^A failed: The gate step .* needs manual intervention\./);
  expect(lines[1]?.[2]).toBe('ended: 1 of 2 tasks done; A needs you');
});

it('of a pause that nobody asked for, and of no other', async ({ project }) => {
  await project.commit({ 'README.md': 'A project.\n' });
  await project.configure({ notify: { command } });
  const plan = await project.plan([{ id: 'A' }, { id: 'B' }]);
  const first = project.start(['run', plan, '--command', steered, '--no-gate', '--yes', '--json']);
  await first.eventOf('agent-launched', 'A');
  first.signal('SIGINT');
  await first.eventOf('pause-requested');
  first.signal('SIGINT');
  expect((await first.ended).code).toBe(4);
  const args = ['--command', 'exit 127', '--no-gate', '--yes', '--json'];
  const second = await project.run(['run', plan, ...args]);
  expect(second.code, describeResult(second)).toBe(4);
  const lines = await told(project);
  expect(lines.map(([event]) => event)).toEqual(['paused']);
  expect(lines[0]?.[2]).toContain('cannot be run');
});

it('and when that fails it is said once, and the run is none the worse', async ({ project }) => {
  await project.commit({ 'README.md': 'A project.\n' });
  await project.configure({ ...settings, notify: { command: 'echo no such topic >&2; exit 7' } });
  const plan = await project.plan(tasks);
  await project.letGo('A', 'B');
  const { code, stderr, events } = await project.run(['run', plan, '--command', steered, '--yes', '--json']);
  expect([code, events.at(-1)?.type]).toEqual([1, 'run-ended']);
  expect(stderr.match(/no notice could be sent: sh ended with 7: no such topic/g)).toHaveLength(1);
});
