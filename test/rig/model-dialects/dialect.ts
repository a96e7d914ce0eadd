/** How a model's service talks: what every dialect is asked, answers and counts. Knows none of them. */
import type { ServerResponse } from 'node:http';

/** What an agent has asked. */
export interface Question {
  /** The prompt that the agent was started with. */
  readonly prompt: string;
  /** All that was said before it, as JSON: what a session holds in which the agent goes on. */
  readonly earlier: string;
  /** How many commands of the model it has run since. */
  readonly ran: number;
}

/** What the model answers: words, a command to run, or an HTTP error instead. */
export type Answer =
  | { readonly say: string }
  | { readonly run: string }
  | { readonly status: number; readonly error: object };

export interface Dialect {
  /** Whether it is this one that is spoken at a path. */
  readonly isAt: (path: string) => boolean;
  readonly serve: (exchange: Exchange) => void;
}

/** One request, and where its answer goes. */
export interface Exchange {
  readonly path: string;
  readonly body: unknown;
  readonly response: ServerResponse;
  readonly answer: (question: Question) => Answer;
}

/** What each answer costs, as the service counts. */
export const USED = { input: 100, cached: 60, output: 20 } as const;

let answers = 0;

/** Tells the answers of all servers apart. */
export const nextAnswer = (): number => ++answers;

export function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

/** A body that comes in events; the name of each is told where the dialect has names. */
export function sendEvents(
  response: ServerResponse,
  events: readonly { readonly name?: string; readonly data: object | string }[],
): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const { name, data } of events) {
    if (name !== undefined) response.write(`event: ${name}\n`);
    response.write(`data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`);
  }
  response.end();
}

/** The text of a message that is one, or a list of parts of which some are. */
export const textOf = (content: unknown): string =>
  typeof content === 'string'
    ? content
    : ((content ?? []) as readonly { readonly text?: string }[])
        .flatMap(({ text }) => (text === undefined ? [] : [text]))
        .join('\n');
