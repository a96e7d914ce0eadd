/** OpenAI's `chat/completions`, as far as OpenCode needs it. */
import { type Answer, type Dialect, nextAnswer, sendEvents, sendJson, textOf, USED } from './dialect.ts';

export const chatCompletionsDialect: Dialect = {
  isAt: (path) => path.endsWith('/chat/completions'),
  serve({ body, response, answer }) {
    const { messages, tools = [], model } = body as RequestBody;
    // A title for the session, for example: nothing the test has a say in.
    const isWork = tools.some(({ function: { name } }) => name === 'bash');
    const said = messages.findLastIndex(({ role }) => role === 'user');
    const prompt = textOf(messages[said]?.content);
    const ran = messages.slice(said + 1).filter(({ role }) => role === 'tool').length;
    const given = isWork
      ? answer({ prompt, ran, earlier: JSON.stringify(messages.slice(0, said)) })
      : { say: 'A title' };
    if ('status' in given) sendJson(response, given.status, { error: given.error });
    else sendEvents(response, [...chunks(given, model).map((data) => ({ data })), { data: '[DONE]' }]);
  },
};

interface RequestBody {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content?: unknown }[];
  readonly tools?: readonly { readonly function: { readonly name: string } }[];
}

function chunks(given: Exclude<Answer, { status: number }>, model: string) {
  const id = nextAnswer();
  const call = (command: string) => ({
    name: 'bash',
    arguments: JSON.stringify({ command, description: 'Work' }),
  });
  const delta =
    'say' in given
      ? { role: 'assistant', content: given.say }
      : {
          role: 'assistant',
          tool_calls: [{ index: 0, id: `call_${id}`, type: 'function', function: call(given.run) }],
        };
  const usage = {
    prompt_tokens: USED.input,
    completion_tokens: USED.output,
    total_tokens: USED.input + USED.output,
    prompt_tokens_details: { cached_tokens: USED.cached },
  };
  const chunk = (change: object, end: string | null) => ({
    id: `chat_${id}`,
    object: 'chat.completion.chunk',
    created: 1,
    model,
    choices: [{ index: 0, delta: change, finish_reason: end }],
  });
  return [chunk(delta, null), { ...chunk({}, 'say' in given ? 'stop' : 'tool_calls'), usage }];
}
