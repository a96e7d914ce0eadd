/** Configuration as users meet it: what wins, where it came from, and what is refused where. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ConfigSources, describeOrigin, loadConfig } from './sources.ts';

let root: string;
let home: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tutti-config-'));
  home = join(root, 'home');
  mkdirSync(join(home, '.config', 'tutti'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const project = (text: string): void => writeFileSync(join(root, 'tutti.yaml'), text);
const user = (text: string): void => writeFileSync(join(home, '.config', 'tutti', 'config.yaml'), text);
const load = (more: Partial<ConfigSources> = {}) =>
  loadConfig({ root, cwd: root, flags: {}, ...more, env: { HOME: home, ...more.env } });

/** `code line message`, the whole list. */
const complaints = (more: Partial<ConfigSources> = {}): string[] =>
  load(more).problems.map(({ code, location, message }) => `${code} ${location?.line ?? '-'} ${message}`);

it('has a value for everything without any source', () => {
  expect(load()).toEqual({
    config: {
      agent: undefined,
      sandbox: false,
      agents: {},
      gate: [],
      env: [],
      setup: [],
      copy: [],
      link: [],
      slots: 7,
      maxParallel: 10,
      retries: 3,
      schedule: 'dynamic',
      order: 'critical-path',
      searchMs: 10_000,
      conflicts: 'serialize',
      pools: {},
      target: undefined,
      branch: 'feat/{id}-{slug}',
      timeoutMs: 7_200_000,
      stallMs: 600_000,
      confirm: 20,
      progressEvery: 5,
      routing: [],
      land: false,
      notify: 'off',
      budgetTokens: undefined,
      budgetCost: undefined,
      cacheWeight: 0.1,
      overrun: undefined,
      prices: {},
      waveThreshold: 0.8,
      mergeStrategy: 'independent',
      integration: 'local',
      dashboardRefresh: 30,
      ciRetries: 3,
      stateDir: undefined,
      worktrees: undefined,
    },
    origins: expect.objectContaining({ slots: { source: 'default' } }),
    problems: [],
  });
});

it('reads every key', () => {
  project(`
agent: mine
agents:
  mine: { driver: command, command: [node, agent.mjs], env: [API_KEY], limit: 3, model: big }
  demo: { driver: scripted, recipe: { durationMs: 20, tasks: { T-1: { exit: 1 } } }, sandbox: false }
sandbox: { domains: ['*.example.org', 'localhost:8080'], write: [~/.npm, cache], hide: /srv/keys, nested: true }
gate:
  - npm test
  - { name: e2e, run: npm run e2e, timeout: 5m }
setup: npm ci
maxParallel: 12
limits: { maxParallel: 16 }
retries: 0
schedule: barrier
order: { name: plan, searchMs: 500 }
conflicts: warn
pools: { database: 1, gpu: 2 }
target: main
branch: work/{id}
timeout: 1.5h
stall: 90s
confirm: 5
progressEvery: 9
land: true
budget: { tokens: 2M, cost: $40, cacheWeight: 0.2, overrun: 3 }
prices:
  big: { input: 3, output: 15 }
  small: { input: 1, output: 5, cacheRead: 0.5 }
waveThreshold: 0.9
mergeStrategy: independent
integration: local
dashboardRefresh: 5
ciRetries: 0
prompt: docs/prompt.md
stateDir: ~/state
worktrees: ../trees
`);
  expect(load()).toMatchObject({
    problems: [],
    config: {
      agent: 'mine',
      agents: {
        mine: { driver: 'command', command: ['node', 'agent.mjs'], env: ['API_KEY'], limit: 3, model: 'big' },
        demo: {
          driver: 'scripted',
          recipe: { durationMs: 20, tasks: { 'T-1': { exit: 1 } } },
          sandbox: false,
        },
      },
      sandbox: {
        domains: ['*.example.org', 'localhost:8080'],
        write: [join(home, '.npm'), join(root, 'cache')],
        hide: ['/srv/keys'],
        nested: true,
      },
      gate: [
        { name: 'npm test', run: 'npm test' },
        { name: 'e2e', run: 'npm run e2e', timeoutMs: 300_000 },
      ],
      setup: ['npm ci'],
      slots: 12,
      maxParallel: 16,
      retries: 0,
      schedule: 'barrier',
      order: 'plan',
      searchMs: 500,
      conflicts: 'warn',
      pools: { database: 1, gpu: 2 },
      target: 'main',
      branch: 'work/{id}',
      timeoutMs: 5_400_000,
      stallMs: 90_000,
      confirm: 5,
      progressEvery: 9,
      land: true,
      budgetTokens: 2_000_000,
      budgetCost: 40,
      cacheWeight: 0.2,
      overrun: 3,
      prices: {
        big: { input: 3, output: 15, cacheRead: 0.3 },
        small: { input: 1, output: 5, cacheRead: 0.5 },
      },
      waveThreshold: 0.9,
      mergeStrategy: 'independent',
      integration: 'local',
      dashboardRefresh: 5,
      ciRetries: 0,
      prompt: join(root, 'docs/prompt.md'),
      stateDir: join(home, 'state'),
      worktrees: join(root, '..', 'trees'),
    },
  });
});

