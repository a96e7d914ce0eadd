/** A model's service for agents under test, on this machine: whoever writes the test says what the model answers. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What an agent has asked. */
export interface Question {
  /** The prompt that the agent was started with. */
  readonly prompt: string;
  /** How many commands of the model it has run since. */
  readonly ran: number;
}

/** What the model answers: words, a command to run, or an HTTP error instead. */
export type Answer =
  | { readonly say: string }
  | { readonly run: string }
  | { readonly status: number; readonly error: object };

export interface ModelServer {
  readonly url: string;
  close(): Promise<void>;
}

/** What each answer costs, as the service counts. */
export const USED = { input: 100, cached: 60, output: 20 } as const;

/** Speaks the dialect of OpenAI's `responses`, as far as Codex needs it. */
export async function startModelServer(answer: (question: Question) => Answer): Promise<ModelServer> {
  const server = createServer((request, response) => {
    void read(request).then((body) => {
      if (request.method !== 'POST' || !request.url?.endsWith('/responses'))
        response.writeHead(404).end('{}');
      else respond(response, answer(questionOf(JSON.parse(body) as RequestBody)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface RequestBody {
  readonly input: readonly {
    readonly type: string;
    readonly role?: string;
    readonly content?: readonly { readonly text?: string }[];
  }[];
}

async function read(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text;
}

/** Agents put words of their own before the prompt; it is the last that the user says. */
function questionOf({ input }: RequestBody): Question {
  const said = input.filter(({ type, role }) => type === 'message' && role === 'user');
  return {
    prompt:
      said
        .at(-1)
        ?.content?.map(({ text = '' }) => text)
        .join('\n') ?? '',
    ran: input.filter(({ type }) => type === 'function_call_output').length,
  };
}

let answers = 0;

function respond(response: ServerResponse, answer: Answer): void {
  if ('status' in answer) {
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: answer.error }));
    return;
  }
  const id = ++answers;
  const item =
    'say' in answer
      ? {
          type: 'message',
          id: `msg_${id}`,
          role: 'assistant',
          content: [{ type: 'output_text', text: answer.say }],
        }
      : {
          type: 'function_call',
          id: `fc_${id}`,
          call_id: `call_${id}`,
          name: 'exec_command',
          arguments: JSON.stringify({ cmd: answer.run, login: false }),
        };
  const usage = {
    input_tokens: USED.input,
    input_tokens_details: { cached_tokens: USED.cached },
    output_tokens: USED.output,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: USED.input + USED.output,
  };
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const event of [
    { type: 'response.created', response: { id: `resp_${id}` } },
    { type: 'response.output_item.done', output_index: 0, item },
    { type: 'response.completed', response: { id: `resp_${id}`, usage } },
  ])
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  response.end();
}
