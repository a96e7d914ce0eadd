/** What engine and clients say to each other over the socket: one JSON object a line. Moves no bytes. */
import type { AttemptProgress } from '../core/attempt-progress.ts';
import type { Event } from '../core/event.ts';
import type { ControlAnswer } from '../ports/control.ts';

/** Raised when a message changes its meaning; both sides must have the same. */
export const protocolVersion = 3;

/** Longest line the engine takes from a client, in bytes. */
export const longestRequest = 64 * 1024;
/** Longest line a client takes from the engine, in bytes: events may carry much output. */
export const longestMessage = 16 * 1024 * 1024;

/** The first line of either side. */
export interface Hello {
  readonly type: 'hello';
  readonly program: 'tutti';
  readonly protocol: number;
}

/** After its hello a client either submits requests or follows events, as often as it likes. */
export type ClientMessage =
  | Hello
  /** `request` is checked by `parseRequest`; `id` comes back with the answer. */
  | { readonly type: 'submit'; readonly id: number; readonly request: unknown }
  /** About another run than the engine's it is answered by the end of the connection. */
  | { readonly type: 'follow'; readonly run: unknown };

export type ServerMessage =
  | Hello
  | { readonly type: 'answer'; readonly id: number; readonly answer: ControlAnswer }
  /** Answers `follow`: whatever happens from now on comes after it. */
  | { readonly type: 'following' }
  /** None is left out. */
  | { readonly type: 'event'; readonly event: Event }
  /** The newest of an attempt; what came in between is left out. */
  | { readonly type: 'progress'; readonly progress: AttemptProgress };

export const hello: Hello = { type: 'hello', program: 'tutti', protocol: protocolVersion };

export const encode = (message: ClientMessage | ServerMessage): string => `${JSON.stringify(message)}\n`;

/** Whether a first line comes from a tutti that speaks this protocol. */
export function isHello(message: unknown): message is Hello {
  const { type, program, protocol } = (message ?? {}) as Partial<Hello>;
  return type === 'hello' && program === 'tutti' && protocol === protocolVersion;
}
