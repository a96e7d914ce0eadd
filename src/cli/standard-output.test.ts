import { spawnSync } from 'node:child_process';
import {
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openOutput } from './standard-output.ts';

let folder: string;
const opened: number[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tutti-output-'));
});
afterEach(() => {
  for (const descriptor of opened.splice(0)) closeSync(descriptor);
  rmSync(folder, { recursive: true });
});

const open = (file: string, flags: string | number): number => {
  const descriptor = openSync(file, flags);
  opened.push(descriptor);
  return descriptor;
};
const pipe = (): string => {
  const file = join(folder, 'pipe');
  expect(spawnSync('mkfifo', [file]).status).toBe(0);
  return file;
};
const noStream = (): NodeJS.WriteStream => expect.unreachable('no stream is needed');

it('writes to a file without a stream', () => {
  const file = join(folder, 'out.txt');
  const output = openOutput(open(file, 'w'), noStream, noStream);
  output.write('ä waits\n');
  output.write('for b\n');
  expect(readFileSync(file, 'utf8')).toBe('ä waits\nfor b\n');
  expect(output.terminal).toBeUndefined();
});

it.skipIf(!existsSync('/dev/full'))('says once that a disk is full, and writes no more', () => {
  const onFailure = vi.fn();
  const output = openOutput(open('/dev/full', 'w'), noStream, onFailure);
  output.write('one\n');
  output.write('two\n');
  expect(onFailure.mock.calls).toEqual([[expect.objectContaining({ code: 'ENOSPC' })]]);
});

it('says once that the other end of a pipe was closed', () => {
  const file = pipe();
  const reader = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  const onFailure = vi.fn();
  const output = openOutput(open(file, 'w'), noStream, onFailure);
  output.write('heard\n');
  closeSync(reader);
  output.write('not heard\n');
  output.write('nor this\n');
  expect(onFailure.mock.calls).toEqual([[expect.objectContaining({ code: 'EPIPE' })]]);
});

it('gives what a full pipe does not take to the stream, from the first byte left', () => {
  const both = open(pipe(), constants.O_RDWR | constants.O_NONBLOCK);
  const stream = new PassThrough({ highWaterMark: 8_000_000 });
  const output = openOutput(both, () => stream as unknown as NodeJS.WriteStream, noStream);
  const text = Array.from({ length: 200_000 }, (_, index) => `${index} ü\n`).join('');
  output.write(text);
  output.write('the end\n');
  const taken = Buffer.alloc(1_000_000);
  const size = readSync(both, taken);
  const rest = stream.read() as Buffer;
  expect(size).toBeGreaterThan(0);
  expect(Buffer.concat([taken.subarray(0, size), rest]).toString() === `${text}the end\n`).toBe(true);
});
