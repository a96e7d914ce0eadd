/** Control: how another terminal reaches the engine that owns a run. */
import type { AttemptProgress } from '../core/attempt-progress.ts';
import type { Event, Request } from '../core/event.ts';
import type { RunId } from '../core/plan.ts';
import type { Problem } from '../core/problem.ts';

export type ControlAnswer =
  | { readonly accepted: true; readonly message: string }
  | { readonly accepted: false; readonly problem: Problem };

/** What a listening engine offers to its socket. */
export interface ControlHandler {
  /** Validates a request and hands it to the loop; answers when it is durable. */
  submit(request: Request): Promise<ControlAnswer>;
  /** Calls `listener` with each event and all progress from now on; the result ends that. */
  watch(listener: (news: Event | AttemptProgress) => void): () => void;
}

export interface ControlServer {
  /** The socket's path. */
  readonly address: string;
  close(): Promise<void>;
}

export interface ControlClient {
  submit(request: Request): Promise<ControlAnswer>;
  /**
   * Resolves when the engine has begun to tell: each event from now on, and progress as it can be told without haste,
   * first the newest of each attempt that runs. The stream ends with the engine, when it is read too slowly, or when the
   * signal aborts. Undefined: no engine is there any more, it works on another run by now, or the signal has aborted.
   */
  follow(run: RunId, signal: AbortSignal): Promise<AsyncIterable<Event | AttemptProgress> | undefined>;
  close(): void;
}
