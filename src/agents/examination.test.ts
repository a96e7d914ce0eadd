/** Agents that are asked who they are: programs that answer, do not, or must not be asked. */
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { type FakeAnswers, type FakeProgram, installFakeAgents } from '../../test/rig/fake-agents.ts';
import { processesUnder } from '../../test/rig/leftovers.ts';
import type { AgentSurroundings } from '../ports/agent.ts';
import { createSupervisor, type Supervisor } from '../process/supervise.ts';
import { systemClock } from '../system/system-clock.ts';
import { createRegistry } from './registry.ts';

const clock = systemClock();
const supervisor = createSupervisor({ clock, graceMs: 200 });
afterAll(() => clock.stop());
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tutti-examination-'));
});
afterEach(async () => {
  expect(processesUnder(folder)).toEqual([]);
  await rm(folder, { recursive: true });
});

const drivers = { claude: 'claude-code', codex: 'codex', gemini: 'acp', opencode: 'acp' } as const;
const commands: Partial<Record<FakeProgram, readonly string[]>> = {
  gemini: ['gemini', '--acp', '--skip-trust'],
  opencode: ['opencode', 'acp', '--print-logs', '--log-level', 'ERROR'],
};

interface Asked {
  readonly command?: string | readonly string[];
  readonly model?: string;
  readonly more?: Partial<AgentSurroundings>;
  readonly signal?: AbortSignal;
  readonly by?: Supervisor;
}

/** Asks an agent called `mine` whose program gives these answers. */
async function ask(
  program: FakeProgram,
  answers: FakeAnswers,
  { command, model, more, signal, by }: Asked = {},
) {
  const bin = await installFakeAgents(join(folder, 'bin'), { [program]: answers });
  const chosen = command ?? commands[program];
  const entry = {
    driver: drivers[program],
    ...(chosen === undefined ? {} : { command: chosen }),
    ...(model === undefined ? {} : { model }),
  };
  const driver = createRegistry({ mine: entry }, by ?? supervisor).lookup('mine');
  const surroundings: AgentSurroundings = {
    cwd: folder,
    env: { PATH: `${bin}:${process.env.PATH}`, HOME: folder },
    ownFolder: join(folder, 'own'),
    timeoutMs: 20_000,
    ...more,
  };
  const told = await driver?.examine?.(surroundings, signal ?? new AbortController().signal);
  return {
    version: told?.version,
    login: told?.login,
    problems: told?.problems.map(({ code, severity }) => `${severity} ${code}`),
    messages: told?.problems.map(({ message }) => message),
  };
}

const unknown = { state: 'unknown' };

it.each([
  ['claude', '2.1.197', { state: 'in', how: 'claude.ai, max' }],
  ['codex', '0.169.0', { state: 'in', how: 'API key' }],
  ['gemini', '0.61.0', { state: 'in' }],
] as const)('%s tells its version and its log-in', async (program, version, login) => {
  expect(await ask(program, {})).toEqual({ version, login, problems: [], messages: [] });
});

it.each(['claude', 'codex', 'gemini'] as const)('%s with nobody logged in is a problem', async (program) => {
  expect(await ask(program, { login: 'out' })).toMatchObject({
    login: { state: 'out' },
    problems: ['error agent-logged-out'],
    messages: ['Nobody is logged in to the agent mine.'],
  });
});

it('looks for the log-in of OpenCode where a session would: in a folder of its own that links the log-in', async () => {
  const nobody = await ask('opencode', {});
  const shared = join(folder, '.local', 'share', 'opencode');
  await mkdir(shared, { recursive: true });
  await writeFile(join(shared, 'auth.json'), '{}');
  const somebody = await ask('opencode', {});
  expect([nobody.login, nobody.problems, somebody.login, somebody.problems]).toEqual([
    { state: 'out' },
    ['warning agent-logged-out'],
    { state: 'in', how: 'Anthropic' },
    [],
  ]);
});

it('does not ask for the log-in of OpenCode when a model of its configuration is chosen', async () => {
  expect(await ask('opencode', {}, { model: 'mine/small' })).toMatchObject({ login: unknown, problems: [] });
});

