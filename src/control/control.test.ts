/** Server and client over a real socket: answers, streams, slow readers, hostile bytes. */
import { once } from 'node:events';
import { linkSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Event, Request } from '../core/event.ts';
import { taskId } from '../core/plan.ts';
import { problem } from '../core/problem.ts';
import type { ControlAnswer, ControlHandler } from '../ports/control.ts';
import { connectControl } from './client.ts';
import { encode, hello } from './protocol.ts';
import { startControlServer } from './server.ts';

const never = new AbortController().signal;
let folder: string;
let address: string;
let cleanups: (() => unknown)[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tutti-control-'));
  address = join(folder, 'engine.sock');
  cleanups = [];
});
afterEach(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
  rmSync(folder, { recursive: true, force: true });
});

/** An engine that writes down what it is asked and whose events the test makes. */
class FakeEngine implements ControlHandler {
  readonly requests: Request[] = [];
  readonly listeners = new Set<(event: Event) => void>();
  readonly #changes = new EventTarget();

  submit(request: Request): Promise<ControlAnswer> {
    this.requests.push(request);
    const answer: ControlAnswer =
      request.type === 'resume-requested'
        ? { accepted: false, problem: problem('wrong-state', 'not paused', 'wait') }
        : { accepted: true, message: `took ${request.type}` };
    return Promise.resolve(answer);
  }

  subscribe(listener: (event: Event) => void): () => void {
    this.listeners.add(listener);
    this.#changes.dispatchEvent(new globalThis.Event('change'));
    return () => {
      this.listeners.delete(listener);
      this.#changes.dispatchEvent(new globalThis.Event('change'));
    };
  }

