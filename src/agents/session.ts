/** Turns one supervised program into the events of a session. Knows no agent. */
import { existsSync } from 'node:fs';
import { Fault } from '../core/fault.ts';
import type { AgentEvent, Refusal, SessionEnd, SessionRequest } from '../ports/agent.ts';
import { cleanLine } from '../process/lines.ts';
import { StartError } from '../process/spawn.ts';
import type { SupervisedInput, SuperviseRequest, Supervisor } from '../process/supervise.ts';
import { commitProbe } from './commit-probe.ts';
import { confined } from './sandbox.ts';

/** Messages that wait for a slow reader; older ones are dropped then, the log has them all. */
const MOST_WAITING = 256;

/** A session that is talked to while it runs. */
export interface Conversation extends AgentStream {
  /** Called once, when the program has started; what it tells comes beside what lines tell. */
  readonly begin: (input: SupervisedInput, tell: (events: readonly AgentEvent[]) => void) => void;
  /** Called once, when the program has ended: how the conversation did, where the program's own exit says nothing. */
  readonly conclude: () => Pick<SessionEnd, 'exitCode' | 'tail'> | undefined;
}

/** What the output of one session means. */
export interface AgentStream {
  /** What a line tells. */
  readonly read: (line: string) => readonly AgentEvent[];
  /** Asked at the end: why the model's service would not go on. */
  readonly refusal: (end: SessionEnd) => Refusal | undefined;
}

/** What a driver decides: the program, its input, and what its lines mean; by default each is a message. */
export interface SessionProgram extends Partial<Conversation> {
  readonly program: SuperviseRequest['program'];
  readonly stdin: NonNullable<SuperviseRequest['stdin']>;
  /** Of a longer line only the beginning is read; for programs that write data (default 16 KB). */
  readonly lineBytes?: number;
}

/**
 * Runs a session and streams it; ends with `ended`. A reader that leaves early cancels it, and is let go when nothing
 * of it is left.
 * @throws Fault `agent-missing` when the program cannot be started, `workspace-unavailable` when its folder is missing.
 */
export async function* runSession(
  supervisor: Supervisor,
  request: SessionRequest,
  { program, stdin, read = message, lineBytes, refusal, begin, conclude }: SessionProgram,
  signal: AbortSignal,
): AsyncGenerator<AgentEvent> {
  const inside = programInside(program, request);
  const waiting = eventQueue();
  const stop = new AbortController();
  const cancel = (): void => stop.abort();
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel);
  let isOver = false;
  const tell = (events: readonly AgentEvent[]): void => {
    for (const event of events) if (!isOver) waiting.push(event);
  };
  const ended = supervisor
    .run(
      {
        program: inside,
        stdin,
        cwd: request.cwd,
        env: cleanEnvironment(request.env),
        mark: request.mark,
        logFile: request.logFile,
        timeoutMs: request.timeoutMs,
        stallMs: request.stallMs,
        activity: commitProbe(request.cwd),
        contained: true,
        onStarted: (process, input) => {
          waiting.push({ type: 'launched', process });
          begin?.(input, tell);
        },
        onLine: (line) => tell(read(line)),
        ...(lineBytes === undefined ? {} : { lineBytes }),
      },
      stop.signal,
    )
    .then((end) => {
      isOver = true;
      const own = conclude?.();
      const refused = refusal?.(end);
      const told = refused === undefined ? { ...end, ...own } : { ...end, ...own, refusal: refused };
      // What it said of itself counts only when nobody has ended it.
      waiting.push({ type: 'ended', end: end.reason === 'exited' ? told : end });
    })
    .catch((error: unknown) => waiting.fail(startFault(error)));
  try {
    for (;;) {
      const event = await waiting.next();
      yield event;
      if (event.type === 'ended') return;
    }
  } finally {
    if (!isOver) cancel();
    signal.removeEventListener('abort', cancel);
    await ended;
  }
}

export const message = (text: string): readonly AgentEvent[] => [{ type: 'message', text }];

/** The log of such a program as people read it. */
export const readableBy = (stream: () => AgentStream) => () => {
  const { read } = stream();
  return (line: string): readonly string[] =>
    read(line).flatMap((event) => (event.type === 'message' ? [event.text] : []));
};

const LONGEST_LINE = 500;
const LONGEST_NAME = 200;

/** The first line of a text that says something, fit for a screen: JSON can hold every control character. */
export function say(text: string): readonly AgentEvent[] {
  const line = text
    .split('\n', 50)
    .map(cleanLine)
    .find((one) => one !== '');
  return line === undefined ? [] : message(line.slice(0, LONGEST_LINE));
}

/** What an agent calls its session, so that a later one can go on in it. */
export const named = (session: unknown): readonly AgentEvent[] =>
  typeof session === 'string' && session !== '' && session.length <= LONGEST_NAME
    ? [{ type: 'session', session }]
    : [];

/** The file itself becomes its input: cheaper than a pipe, and nobody has to feed it. */
export const promptOf = ({ prompt, promptFile }: SessionRequest): string | { readonly file: string } =>
  existsSync(promptFile) ? { file: promptFile } : prompt;

/** The system cannot pass a NUL on; titles and ids come from plans and may have one. */
function cleanEnvironment(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (!Object.values(env).some((value) => value.includes('\0'))) return env;
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value.replaceAll('\0', '')]));
}

function programInside(
  program: SessionProgram['program'],
  request: SessionRequest,
): SessionProgram['program'] {
  try {
    return confined(program, request);
  } catch (error) {
    throw startFault(error);
  }
}

function startFault(error: unknown): unknown {
  if (!(error instanceof StartError)) return error;
  if (error.code === 'no-folder') {
    return new Fault('workspace-unavailable', error.message, 'Resume: the workspace is made anew.', {
      cause: error,
    });
  }
  const fix =
    error.code === 'no-resources'
      ? 'Lower the number of slots, or free memory and processes, then resume.'
      : 'Install it or correct the agent’s command, then resume.';
  return new Fault('agent-missing', `The agent cannot be started: ${error.message}`, fix, { cause: error });
}

/** Events between the program, which does not wait, and a reader that takes its time. */
function eventQueue() {
  const events: AgentEvent[] = [];
  let failure: { readonly error: unknown } | undefined;
  let wake = (): void => {};
  return {
    push(event: AgentEvent): void {
      if (events.length >= MOST_WAITING) dropOldestMessage(events);
      events.push(event);
      wake();
    },
    fail(error: unknown): void {
      failure = { error };
      wake();
    },
    async next(): Promise<AgentEvent> {
      for (;;) {
        const event = events.shift();
        if (event) return event;
        if (failure) throw failure.error;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

function dropOldestMessage(events: AgentEvent[]): void {
  const oldest = events.findIndex(({ type }) => type === 'message');
  if (oldest !== -1) events.splice(oldest, 1);
}
