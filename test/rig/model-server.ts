/** A model's service for agents under test, on this machine: whoever writes the test says what the model answers. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chatCompletionsDialect } from './model-dialects/chat-completions.ts';
import type { Answer, Dialect, Question } from './model-dialects/dialect.ts';
import { geminiDialect } from './model-dialects/gemini.ts';
import { messagesDialect } from './model-dialects/messages.ts';
import { responsesDialect } from './model-dialects/responses.ts';

export { type Answer, type Question, USED } from './model-dialects/dialect.ts';

export interface ModelServer {
  /** Without a path, for agents that add the version themselves. */
  readonly origin: string;
  readonly url: string;
  close(): Promise<void>;
}

const dialects: readonly Dialect[] = [
  responsesDialect,
  chatCompletionsDialect,
  geminiDialect,
  messagesDialect,
];

/** Speaks as the agent that asks does, as far as those of our tests need it. */
export async function startModelServer(answer: (question: Question) => Answer): Promise<ModelServer> {
  const server = createServer((request, response) => {
    void read(request).then((body) => {
      const path = request.url?.split('?')[0] ?? '';
      const dialect = dialects.find(({ isAt }) => isAt(path));
      if (request.method !== 'POST' || dialect === undefined) response.writeHead(404).end('{}');
      else dialect.serve({ path, body: JSON.parse(body), response, answer });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    url: `${origin}/v1`,
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
