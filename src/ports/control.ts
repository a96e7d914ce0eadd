/** Control: how another terminal reaches the engine that owns a run. */
import type { Event, Request } from '../core/event.ts';
import type { Problem } from '../core/problem.ts';

export type ControlAnswer =
  | { readonly accepted: true; readonly message: string }
  | { readonly accepted: false; readonly problem: Problem };

/** What a listening engine offers to its socket. */
export interface ControlHandler {
  /** Validates a request and hands it to the loop; answers when it is durable. */
  submit(request: Request): Promise<ControlAnswer>;
  /** Calls `listener` with each event from now on; the result ends that. */
  subscribe(listener: (event: Event) => void): () => void;
}

export interface ControlServer {
  /** The socket's path. */
  readonly address: string;
  close(): Promise<void>;
}

export interface ControlClient {
  submit(request: Request): Promise<ControlAnswer>;
  /** Streams the engine's events until it ends or the signal aborts. */
  follow(signal: AbortSignal): AsyncIterable<Event>;
  close(): void;
}
