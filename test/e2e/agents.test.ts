/** Agents with a driver of their own in a real run: programs that print what Claude Code and Codex print, first on PATH. */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { describeResult } from '../rig/cli-process.ts';
import { it } from '../rig/e2e-test.ts';
import { proveTarget } from '../rig/git-proof.ts';
import type { Project } from '../rig/project.ts';

/** Makes the file, commits nothing, tells the tokens it used. */
const works = `
import { readFileSync, writeFileSync } from 'node:fs';
const task = /^# (\\S+):/.exec(readFileSync(0, 'utf8'))[1];
writeFileSync(task + '.txt', 'work\\n');
`;
const print = (event: object): string => `console.log(${JSON.stringify(JSON.stringify(event))});\n`;
const usage = { input_tokens: 100, output_tokens: 50 };
const claude = [
  works,
  print({ type: 'system', subtype: 'init', session_id: 's' }),
  print({ type: 'assistant', message: { id: 'm', content: [{ type: 'text', text: 'On it.' }], usage } }),
  print({
    type: 'result',
    subtype: 'success',
    is_error: false,
    result: 'Done.',
    usage,
    total_cost_usd: 0.25,
  }),
].join('');
const codex = [
  works,
  print({ type: 'thread.started', thread_id: 't' }),
  print({ type: 'turn.completed', usage: { ...usage, cached_input_tokens: 60 } }),
].join('');
const loggedOut = [
  print({
    type: 'result',
    subtype: 'success',
    is_error: true,
    result: 'Invalid API key · Please run /login',
  }),
  'process.exitCode = 1;',
].join('');

/** Puts programs on PATH, each a script of Node's; gives the environment that finds them. */
async function install(project: Project, scripts: Readonly<Record<string, string>>) {
  const bin = join(project.root, 'bin');
  await mkdir(bin, { recursive: true });
  for (const [name, script] of Object.entries(scripts)) {
    await writeFile(join(bin, `${name}.mjs`), script);
    await writeFile(join(bin, name), `#!/bin/sh\nexec '${process.execPath}' '${join(bin, name)}.mjs' "$@"\n`);
    await chmod(join(bin, name), 0o755);
  }
  return { PATH: `${bin}:${project.env.PATH}` };
}

it('counts what Claude Code and Codex report, and commits what they leave', async ({ project }) => {
  const env = await install(project, { claude, codex });
  await project.configure({ agent: 'claude-code', gate: ['true'], slots: 2 });
  const tasks = [{ id: 'A' }, { id: 'B', dependsOn: ['A'], agent: 'codex' }];
  const base = await project.git('rev-parse', 'HEAD');
  const ended = await project.run(['run', await project.plan(tasks), '--yes', '--json'], { env });
  expect(ended.code, describeResult(ended)).toBe(0);
  const last = (task: string) =>
    ended.events.findLast((event) => event.type === 'usage-reported' && event.task === task)?.usage;
  expect([last('A'), last('B')]).toEqual([
    { inputTokens: 100, outputTokens: 50, cacheReadTokens: 0, costUsd: 0.25 },
    { inputTokens: 40, outputTokens: 50, cacheReadTokens: 60 },
  ]);
  await proveTarget(project, `tutti/${ended.events[0]?.run}`, { planName: 'Test', tasks, base });

  // What the agent printed; the gate's output follows.
  const told = async (...args: readonly string[]) =>
    (await project.run(['logs', 'A', ...args])).stdout.split('\n').slice(1);
  expect((await told()).slice(0, 2)).toEqual(['On it.', 'Done.']);
  expect((await told('--raw'))[0]).toBe('{"type":"system","subtype":"init","session_id":"s"}');
});

it('stops when nobody is logged in, charges nothing, and goes on afterwards', async ({ project }) => {
  const env = await install(project, { claude: loggedOut });
  await project.configure({ agent: 'claude-code', gate: ['true'], slots: 2 });
  const plan = await project.plan(['A', 'B', 'C', 'D'].map((id) => ({ id })));
  const paused = await project.run(['run', plan, '--yes', '--json'], { env });
  expect(paused.code, describeResult(paused)).toBe(4);
  const faults = paused.events.filter(({ type }) => type === 'fault-raised');
  expect(faults[0]).toMatchObject({
    code: 'agent-refused',
    message: 'The agent claude-code is not logged in. It says: "Invalid API key · Please run /login".',
  });
  // Those that had a slot when the first one was refused, and no other.
  expect(paused.events.filter(({ type }) => type === 'attempt-started').length).toBeLessThanOrEqual(2);
  await install(project, { claude });
  const resumed = await project.run(['resume', '--json'], { env });
  expect(resumed.code, describeResult(resumed)).toBe(0);
});

/** Used up in the first session and for some seconds more, told in words. */
const usedUp = (file: string, wait: string): string => `
import { existsSync, writeFileSync } from 'node:fs';
if (!existsSync('${file}')) {
  writeFileSync('${file}', '');
  console.log(JSON.stringify({ type: 'thread.started', thread_id: 't-1' }));
  writeFileSync('half.txt', 'half');
  console.log(JSON.stringify({ type: 'turn.failed', error: { message: 'You have hit your usage limit. Try again in ${wait}.' } }));
  process.exit(0);
}
console.log(JSON.stringify({ type: 'item.completed', item: { type: 'agent_message', text: process.argv.slice(-3).join(' ') } }));
writeFileSync(process.env.TUTTI_TASK + ".txt", 'whole');
`;

