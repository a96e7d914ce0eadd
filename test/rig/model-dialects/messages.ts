/** Anthropic's `messages`, in events, as far as Claude Code needs it. */
import {
  type Answer,
  type Dialect,
  nextAnswer,
  type Question,
  sendEvents,
  sendJson,
  textOf,
  USED,
} from './dialect.ts';

export const messagesDialect: Dialect = {
  isAt: (path) => /\/messages(\/count_tokens)?$/.test(path),
  serve({ path, body, response, answer }) {
    const request = body as RequestBody;
    if (path.endsWith('/count_tokens')) {
      sendJson(response, 200, { input_tokens: USED.input });
      return;
    }
    // A title for the session, for example: nothing the test has a say in.
    const isWork = request.tools?.some(({ name }) => name === SHELL);
    const given = isWork ? answer(questionOf(request)) : { say: 'A title' };
    if ('status' in given) sendJson(response, given.status, { type: 'error', error: given.error });
    else sendEvents(response, events(given, request.model));
  },
};

interface RequestBody {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string | readonly Part[] }[];
  readonly tools?: readonly { readonly name: string }[];
}

interface Part {
  readonly type: string;
  readonly text?: string;
}

const SHELL = 'Bash';

/** The prompt is the last that the user says; what commands gave comes as the user's as well. */
function questionOf({ messages }: RequestBody): Question {
  const results = messages.map(({ content }) =>
    typeof content === 'string' ? 0 : content.filter(({ type }) => type === 'tool_result').length,
  );
  const said = messages.findLastIndex(({ role }, index) => role === 'user' && results[index] === 0);
  return {
    prompt: textOf(messages[said]?.content),
    earlier: JSON.stringify(messages.slice(0, said)),
    ran: results.slice(said + 1).reduce((sum, count) => sum + count, 0),
  };
}

function events(given: Exclude<Answer, { status: number }>, model: string) {
  const id = nextAnswer();
  const [block, delta] =
    'say' in given
      ? [
          { type: 'text', text: '' },
          { type: 'text_delta', text: given.say },
        ]
      : [
          { type: 'tool_use', id: `toolu_${id}`, name: SHELL, input: {} },
          {
            type: 'input_json_delta',
            partial_json: JSON.stringify({ command: given.run, description: 'Work' }),
          },
        ];
  const usage = {
    input_tokens: USED.input - USED.cached,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: USED.cached,
  };
  const message = { id: `msg_${id}`, type: 'message', role: 'assistant', model, content: [] };
  const ending = { stop_reason: 'say' in given ? 'end_turn' : 'tool_use', stop_sequence: null };
  return [
    {
      type: 'message_start',
      message: { ...message, stop_reason: null, stop_sequence: null, usage: { ...usage, output_tokens: 1 } },
    },
    { type: 'content_block_start', index: 0, content_block: block },
    { type: 'content_block_delta', index: 0, delta },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: ending, usage: { ...usage, output_tokens: USED.output } },
    { type: 'message_stop' },
  ].map((data) => ({ name: data.type, data }));
}