  async hasListeners(count: number): Promise<void> {
    while (this.listeners.size !== count) await once(this.#changes, 'change');
  }

  publish(event: Event): void {
    for (const listener of this.listeners) listener(event);
  }
}

async function serve(unreadLimit?: number): Promise<FakeEngine> {
  const engine = new FakeEngine();
  const server = await startControlServer(engine, { address, ...(unreadLimit ? { unreadLimit } : {}) });
  cleanups.push(() => server.close());
  return engine;
}

async function client() {
  const connected = await connectControl(address);
  if (connected === undefined) throw new Error('nobody listens');
  cleanups.push(() => connected.close());
  return connected;
}

async function rawClient(...lines: string[]): Promise<Socket> {
  const socket = connect(address);
  cleanups.push(() => socket.destroy());
  socket.on('error', () => {});
  await once(socket, 'connect');
  for (const line of lines) socket.write(line);
  return socket;
}

async function collect(stream: AsyncIterable<Event>): Promise<Event[]> {
  const events: Event[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

const event = (seq: number, text = ''): Event => ({ type: 'run-paused', reason: text, seq, at: seq });

it('answers requests in the order they came, and says no with a problem', async () => {
  const engine = await serve();
  const { submit } = await client().then((one) => ({ submit: one.submit.bind(one) }));
  const answers = await Promise.all([
    submit({ type: 'pause-requested' }),
    submit({ type: 'resume-requested' }),
    submit({ type: 'retry-requested', task: taskId('T-1'), note: 'line\nbreak ünïcode' }),
    submit({ type: 'slots-requested', slots: 0 }),
  ]);
  expect(answers).toEqual([
    { accepted: true, message: 'took pause-requested' },
    { accepted: false, problem: problem('wrong-state', 'not paused', 'wait') },
    { accepted: true, message: 'took retry-requested' },
    { accepted: false, problem: expect.objectContaining({ code: 'usage' }) },
  ]);
  expect(engine.requests).toEqual([
    { type: 'pause-requested' },
    { type: 'resume-requested' },
    { type: 'retry-requested', task: 'T-1', note: 'line\nbreak ünïcode' },
  ]);
});

it('streams events to every follower until the engine ends', async () => {
  const engine = new FakeEngine();
  const server = await startControlServer(engine, { address });
  const streams = [collect((await client()).follow(never)), collect((await client()).follow(never))];
  await engine.hasListeners(1);
  // One subscription serves all: an answer that was asked for later says that the others have arrived.
  await (await client()).submit({ type: 'pause-requested' });
  for (let seq = 1; seq <= 300; seq++) engine.publish(event(seq, 'x'.repeat(1000)));
  await server.close();
  const seqs = (await Promise.all(streams)).map((events) => events.map(({ seq }) => seq));
  const all = Array.from({ length: 300 }, (_, index) => index + 1);
  expect(seqs).toEqual([all, all]);
});

it('ends a stream when its reader leaves or aborts, and then asks the engine for no more events', async () => {
  const engine = await serve();
  const abort = new AbortController();
  const aborted = collect((await client()).follow(abort.signal));
  await engine.hasListeners(1);
  abort.abort();
  expect(await aborted).toEqual([]);
  await engine.hasListeners(0);
  const leaving = (await client()).follow(never)[Symbol.asyncIterator]();
  const first = leaving.next();
  await engine.hasListeners(1);
  engine.publish(event(1));
  expect((await first).value).toEqual(event(1));
  await leaving.return?.(undefined);
  await engine.hasListeners(0);
});

it('drops a reader that does not read, without waiting for it', async () => {
  const engine = await serve(100_000);
  const slow = await rawClient(encode(hello), encode({ type: 'follow' }));
  await engine.hasListeners(1);
  slow.pause();
  for (let seq = 1; engine.listeners.size > 0 && seq < 10_000; seq++)
    engine.publish(event(seq, 'x'.repeat(1000)));
  expect(engine.listeners.size).toBe(0);
});

it('closes although a reader does not read', async () => {
  const engine = new FakeEngine();
  const server = await startControlServer(engine, { address });
  const slow = await rawClient(encode(hello), encode({ type: 'follow' }));
  await engine.hasListeners(1);
  slow.pause();
  for (let seq = 1; seq < 1000; seq++) engine.publish(event(seq, 'x'.repeat(1000)));
  await server.close();
  expect(engine.listeners.size).toBe(0);
});

it.each([
  ['no JSON', ['{{{\n']],
  ['no hello', [encode({ type: 'follow' })]],
  ['another protocol', [`${JSON.stringify({ ...hello, protocol: 99 })}\n`]],
  ['an unknown message', [encode(hello), '{"type":"shutdown"}\n']],
  ['null', [encode(hello), 'null\n']],
  ['an endless line', [encode(hello), 'x'.repeat(200_000)]],
])('hangs up on %s and goes on serving others', async (_name, lines) => {
  await serve();
  const hostile = await rawClient(...lines);
  const closed = new Promise((resolve) => hostile.once('close', resolve));
  hostile.resume();
  await closed;
  expect(await (await client()).submit({ type: 'pause-requested' })).toMatchObject({ accepted: true });
});

it('takes a request that comes in pieces', async () => {
  const engine = await serve();
  const socket = await rawClient(encode(hello));
  const line = Buffer.from(
    encode({ type: 'submit', id: 1, request: { type: 'retry-requested', task: 'ü' } }),
  );
  for (const byte of line) {
    socket.write(Buffer.of(byte));
    await new Promise(setImmediate);
  }
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk;
  });
  while (!received.includes('answer')) await once(socket, 'data');
  expect(engine.requests).toEqual([{ type: 'retry-requested', task: 'ü' }]);
});

it('is private, replaces what a killed engine left, and refuses to take a living one’s place', async () => {
  await serve();
  expect(statSync(address).mode & 0o777).toBe(0o600);
  await expect(startControlServer(new FakeEngine(), { address })).rejects.toMatchObject({
    name: 'Fault',
    code: 'workspace-unavailable',
  });
  expect(await (await client()).submit({ type: 'pause-requested' })).toMatchObject({ accepted: true });
});

it('replaces a socket file that nobody listens on', async () => {
  // A hard link keeps the file although its server removes the name it was bound to.
  const dead = createServer().listen(join(folder, 'dead.sock'));
  await once(dead, 'listening');
  linkSync(join(folder, 'dead.sock'), address);
  dead.close();
  await once(dead, 'close');
  await serve();
  expect(await (await client()).submit({ type: 'pause-requested' })).toMatchObject({ accepted: true });
});

it('does not replace what is no socket', async () => {
  writeFileSync(address, 'precious');
  await expect(startControlServer(new FakeEngine(), { address })).rejects.toThrow('no socket');
});

it('finds nobody where nobody listens', async () => {
  expect(await connectControl(join(folder, 'nobody.sock'))).toBeUndefined();
});

it('says so when the engine ends before it answers, and when it speaks otherwise', async () => {
  const greetings = [`${JSON.stringify({ ...hello, protocol: 2 })}\n`, encode(hello)];
  const strange = createServer((socket) => {
    socket.write(greetings.shift() ?? '');
    socket.on('error', () => {});
    socket.on('data', (chunk) => chunk.includes('submit') && socket.destroy());
  }).listen(address);
  cleanups.push(() => strange.close());
  await once(strange, 'listening');
  await expect(connectControl(address)).rejects.toMatchObject({ problems: [{ code: 'unsupported' }] });
  expect(await (await client()).submit({ type: 'pause-requested' })).toMatchObject({
    accepted: false,
    problem: { code: 'no-run' },
  });
});
