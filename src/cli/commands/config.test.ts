import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeTerminal } from '../../../test/rig/fake-terminal.ts';
import { makeScratch, type Scratch } from '../../../test/rig/scratch-repository.ts';
import { knownKeys } from '../../config/schema.ts';
import { settingKeys } from '../../config/setting-list.ts';
import { ProblemError } from '../../core/problem.ts';
import { configSchema } from '../document-schemas.ts';
import { type ConfigOptions, command } from './config.ts';

let scratch: Scratch;
let env: Record<string, string | undefined>;
beforeEach(async () => {
  scratch = await makeScratch();
  env = { PATH: process.env.PATH, HOME: dirname(scratch.path) };
});
afterEach(() => scratch.remove());

const project = (): string => join(scratch.path, 'tutti.yaml');
const user = (): string => join(dirname(scratch.path), '.config', 'tutti', 'config.yaml');

async function config(args: readonly string[], options: ConfigOptions = {}, cwd = scratch.path) {
  const terminal = fakeTerminal({ cwd, env });
  const code = await command(terminal, args, options);
  return { code, out: terminal.printed(), err: terminal.remarked() };
}

async function refusal(args: readonly string[], options: ConfigOptions = {}, cwd = scratch.path) {
  const error = await config(args, options, cwd).catch((caught: unknown) => caught);
  return error instanceof ProblemError
    ? error.problems.map(({ code, message, fix }) => `${code}: ${message} | ${fix}`)
    : error;
}

it('lists every setting there is, those of origin B with what they do', async () => {
  const { settings } = configSchema.parse(JSON.parse((await config([], { json: true })).out));
  const keys = settings.map(({ key }: { key: string }) => key.split('.', 1)[0]);
  const names = new Set([...keys, 'agents', 'maxParallel']);
  expect([...names].sort()).toEqual([...knownKeys([])].sort());
  expect(keys.length).toBe(settingKeys.length);
  const inert = settings.filter((setting: { inert: string | null }) => setting.inert !== null);
  expect(inert.map(({ key, value }: { key: string; value: unknown }) => [key, value])).toEqual([
    ['integration', 'local'],
    ['mergeStrategy', 'independent'],
    ['dashboardRefresh', 30],
    ['ciRetries', 3],
  ]);
});

it('shows values with their origins', async () => {
  await writeFile(
    project(),
    'retries: 1\ngate: [npm test, { run: x, name: y, timeout: 60s }]\nagents: { a: { driver: scripted } }\n',
  );
  await mkdir(dirname(user()), { recursive: true });
  await writeFile(user(), '\nslots: 2\ntimeout: 90m\n');
  env.MAX_TASK_RETRIES = '5';
  const { out } = await config(['list'], { showOrigin: true });
  const lines = out.split('\n').map((line) => line.split(/ {2,}/));
  const told = ['gate', 'slots', 'retries', 'timeout', 'stall', 'agents.a'];
  expect(lines.filter(([key]) => told.includes(key ?? ''))).toEqual([
    ['gate', '[npm test, {name: y, run: x, timeout: 1m}]', 'tutti.yaml:2'],
    ['slots', '2', `${user()}:2`],
    ['retries', '5', 'MAX_TASK_RETRIES'],
    ['timeout', '1h30m', `${user()}:3`],
    ['stall', '10m', 'default'],
    ['agents.a', '{driver: scripted}', 'tutti.yaml:3'],
  ]);
  expect((await config(['get', 'slots'])).out).toBe('2\n');
  expect((await config(['get', 'maxParallel'], { showOrigin: true })).out).toBe(`2\t${user()}:2\n`);
  expect((await config(['get', 'agents.a.driver'])).out).toBe('scripted\n');
  expect((await config(['get', 'agent'])).out).toBe('\n');
  expect((await config(['list'], { user: true })).out).toBe('slots    2\ntimeout  1h30m\n');
});