describe('precedence', () => {
  const flag = { flags: { slots: '1' } };
  const env = { env: { MAX_PARALLEL_TASKS: '2' } };
  const file = 'retries: 1\nslots: 3\n';
  const own = 'slots: 4\n';
  it.each([
    ['flags', { ...flag, ...env }, file, own, 1, '--slots'],
    ['the environment', env, file, own, 2, 'MAX_PARALLEL_TASKS'],
    ['the project', {}, file, own, 3, 'tutti.yaml:2'],
    ['the project by the other name', {}, 'maxParallel: 3', own, 3, 'tutti.yaml:1'],
    ['the user', {}, 'retries: 1', own, 4, 'home/.config/tutti/config.yaml:1'],
    [
      'an empty variable',
      { env: { MAX_PARALLEL_TASKS: '' } },
      '',
      own,
      4,
      'home/.config/tutti/config.yaml:1',
    ],
    ['an empty key', {}, 'slots:', own, 4, 'home/.config/tutti/config.yaml:1'],
    ['the default', {}, '', '', 7, 'default'],
  ])('of %s', (_name, sources, projectText, userText, slots, origin) => {
    project(projectText);
    user(userText);
    const { config, origins } = load(sources);
    expect([config?.slots, describeOrigin(origins.slots!)]).toEqual([slots, origin]);
  });

  it('merges agents by name and replaces each as a whole', () => {
    user('agents:\n  a: { driver: command, model: x }\n  b: { driver: command }');
    project('agents:\n  a: { driver: scripted }');
    const { config, origins } = load();
    expect(config?.agents).toEqual({ a: { driver: 'scripted' }, b: { driver: 'command' } });
    expect(describeOrigin(origins['agents.a']!)).toBe('tutti.yaml:2');
    expect(describeOrigin(origins['agents.b']!)).toBe('home/.config/tutti/config.yaml:3');
  });

  it('finds the user file where XDG says', () => {
    mkdirSync(join(root, 'xdg', 'tutti'), { recursive: true });
    writeFileSync(join(root, 'xdg', 'tutti', 'config.yaml'), 'retries: 9');
    expect(load({ env: { XDG_CONFIG_HOME: join(root, 'xdg') } }).config?.retries).toBe(9);
  });

  it('works without a repository', () => {
    project('slots: 3');
    expect(load({ root: undefined }).config?.slots).toBe(7);
  });
});

describe('slots', () => {
  it.each([
    ['slots: 10', []],
    ['slots: 11', ['invalid-config 1 slots: 11 are more than limits.maxParallel allows (10)']],
    ['slots: 11\nlimits: { maxParallel: 12 }', []],
    ['limits: { maxParallel: 4 }', []],
    ['slots: 3\nmaxParallel: 3', ['invalid-config 2 maxParallel: the same as slots, which is set too']],
  ])('of %j', (text, expected) => {
    project(text);
    expect(complaints()).toEqual(expected);
  });

  it('are lowered to the limit when nobody asked for them', () => {
    project('limits: { maxParallel: 4 }');
    expect(load().config?.slots).toBe(4);
  });

  it('from the environment may use the limit of the file', () => {
    project('limits: { maxParallel: 20 }');
    expect(load({ env: { MAX_PARALLEL_TASKS: '15' } }).config?.slots).toBe(15);
    expect(complaints({ env: { MAX_PARALLEL_TASKS: '25' } })).toEqual([
      'invalid-config - MAX_PARALLEL_TASKS (setting slots): 25 are more than limits.maxParallel allows (20)',
    ]);
  });
});

