import { spawnSync } from 'node:child_process';
import { closeSync, constants, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
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

it('gives what goes into a pipe to the stream, so that nobody waits for a slow reader', () => {
  const both = open(pipe(), constants.O_RDWR | constants.O_NONBLOCK);
  const stream = new PassThrough();
  const openStream = vi.fn(() => stream as unknown as NodeJS.WriteStream);
  const onFailure = vi.fn();
  const output = openOutput(both, openStream, onFailure);
  expect(openStream).not.toHaveBeenCalled();
  output.write('one\n');
  output.write('two\n');
  expect(openStream).toHaveBeenCalledTimes(1);
  expect(String(stream.read())).toBe('one\ntwo\n');
  stream.emit('error', new Error('closed'));
  stream.emit('error', new Error('closed again'));
  output.write('three\n');
  expect(onFailure.mock.calls).toEqual([[new Error('closed')]]);
  expect(stream.read()).toBeNull();
});
