import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { type Behaviour, describeAgentContract } from '../../test/contracts/agent.contract.ts';
import { playSession, sessionRequest } from '../../test/rig/play-session.ts';
import type { AgentEvent, ResumedSession, SessionEnd } from '../ports/agent.ts';
import { createSupervisor } from '../process/supervise.ts';
import { systemClock } from '../system/system-clock.ts';
import { acpDriver } from './acp.ts';

const programs = fileURLToPath(new URL('../../test/fixtures/programs/', import.meta.url));
const agent = (...how: readonly string[]): readonly string[] => [
  process.execPath,
  join(programs, 'acp-agent.mjs'),
  ...how,
];

const commands: Readonly<Record<Behaviour, string | readonly string[]>> = {
  ends: agent('works'),
  'works-on': ['sh', join(programs, 'family.sh')],
  'falls-silent': agent('silent'),
  floods: [process.execPath, join(programs, 'floods.mjs'), '20000000', '100'],
  'leaves-daemon': ['sh', join(programs, 'leaves-daemon.sh')],
  missing: ['no-such-agent'],
};

describeAgentContract({
  name: 'acp',
  make: (behaviour, supervisor) => acpDriver('mine', supervisor, { command: commands[behaviour] }),
});

describe('a session', () => {
  const clock = systemClock();
  const supervisor = createSupervisor({ clock, graceMs: 200 });
  const folder = mkdtempSync(join(tmpdir(), 'tutti-acp-'));
  afterAll(() => {
    clock.stop();
    rmSync(folder, { recursive: true });
  });

  async function play(how: string, model?: string, resume?: ResumedSession, ...more: readonly string[]) {
    const driver = acpDriver('mine', supervisor, {
      command: agent(how, ...more),
      ...(model ? { model } : {}),
    });
    const events = await playSession(driver, folder, resume === undefined ? {} : { resume });
    const last = events.at(-1);
    return {
      messages: events.flatMap((event) => (event.type === 'message' ? [event.text] : [])),
      sessions: events.flatMap((event) => (event.type === 'session' ? [event.session] : [])),
      usage: events.findLast((event) => event.type === 'usage')?.usage,
      end: last?.type === 'ended' ? last.end : ({} as SessionEnd),
    };
  }

  it('prompts once, shows what is said line by line, and counts what was used', async () => {
    const { messages, usage, end } = await play('works');
    expect(messages).toEqual(['hello', 'prompt: Do it. model: none', 'Write work.txt', 'Done.']);
    expect(usage).toEqual({ inputTokens: 10, outputTokens: 20, cacheReadTokens: 30, costUsd: 0.5 });
    expect(end).toMatchObject({ reason: 'exited', exitCode: 0 });
    expect(readFileSync(join(folder, 'work.txt'), 'utf8')).toBe('work\n');
  });

  it('believes what the agent has counted for itself rather than its last answer', async () => {
    const { usage } = await play('counts');
    expect(usage).toEqual({ inputTokens: 1_040, outputTokens: 203, cacheReadTokens: 500 });
    rmSync(join(folder, 'own'), { recursive: true });
  });

  it('has a log that people can read', async () => {
    await play('works');
    const log = readFileSync(join(folder, 'session.log'), 'utf8').trimEnd().split('\n');
    const readable = acpDriver('mine', supervisor, {}).readable?.() ?? (() => []);
    const told = [...log, 'plain words', '{"jsonrpc":"2.0","method":"session/update"}', '{}'].flatMap(
      readable,
    );
    expect(told.slice(-5)).toEqual([
      'hello',
      'prompt: Do it. model: none',
      'Write work.txt',
      'Done.',
      'plain words',
    ]);
  });

  it('chooses the model, or says that it cannot', async () => {
    for (const how of ['works', 'set-model'])
      expect((await play(how, 'big')).messages).toContain('prompt: Do it. model: big');
    const { messages, end } = await play('one-model', 'big');
    expect([messages, end.exitCode]).toEqual([
      ['error: the agent does not let choose a model; give it with its command'],
      1,
    ]);
  });

  it.each([
    ['loads', 'old-1', 'Go on.', 'of old-1'],
    ['resumes', 'old-1', 'Go on.', 'of old-1'],
    // What it no longer has, or never could, is begun afresh, with all that has to be said.
    ['forgets', 's', 'Do it.', 'none'],
    ['works', 's', 'Do it.', 'none'],
  ])('an agent that %s is in the session %s then, and is told: %s', async (how, session, prompt, model) => {
    const used = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, costUsd: 0.25 };
    const resume = { session: 'old-1', prompt: 'Go on.', used };
    const { messages, sessions, usage: counted } = await play(how, undefined, resume);
    // It tells of the whole session.
    expect(counted?.costUsd).toBe(session === 'old-1' ? 0.5 - 0.25 : 0.5);
    expect(sessions).toEqual([session]);
    // What was said before is not said again.
    expect(messages.slice(0, 2)).toEqual(['hello', `prompt: ${prompt} model: ${model}`]);
  });

  it('answers every question: what is done in the worktree is allowed, nothing else', async () => {
    expect((await play('asks')).messages.slice(2, -2)).toEqual([
      'denied: Edit elsewhere',
      'Edit here: yes',
      'denied: Look around',
      'Edit elsewhere: no',
      'Look around: no',
    ]);
  });

  it.each([
    [
      'logged-out',
      { exitCode: 1, refusal: { reason: 'authentication', message: 'Authentication required' } },
    ],
    ['overloaded', { exitCode: 1, refusal: { reason: 'overloaded' } }],
    ['broken', { exitCode: 1, tail: expect.stringMatching(/It broke/) }],
    ['refuses', { exitCode: 1, refusal: { reason: 'declined', message: 'it stopped: refusal' } }],
  ])('that is %s ends so', async (how, end) => {
    expect((await play(how)).end).toMatchObject({ reason: 'exited', ...end });
  });

  it.each([
    ['You exceeded your current quota.', '2', 'quota'],
    ['Overloaded', '5', 'overloaded'],
  ])(
    'is ended when its service says %j %s times and it asks on without a word',
    async (words, times, reason) => {
      const { messages, end } = await play('nags', undefined, undefined, words, times);
      expect(messages).toContain(`error: ${words}`);
      expect(end.refusal).toEqual({ reason, message: words });
    },
  );

  it('may be refused a few times', async () => {
    const { messages, end } = await play('nags', undefined, undefined, 'Overloaded', '1');
    expect(messages).toEqual(expect.arrayContaining(['error: Overloaded', 'Done.']));
    expect(end).toMatchObject({ reason: 'exited', exitCode: 0 });
    expect(end.refusal).toBeUndefined();
  });

  it('is ended when it has said all and does not end', async () => {
    expect((await play('stays')).end).toMatchObject({ reason: 'exited', exitCode: 0 });
  });

  it.each(['initialize', 'session/new', 'set_config_option', 'prompt', 'tool'])(
    'is cancelled at the step %s, whatever it has not answered yet',
    async (step) => {
      const driver = acpDriver('mine', supervisor, { command: agent('hangs', step), model: 'big' });
      const controller = new AbortController();
      const events: AgentEvent[] = [];
      for await (const event of driver.start(sessionRequest(folder), controller.signal)) {
        events.push(event);
        if (event.type === 'message' && event.text === `at ${step}`) controller.abort();
      }
      expect(events.at(-1)).toMatchObject({ type: 'ended', end: { reason: 'cancelled' } });
      const launched = events.find(({ type }) => type === 'launched');
      const pid = launched?.type === 'launched' ? launched.process.pid : 0;
      expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
    },
  );

  it('may go on talking when all is said', async () => {
    const { messages, end } = await play('talks-on');
    expect([messages.at(-1), end.exitCode]).toEqual(['last words', 0]);
  });

  it('whose program ends without an answer ends as the program does', async () => {
    expect((await play('gives-up')).end).toMatchObject({ reason: 'exited', exitCode: 3 });
  });

  it('survives what is no message', async () => {
    expect((await play('garbage')).messages).toContain('no message');
  });
});
