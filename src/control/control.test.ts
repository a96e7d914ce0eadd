/** Server and client over a real socket: answers, streams, slow readers, hostile bytes. */
import { once } from 'node:events';
import { linkSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AttemptProgress } from '../core/attempt-progress.ts';
import type { Event, Request } from '../core/event.ts';
import { attemptId, runId, taskId } from '../core/plan.ts';
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

const run = runId('r-1');

/** An engine that writes down what it is asked and whose events the test makes. */
class FakeEngine implements ControlHandler {
  readonly requests: Request[] = [];
  readonly listeners = new Set<(news: Event | AttemptProgress) => void>();

  submit(request: Request): Promise<ControlAnswer> {
    this.requests.push(request);
    const answer: ControlAnswer =
      request.type === 'resume-requested'
        ? { accepted: false, problem: problem('wrong-state', 'not paused', 'wait') }
        : { accepted: true, message: `took ${request.type}` };
    return Promise.resolve(answer);
  }

  watch(listener: (news: Event | AttemptProgress) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  publish(news: Event | AttemptProgress): void {
    for (const listener of this.listeners) listener(news);
  }
}

async function serve(unreadLimit?: number): Promise<FakeEngine> {
  const engine = new FakeEngine();
  const server = await startControlServer(engine, { run, address, ...(unreadLimit ? { unreadLimit } : {}) });
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

/** A client that follows and reads nothing more once it has been told so. */
async function silentFollower(): Promise<Socket> {
  const socket = await rawClient(encode(hello), encode({ type: 'follow', run }));
  let received = '';
  while (!received.includes('"following"')) received += (await once(socket, 'data'))[0];
  socket.pause();
  return socket;
}

async function follow(signal = never) {
  const stream = await (await client()).follow(run, signal);
  if (stream === undefined) throw new Error('the engine tells nothing');
  return stream;
}

async function collect<News>(stream: AsyncIterable<News>): Promise<News[]> {
  const all: News[] = [];
  for await (const one of stream) all.push(one);
  return all;
}

const event = (seq: number, text = ''): Event => ({ type: 'run-paused', reason: text, seq, at: seq });
const progress = (task: string, told: { text?: string; commits?: number }): AttemptProgress => ({
  type: 'attempt-progress',
  task: taskId(task),
  attempt: attemptId(taskId(task), 1),
  ...told,
});

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
  const server = await startControlServer(engine, { run, address });
  const streams = await Promise.all([follow(), follow()]);
  for (let seq = 1; seq <= 300; seq++) engine.publish(event(seq, 'x'.repeat(1000)));
  const received = streams.map(collect);
  await server.close();
  const all = Array.from({ length: 300 }, (_, index) => event(index + 1, 'x'.repeat(1000)));
  expect(await Promise.all(received)).toEqual([all, all]);
  expect(engine.listeners.size).toBe(0);
});

it('ends a stream when its reader leaves or aborts', async () => {
  const engine = await serve();
  const abort = new AbortController();
  const aborted = collect(await follow(abort.signal));
  abort.abort();
  expect(await aborted).toEqual([]);
  expect(await (await client()).follow(run, abort.signal)).toBeUndefined();
  engine.publish(event(1));
  const leaving = (await follow())[Symbol.asyncIterator]();
  engine.publish(event(2));
  expect((await leaving.next()).value).toEqual(event(2));
  await leaving.return?.(undefined);
  expect(await leaving.next()).toMatchObject({ done: true });
});

it('tells nobody of a run what happens in another', async () => {
  const engine = await serve();
  expect(await (await client()).follow(runId('r-2'), never)).toBeUndefined();
  const stream = (await follow())[Symbol.asyncIterator]();
  engine.publish(event(1));
  expect((await stream.next()).value).toEqual(event(1));
  await stream.return?.(undefined);
});

it('tells who begins to follow the newest progress of each attempt that runs', async () => {
  const engine = await serve();
  engine.publish(progress('A', { text: 'reading' }));
  engine.publish(progress('A', { commits: 2 }));
  engine.publish(progress('B', { text: 'through' }));
  engine.publish({
    ...{ type: 'attempt-succeeded', task: taskId('B'), attempt: attemptId(taskId('B'), 1) },
    ...{ commit: null, commits: 0, seq: 1, at: 1 },
  });
  const following = (await follow())[Symbol.asyncIterator]();
  expect((await following.next()).value).toEqual(progress('A', { text: 'reading', commits: 2 }));
  engine.publish(event(2));
  expect((await following.next()).value).toEqual(event(2));
  await following.return?.(undefined);
});

it('tells a reader that is slow no progress until it has caught up, and then the newest', async () => {
  const engine = await serve();
  const slow = await silentFollower();
  // More than the system keeps between the two: what comes after it waits with us.
  const events = 2_000;
  for (let seq = 1; seq <= events; seq++) engine.publish(event(seq, 'x'.repeat(1000)));
  engine.publish(progress('A', { text: 'old' }));
  engine.publish(progress('A', { text: 'new' }));
  let received = '';
  slow.on('data', (chunk) => {
    received += chunk;
  });
  slow.resume();
  while (!received.includes('attempt-progress')) await once(slow, 'data');
  expect(received.match(/"type":"event"/g)).toHaveLength(events);
  expect(received.match(/"text":"\w+"/g)).toEqual(['"text":"new"']);
});

it('drops a reader that does not read, without waiting for it', async () => {
  const engine = await serve(100_000);
  const slow = await silentFollower();
  for (let seq = 1; seq < 10_000; seq++) engine.publish(event(seq, 'x'.repeat(1000)));
  const closed = once(slow, 'close');
  slow.resume();
  await closed;
  expect(await (await client()).submit({ type: 'pause-requested' })).toMatchObject({ accepted: true });
});

it('closes although a reader does not read', async () => {
  const engine = new FakeEngine();
  const server = await startControlServer(engine, { run, address });
  await silentFollower();
  for (let seq = 1; seq < 1000; seq++) engine.publish(event(seq, 'x'.repeat(1000)));
  await server.close();
  expect(engine.listeners.size).toBe(0);
});

it.each([
  ['no JSON', ['{{{\n']],
  ['no hello', [encode({ type: 'follow', run })]],
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
  await expect(startControlServer(new FakeEngine(), { run, address })).rejects.toMatchObject({
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
  await expect(startControlServer(new FakeEngine(), { run, address })).rejects.toThrow('no socket');
});

it('finds nobody where nobody listens', async () => {
  expect(await connectControl(join(folder, 'nobody.sock'))).toBeUndefined();
});

it('says so when the engine takes the connection and says nothing', async () => {
  const stopped = createServer((socket) => void cleanups.push(() => socket.destroy())).listen(address);
  cleanups.push(() => stopped.close());
  await once(stopped, 'listening');
  await expect(connectControl(address, 20)).rejects.toMatchObject({ problems: [{ code: 'engine-silent' }] });
});

it('says so when the engine ends before it answers, and when it speaks otherwise', async () => {
  const greetings = [`${JSON.stringify({ ...hello, protocol: 1 })}\n`, encode(hello)];
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