it.each([
  ['agent: [a]', ['invalid-config 1 agent: expected text; write a number or true in quotes']],
  ['slots: 0', ['invalid-config 1 slots: expected a whole number from 1 to 1000']],
  ['slots: many', ['invalid-config 1 slots: expected a whole number from 1 to 1000']],
  ['slots: 2.5', ['invalid-config 1 slots: expected a whole number from 1 to 1000']],
  [
    'order: random',
    [
      'invalid-config 1 order: expected one of: critical-path, priority, plan, shortest, optimized; or a map of name and searchMs',
    ],
  ],
  ['land: perhaps', ['invalid-config 1 land: expected true or false']],
  ['branch: work', ['invalid-config 1 branch: expected a template that contains {id}']],
  ['target: -rf', ['invalid-config 1 target: expected the name of a branch']],
  [
    'timeout: 10',
    ['invalid-config 1 timeout: expected a duration with its unit, for example 40m, 1.5h, 90s or 500ms'],
  ],
  [
    'stall: 0s',
    ['invalid-config 1 stall: expected a duration with its unit, for example 40m, 1.5h, 90s or 500ms'],
  ],
  ['limits: 3', ['invalid-config 1 limits: expected a map']],
  ['agents: [x]', ['invalid-config 1 agents: expected a map of agents by name']],
  ['agents:\n  x: command', ['invalid-config 2 agents.x: expected a map with at least `driver`']],
  ['agents:\n  x:\n    model: m', ['invalid-config 3 agents.x.driver: is missing']],
  [
    'agents:\n  x: { driver: d, command: {} }',
    ['invalid-config 2 agents.x.command: expected text, or a list of arguments'],
  ],
  [
    'agents:\n  x: { driver: d, env: ["A=B"] }',
    [
      'invalid-config 2 agents.x.env[0]: expected the name of an environment variable, the beginning of names (`FOO_*`), or `*`',
    ],
  ],
  [
    'copy: [/etc/passwd, ~/.ssh, a/../../b, .git/config, ./]',
    [
      'invalid-config 1 copy[0]: expected a path from the root of the repository',
      'invalid-config 1 copy[1]: expected a path from the root of the repository',
      'invalid-config 1 copy[2]: expected a path inside the repository, and not in .git',
      'invalid-config 1 copy[3]: expected a path inside the repository, and not in .git',
      'invalid-config 1 copy[4]: expected a file or a folder, not the repository',
    ],
  ],
  [
    'gate:\n  - npm test\n  - 5',
    ['invalid-config 3 gate[1]: expected a command, or a map of name, run and timeout'],
  ],
  ['gate:\n  - name: t', ['invalid-config 2 gate[0].run: is missing']],
  ['notify: loud', ['invalid-config 1 notify: expected off, desktop, or a map of command']],
  ['notify:\n  cmd: x\n', ['invalid-config 2 notify: expected off, desktop, or a map of command']],
  [
    'sandbox: 3',
    ['invalid-config 1 sandbox: expected true, false, or a map of domains, write, hide and nested'],
  ],
  [
    'agents:\n  x:\n    driver: d\n    sandbox:\n',
    ['invalid-config 4 agents.x.sandbox: expected true, false, or a map of domains, write, hide and nested'],
  ],
  [
    'sandbox:\n  domain: x.org\n  write: 3\n  domains:\n    - example.org\n    - https://example.org\n    - "*.org"\n    - a.org:0',
    [
      'invalid-config 2 there is no setting sandbox.domain',
      'invalid-config 3 sandbox.write[0]: expected text; write a number or true in quotes',
      ...[6, 7, 8].map(
        (line, index) =>
          `invalid-config ${line} sandbox.domains[${index + 1}]: expected a host such as api.example.org, *.example.org or localhost:8080, without scheme and path`,
      ),
    ],
  ],
  ['waveThreshold: 80%', ['invalid-config 1 waveThreshold: expected a number from 0 to 1, for example 0.8']],
  ['waveThreshold: 1.5', ['invalid-config 1 waveThreshold: expected a number from 0 to 1, for example 0.8']],
  ['budget: much', ['invalid-config 1 budget.tokens: expected a number of tokens, for example 800k or 2M']],
  [
    'budget:\n  tokens: 0',
    ['invalid-config 2 budget.tokens: expected a number of tokens, for example 800k or 2M'],
  ],
  ['budget: { money: 5 }', ['invalid-config 1 there is no setting budget.money']],
  ['budget: $x', ['invalid-config 1 budget.cost: expected a number from 0 to 1000000']],
  [
    'integration: gitlab',
    ['invalid-config 1 integration: expected one of: local, github (AUTO_CREATE_PR: true or false)'],
  ],
  ['mergeStrategy: all', ['invalid-config 1 mergeStrategy: expected one of: independent, priority, batch']],
  ['gate:\n  - a\n  - { name: a, run: b }', ['invalid-config 3 gate[1]: two gate steps are called "a"']],
  ['gate:\n  - { run: b, timeuot: 5m }', ['invalid-config 2 there is no setting gate[0].timeuot']],
  ['a: 1\nb: 2', ['invalid-config 1 there is no setting a', 'invalid-config 2 there is no setting b']],
  [
    'retries: 3\nstatus: true\nreview: {}',
    [
      'unsupported 2 the setting status belongs to a later version: this one does not do that yet',
      'unsupported 3 the setting review belongs to a later version: this one does not do that yet',
    ],
  ],
  [
    'slots: x\n\nlimts: {}\nagents:\n  y:\n    driver: d\n    limit: 0',
    [
      'invalid-config 1 slots: expected a whole number from 1 to 1000',
      'invalid-config 3 there is no setting limts',
      'invalid-config 7 agents.y.limit: expected a whole number from 1 to 1000',
    ],
  ],
  ['- a', ['invalid-yaml 1 tutti.yaml is not valid YAML: expected a map of settings']],
  ['slots: 3\nslots: 4', ['invalid-yaml 2 tutti.yaml is not valid YAML: Map keys must be unique']],
  ['agent: a\nagents: {', [expect.stringMatching(/^invalid-yaml 2 tutti.yaml is not valid YAML: /)]],
])('tells all that is wrong with %j', (text, expected) => {
  project(text);
  expect(complaints()).toEqual(expected);
  expect(load().config).toBeUndefined();
});

