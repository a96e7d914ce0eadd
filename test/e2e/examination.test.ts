/** `doctor` and `check` ask agents who is logged in: programs that answer as the real ones do, first on PATH. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { describeResult } from '../rig/cli-process.ts';
import { it } from '../rig/e2e-test.ts';
import { type FakeAnswers, type FakeProgram, installFakeAgents } from '../rig/fake-agents.ts';
import type { Project } from '../rig/project.ts';

type Agents = Partial<Readonly<Record<FakeProgram, FakeAnswers>>>;

interface Told {
  readonly name: string;
  readonly verdict: string;
  readonly message: string;
  readonly fix: string | null;
}

/** Nothing but these agents and what tutti needs itself: the machine may have real ones. */
async function install(project: Project, agents: Agents): Promise<Readonly<Record<string, string>>> {
  const bin = await installFakeAgents(join(project.root, 'bin'), agents);
  return { PATH: `${bin}:${project.env.PATH}` };
}

/** What `doctor` says of agents, and its exit code. */
async function doctor(project: Project, agents: Agents) {
  const env = await install(project, agents);
  const { code, stdout } = await project.run(['doctor', '--json'], { env });
  const { checks } = JSON.parse(stdout) as { readonly checks: readonly Told[] };
  const bin = join(project.root, 'bin');
  const told = checks
    .filter(({ name }) => name.startsWith('agent ') || Object.hasOwn(agents, name))
    .map(({ name, verdict, message, fix }) => [name, verdict, message.replace(`${bin}/`, ''), fix]);
  return { code, told };
}

/** What `check` says of agents, and its exit code. */
async function check(
  project: Project,
  agents: Agents,
  tasks: readonly { readonly id: string; readonly agent?: string }[],
) {
  const env = await install(project, agents);
  const ended = await project.run(['check', await project.plan(tasks), '--json'], { env });
  const { items } = JSON.parse(ended.stdout) as {
    readonly items: readonly {
      readonly item: string;
      readonly answer: string;
      readonly message: string;
      readonly reasons: readonly { readonly code: string | null; readonly message: string }[];
    }[];
  };
  const found = items.find(({ item }) => item === 'agents');
  const reasons = found?.reasons.map(({ code, message }) => [code, message]);
  return { code: ended.code, answer: found?.answer, message: found?.message, reasons };
}

const all: Agents = { claude: {}, codex: {}, gemini: {}, opencode: {} };

it('lists the agents of the configuration, then the others that are installed', async ({ project }) => {
  await project.configure({ agent: 'codex', gate: ['true'], agents: { mine: { driver: 'claude-code' } } });
  expect(await doctor(project, { ...all, opencode: { version: '2.0.0' } })).toEqual({
    code: 0,
    told: [
      ['agent mine', 'ok', 'claude: 2.1.197, logged in (claude.ai, max)', null],
      ['agent codex', 'ok', 'codex: 0.169.0, logged in (API key)', null],
      ['gemini', 'note', 'gemini, the agent gemini: 0.61.0, logged in', 'tutti run PLAN --agent gemini'],
      [
        'opencode',
        'note',
        'opencode, the agent opencode: 2.0.0, not logged in. The agent opencode would use a free model of its own.',
        'opencode auth login (or set the key of a provider, or choose a `model`).',
      ],
      [
        'opencode',
        'note',
        '2.0.0 of opencode is newer than what tutti was tried with (1.18.33).',
        'Should it behave oddly, tell us, and use that version.',
      ],
    ],
  });
});

it('takes nobody being logged in for a problem only where the agent is chosen', async ({ project }) => {
  await project.configure({ agent: 'codex', gate: ['true'] });
  expect(await doctor(project, { claude: { login: 'out' }, codex: { login: 'out' } })).toEqual({
    code: 3,
    told: [
      [
        'agent codex',
        'problem',
        'codex: 0.169.0, not logged in',
        'codex login (or set CODEX_API_KEY; OPENAI_API_KEY alone is not enough).',
      ],
      [
        'claude',
        'note',
        'claude, the agent claude-code: 2.1.197, not logged in',
        'claude auth login (or set ANTHROPIC_API_KEY).',
      ],
    ],
  });
});

it('goes on when an agent says nothing, and fits a terminal', async ({ project }) => {
  await project.configure({ agent: 'gemini', gate: ['true'] });
  const env = await install(project, { gemini: { hangs: true } });
  const ended = await project.run(['doctor'], { env });
  expect(ended.code, describeResult(ended)).toBe(0);
  const line = ended.stdout.replace(/\s+/g, ' ');
  expect(line).toContain('The agent gemini did not say within 5 s whether it can work. Start it by hand');
  expect(line).toMatch(/note agent gemini \S+/);
});

it('ends what it has started when it is interrupted', async ({ project }) => {
  await project.configure({ agent: 'codex', gate: ['true'] });
  const asked = join(project.root, 'asked');
  const env = await install(project, { codex: {} });
  await writeFile(join(project.root, 'bin', 'codex'), `#!/bin/sh\necho >> '${asked}'\nsleep 600 & wait\n`);
  const cli = project.start(['doctor'], { env });
  await expect.poll(() => existsSync(asked), { timeout: 10_000 }).toBe(true);
  cli.signal('SIGINT');
  expect((await cli.ended).code).toBe(2);
});

it('asks in check the agents that the plan needs, and no others', async ({ project }) => {
  await project.configure({ agent: 'claude-code', gate: ['true'] });
  const tasks = [{ id: 'A' }, { id: 'B', agent: 'gemini' }];
  const agents: Agents = { claude: { version: '3.0.0' }, gemini: {}, codex: { login: 'out' } };
  expect(await check(project, agents, tasks)).toEqual({
    code: 0,
    answer: 'yes',
    message: 'claude-code 3.0.0, logged in (claude.ai, max); gemini 0.61.0, logged in',
    reasons: [],
  });
  expect(await check(project, { ...agents, gemini: { login: 'out' } }, tasks)).toEqual({
    code: 3,
    answer: 'no',
    message: 'claude-code 3.0.0, logged in (claude.ai, max); gemini 0.61.0, not logged in',
    reasons: [['agent-logged-out', 'Nobody is logged in to the agent gemini.']],
  });
});

it('says in check that a preset is not installed', async ({ project }) => {
  // By another name: where the tests run, there may be a real one.
  const agents = { mine: { driver: 'codex', command: ['no-such-codex'] } };
  await project.configure({ agent: 'mine', gate: ['true'], agents });
  expect(await check(project, {}, [{ id: 'A' }])).toEqual({
    code: 3,
    answer: 'no',
    message: 'mine',
    reasons: [[null, 'mine: no-such-codex is not found on PATH']],
  });
});

it('proves the log-in of OpenCode in a folder like that of a session, which links it', async ({
  project,
}) => {
  await project.configure({ agent: 'opencode', gate: ['true'] });
  expect(await check(project, { opencode: {} }, [{ id: 'A' }])).toMatchObject({
    code: 0,
    answer: 'warning',
    message: 'opencode 1.18.33, not logged in',
  });
  const data = join(project.env.HOME ?? '', '.local', 'share', 'opencode');
  await mkdir(data, { recursive: true });
  await writeFile(join(data, 'auth.json'), '{}');
  expect(await check(project, { opencode: {} }, [{ id: 'A' }])).toMatchObject({
    code: 0,
    answer: 'yes',
    message: 'opencode 1.18.33, logged in (Anthropic)',
  });
});
