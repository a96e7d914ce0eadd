/** The other end of the engine's socket: submits requests and follows events. Starts no engine. */
import { connect, type Socket } from 'node:net';
import type { AttemptProgress } from '../core/attempt-progress.ts';
import type { Event, Request } from '../core/event.ts';
import type { RunId } from '../core/plan.ts';
import { ProblemError, problem } from '../core/problem.ts';
import type { ControlAnswer, ControlClient } from '../ports/control.ts';
import { readJsonLines } from './json-lines.ts';
import { encode, hello, isHello, longestMessage, type ServerMessage } from './protocol.ts';

/** An engine greets at once; one that is stopped, or starved, is connected to all the same. */
const GREETING_MS = 10_000;

/**
 * Connects to a listening engine; undefined when none listens there.
 * @param greetingMs how long to wait for its first word
 * @throws ProblemError `unsupported` when it speaks another version, `engine-silent` when it says nothing
 */
export async function connectControl(
  address: string,
  greetingMs = GREETING_MS,
): Promise<ControlClient | undefined> {
  const connection = await Connection.open(address, greetingMs);
  return connection && new SocketClient(address, connection);
}

class SocketClient implements ControlClient {
  readonly #address: string;
  readonly #connection: Connection;
  readonly #waiting = new Map<number, (answer: ControlAnswer) => void>();
  #lastId = 0;

  constructor(address: string, connection: Connection) {
    this.#address = address;
    this.#connection = connection;
    connection.onMessage = (message) => {
      if (message.type !== 'answer') return;
      this.#waiting.get(message.id)?.(message.answer);
      this.#waiting.delete(message.id);
    };
    connection.onClose = () => {
      for (const settle of this.#waiting.values()) settle(engineGone);
      this.#waiting.clear();
    };
  }

  async submit(request: Request): Promise<ControlAnswer> {
    if (this.#connection.isClosed) return engineGone;
    const { promise, resolve } = Promise.withResolvers<ControlAnswer>();
    this.#lastId += 1;
    this.#waiting.set(this.#lastId, resolve);
    this.#connection.send(encode({ type: 'submit', id: this.#lastId, request }));
    return promise;
  }

  // Each stream has a connection of its own: the engine drops one that is read too
  // slowly, and that must not cost anybody an answer.
  async follow(run: RunId, signal: AbortSignal): Promise<AsyncIterable<Event | AttemptProgress> | undefined> {
    const connection = signal.aborted ? undefined : await Connection.open(this.#address, GREETING_MS);
    return (await connection?.follow(run, signal)) === true ? connection?.news() : undefined;
  }

  close(): void {
    this.#connection.close();
  }
}

/** One socket after the exchange of hellos. */
class Connection {
  readonly #socket: Socket;
  onMessage: (message: ServerMessage) => void = () => {};
  onClose: () => void = () => {};
  #arrived: (Event | AttemptProgress)[] = [];
  #wake: () => void = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.once('close', () => this.onClose());
  }

  static async open(address: string, greetingMs: number): Promise<Connection | undefined> {
    const socket = connect(address);
    const greeted = Promise.withResolvers<unknown>();
    const connection = new Connection(socket);
    let first = true;
    // An error says no more than the 'close' that follows it.
    socket.on('error', () => {});
    socket.once('close', () => greeted.resolve(undefined));
    readJsonLines(socket, longestMessage, (message) => {
      if (!first) return connection.onMessage(message as ServerMessage);
      first = false;
      greeted.resolve(message);
    });
    const timer = setTimeout(() => greeted.resolve(SILENCE), greetingMs);
    const greeting = await greeted.promise;
    clearTimeout(timer);
    if (greeting === undefined) return undefined;
    if (isHello(greeting)) {
      connection.send(encode(hello));
      return connection;
    }
    connection.close();
    throw new ProblemError([greeting === SILENCE ? engineSilent : otherVersion(greeting)]);
  }

  get isClosed(): boolean {
    return this.#socket.destroyed;
  }

  send(line: string): void {
    this.#socket.write(line);
  }

  close(): void {
    this.#socket.destroy();
  }

  /** Asks for the engine's news; says whether they have begun, or that there will be none. */
  async follow(run: RunId, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) this.close();
    if (this.isClosed) return false;
    const begun = Promise.withResolvers<boolean>();
    const close = (): void => this.close();
    signal.addEventListener('abort', close, { once: true });
    this.onClose = () => {
      signal.removeEventListener('abort', close);
      begun.resolve(false);
      this.#wake();
    };
    this.onMessage = (message) => {
      if (message.type === 'following') begun.resolve(true);
      else if (message.type === 'event') this.#take(message.event);
      else if (message.type === 'progress') this.#take(message.progress);
    };
    this.send(encode({ type: 'follow', run }));
    return begun.promise;
  }

  #take(news: Event | AttemptProgress): void {
    this.#arrived.push(news);
    this.#socket.pause();
    this.#wake();
  }

  /** News until the connection ends. While the reader is busy they stay in the socket, where the engine sees it. */
  async *news(): AsyncIterable<Event | AttemptProgress> {
    try {
      for (;;) {
        const batch = this.#arrived;
        this.#arrived = [];
        yield* batch;
        if (this.#arrived.length > 0) continue;
        if (this.isClosed) return;
        const more = Promise.withResolvers<void>();
        this.#wake = more.resolve;
        this.#socket.resume();
        await more.promise;
      }
    } finally {
      this.close();
    }
  }
}

const engineGone: ControlAnswer = {
  accepted: false,
  problem: problem(
    'no-run',
    'the engine ended before it answered',
    '`tutti status` tells how the run stands',
  ),
};

const SILENCE = Symbol('no greeting came');

const engineSilent = problem(
  'engine-silent',
  'the engine of the run does not answer: it has been stopped, or the machine has no time for it',
  '`tutti status` names its process; `kill -CONT PID` wakes one that is stopped',
);

const otherVersion = (greeting: unknown) =>
  problem(
    'unsupported',
    `the running engine speaks another protocol (${JSON.stringify(greeting).slice(0, 100)})`,
    'use the tutti that started it, or stop it with Ctrl+C and `tutti resume`',
  );