it('tries the sandbox of Codex, by the words that this version has for it', async () => {
  expect(await ask('codex', { sandbox: false })).toMatchObject({
    problems: ['warning agent-unfit'],
    messages: ['The agent mine cannot make the sandbox for its commands. It says: "bwrap: not permitted".'],
  });
  expect(await ask('codex', { sandbox: false, version: '0.168.0' })).toMatchObject({
    problems: ['info agent-untried'],
  });
});

it.each([
  ['2.2.0', '2.2.0 of mine is newer than what tutti was tried with (2.1.197).'],
  ['2.0.14', '2.0.14 of mine is older than what tutti was tried with (2.1.197).'],
])('version %s is worth a note', async (version, message) => {
  expect(await ask('claude', { version })).toMatchObject({
    version,
    problems: ['info agent-untried'],
    messages: [message],
  });
});

it('asks nothing that would be taken for a prompt, and paid for', async () => {
  const args = join(folder, 'args');
  const asking = async (version: string, more: string) => {
    const script = `printf '%s\\n' "$*" >> '${args}'; echo '${version} (Claude Code)'; :`;
    await writeFile(join(folder, 'wrapper'), script);
    await writeFile(args, '');
    const { login } = await ask(
      'claude',
      {},
      { command: ['sh', join(folder, 'wrapper'), ...more.split(' ').filter(Boolean)] },
    );
    return [login, readFileSync(args, 'utf8').trimEnd().split('\n')];
  };
  expect(await asking('2.1.40', '')).toEqual([unknown, ['--version']]);
  expect(await asking('2.1.197', '-p')).toEqual([unknown, ['-p --version']]);
  expect(await asking('2.1.197', '')).toEqual([unknown, ['--version', 'auth status']]);
});

it.each(['claude', 'codex', 'gemini', 'opencode'] as const)(
  '%s that says nothing is a warning, and is ended',
  async (program) => {
    expect(await ask(program, { hangs: true }, { more: { timeoutMs: 300 } })).toEqual({
      version: undefined,
      login: unknown,
      problems: ['warning agent-silent'],
      messages: ['The agent mine did not say within 0.3 s whether it can work.'],
    });
  },
);

it('ends when nobody waits for it any more', async () => {
  const signal = AbortSignal.timeout(100);
  expect(await ask('claude', { hangs: true }, { signal })).toMatchObject({
    problems: ['warning agent-silent'],
  });
});

it.each([
  [
    'claude',
    ['no-such-program'],
    'error agent-not-found',
    'cannot be started: program not found: no-such-program',
  ],
  [
    'gemini',
    ['no-such-program'],
    'error agent-not-found',
    'cannot be started: program not found: no-such-program',
  ],
  [
    'claude',
    ['sh', '-c', 'echo "it is broken" >&2; exit 3'],
    'warning agent-unfit',
    'may not work here. It says: "it is broken"',
  ],
  [
    'gemini',
    'echo starting; echo "it is broken" >&2; exit 3',
    'error agent-unfit',
    'cannot work here. It says: "it is broken"',
  ],
] as const)('%s as %j is told', async (program, command, problem, words) => {
  expect(await ask(program, {}, { command })).toEqual({
    version: undefined,
    login: unknown,
    problems: [problem],
    messages: [`The agent mine ${words}.`],
  });
});

it('takes what goes wrong while it asks for a problem of the agent', async () => {
  const by: Supervisor = { run: () => Promise.reject(new Error('no more processes')) };
  for (const program of ['claude', 'gemini'] as const)
    expect(await ask(program, {}, { by })).toMatchObject({
      problems: ['error agent-unfit'],
      messages: ['The agent mine cannot work here. It says: "no more processes".'],
    });
});

it('answers an agent that asks before there is a session, and takes no screen codes from it', async () => {
  const lines = [
    'read -r _; echo \'{"jsonrpc":"2.0","id":7,"method":"fs/read_text_file","params":{}}\'; read -r answer',
    'case "$answer" in *-32601*) echo \'{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"no \\u001b[31mluck"}}\';; esac; read -r _',
  ];
  expect(await ask('gemini', {}, { command: lines.join('; ') })).toMatchObject({
    problems: ['error agent-unfit'],
    messages: ['The agent mine cannot work here. It says: "no luck".'],
  });
});
