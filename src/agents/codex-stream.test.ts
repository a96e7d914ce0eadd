import { expect, it } from 'vitest';
import type { AgentEvent, SessionEnd } from '../ports/agent.ts';
import { codexStream } from './codex-stream.ts';

const exited = (exitCode: number, tail = ''): SessionEnd => ({
  reason: 'exited',
  exitCode,
  signal: null,
  tail,
});

function read(...lines: readonly (object | string)[]) {
  const stream = codexStream();
  const events = lines.flatMap((line) => stream.read(typeof line === 'string' ? line : JSON.stringify(line)));
  return { stream, events };
}

const messages = (events: readonly AgentEvent[]): readonly string[] =>
  events.flatMap((event) => (event.type === 'message' ? [event.text] : []));
const usages = (events: readonly AgentEvent[]) =>
  events.flatMap((event) => (event.type === 'usage' ? [event.usage] : []));
const item = (type: string, about: object) => ({ type, item: { id: 'item_1', ...about } });

it('shows what the agent says and does, one line each', () => {
  const command = { type: 'command_execution', command: "bash -lc 'npm test'", aggregated_output: '' };
  const { events } = read(
    { type: 'thread.started', thread_id: 't-1' },
    { type: 'turn.started' },
    item('item.completed', { type: 'reasoning', text: '**Planning**' }),
    item('item.started', command),
    item('item.completed', { ...command, exit_code: 0, aggregated_output: 'ok\n' }),
    item('item.completed', {
      type: 'file_change',
      changes: [
        { path: 'a.ts', kind: 'add' },
        { path: 'b.ts', kind: 'update' },
      ],
    }),
    item('item.updated', { type: 'todo_list', items: [] }),
    item('item.completed', { type: 'agent_message', text: 'All done.\nReally.' }),
    item('item.completed', { type: 'error', message: 'a hook failed' }),
  );
  expect(messages(events)).toEqual([
    "$ bash -lc 'npm test'",
    'edited a.ts, b.ts',
    'All done.',
    'error: a hook failed',
  ]);
});

it('counts what came from the cache by itself, and only what an earlier part of the session has not told', () => {
  const turn = (turns: number) => ({
    type: 'turn.completed',
    usage: { input_tokens: 1_000 * turns, cached_input_tokens: 900 * turns, output_tokens: 50 * turns },
  });
  const each = { inputTokens: 100, outputTokens: 50, cacheReadTokens: 900 };
  const both = { inputTokens: 200, outputTokens: 100, cacheReadTokens: 1_800 };
  // It tells of the whole session.
  expect(usages(read(turn(1), turn(2)).events)).toEqual([each, both]);
  const later = codexStream(each);
  expect(usages(later.read(JSON.stringify(turn(2))))).toEqual([each]);
});

it('finds the refusal in the turn that failed, also when the program exits with 0', () => {
  const failed = {
    type: 'turn.failed',
    error: { message: "You've hit your usage limit. Try again at 3 PM." },
  };
  const { message } = failed.error;
  const { stream, events } = read({ type: 'turn.started' }, { type: 'error', message }, failed);
  expect(messages(events)).toEqual(["error: You've hit your usage limit. Try again at 3 PM."]);
  expect(stream.refusal(exited(0))?.reason).toBe('quota');
});

it('forgets an error that the program got over', () => {
  const { stream } = read(
    { type: 'error', message: 'stream error: 429 Too Many Requests; retrying 1/5 in 214ms…' },
    { type: 'turn.completed', usage: { input_tokens: 1, output_tokens: 1 } },
  );
  expect(stream.refusal(exited(0))).toBeUndefined();
});

it('reads the end of the output when the program never came to its events', () => {
  const { stream } = read('Not logged in');
  expect([stream.refusal(exited(1, 'Not logged in'))?.reason, stream.refusal(exited(0))]).toEqual([
    'authentication',
    undefined,
  ]);
});

it('ignores what it does not know, and what is cut or strange', () => {
  const { events, stream } = read(
    { type: 'hologram' },
    { type: 'item.completed' },
    { type: 'item.completed', item: { type: 'file_change', changes: 'all' } },
    { type: 'item.completed', item: { type: 'agent_message', text: ['a'] } },
    { type: 'turn.completed', usage: { input_tokens: 5, cached_input_tokens: 9, output_tokens: 'x' } },
    { type: 'turn.failed' },
    '{"type":"item.completed","item":{"type":"agent_mess',
    'not json',
  );
  expect(messages(events)).toEqual(['edited', 'error: the turn failed', 'not json']);
  expect(usages(events)).toEqual([{ inputTokens: 0, outputTokens: 0, cacheReadTokens: 9 }]);
  expect(stream.refusal(exited(1))).toBeUndefined();
});
