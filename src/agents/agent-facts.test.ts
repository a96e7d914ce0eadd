/** What is read from the agents' answers; each is what the real program of that version printed. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { claudeStatus, codexStatus, opencodeStatus } from '../../test/rig/fake-agents.ts';
import { cleanText } from '../process/lines.ts';
import { agentFacts, compareLines, isAtLeast, knownProgramIn } from './agent-facts.ts';

const loginOf = (
  program: string,
  text: string,
  {
    exitCode = 0,
    env = {},
    command = '',
  }: { exitCode?: number; env?: Record<string, string>; command?: string } = {},
) => agentFacts[program]?.login?.read({ exitCode, text: cleanText(text), env, command });

const claude = (status: object): string => JSON.stringify({ loggedIn: true, ...status }, null, 2);

describe('the version', () => {
  it.each([
    ['claude', '2.1.197 (Claude Code)', '2.1.197'],
    ['codex', `${codexStatus(false).split('\n')[0]}\ncodex-cli 0.169.0`, '0.169.0'],
    ['codex', 'codex-cli 0.170.0-alpha.2', '0.170.0-alpha.2'],
    ['opencode', '1.18.33', '1.18.33'],
    ['gemini', '0.61.0', '0.61.0'],
    ['claude', 'claude: not found', undefined],
  ])('of %s is read from %j', (program, text, version) => {
    expect(agentFacts[program]?.version.exec(text)?.[1]).toBe(version);
  });

  it.each([
    ['2.1.9', '2.1.197', 0],
    ['2.2.0', '2.1.197', 1],
    ['2.0.99', '2.1.197', -1],
    ['3.0.0-beta', '2.1.197', 1],
    ['0.170.0', '0.169.0', 1],
  ])('%s beside %s', (version, tried, order) => {
    expect(compareLines(version, tried)).toBe(order);
  });

  it.each([
    ['2.1.41', true],
    ['2.1.40', false],
    ['2.10.0', true],
    ['1.9.99', false],
    ['2.1.41-beta', true],
  ])('%s is at least 2.1.41: %s', (version, isLater) => {
    expect(isAtLeast(version, '2.1.41')).toBe(isLater);
  });
});

describe('the log-in', () => {
  it.each([
    ['nobody', claudeStatus(false), { state: 'out' }],
    ['a plan', claudeStatus(true), { state: 'in', how: 'claude.ai, max' }],
    [
      'a key',
      claude({ authMethod: 'api_key', apiProvider: 'firstParty', apiKeySource: 'ANTHROPIC_API_KEY' }),
      { state: 'in', how: 'API key' },
    ],
    [
      'a token',
      claude({ authMethod: 'oauth_token', apiProvider: 'firstParty' }),
      { state: 'in', how: 'token' },
    ],
    [
      'a helper',
      claude({ authMethod: 'api_key_helper', apiProvider: 'firstParty' }),
      { state: 'in', how: 'API key helper' },
    ],
    [
      'another provider',
      claude({ authMethod: 'third_party', apiProvider: 'bedrock' }),
      { state: 'in', how: 'bedrock' },
    ],
    ['a way of later', claude({ authMethod: 'telepathy', apiProvider: 'firstParty' }), { state: 'in' }],
    ['words around it', `Additional CA cert(s): x\n${claudeStatus(false)}\n`, { state: 'out' }],
    ['another answer', 'Error: unknown command', { state: 'unknown' }],
    ['another shape', '{"loggedIn": "yes"}', { state: 'unknown' }],
  ])('of Claude Code: %s', (_name, text, login) => {
    expect(loginOf('claude', text)).toEqual(login);
  });

  it.each([
    ['nobody', codexStatus(false), { exitCode: 1 }, { state: 'out' }],
    ['a key, of which nothing is passed on', codexStatus(true), {}, { state: 'in', how: 'API key' }],
    ['ChatGPT', 'Logged in using ChatGPT', {}, { state: 'in', how: 'ChatGPT' }],
    [
      'a variable that only `codex exec` reads',
      'Not logged in',
      { exitCode: 1, env: { CODEX_API_KEY: 'k' } },
      { state: 'in', how: 'CODEX_API_KEY' },
    ],
    [
      'a variable that it does not read',
      'Not logged in',
      { exitCode: 1, env: { OPENAI_API_KEY: 'k' } },
      { state: 'out' },
    ],
    [
      'a provider of its own',
      'Not logged in',
      { exitCode: 1, command: 'codex -c model_provider="mine"' },
      { state: 'unknown' },
    ],
    [
      'a model on this machine',
      'Not logged in',
      { exitCode: 1, command: 'codex --oss' },
      { state: 'unknown' },
    ],
    [
      'a broken token',
      'Error checking login status: failed to decode',
      { exitCode: 1 },
      { state: 'unknown' },
    ],
  ])('of Codex: %s', (_name, text, more, login) => {
    expect(loginOf('codex', text, more)).toEqual(login);
  });

  it('of Codex is not needed for a provider that its configuration chooses', () => {
    const home = mkdtempSync(join(tmpdir(), 'tutti-codex-'));
    const asked = () => loginOf('codex', codexStatus(false), { exitCode: 1, env: { CODEX_HOME: home } });
    writeFileSync(join(home, 'config.toml'), 'model = "gpt-5"\n[model_providers.mine]\nname = "mine"\n');
    const before = asked();
    writeFileSync(join(home, 'config.toml'), 'model = "gpt-5"\nmodel_provider = "mine"\n');
    const after = asked();
    rmSync(home, { recursive: true });
    expect([before, after]).toEqual([{ state: 'out' }, { state: 'unknown' }]);
  });

  it.each([
    ['nobody', opencodeStatus([]), { state: 'out' }],
    ['what is stored', opencodeStatus(['Anthropic', 'OpenAI']), { state: 'in', how: 'Anthropic, OpenAI' }],
    ['keys of the environment', opencodeStatus([], ['Google']), { state: 'in', how: 'Google' }],
    ['both', opencodeStatus(['A', 'B'], ['B', 'C', 'D']), { state: 'in', how: 'A, B, C and 1 more' }],
    ['one', '┌  Credentials x\n●  Groq api\n└  1 credential', { state: 'in', how: 'Groq' }],
    ['another answer', 'unknown command', { state: 'unknown' }],
  ])('of OpenCode: %s', (_name, text, login) => {
    expect(loginOf('opencode', text)).toEqual(login);
  });
});

it.each([
  ['opencode acp', { program: 'opencode', words: ['opencode'] }],
  [['/opt/bin/gemini', '--acp'], { program: 'gemini', words: ['/opt/bin/gemini'] }],
  [['npx', '-y', 'codex', 'exec'], { program: 'codex', words: ['npx', '-y', 'codex'] }],
  [['node', 'agent.mjs'], undefined],
])('knows the program of %j', (command, known) => {
  expect(knownProgramIn(command)).toEqual(known);
});
