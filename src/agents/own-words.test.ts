/** What an agent says in its conversation is no answer of its service, also when its program crashes afterwards. */
import { expect, it } from 'vitest';
import { acpConversation } from './acp-conversation.ts';
import { claudeCodeStream } from './claude-code-stream.ts';
import { codexStream } from './codex-stream.ts';
import { refusalIn } from './refusals.ts';

const crashed = (line: object) => ({
  reason: 'exited' as const,
  exitCode: 1,
  signal: null,
  tail: `${JSON.stringify(line)}\nTypeError: cannot read properties of undefined\n`,
});

it.each([
  [
    'Claude Code',
    claudeCodeStream(),
    {
      type: 'assistant',
      message: {
        content: [{ type: 'text', text: 'Without a token the route answers 401 Unauthorized now.' }],
      },
    },
  ],
  [
    'Codex',
    codexStream(),
    {
      type: 'item.completed',
      item: { type: 'agent_message', text: 'Added the rate limit: too many requests give 429.' },
    },
  ],
  [
    'an ACP agent',
    acpConversation({ cwd: '/', prompt: 'p' }, undefined),
    {
      jsonrpc: '2.0',
      method: 'session/update',
      params: {
        update: {
          sessionUpdate: 'agent_message_chunk',
          content: { type: 'text', text: 'The test says: invalid api key' },
        },
      },
    },
  ],
])('%s', (_, stream, line) => {
  stream.read(JSON.stringify(line));
  expect(stream.refusal(crashed(line))).toBeUndefined();
});

it('is told with its end, where it says when to go on', () => {
  const answer =
    'You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits. To monitor your current usage, head to: https://ai.dev/rate-limit. \n* Quota exceeded for metric: generativelanguage.googleapis.com/generate_content_free_tier_requests, limit: 20, model: gemini-2.5-flash\nPlease retry in 51.5s.';
  expect(refusalIn(answer)?.message).toContain('Please retry in 51.5s.');
});
