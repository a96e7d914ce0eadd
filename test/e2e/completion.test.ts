/** The completion scripts in real shells. A shell that is not installed is skipped loudly; under CI its absence is a failure. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scripts } from '../../src/cli/completion/shells.ts';
import { binFile, nodeFile } from '../rig/cli-process.ts';

let root: string;
let run: string;
let env: Record<string, string>;

const plan = `plan: Shop
tasks:
  - { id: T-001, title: "Cart: model", body: x, agent: scripted }
  - { id: T-002, title: Prices, body: x, dependsOn: [T-001], agent: scripted }
  - { id: "$(touch hacked)", title: Bad, body: x, agent: scripted, dependsOn: [T-001] }
`;

const tutti = (...args: readonly string[]): string =>
  execFileSync(nodeFile, [binFile, ...args], {
    cwd: join(root, 'shop'),
    env,
    encoding: 'utf8',
    stdio: 'pipe',
  });

beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'tutti-completion-')));
  const repository = join(root, 'shop');
  mkdirSync(join(repository, 'plans'), { recursive: true });
  mkdirSync(join(root, 'bin'));
  writeFileSync(join(root, 'bin', 'tutti'), `#!/bin/sh\nexec '${nodeFile}' '${binFile}' "$@"\n`, {
    mode: 0o755,
  });
  env = {
    PATH: `${join(root, 'bin')}:${process.env.PATH}`,
    HOME: root,
    XDG_STATE_HOME: join(root, 'state'),
    GIT_CONFIG_NOSYSTEM: '1',
    LC_ALL: 'C.UTF-8',
    TERM: 'xterm',
  };
  for (const args of [
    ['init', '-q', '-b', 'main'],
    ['config', 'user.name', 'Una'],
    ['config', 'user.email', 'una@example.com'],
  ])
    execFileSync('git', args, { cwd: repository, env });
  writeFileSync(join(repository, 'plans', 'plan.yaml'), plan);
  writeFileSync(join(repository, 'tutti.yaml'), 'agents: { mine: { driver: command, command: x } }\n');
  for (const args of [
    ['add', '-A'],
    ['commit', '-qm', 'Seed'],
    ['branch', 'integration'],
  ])
    execFileSync('git', args, { cwd: repository, env });
  const events = tutti('run', 'plans/plan.yaml', '--no-gate', '--yes', '--json');
  run = JSON.parse(events.split('\n', 1)[0] ?? '').run;
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** What the shell would offer for a command line that ends at the cursor. */
type Offer = (line: string) => readonly string[];

const sorted = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .sort();

const written = new Set<string>();

/** The file with the script of this shell: written once, it is the same at each call. */
const script = (shell: 'bash' | 'zsh' | 'fish'): string => {
  const file = join(root, `completion.${shell}`);
  if (!written.has(file)) writeFileSync(file, tutti('completion', shell));
  written.add(file);
  return file;
};

/** The words as bash itself splits them, the function as bash itself calls it. */
const bash: Offer = (line) => {
  const words = line.split(/(?<=[^ ])(?==)|(?<==)(?=[^ ])| /);
  const text = [
    'source "$1"; shift',
    'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))',
    `_tutti tutti "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD-1]}"`,
    `printf "%s\\n" "\${COMPREPLY[@]}"`,
  ].join('\n');
  return sorted(
    execFileSync('bash', ['--norc', '-c', text, 'bash', script('bash'), ...words], {
      cwd: join(root, 'shop'),
      env,
      encoding: 'utf8',
    }),
  );
};