it('names the nearest key', () => {
  project('retires: 3\nzzz: 1\nsandbox: { wirte: x }\nagents: { a: { driver: d, sandbox: { hied: x } } }');
  expect(load().problems.map(({ fix }) => fix)).toEqual([
    'Did you mean retries?',
    expect.stringMatching(/^known here: agent, agents, sandbox, gate, /),
    'Did you mean write?',
    'Did you mean hide?',
  ]);
});

it('names the flag or variable that is wrong', () => {
  expect(complaints({ flags: { slots: 'x', stateDir: 5 }, env: { TUTTI_TIMEOUT: 'soon' } })).toEqual([
    'invalid-config - --slots (setting slots): expected a whole number from 1 to 1000',
    'invalid-config - --state-dir (setting stateDir): expected text; write a number or true in quotes',
    'invalid-config - TUTTI_TIMEOUT (setting timeout): expected a duration with its unit, for example 40m, 1.5h, 90s or 500ms',
  ]);
});

it('does not blame the slots when the file that raises the limit is refused for something else', () => {
  project('limits: { maxParallel: 20 }\norder: random');
  expect(complaints({ flags: { slots: 15 } })).toEqual([
    'invalid-config 2 order: expected one of: critical-path, priority, plan, shortest, optimized; or a map of name and searchMs',
  ]);
});

it('warns about variables of a later version, and goes on', () => {
  const { problems, config } = load({
    env: { AUTO_CREATE_PR: 'true', MERGE_STRATEGY: 'batch', WAVE_THRESHOLD: '0.8' },
  });
  expect(problems.map(({ severity, message }) => [severity, message.split(' ', 1)[0]])).toEqual([
    ['warning', 'AUTO_CREATE_PR=true'],
    ['warning', 'MERGE_STRATEGY=batch'],
  ]);
  expect(config?.slots).toBe(7);
});

it('reads every variable of origin B, and refuses what is none of its values', () => {
  const env = {
    MAX_PARALLEL_TASKS: '9',
    WAVE_THRESHOLD: '0.5',
    MERGE_STRATEGY: 'priority',
    DASHBOARD_REFRESH: '10',
    MAX_TASK_RETRIES: '1',
    MAX_CI_RETRIES: '2',
    AUTO_CREATE_PR: 'true',
  };
  expect(load({ env }).config).toMatchObject({
    slots: 9,
    waveThreshold: 0.5,
    mergeStrategy: 'priority',
    dashboardRefresh: 10,
    retries: 1,
    ciRetries: 2,
    integration: 'github',
  });
  expect(load({ env: { AUTO_CREATE_PR: 'false' } })).toMatchObject({
    problems: [],
    config: { integration: 'local' },
    origins: { integration: { source: 'environment', name: 'AUTO_CREATE_PR' } },
  });
  const wrong = Object.fromEntries(Object.keys(env).map((name) => [name, 'x']));
  expect(
    complaints({ env: wrong })
      .map((text) => /- (\w+)/.exec(text)?.[1])
      .sort(),
  ).toEqual(Object.keys(env).sort());
});

it.each([
  [
    'a bomb of aliases',
    `a: &a [x, x, x, x, x, x, x, x, x]\n${'bcdefgh'
      .split('')
      .map((key, index) => `${key}: &${key} [${`*${'abcdefg'[index]}, `.repeat(9)}]`)
      .join('\n')}`,
  ],
  ['brackets without end', `agent: ${'['.repeat(100_000)}`],
  ['a file that is too large', `agent: ${'x'.repeat(300_000)}`],
])('survives %s', (_name, text) => {
  project(text);
  const { problems } = load();
  expect(problems).not.toEqual([]);
  expect(
    problems.every(({ severity, location }) => severity === 'error' && location?.file === 'tutti.yaml'),
  ).toBe(true);
});
