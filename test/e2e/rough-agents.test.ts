/** Agents that do to the machine what no agent should: fill it, flood it, cling to it. The run goes on, and bounded. */
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type CliResult, describeResult } from '../rig/cli-process.ts';
import { it } from '../rig/e2e-test.ts';
import { proveTarget } from '../rig/git-proof.ts';
import { type Project, works } from '../rig/project.ts';

const reasonsIn = ({ events }: CliResult) =>
  events.flatMap(({ failure }) => (failure === undefined ? [] : [failure.reason]));

/** Runs one task with such an agent, and looks at what came of it. */
async function runOne(project: Project, agent: string, ...args: readonly string[]): Promise<CliResult> {
  const base = await project.git('rev-parse', 'HEAD');
  const tasks = [{ id: 'A' }];
  const plan = await project.plan(tasks);
  const result = await project.run(['run', plan, '--command', agent, ...args, '--yes', '--json']);
  expect(result.code, describeResult(result)).toBe(0);
  await proveTarget(project, `tutti/${result.events[0]?.run}`, { planName: 'Test', tasks, base });
  return result;
}

it('writes a line of 50 MB, and half of one at the end: what is kept of it is bounded', async ({
  project,
}) => {
  await project.commit({ 'README.md': 'A project.\n' });
  const flood = 'yes | tr -d "\\n" | head -c 52428800; echo; printf "half a line"';
  const result = await runOne(project, `${works}; ${flood}`, '--no-gate');
  const logs = join((await project.stateFolder()) ?? '', 'logs', String(result.events[0]?.run));
  const names = (await readdir(logs)).sort();
  expect(names).toEqual(['A.1.log', 'A.1.log.1']);
  for (const name of names) expect((await stat(join(logs, name))).size).toBeLessThanOrEqual(32 * 1024 * 1024);
  expect((await readFile(join(logs, 'A.1.log'), 'utf8')).endsWith('y\nhalf a line')).toBe(true);
  const read = await project.run(['logs', 'A', '--json']);
  expect(JSON.parse(read.stdout)).toMatchObject({
    logs: [{ file: join(logs, 'A.1.log.1') }, { file: join(logs, 'A.1.log') }],
  });
}, 60_000);

it('does not listen to SIGTERM: it is killed at its time limit, and asked again', async ({ project }) => {
  await project.configure({ timeout: '500ms', gate: ['true'] });
  const clings = 'trap "" TERM; while :; do sleep 1; done';
  const result = await runOne(project, `if [ "$TUTTI_ATTEMPT" = 1 ]; then ${clings}; fi; ${works}`);
  expect(reasonsIn(result)).toEqual(['timed-out']);
}, 30_000);

it("stashes in the user's checkout: it is reported, and what was there can be got back", async ({
  project,
}) => {
  await project.commit({ 'a.txt': 'one\n' });
  await writeFile(join(project.path, 'a.txt'), "the user's\n");
  const result = await runOne(project, `git -C '${project.path}' stash -q; ${works}`, '--no-gate');
  expect(result.events.filter(({ type }) => type === 'foreign-change-seen')).toMatchObject([
    { what: 'the stash changed' },
  ]);
  await project.git('stash', 'pop', '-q');
  expect(await readFile(join(project.path, 'a.txt'), 'utf8')).toBe("the user's\n");
});

/** Gives a folder a small disk of its own, as far as this command and what it starts can see. */
const onSmallDisk = (folder: string): string =>
  `mount -t tmpfs -o size=2m tmpfs '${folder}' && exec "$0" "$@"`;

const canMount = ((): boolean => {
  try {
    execFileSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

it.skipIf(!canMount)(
  'fills the disk of its worktree: the gate refuses that, the next session mends it',
  async ({ project }) => {
    const worktrees = join(project.root, 'small');
    await mkdir(worktrees);
    await project.configure({ worktrees, gate: ['test ! -e big'] });
    const base = await project.git('rev-parse', 'HEAD');
    const fills = 'dd if=/dev/zero of=big bs=64k count=100 2>&1; echo full > full.txt';
    const agent = `if [ "$TUTTI_ATTEMPT" = 1 ]; then ${fills}; else rm -f big; ${works}; fi`;
    const tasks = [{ id: 'A' }, { id: 'B', dependsOn: ['A'] }];
    const plan = await project.plan(tasks);
    const result = await project.runLimited(
      `exec unshare -rm sh -c '${onSmallDisk(worktrees).replaceAll("'", "'\\''")}' "$0" "$@"`,
      [...['run', plan, '--command', agent, '--yes', '--json']],
    );
    expect(result.code, describeResult(result)).toBe(0);
    expect(new Set(reasonsIn(result))).toEqual(new Set(['gate-failed']));
    await project.git('worktree', 'prune');
    await proveTarget(project, `tutti/${result.events[0]?.run}`, { planName: 'Test', tasks, base });
  },
  30_000,
);