/** The function as zsh calls it, with a listener in the place of what takes its offers. */
const zsh: Offer = (line) => {
  const text = [
    // What zsh has of its own is looked through once and dumped into the home.
    'autoload -Uz compinit; compinit -C -d "$HOME/zcompdump"; source "$1"',
    // What is handed to the completion system is what it would offer.
    `compadd() { local -a given; given=("$@"); print -l -- "\${(@P)given[-1]}" >&3 }`,
    '_files() { print :files >&3 }',
    `words=("\${@:2}"); CURRENT=$#words; _tutti`,
  ].join('\n');
  return sorted(
    execFileSync('zsh', ['-f', '-c', `exec 3>&1\n${text}`, 'zsh', script('zsh'), ...line.split(' ')], {
      cwd: join(root, 'shop'),
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
};

const fish: Offer = (line) => {
  const text = `source $argv[1]; complete -C $argv[2]`;
  const output = execFileSync('fish', ['--no-config', '-c', text, script('fish'), line], {
    cwd: join(root, 'shop'),
    env,
    encoding: 'utf8',
  });
  return sorted(output).map((one) => one.split('\t', 1)[0] ?? '');
};

const isInstalled = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0;

describe.each([
  ['bash', bash],
  ['zsh', zsh],
  ['fish', fish],
] as const)('%s', (shell, offer) => {
  const isMissing = !isInstalled(shell) && !process.env.CI;
  if (isMissing) console.warn(`${shell} is not installed: its completion is NOT tested`);

  it.skipIf(isMissing)('completes commands, options, values and ids', () => {
    expect(offer('tutti res')).toEqual(['resolve', 'resume']);
    expect(offer('tutti run --re')).toEqual(['--redo', '--retries']);
    expect(offer('tutti run --redo --re')).toEqual(['--retries']);
    expect(offer('tutti run --order p')).toEqual(['plan', 'priority']);
    expect(offer('tutti report --format m')).toEqual(['markdown']);
    expect(offer('tutti report --compare ')).toEqual([run]);
    expect(offer('tutti run --agent ')).toEqual([
      'claude-code',
      'codex',
      'command',
      'gemini',
      'mine',
      'opencode',
      'scripted',
    ]);
    expect(offer('tutti run --target int')).toEqual(['integration']);
    expect(offer('tutti config se')).toEqual(['set']);
    expect(offer('tutti config set me')).toEqual(['mergeStrategy']);
    expect(offer('tutti config set land ')).toEqual(['false', 'true']);
    expect(offer('tutti completion ')).toEqual(['bash', 'fish', 'zsh']);
    // An id that a shell would run is not offered.
    expect(offer('tutti why ')).toEqual(['T-001', 'T-002']);
    expect(offer('tutti logs --attempt 2 T-002')).toEqual(['T-002']);
    expect(offer(`tutti prompt --run ${run} T-0`)).toEqual(['T-001', 'T-002']);
    expect(offer('tutti resume ')).toEqual([run, 'T-001', 'T-002']);
    expect(offer('tutti pause T-002')).toEqual(['T-002']);
    expect(offer('tutti slots ')).toEqual([]);
    expect(offer('tutti nonsense ')).toEqual([]);
  });

  it.skipIf(isMissing)('completes a value behind an equals sign', () => {
    const isApart = shell === 'bash';
    expect(offer('tutti run --order=pl')).toEqual([isApart ? 'plan' : '--order=plan']);
  });

  it.skipIf(isMissing)('leaves files to the shell', () => {
    const told = { bash: [], zsh: [':files'], fish: ['plans/'] }[shell];
    expect(offer('tutti analyze pl')).toEqual(told);
  });
});

it('every script is accepted by its shell', () => {
  for (const shell of ['bash', 'zsh', 'fish'] as const) {
    if (!isInstalled(shell)) continue;
    const { status, stderr } = spawnSync(shell, ['-n', script(shell)], { encoding: 'utf8' });
    expect([shell, status, stderr]).toEqual([shell, 0, '']);
  }
  expect(Object.keys(scripts)).toEqual(['bash', 'zsh', 'fish']);
});

it('offers the commands of an alias, and their options', () => {
  const ask = (...words: readonly string[]) =>
    spawnSync(nodeFile, [binFile, '__complete', ...words], { cwd: root, env, encoding: 'utf8' })
      .stdout.split('\n')
      .map((line) => line.split('\t', 1)[0]);
  expect([ask('parallel', ''), ask('parallel', 'analyze', '--str'), ask('parallel', 'run', '')]).toEqual([
    ['analyze', 'check', 'simulate', 'config', ''],
    ['--strict', ''],
    [''],
  ]);
});

it('says nothing where there is nothing to find, and makes nothing', () => {
  const outside = mkdtempSync(join(root, 'outside-'));
  const state = join(root, 'no-state');
  const ask = (...words: readonly string[]) =>
    spawnSync(nodeFile, [binFile, '__complete', ...words], {
      cwd: outside,
      env: { ...env, XDG_STATE_HOME: state },
      encoding: 'utf8',
    });
  for (const words of [['why', ''], ['resume', ''], ['why', '--run', 'none', ''], ['--', ''], []]) {
    const { status, stderr } = ask(...words);
    expect([words, status, stderr]).toEqual([words, 0, '']);
  }
  expect(spawnSync('ls', [state]).status).not.toBe(0);
});

it('keeps what Node has compiled in the cache folder of the user', () => {
  tutti('--version');
  expect(readdirSync(join(root, '.cache'))).toEqual(['tutti']);
});
