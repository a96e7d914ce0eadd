import { chmod, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeTerminal } from '../../../test/rig/fake-terminal.ts';
import { makeScratch, type Scratch, writeFiles } from '../../../test/rig/scratch-repository.ts';
import { agentsToAsk, checkAgents } from '../doctor/agents.ts';
import type { Check } from '../doctor/check.ts';
import { checkNode } from '../doctor/machine.ts';
import { command } from './doctor.ts';

let scratch: Scratch;
let home: string;
let env: Record<string, string | undefined>;
beforeEach(async () => {
  scratch = await makeScratch();
  home = dirname(scratch.path);
  env = { PATH: '/nowhere', HOME: home, TUTTI_STATE_DIR: join(home, 'state') };
});
afterEach(() => scratch.remove());

async function doctor(cwd: string) {
  const terminal = fakeTerminal({ cwd, env });
  const code = await command(terminal, [], { json: true });
  const { checks, fit } = JSON.parse(terminal.printed());
  const verdicts = Object.fromEntries(checks.map(({ name, verdict }: Check) => [name, verdict]));
  return { code, fit, verdicts, checks: checks as readonly Check[] };
}

const machineIsFit = {
  node: 'ok',
  git: 'ok',
  'state folder': 'ok',
  journal: 'ok',
  socket: 'ok',
  processes: 'ok',
};

it('says that all is well in a repository that is, and leaves nothing in the state folder', async () => {
  await scratch.commit({ 'a.txt': '' });
  const { code, fit, verdicts } = await doctor(scratch.path);
  expect({ code, fit, verdicts }).toEqual({
    code: 0,
    fit: true,
    verdicts: {
      ...machineIsFit,
      identity: 'ok',
      disk: expect.stringMatching(/ok|note/),
      configuration: 'note',
      agents: 'note',
      environment: 'ok',
      repository: 'ok',
      checkout: 'ok',
      worktrees: 'ok',
      engine: 'ok',
    },
  });
  expect((await readdir(join(home, 'state'))).filter((name) => name.startsWith('doctor'))).toEqual([]);
});

it('lists the variables that agents do not get', async () => {
  env.SHOP_KEY = 'secret';
  const { checks } = await doctor(home);
  expect(checks.find(({ name }) => name === 'environment')).toMatchObject({
    verdict: 'note',
    message: 'of your 4 variables the agent command does not get SHOP_KEY',
  });
});

it('says what of the checkout worktrees cannot have, or will miss', async () => {
  await scratch.commit({ 'tutti.yaml': 'copy: [.env, notes.txt]\n' });
  await writeFiles(scratch.path, { 'notes.txt': '' });
  const { code, checks } = await doctor(scratch.path);
  expect([code, checks.filter(({ name }) => name === 'files').map(({ verdict }) => verdict)]).toEqual([
    3,
    ['note', 'problem'],
  ]);
});

it('works outside any repository', async () => {
  const { verdicts } = await doctor(home);
  expect(verdicts).toMatchObject({ ...machineIsFit, repository: 'note' });
});

it('ends with 3 and tells everything that is wrong at once', async () => {
  await scratch.git('config', 'user.name', '');
  await scratch.git('config', 'user.email', '');
  await writeFiles(scratch.path, { 'tutti.yaml': 'slots: many\n' });
  env.TUTTI_STATE_DIR = join(scratch.path, 'tutti.yaml');
  const { code, verdicts, checks } = await doctor(scratch.path);
  expect({ code, verdicts }).toMatchObject({
    code: 3,
    verdicts: {
      node: 'ok',
      identity: 'problem',
      'state folder': 'problem',
      configuration: 'problem',
      repository: 'problem',
    },
  });
  expect(checks.filter(({ verdict, fix }) => verdict === 'problem' && !fix)).toEqual([]);
});

it('sees a merge in progress', async () => {
  await scratch.commit({ 'a.txt': 'one\n' });
  await scratch.git('switch', '-qc', 'other');
  await scratch.commit({ 'a.txt': 'two\n' });
  await scratch.git('switch', '-q', 'main');
  await scratch.commit({ 'a.txt': 'three\n' });
  await scratch.git('merge', 'other').catch(() => '');
  const { code, checks } = await doctor(scratch.path);
  expect({ code, checkout: checks.find(({ name }) => name === 'checkout') }).toEqual({
    code: 3,
    checkout: {
      name: 'checkout',
      verdict: 'problem',
      message: 'a merge is in progress',
      fix: 'Finish it, or give it up: git merge --abort',
    },
  });
});

it('prints one line a check within the terminal', async () => {
  const terminal = fakeTerminal({ cwd: home, env });
  await command(terminal, [], {});
  const lines = terminal.printed().trimEnd().split('\n');
  expect(lines[0]).toBe(`ok       node           Node ${process.versions.node}`);
  expect(lines.filter((line) => line.length > 80 && !line.includes(home))).toEqual([]);
});

describe('agents', () => {
  it('are looked for on PATH, by the first word of shell text, or by their path', async () => {
    const bin = join(home, 'bin');
    await writeFiles(bin, { mine: '', claude: '', 'not-executable': '' });
    await chmod(join(bin, 'mine'), 0o755);
    await chmod(join(bin, 'claude'), 0o755);
    const agents = {
      one: { driver: 'command', command: 'mine --fast < "$TUTTI_PROMPT_FILE"' },
      two: { driver: 'command', command: ['./bin/mine'] },
      three: { driver: 'command', command: 'not-executable' },
      four: { driver: 'command', command: 'A=1 mine' },
      five: { driver: 'codex' },
      'claude-code': { driver: 'claude-code', model: 'big' },
      six: { driver: 'command' },
    };
    const checks = checkAgents({ agent: 'seven', agents }, { path: bin, cwd: home }, new Map());
    expect(checks.map(({ name, verdict }) => `${name}: ${verdict}`)).toEqual([
      'agent one: ok',
      'agent two: ok',
      'agent three: problem',
      'agent four: note',
      'agent five: problem',
      'agent claude-code: ok',
      'agent six: note',
      'agent: problem',
    ]);
  });
});

it('asks only agents whose own program is named: a repository may name anything', async () => {
  const bin = join(home, 'bin');
  const programs = ['claude', 'codex', 'gemini', 'mine', 'aider'];
  await writeFiles(bin, Object.fromEntries(programs.map((name) => [name, ''])));
  for (const name of programs) await chmod(join(bin, name), 0o755);
  const agents = {
    bare: { driver: 'claude-code' },
    whole: { driver: 'codex', command: [join(bin, 'codex'), '--oss'] },
    relative: { driver: 'codex', command: ['./bin/codex'] },
    text: { driver: 'codex', command: 'codex; mine' },
    other: { driver: 'claude-code', command: ['mine'] },
    through: { driver: 'acp', command: ['mine', 'gemini'] },
  };
  const asked = agentsToAsk({ agent: undefined, agents }, { path: bin, cwd: home });
  expect(asked).toEqual(['bare', 'whole', 'gemini']);
});

it.each([
  ['22.17.9', 'problem'],
  ['22.18.0', 'ok'],
  ['20.20.2', 'problem'],
  ['24.0.0', 'ok'],
])('finds Node %s: %s', (version, verdict) => {
  expect(checkNode(version).verdict).toBe(verdict);
});
