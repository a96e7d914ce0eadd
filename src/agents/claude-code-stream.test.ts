import { expect, it } from 'vitest';
import type { AgentEvent, SessionEnd } from '../ports/agent.ts';
import { claudeCodeStream } from './claude-code-stream.ts';

const exited = (exitCode: number, tail = ''): SessionEnd => ({
  reason: 'exited',
  exitCode,
  signal: null,
  tail,
});

/** As the documentation of its output has them, cut to what matters. */
const init = { type: 'system', subtype: 'init', session_id: 's-1', model: 'claude-opus', tools: ['Bash'] };
const answer = (id: string, content: unknown, usage: object) => ({
  type: 'assistant',
  message: { id, role: 'assistant', content, usage },
  session_id: 's-1',
});
const text = (words: string) => [{ type: 'text', text: words }];
const result = (more: object) => ({
  type: 'result',
  subtype: 'success',
  is_error: false,
  num_turns: 2,
  ...more,
});

function read(...lines: readonly (object | string)[]) {
  const stream = claudeCodeStream();
  const events = lines.flatMap((line) => stream.read(typeof line === 'string' ? line : JSON.stringify(line)));
  return { stream, events };
}

const messages = (events: readonly AgentEvent[]): readonly string[] =>
  events.flatMap((event) => (event.type === 'message' ? [event.text] : []));
const lastUsage = (events: readonly AgentEvent[]) =>
  events.findLast((event) => event.type === 'usage')?.usage;

it('shows what the agent says and does, one line each', () => {
  const { events } = read(
    init,
    answer('m1', text('\n\u001b[31mI look first.\u001b[0m\nThen I write.'), {}),
    answer('m1', [{ type: 'thinking', thinking: 'secret' }], {}),
    answer('m2', [{ type: 'tool_use', name: 'Bash', input: { command: 'npm test\nexit 1' } }], {}),
    answer('m2', [{ type: 'tool_use', name: 'Edit', input: { file_path: 'src/a.ts', old_string: 'x' } }], {}),
    { type: 'user', message: { content: [{ type: 'tool_result', content: 'ok' }] } },
    result({ result: 'Done.' }),
  );
  expect(messages(events)).toEqual(['I look first.', 'Bash npm test', 'Edit src/a.ts', 'Done.']);
});

it('counts the tokens of each answer once, however many parts it comes in', () => {
  const usage = (input: number, output: number) => ({
    input_tokens: input,
    cache_creation_input_tokens: 100,
    cache_read_input_tokens: 1_000,
    output_tokens: output,
  });
  const { events } = read(
    answer('m1', text('a'), usage(10, 1)),
    answer('m1', text('b'), usage(10, 7)),
    answer('m2', text('c'), usage(20, 5)),
  );
  expect(lastUsage(events)).toEqual({ inputTokens: 230, outputTokens: 12, cacheReadTokens: 2_000 });
});

it('takes the result for the whole, with its price, but nothing back', () => {
  const { events } = read(
    answer('m1', text('a'), { input_tokens: 10, output_tokens: 50 }),
    result({
      total_cost_usd: 0.25,
      usage: { input_tokens: 40, cache_read_input_tokens: 7, output_tokens: 20 },
    }),
  );
  expect(lastUsage(events)).toEqual({ inputTokens: 40, outputTokens: 50, cacheReadTokens: 7, costUsd: 0.25 });
});

it.each<[string, object]>([
  [
    'a result that is an error and calls itself a success',
    { is_error: true, result: 'Invalid API key · Please run /login' },
  ],
  ['a result of another kind', { subtype: 'error_during_execution', errors: ['401 Unauthorized'] }],
])('finds the refusal in %s', (_, more) => {
  expect(read(init, result(more)).stream.refusal(exited(0))?.reason).toBe('authentication');
});

it.each([
  [401, 'authentication'],
  [529, 'overloaded'],
  [500, undefined],
])('takes the status %i of an error for %s when its words say nothing', (status, reason) => {
  const { stream } = read(init, result({ is_error: true, api_error_status: status, result: 'It failed.' }));
  expect(stream.refusal(exited(1))?.reason).toBe(reason);
});

it('believes no words of the agent about limits while it says that it is through', () => {
  const { stream } = read(result({ result: 'I added a rate limit and 401 Unauthorized answers.' }));
  expect(stream.refusal(exited(1, 'rate limit'))).toBeUndefined();
});

it('reads the end of the output when the program never came to its events', () => {
  const { stream, events } = read('Error: Could not resolve authentication method.');
  expect(messages(events)).toEqual(['Error: Could not resolve authentication method.']);
  expect(stream.refusal(exited(1, 'Error: Could not resolve authentication method.'))?.reason).toBe(
    'authentication',
  );
  expect(stream.refusal(exited(0, 'Invalid API key'))).toBeUndefined();
});

it('ignores what it does not know, and what is cut or strange', () => {
  const { events, stream } = read(
    { type: 'hologram', message: 7 },
    '{"type":"assistant","message":{"content":[{"type":"text","text":"cut',
    { type: 'assistant', message: null },
    {
      type: 'assistant',
      message: { id: 4, content: 'text', usage: { input_tokens: 'many', output_tokens: -3 } },
    },
    { type: 'assistant', message: { content: [null, 3, { type: 'tool_use', name: 'X', input: [] }] } },
    { type: 'result', subtype: 7, usage: [] },
    '[1,2]',
    'null',
  );
  expect(messages(events)).toEqual(['X', '[1,2]', 'null']);
  expect(lastUsage(events)).toEqual({ inputTokens: 0, outputTokens: 0, cacheReadTokens: 0 });
  expect(stream.refusal(exited(0))).toBeUndefined();
});
