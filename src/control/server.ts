/** The engine's private socket: takes requests and streams events. A slow or broken client never slows the engine. */
import { chmodSync, lstatSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AttemptProgress } from '../core/attempt-progress.ts';
import type { Event } from '../core/event.ts';
import { Fault } from '../core/fault.ts';
import type { AttemptId, RunId } from '../core/plan.ts';
import type { ControlAnswer, ControlHandler, ControlServer } from '../ports/control.ts';
import { readJsonLines } from './json-lines.ts';
import { parseRequest } from './parse-request.ts';
import { type ProgressFeed, progressFeed } from './progress-feed.ts';
import {
  type ClientMessage,
  encode,
  hello,
  isHello,
  longestRequest,
  type ServerMessage,
} from './protocol.ts';

export interface ControlServerOptions {
  /** What the engine works on: nobody is told of it who asks for another. */
  readonly run: RunId;
  /** Path of the socket; its folder is private to the user. */
  readonly address: string;
  /** Unread bytes after which a client is dropped (default 4 MB). */
  readonly unreadLimit?: number;
}

const defaultUnreadLimit = 4 * 1024 * 1024;
const farewellMs = 500;

/**
 * Listens on a Unix socket with mode 0600; a socket file that nobody listens on any more is replaced.
 * @throws Fault `workspace-unavailable` when that is impossible
 */
export async function startControlServer(
  handler: ControlHandler,
  { run, address, unreadLimit = defaultUnreadLimit }: ControlServerOptions,
): Promise<ControlServer> {
  const audience = new Audience(run, handler, unreadLimit);
  const server = createServer((socket) => audience.welcome(socket));
  try {
    await removeStale(address);
    await listen(server, address);
    chmodSync(address, 0o600);
  } catch (error) {
    server.close();
    audience.dismiss();
    throw unavailable(address, error);
  }
  return {
    address,
    async close() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      audience.dismiss();
      await closed.promise;
    },
  };
}

/** The clients of one engine; owns their sockets and the one look at its news. */
class Audience {
  readonly #run: RunId;
  readonly #handler: ControlHandler;
  readonly #unreadLimit: number;
  readonly #clients = new Set<Socket>();
  /** Those that follow, each with the attempts whose progress it was too slow for. */
  readonly #followers = new Map<Socket, Set<AttemptId>>();
  readonly #progress: ProgressFeed;
  readonly #stopWatching: () => void;

  constructor(run: RunId, handler: ControlHandler, unreadLimit: number) {
    this.#run = run;
    this.#handler = handler;
    this.#unreadLimit = unreadLimit;
    this.#progress = progressFeed((progress) => {
      for (const socket of this.#followers.keys()) this.#sendProgress(socket, progress);
    });
    // Also while nobody follows: who comes later wants to know what was last told of each attempt.
    this.#stopWatching = handler.watch((news) => {
      this.#progress.see(news);
      if (news.type !== 'attempt-progress') this.#publish(news);
    });
  }

  welcome(socket: Socket): void {
    this.#clients.add(socket);
    // A client that breaks off is its own affair; 'close' follows.
    socket.on('error', () => {});
    socket.once('close', () => this.#forget(socket));
    let introduced = false;
    this.#send(socket, encode(hello));
    readJsonLines(socket, longestRequest, (message) => {
      if (introduced) this.#answer(socket, message as ClientMessage);
      else if (isHello(message)) introduced = true;
      else socket.destroy();
    });
  }

  /** Ends every connection when what was sent has gone out, or soon anyway: a client may have stopped reading. */
  dismiss(): void {
    this.#stopWatching();
    this.#progress.close();
    for (const socket of [...this.#clients]) {
      this.#forget(socket);
      const timer = setTimeout(() => socket.destroy(), farewellMs);
      socket.once('close', () => clearTimeout(timer));
      socket.end(() => socket.destroy());
    }
  }

  #answer(socket: Socket, message: ClientMessage): void {
    if (message?.type === 'submit' && Number.isSafeInteger(message.id)) {
      const { id } = message;
      void this.#submit(message.request).then((answer) => {
        if (!socket.destroyed) this.#send(socket, encode({ type: 'answer', id, answer }));
      });
    } else if (message?.type === 'follow' && message.run === this.#run) {
      this.#follow(socket);
    } else {
      socket.destroy();
    }
  }

  async #submit(value: unknown): Promise<ControlAnswer> {
    const parsed = parseRequest(value);
    if ('problem' in parsed) return { accepted: false, problem: parsed.problem };
    return this.#handler.submit(parsed.request);
  }

  #follow(socket: Socket): void {
    if (this.#followers.has(socket)) return;
    this.#followers.set(socket, new Set());
    socket.on('drain', () => this.#makeUp(socket));
    this.#send(socket, encode({ type: 'following' }));
    for (const progress of this.#progress.all()) this.#sendProgress(socket, progress);
  }

  #publish(event: Event): void {
    const message: ServerMessage = { type: 'event', event };
    const line = encode(message);
    for (const socket of this.#followers.keys()) this.#send(socket, line);
  }

  /** Events are worth waiting for; who has not read the last ones yet gets progress later, or never. */
  #sendProgress(socket: Socket, progress: AttemptProgress): void {
    if (socket.writableNeedDrain) this.#followers.get(socket)?.add(progress.attempt);
    else this.#send(socket, encode({ type: 'progress', progress }));
  }

  #makeUp(socket: Socket): void {
    const missed = this.#followers.get(socket);
    for (const attempt of missed ?? []) {
      if (socket.writableNeedDrain) return;
      missed?.delete(attempt);
      const progress = this.#progress.of(attempt);
      if (progress) this.#sendProgress(socket, progress);
    }
  }

  #send(socket: Socket, line: string): void {
    if (!socket.writable) return;
    socket.write(line);
    // What is not read piles up in our memory.
    if (socket.writableLength > this.#unreadLimit) {
      this.#forget(socket);
      socket.destroy();
    }
  }

  #forget(socket: Socket): void {
    this.#clients.delete(socket);
    this.#followers.delete(socket);
  }
}

async function listen(server: Server, address: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(address, resolve);
  await promise;
  server.off('error', reject);
}

/** Removes a socket file that its engine left behind when it was killed. */
async function removeStale(address: string): Promise<void> {
  const status = lstatSync(address, { throwIfNoEntry: false });
  if (status === undefined) return;
  if (!status.isSocket()) throw new Error('something that is no socket lies there');
  if (await isListening(address)) throw new Error('another process listens there');
  rmSync(address, { force: true });
}

async function isListening(address: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(address);
  socket.once('connect', () => resolve(true));
  socket.once('error', () => resolve(false));
  const answer = await promise;
  socket.destroy();
  return answer;
}

const unavailable = (address: string, error: unknown): Fault =>
  new Fault(
    'workspace-unavailable',
    `the control socket ${address} cannot be opened: ${(error as Error).message}`,
    'end what uses it, or choose another place with TUTTI_STATE_DIR',
    { cause: error },
  );
