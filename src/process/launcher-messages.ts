/** What an engine and its launcher say to each other, one JSON message at a time. Ids are the engine's own, one a program. */
import type { ProcessIdentity } from '../core/event.ts';
import type { Exit, SpawnRequest, StartErrorCode } from './spawn.ts';

export type ToLauncher =
  | { readonly type: 'start'; readonly id: number; readonly request: SpawnRequest }
  | { readonly type: 'write'; readonly id: number; readonly text: string }
  | { readonly type: 'end-input'; readonly id: number }
  | { readonly type: 'release'; readonly id: number };

export type FromLauncher = { readonly id: number } & (
  | { readonly type: 'started'; readonly process: ProcessIdentity }
  | { readonly type: 'not-started'; readonly code: StartErrorCode; readonly message: string }
  | { readonly type: 'output'; readonly lines: readonly string[] }
  | { readonly type: 'exit'; readonly exit: Exit }
  /** With the exit when both happened at once, as for most programs: one message less. */
  | { readonly type: 'close'; readonly tail: string; readonly exit?: Exit }
);
