/** The drivers of agents with a program of their own: their contract, their arguments, and a real process that prints events. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { type Behaviour, describeAgentContract } from '../../test/contracts/agent.contract.ts';
import { playSession } from '../../test/rig/play-session.ts';
import type { AgentDriver, AgentEvent, SessionRequest } from '../ports/agent.ts';
import { createSupervisor, type Supervisor } from '../process/supervise.ts';
import { systemClock } from '../system/system-clock.ts';
import { claudeCodeDriver } from './claude-code.ts';
import { codexDriver } from './codex.ts';
import type { ProgramOptions } from './own-program.ts';

const programs = fileURLToPath(new URL('../../test/fixtures/programs/', import.meta.url));
const commands: Readonly<Record<Behaviour, string | readonly string[]>> = {
  ends: 'echo hello #',
  'works-on': ['sh', join(programs, 'family.sh')],
  'falls-silent': 'echo hello; sleep 600 #',
  floods: `'${process.execPath}' '${join(programs, 'floods.mjs')}' 20000000 100 #`,
  'leaves-daemon': ['sh', join(programs, 'leaves-daemon.sh')],
  missing: ['no-such-agent'],
};

const drivers: readonly [
  string,
  (name: string, supervisor: Supervisor, options: ProgramOptions) => AgentDriver,
][] = [
  ['claude-code', claudeCodeDriver],
  ['codex', codexDriver],
];

for (const [name, make] of drivers)
  describeAgentContract({
    name,
    make: (behaviour, supervisor) => make(name, supervisor, { command: commands[behaviour] }),
  });

describe('a program that prints events', () => {
  const clock = systemClock();
  const supervisor = createSupervisor({ clock });
  const folder = mkdtempSync(join(tmpdir(), 'tutti-own-program-'));
  afterAll(() => {
    clock.stop();
    rmSync(folder, { recursive: true });
  });
  const promptFile = join(folder, 'prompt.md');
  writeFileSync(promptFile, 'Do it.\n');

  /** A program by this name, first on PATH, that writes down its arguments and its input and prints these lines. */
  function install(name: string, lines: readonly (object | string)[], exitCode = 0): void {
    const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
    writeFileSync(join(folder, `${name}.out`), `${text}\n`);
    const script = `#!/bin/sh\nprintf '%s\\n' "$@" > '${folder}/args'\ncat > '${folder}/input'\ncat '${folder}/${name}.out'\nexit ${exitCode}\n`;
    writeFileSync(join(folder, name), script);
    chmodSync(join(folder, name), 0o755);
  }

  const play = (driver: AgentDriver, more: Partial<SessionRequest> = {}): Promise<readonly AgentEvent[]> =>
    playSession(driver, folder, {
      ...more,
      promptFile,
      env: { PATH: `${folder}:${process.env.PATH ?? ''}` },
    });

  const written = (name: string): string => readFileSync(join(folder, name), 'utf8');

  it('is Claude Code, told what it may do, with the prompt on its standard input', async () => {
    const usage = { input_tokens: 3, output_tokens: 4 };
    install('claude', [
      { type: 'system', subtype: 'init' },
      { type: 'assistant', message: { id: 'm', content: [{ type: 'text', text: 'Hello' }], usage } },
      // Longer than a line for people may be: what it holds must be read all the same.
      { type: 'result', subtype: 'success', result: 'x'.repeat(100_000), usage, total_cost_usd: 0.5 },
    ]);
    const events = await play(claudeCodeDriver('mine', supervisor, { model: 'opus' }));
    expect(written('args').split('\n').slice(0, -1)).toEqual([
      ...['-p', '--output-format', 'stream-json', '--verbose', '--permission-mode', 'acceptEdits'],
      ...['--allowedTools', 'Bash,Edit,Glob,Grep,NotebookEdit,Read,Task,TodoWrite,Write', '--model', 'opus'],
    ]);
    expect(written('input')).toBe('Do it.\n');
    expect(events.map(({ type }) => type)).toEqual([
      'launched',
      'message',
      'usage',
      'message',
      'usage',
      'ended',
    ]);
    expect(events.at(-2)).toEqual({
      type: 'usage',
      usage: { inputTokens: 3, outputTokens: 4, cacheReadTokens: 0, costUsd: 0.5 },
    });
  });

  it('is Codex, in its sandbox, with the prompt on its standard input', async () => {
    install('codex', [{ type: 'turn.completed', usage: { input_tokens: 3, output_tokens: 4 } }]);
    const events = await play(codexDriver('mine', supervisor));
    expect(written('args').split('\n').slice(0, -1)).toEqual([
      'exec',
      '--json',
      '--sandbox',
      'workspace-write',
      '-',
    ]);
    expect(written('input')).toBe('Do it.\n');
    expect(events.map(({ type }) => type)).toEqual(['launched', 'usage', 'ended']);
  });

  it('is Codex without its own sandbox in ours: one cannot be made in the other', async () => {
    install('codex', []);
    const sandbox = { domains: [], write: [folder], hide: [], nested: false };
    let asked = '';
    const supervisor: Supervisor = {
      async run({ program }) {
        asked = JSON.stringify(program);
        return { reason: 'exited', exitCode: 0, signal: null, tail: '' };
      },
    };
    await playSession(codexDriver('mine', supervisor), folder, { sandbox, env: { PATH: folder } });
    expect(asked).toMatch(/'codex' 'exec' '--json' '--sandbox' 'danger-full-access'/);
  });

  const used = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 1 };
  const resume = { session: 's-1', prompt: 'Go on.', used };

  it.each([
    ['claude', claudeCodeDriver, ['--resume', 's-1'], { type: 'system', subtype: 'init', session_id: 's-2' }],
    ['codex', codexDriver, ['resume', 's-1', '-'], { type: 'thread.started', thread_id: 's-2' }],
  ] as const)(
    '%s goes on in an earlier session, and tells which it is in',
    async (name, make, args, line) => {
      install(name, [line]);
      const events = await play(make('mine', supervisor), { resume, model: 'large' });
      expect(written('args').split('\n').slice(0, -1).slice(-args.length)).toEqual(args);
      expect(written('args')).toContain('--model\nlarge\n');
      expect(written('input')).toBe('Go on.');
      expect(events).toContainEqual({ type: 'session', session: 's-2' });
    },
  );

  it.each([
    ['claude', claudeCodeDriver, '{"errors":["No conversation found with session ID: s-1"]}', '--resume'],
    ['codex', codexDriver, 'Error: thread/resume failed: no rollout found for thread id s-1', 'resume'],
  ] as const)('%s begins afresh where that session is gone', async (name, make, words, flag) => {
    install(name, [words], 1);
    const events = await play(make('mine', supervisor), { resume });
    expect(written('args').split('\n')).not.toContain(flag);
    expect(written('input')).toBe('Do it.\n');
    expect(events.filter(({ type }) => type === 'ended')).toHaveLength(1);
  });

  it('tells that its service refused, whatever its exit code', async () => {
    install('codex', [{ type: 'turn.failed', error: { message: 'Quota exceeded.' } }], 0);
    const last = (await play(codexDriver('mine', supervisor))).at(-1);
    expect(last).toMatchObject({
      type: 'ended',
      end: { refusal: { reason: 'quota', message: 'Quota exceeded.' } },
    });
  });

  it('survives a line of any length', async () => {
    const line = `{"type":"assistant","message":{"content":[{"type":"text","text":"${'x'.repeat(3_000_000)}"}]}}`;
    install('claude', [line, { type: 'result', subtype: 'success', result: 'Done.' }]);
    const events = await play(claudeCodeDriver('mine', supervisor));
    expect(events.filter(({ type }) => type === 'message')).toEqual([{ type: 'message', text: 'Done.' }]);
  });
});