describe('set', () => {
  it.each([
    [['slots', '4'], 'slots: 4\n'],
    [['gate', 'npm test'], 'gate:\n  - npm test\n'],
    [['gate', 'echo a: b'], 'gate:\n  - "echo a: b"\n'],
    [['setup', 'npm ci', 'make'], 'setup:\n  - npm ci\n  - make\n'],
    [['gate', '[{ run: a, timeout: 5m }, b]'], 'gate:\n  - run: a\n    timeout: 5m\n  - b\n'],
    [['gate', '[ -f x ]'], 'gate:\n  - "[ -f x ]"\n'],
    [['land', 'true'], 'land: true\n'],
    [['waveThreshold', '0.9'], 'waveThreshold: 0.9\n'],
    [['budget', '2M'], 'budget:\n  tokens: 2M\n'],
    [['limits.maxParallel', '12'], 'limits:\n  maxParallel: 12\n'],
    [['agents.a', '{ driver: scripted }'], 'agents:\n  a:\n    driver: scripted\n'],
  ])('%j writes what reads back', async (args, text) => {
    expect((await config(['set', ...args])).code).toBe(0);
    expect(await readFile(project(), 'utf8')).toBe(text);
  });

  it.each([
    [
      ['slots', '11'],
      'invalid-config: slots: 11 are more than limits.maxParallel allows (10) | use at most 10, or raise limits.maxParallel in tutti.yaml; nothing was written',
    ],
    [
      ['slots', 'many'],
      'invalid-config: slots: expected a whole number from 1 to 1000 | correct the value; nothing was written',
    ],
    [['slosts', '3'], 'invalid-config: there is no setting slosts | Did you mean slots?'],
    [
      ['MAX_CI_RETRIES', '3'],
      'invalid-config: there is no setting MAX_CI_RETRIES | MAX_CI_RETRIES is an environment variable; its setting is called ciRetries.',
    ],
    [
      ['agents.a.model', 'x'],
      'invalid-config: agents.a.driver: is missing | Set the driver first: tutti config set agents.a.driver command; nothing was written',
    ],
    [
      ['agents.a.drivr', 'x'],
      expect.stringContaining('there is no setting agents.a.drivr | Did you mean driver?'),
    ],
    [
      ['review', 'true'],
      'invalid-config: there is no setting review | `tutti config list` shows all settings.',
    ],
    [
      ['__proto__', 'x'],
      'invalid-config: there is no setting __proto__ | `tutti config list` shows all settings.',
    ],
    [
      ['agent', 'comand'],
      'agent-not-found: there is no agent comand | Did you mean command? Or describe it first: tutti config set agents.comand.driver command. Nothing was written.',
    ],
    [
      ['agent', 'nosuch'],
      'agent-not-found: there is no agent nosuch | There are: claude-code, codex, command, gemini, opencode, scripted. Or describe it first: tutti config set agents.nosuch.driver command. Nothing was written.',
    ],
    [
      ['agents.mine.driver', 'comand'],
      'agent-not-found: Agent mine asks for comand, which does not exist. | Did you mean command? Nothing was written.',
    ],
    [['slots'], 'usage: config set takes a key and a value | For example: tutti config set slots 4'],
  ])('refuses %j and leaves the file as it was', async (args, told) => {
    await writeFile(project(), '# ours\nretries: 2\n');
    expect(await refusal(['set', ...args])).toContainEqual(told);
    expect(await readFile(project(), 'utf8')).toBe('# ours\nretries: 2\n');
  });

  it.each(['007', 'true', 'mine'])('chooses agent %s, which is described in the other file', async (name) => {
    await config(['set', `agents.${name}.driver`, 'scripted'], { user: true });
    expect((await config(['set', 'agent', name])).code).toBe(0);
    expect((await config(['get', 'agent'])).out).toBe(`${name}\n`);
  });

  it('mends the choice of an agent that there is not, and the agent itself', async () => {
    await writeFile(project(), 'agent: mine\nagents: { other: { driver: wrong } }\n');
    expect((await config(['set', 'agents.mine.driver', 'command'])).code).toBe(0);
    expect((await config(['set', 'agents.other.driver', 'scripted'])).code).toBe(0);
    expect((await config(['set', 'agent', 'other'])).code).toBe(0);
  });

  it('asks for the driver of a new agent first', async () => {
    expect(await refusal(['set', 'agents.mine.limit', '3'])).toEqual([
      'invalid-config: agents.mine.driver: is missing | Set the driver first: tutti config set agents.mine.driver command; nothing was written',
    ]);
    expect((await config(['set', 'agents.mine.driver', 'command'])).code).toBe(0);
    expect((await config(['set', 'agents.mine.limit', '3'])).code).toBe(0);
  });

  it('mends one thing at a time', async () => {
    await writeFile(project(), 'slots: x\nretries: y\n');
    const { err } = await config(['set', 'slots', '3']);
    expect(await readFile(project(), 'utf8')).toBe('slots: 3\nretries: y\n');
    expect(err).toContain('retries: expected a whole number');
  });

  it('does not touch a file that is no YAML', async () => {
    await writeFile(project(), 'slots: [\n');
    expect(await refusal(['set', 'slots', '3'])).toEqual([
      expect.stringMatching(
        /^invalid-config: .*tutti.yaml cannot be changed: .* \| Correct the file by hand first.$/,
      ),
    ]);
  });

  it('keeps the rights of the file and a link to it, and leaves no draft', async () => {
    const real = join(dirname(scratch.path), 'elsewhere.yaml');
    await writeFile(real, 'slots: 2\n');
    await chmod(real, 0o640);
    await symlink(real, project());
    await config(['set', 'slots', '3']);
    expect({
      text: await readFile(real, 'utf8'),
      mode: (await stat(real)).mode & 0o777,
      files: await readdir(scratch.path),
      isLink: existsSync(project()),
    }).toEqual({ text: 'slots: 3\n', mode: 0o640, files: ['.git', 'tutti.yaml'], isLink: true });
  });

  it('says what wins over it', async () => {
    env.MAX_PARALLEL_TASKS = '2';
    expect((await config(['set', 'slots', '4'])).err).toBe('in force is 2, from MAX_PARALLEL_TASKS\n');
  });

  it('writes the user’s file outside any repository, but not a project’s', async () => {
    const outside = dirname(scratch.path);
    await config(['set', 'slots', '4'], { user: true }, outside);
    expect(await readFile(user(), 'utf8')).toBe('slots: 4\n');
    expect(await refusal(['set', 'slots', '4'], {}, outside)).toEqual([
      expect.stringMatching(/^not-a-repository: /),
    ]);
  });
});

it('unsets what is set, and says when nothing is', async () => {
  await writeFile(project(), '# a\nslots: 2\n# b\nbudget: 5M\n');
  expect((await config(['unset', 'slots'])).out).toBe('removed slots in tutti.yaml\n');
  expect((await config(['unset', 'budget'])).out).toBe('removed budget in tutti.yaml\n');
  expect(await readFile(project(), 'utf8')).toBe('# a\n# b\n');
  expect((await config(['unset', 'slots'])).out).toBe('slots is not set in tutti.yaml\n');
});

it('names the action that was meant', async () => {
  expect(await refusal(['unst', 'slots'])).toEqual([
    'usage: config cannot unst | Did you mean unset or list?',
  ]);
});
