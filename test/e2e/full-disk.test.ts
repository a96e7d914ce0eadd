/** A journal that cannot grow: the run stops cleanly and says so; once there is room, it goes on. Output that cannot: it goes on. */
import { expect } from 'vitest';
import { describeResult } from '../rig/cli-process.ts';
import { it } from '../rig/e2e-test.ts';
import { proveTarget } from '../rig/git-proof.ts';
import { works } from '../rig/project.ts';

// No file of the engine may grow beyond this: what a full disk is to the journal. Works for root as well. The unit is
// 512 bytes, which is room for some dozens of appends.
const LITTLE_ROOM = 'ulimit -f 400; exec "$0" "$@"';

it('a journal that cannot be written stops the run with exit 4; resume loses nothing', async ({
  project,
}) => {
  const base = await project.commit({ 'README.md': 'A project.\n' });
  const tasks = Array.from({ length: 16 }, (_, index) => ({
    id: `T-${index}`,
    dependsOn: index < 4 ? [] : [`T-${index - 4}`],
  }));
  const plan = await project.plan(tasks);
  const args = ['run', plan, '--command', works, '--gate', 'true', '--slots', '4', '--yes'];
  const result = await project.runLimited(LITTLE_ROOM, args);
  expect(result.code, describeResult(result)).toBe(4);
  expect(result.stderr).toMatch(/fault \[(journal-unwritable|disk-full)\]: .*\n {2}fix: \S/);
  expect(result.stderr).not.toMatch(/internal error/);
  const { run, counts } = await project.json('status');
  expect(counts.done).toBeGreaterThan(0);
  expect(counts.done).toBeLessThan(16);
  const resumed = await project.run(['resume', '--json']);
  expect(resumed.code, describeResult(resumed)).toBe(0);
  await proveTarget(project, `tutti/${run}`, { planName: 'Test', tasks, base });
}, 60_000);

it('a run goes on when the file that its output goes to cannot be written, and says so at its end', async ({
  project,
}) => {
  const base = await project.commit({ 'README.md': 'A project.\n' });
  const tasks = [{ id: 'A' }, { id: 'B', dependsOn: ['A'] }];
  const plan = await project.plan(tasks);
  const args = ['run', plan, '--command', works, '--gate', 'true', '--yes'];
  const result = await project.runLimited('exec "$0" "$@" > /dev/full', args);
  expect(result.code, describeResult(result)).toBe(2);
  const cutOff = /error \[usage\]: standard output cannot be written: ENOSPC.*\n {2}fix: \S.*\n$/;
  expect(result.stderr).toMatch(cutOff);
  expect(result.stderr).not.toMatch(/internal error|^ {4}at /m);
  const { run, counts } = await project.json('status');
  expect(counts.done).toBe(2);
  for (const words of [['--help'], ['status', '--help'], ['status']]) {
    const told = await project.runLimited('exec "$0" "$@" > /dev/full', words);
    expect(told, words.join(' ')).toMatchObject({ code: 2, stderr: expect.stringMatching(cutOff) });
  }
  await proveTarget(project, `tutti/${run}`, { planName: 'Test', tasks, base });
}, 60_000);