it('waits for the reset of a used-up quota, and goes on by itself in the same session', async ({
  project,
}) => {
  const env = await install(project, { codex: usedUp(join(project.root, 'used-up'), '2 seconds') });
  await project.configure({ agent: 'codex', gate: ['true'], slots: 1 });
  const plan = await project.plan([{ id: 'A' }, { id: 'B', dependsOn: ['A'] }]);
  const ended = await project.run(['run', plan, '--yes', '--json'], { env });
  expect(ended.code, describeResult(ended)).toBe(0);
  const limited = ended.events.find(({ type }) => type === 'agent-limited');
  expect(limited).toMatchObject({ agent: 'codex', because: 'quota', limit: null });
  const starts = ended.events.filter(({ type }) => type === 'attempt-started');
  expect(starts.map(({ task }) => task)).toEqual(['A', 'A', 'B']);
  // Not before the time that it told, and uncharged.
  expect(starts[1]?.at).toBeGreaterThanOrEqual(Number(limited?.until));
  const told = (await project.run(['logs', 'A'])).stdout;
  expect(told).toContain('resume t-1 -');
});

it('asks at once when somebody says `resume` while it waits', async ({ project }) => {
  const env = await install(project, { codex: usedUp(join(project.root, 'used-up'), '3 days') });
  await project.configure({ agent: 'codex', gate: ['true'] });
  const run = project.start(['run', await project.plan([{ id: 'A' }]), '--yes', '--json'], { env });
  const limited = await run.eventOf('agent-limited');
  expect(Number(limited.until) - Number(limited.at)).toBeGreaterThan(2 * 86_400_000);
  const told = await project.run(['status']);
  expect(told.stdout).toMatch(/codex: quota used up, on again in /);
  expect((await project.run(['resume'])).code).toBe(0);
  const ended = await run.ended;
  expect(ended.code, describeResult(ended)).toBe(0);
});

it('asks at once when a paused run is resumed', async ({ project }) => {
  const env = await install(project, { codex: usedUp(join(project.root, 'used-up'), '3 days') });
  await project.configure({ agent: 'codex', gate: ['true'] });
  const run = project.start(['run', await project.plan([{ id: 'A' }]), '--yes', '--json'], { env });
  await run.eventOf('agent-limited');
  run.signal('SIGINT');
  expect((await run.ended).code).toBe(4);
  const ended = await project.run(['resume', '--json'], { env });
  expect(ended.code, describeResult(ended)).toBe(0);
});

it('has each task done by whom the rules name, with the model that they name', async ({ project }) => {
  const echo = `${works}console.log(JSON.stringify({ type: 'result', subtype: 'success', result: process.argv.join(' ') }));`;
  const env = await install(project, { claude: echo, codex });
  const routing = [{ label: 'deep', agent: 'claude-code', model: 'opus' }];
  await project.configure({ agent: 'codex', gate: ['true'], routing });
  const plan = await project.plan([{ id: 'A' }, { id: 'B', labels: ['deep'] }]);
  const ended = await project.run(['run', plan, '--yes', '--json'], { env });
  expect(ended.code, describeResult(ended)).toBe(0);
  const chosen = ended.events
    .filter(({ type }) => type === 'attempt-started')
    .map(({ task, agent, model }) => [task, agent, model]);
  expect(chosen.sort()).toEqual([
    ['A', 'codex', undefined],
    ['B', 'claude-code', 'opus'],
  ]);
  expect((await project.run(['logs', 'B'])).stdout).toContain('--model opus');
});

it('says before the run that its program is not there', async ({ project }) => {
  // By another name: where the tests run, there may be a real one.
  const agents = { 'claude-code': { driver: 'claude-code', command: ['no-such-claude'] } };
  await project.configure({ agent: 'claude-code', agents, gate: ['true'] });
  const refused = await project.run(['run', await project.plan([{ id: 'A' }]), '--yes']);
  expect([refused.code, refused.stderr]).toEqual([
    2,
    expect.stringMatching(/agent claude-code cannot be started: no-such-claude is not found on PATH/),
  ]);
});

it('keeps from an agent what it has no use for, and says so; the gate has everything', async ({
  project,
}) => {
  const base = await project.commit({ 'README.md': 'A project.\n' });
  const tasks = [{ id: 'A' }];
  const args = [
    '--command',
    'echo "key $SHOP_KEY" > A.txt',
    '--gate',
    'test "$SHOP_KEY" = s3 && test "$TUTTI_PORT" -ge 10240',
    '--yes',
  ];
  const ended = await project.run(['run', await project.plan(tasks), ...args], { env: { SHOP_KEY: 's3' } });
  expect(ended.code, describeResult(ended)).toBe(0);
  expect(`${ended.stdout}${ended.stderr}`).toContain(
    'The agent command does not get SHOP_KEY, which its command speaks of.',
  );
  const target = `tutti/${(await project.json('status')).run}`;
  expect(await project.git('show', `${target}:A.txt`)).toBe('key');
  await proveTarget(project, target, { planName: 'Test', tasks, base });
});
