/** What worktrees get before work begins. Set-ups that fail, are killed or stopped: never half of one, never taken for work. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { type Cli, describeResult } from '../rig/cli-process.ts';
import { it } from '../rig/e2e-test.ts';
import { type Project, works } from '../rig/project.ts';

/** Installs into an ignored folder what the gate needs; leaves half of it when it does not come to its end. */
const install = [
  'echo x >> "$STEER/setups"; mkdir -p deps; echo half > half.txt',
  'if [ -e "$STEER/fail" ]; then exit 3; fi',
  'if [ -e "$STEER/hang" ]; then touch "$STEER/hanging"; sleep 600; fi',
  'rm half.txt; touch deps/ready',
].join('; ');

const gate = ['--gate', 'test -e deps/ready'];
/** What is set up first: with a gate it is the worktree of the baseline. */
const first = [
  ['the baseline', gate],
  ['a task', ['--no-gate']],
] as const;

async function start(project: Project, gateArgs: readonly string[]): Promise<Cli> {
  await project.commit({ 'README.md': 'A project.\n', '.gitignore': 'deps/\n' });
  await project.configure({ setup: [install] });
  const plan = await project.plan([{ id: 'A' }]);
  return project.start(['run', plan, '--command', works, ...gateArgs, '--yes', '--json']);
}

const steer = (project: Project, file: string): string => join(project.env.STEER ?? '', file);

/** The journal tells nothing of a set-up: ask until it has written its file. */
async function untilHanging(project: Project, run: Cli): Promise<void> {
  while (!existsSync(steer(project, 'hanging')) && run.isRunning()) await pause(10);
}

const setups = async (project: Project): Promise<number> =>
  (await readFile(steer(project, 'setups'), 'utf8')).split('\n').length - 1;

async function expectDone(project: Project, wanted: { readonly setups: number }): Promise<void> {
  const resumed = await project.run(['resume', '--json']);
  expect(resumed.code, describeResult(resumed)).toBe(0);
  const baseline = resumed.events.find(({ type }) => type === 'baseline-recorded');
  if (baseline) expect(baseline).toMatchObject({ steps: [{ verdict: 'passed' }] });
  const target = `tutti/${resumed.events[0]?.run}`;
  expect(await project.git('ls-tree', '-r', '--name-only', target)).not.toContain('half.txt');
  expect(await project.git('log', '--format=%s', target)).not.toContain('interrupted session');
  expect(await setups(project)).toBe(wanted.setups);
}

it('repeats a set-up that failed, once it is mended', async ({ project }) => {
  await writeFile(steer(project, 'fail'), '');
  const failed = await (await start(project, gate)).ended;
  expect(failed.code, describeResult(failed)).toBe(4);
  await rm(steer(project, 'fail'));
  await expectDone(project, { setups: 2 });
});

it.for(first)('repeats a set-up for %s that was killed with the engine', async ([, args], { project }) => {
  await writeFile(steer(project, 'hang'), '');
  const run = await start(project, args);
  await untilHanging(project, run);
  run.signal('SIGKILL');
  await run.ended;
  await rm(steer(project, 'hang'));
  await expectDone(project, { setups: 2 });
});

it.for(first)('breaks off a set-up for %s at the second SIGINT', async ([, args], { project }) => {
  await writeFile(steer(project, 'hang'), '');
  const run = await start(project, args);
  await untilHanging(project, run);
  run.signal('SIGINT');
  await run.eventOf('pause-requested');
  run.signal('SIGINT');
  const stopped = await run.ended;
  expect(stopped.code, describeResult(stopped)).toBe(4);
  expect(stopped.events.filter(({ type }) => type === 'fault-raised')).toEqual([]);
  await rm(steer(project, 'hang'));
  await expectDone(project, { setups: 2 });
});

it('brings ignored files of the checkout into worktrees, before the commands, and into no commit', async ({
  project,
}) => {
  const base = await project.commit({ 'README.md': 'A project.\n', '.gitignore': '.env\ntools\nmade\n' });
  await project.configure({
    copy: ['.env', '.venv'],
    link: ['tools'],
    setup: ['cp .env made'],
    gate: ['test "$(cat made tools/x)" = "$(printf "KEY=1\\ntool")"'],
  });
  await mkdir(join(project.path, 'tools'));
  await writeFile(join(project.path, '.env'), 'KEY=1\n');
  await writeFile(join(project.path, 'tools', 'x'), 'tool');
  const tasks = [{ id: 'A' }, { id: 'B', dependsOn: ['A'] }];
  const ended = await project.run(['run', await project.plan(tasks), '--command', works, '--yes']);
  expect(ended.code, describeResult(ended)).toBe(0);
  expect(ended.stderr).toContain('copy: .venv is not in the checkout: worktrees do without it');
  const target = `tutti/${(await project.json('status')).run}`;
  const files = await project.git('diff', '--name-only', base, target);
  expect(files.split('\n')).toEqual(['A.txt', 'B.txt', 'tutti.yaml']);
});

it('refuses to start with files that would be committed as work', async ({ project }) => {
  await project.configure({ copy: 'secret.txt' });
  await writeFile(join(project.path, 'secret.txt'), 's3');
  const plan = await project.plan([{ id: 'A' }]);
  const refused = await project.run(['run', plan, '--command', works, '--no-gate', '--yes']);
  expect(refused.code, describeResult(refused)).toBe(2);
  expect(refused.stderr).toContain('copy: secret.txt is not ignored by git');
  const checked = await project.run(['check', plan, '--command', works, '--no-gate']);
  expect([checked.code, checked.stdout.includes('copy: secret.txt is not ignored by git')]).toEqual([
    3,
    true,
  ]);
});
