import { expect, it } from 'vitest';
import { type Asking, allowedEnvironment } from './allowed-environment.ts';

const env = {
  PATH: '/bin',
  HOME: '/home/una',
  LC_ALL: 'C',
  https_proxy: 'http://proxy',
  NVM_DIR: '/nvm',
  MISE_GITHUB_TOKEN: 'secret',
  TUTTI_PORT: '10240',
  ANTHROPIC_API_KEY: 'a',
  CLAUDE_CONFIG_DIR: '/claude',
  CODEX_HOME: '/codex',
  OPENAI_API_KEY: 'o',
  AWS_SECRET_ACCESS_KEY: 's',
  DATABASE_URL: 'postgres://una:pw@db/shop',
  SSH_AUTH_SOCK: '/agent.sock',
};
const base = ['PATH', 'HOME', 'LC_ALL', 'https_proxy', 'NVM_DIR', 'TUTTI_PORT'];

const seenBy = (asking: Partial<Asking>, more: Readonly<Record<string, string>> = {}): string[] =>
  Object.keys(
    allowedEnvironment({ driver: 'command', command: undefined, names: [], ...asking }, { ...env, ...more }),
  );

it('gives any program what it needs to run, and no log-in', () => {
  expect(seenBy({ command: './my-agent --print' })).toEqual(base);
});

it.each<readonly [string, Partial<Asking>, readonly string[]]>([
  ['claude-code', { driver: 'claude-code' }, ['ANTHROPIC_API_KEY', 'CLAUDE_CONFIG_DIR']],
  ['codex', { driver: 'codex', command: ['npx', 'codex'] }, ['CODEX_HOME', 'OPENAI_API_KEY']],
  ['opencode', { driver: 'acp', command: ['opencode', 'acp'] }, ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY']],
  ['a path', { driver: 'acp', command: ['/opt/bin/gemini', '--acp'] }, []],
  [
    'text',
    { command: 'cd sub && claude -p "$(cat "$TUTTI_PROMPT_FILE")"' },
    ['ANTHROPIC_API_KEY', 'CLAUDE_CONFIG_DIR'],
  ],
])('gives a known agent its own log-in and nobody else\u2019s: %s', (_, asking, own) => {
  expect(seenBy(asking)).toEqual([...base, ...own]);
});

it('gives the keys of a cloud to an agent that is told to go there', () => {
  const asking = { driver: 'claude-code' };
  expect(seenBy(asking, { CLAUDE_CODE_USE_BEDROCK: '1' })).toContain('AWS_SECRET_ACCESS_KEY');
  expect(seenBy(asking, { CLAUDE_CODE_USE_BEDROCK: '' })).not.toContain('AWS_SECRET_ACCESS_KEY');
});

it('gives what the configuration names: names, beginnings of names, or everything', () => {
  expect(seenBy({ names: ['DATABASE_URL', 'MISE_GITHUB_*'] })).toEqual([
    ...['PATH', 'HOME', 'LC_ALL', 'https_proxy', 'NVM_DIR', 'MISE_GITHUB_TOKEN', 'TUTTI_PORT'],
    'DATABASE_URL',
  ]);
  expect(seenBy({ names: ['*'] })).toEqual(Object.keys(env));
});
