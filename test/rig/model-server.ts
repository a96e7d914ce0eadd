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

/** Speaks OpenAI's `responses` and `chat/completions`, as far as Codex and OpenCode need them. */
export async function startModelServer(answer: (question: Question) => Answer): Promise<ModelServer> {
  const server = createServer((request, response) => {
    void read(request).then((body) => {
      const dialect = dialects.find(({ path }) => request.url?.endsWith(path));
      if (request.method !== 'POST' || dialect === undefined) response.writeHead(404).end('{}');
      else dialect.serve(response, JSON.parse(body), answer);
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

async function read(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text;
}

interface Dialect {
  readonly path: string;
  serve(response: ServerResponse, body: unknown, answer: (question: Question) => Answer): void;
}

const dialects: readonly Dialect[] = [
  {
    path: '/responses',
    serve: (response, body, answer) => respond(response, answer(questionOf(body as RequestBody))),
  },
  {
    path: '/chat/completions',
    serve(response, body, answer) {
      const { messages, tools = [], model } = body as ChatBody;
      // A title for the session, for example: nothing the test has a say in.
      const isWork = tools.some(({ function: { name } }) => name === 'bash');
      const prompt = textOf(messages.findLast(({ role }) => role === 'user')?.content);
      const ran = messages.filter(({ role }) => role === 'tool').length;
      chat(response, isWork ? answer({ prompt, ran }) : { say: 'A title' }, model);
    },
  },
];

interface RequestBody {
  readonly input: readonly {
    readonly type: string;
    readonly role?: string;
    readonly content?: readonly { readonly text?: string }[];
  }[];
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

interface ChatBody {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content?: unknown }[];
  readonly tools?: readonly { readonly function: { readonly name: string } }[];
}

const textOf = (content: unknown): string =>
  typeof content === 'string'
    ? content
    : ((content ?? []) as readonly { readonly text?: string }[]).map(({ text = '' }) => text).join('\n');

let answers = 0;

function refuse(response: ServerResponse, { status, error }: Extract<Answer, { status: number }>): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ error }));
}

function chat(response: ServerResponse, answer: Answer, model: string): void {
  if ('status' in answer) {
    refuse(response, answer);
    return;
  }
  const id = `chat_${++answers}`;
  const call = (command: string) => ({
    name: 'bash',
    arguments: JSON.stringify({ command, description: 'Work' }),
  });
  const delta =
    'say' in answer
      ? { role: 'assistant', content: answer.say }
      : {
          role: 'assistant',
          tool_calls: [{ index: 0, id: `call_${answers}`, type: 'function', function: call(answer.run) }],
        };
  const usage = {
    prompt_tokens: USED.input,
    completion_tokens: USED.output,
    total_tokens: USED.input + USED.output,
    prompt_tokens_details: { cached_tokens: USED.cached },
  };
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const [change, end] of [
    [delta, null],
    [{}, 'say' in answer ? 'stop' : 'tool_calls'],
  ] as const) {
    const choices = [{ index: 0, delta: change, finish_reason: end }];
    const chunk = {
      id,
      object: 'chat.completion.chunk',
      created: 1,
      model,
      choices,
      ...(end ? { usage } : {}),
    };
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  }
  response.end('data: [DONE]\n\n');
}

function respond(response: ServerResponse, answer: Answer): void {
  if ('status' in answer) {
    refuse(response, answer);
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
