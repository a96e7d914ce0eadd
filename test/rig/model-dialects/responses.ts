/** OpenAI's `responses`, as far as Codex needs it. */
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

export const responsesDialect: Dialect = {
  isAt: (path) => path.endsWith('/responses'),
  serve({ body, response, answer }) {
    const given = answer(questionOf(body as RequestBody));
    if ('status' in given) sendJson(response, given.status, { error: given.error });
    else sendEvents(response, events(given));
  },
};

interface RequestBody {
  readonly input: readonly {
    readonly type: string;
    readonly role?: string;
    readonly content?: readonly { readonly text?: string }[];
  }[];
}

/** Agents put words of their own before the prompt; it is the last that the user says. */
function questionOf({ input }: RequestBody): Question {
  const said = input.findLastIndex(({ type, role }) => type === 'message' && role === 'user');
  return {
    prompt: textOf(input[said]?.content),
    earlier: JSON.stringify(input.slice(0, said)),
    ran: input.slice(said + 1).filter(({ type }) => type === 'function_call_output').length,
  };
}

function events(given: Exclude<Answer, { status: number }>) {
  const id = nextAnswer();
  const item =
    'say' in given
      ? {
          type: 'message',
          id: `msg_${id}`,
          role: 'assistant',
          content: [{ type: 'output_text', text: given.say }],
        }
      : {
          type: 'function_call',
          id: `fc_${id}`,
          call_id: `call_${id}`,
          name: 'exec_command',
          arguments: JSON.stringify({ cmd: given.run, login: false }),
        };
  const usage = {
    input_tokens: USED.input,
    input_tokens_details: { cached_tokens: USED.cached },
    output_tokens: USED.output,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: USED.input + USED.output,
  };
  return [
    { type: 'response.created', response: { id: `resp_${id}` } },
    { type: 'response.output_item.done', output_index: 0, item },
    { type: 'response.completed', response: { id: `resp_${id}`, usage } },
  ].map((data) => ({ name: data.type, data }));
}
