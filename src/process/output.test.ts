import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { olderLog, outputLog, outputTail } from './output.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tutti-output-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('outputLog', () => {
  it('makes no file before there is output, then a private one in a private folder', () => {
    const file = join(folder, 'logs', 'a.log');
    const log = outputLog(file, 100);
    expect(existsSync(file)).toBe(false);
    log.write(Buffer.from('one'));
    log.close();
    expect([statSync(file).mode & 0o777, statSync(join(folder, 'logs')).mode & 0o777]).toEqual([
      0o600, 0o700,
    ]);
  });

  it('keeps the end of long output in two files, counting what was there, and says what it dropped', () => {
    const file = join(folder, 'a.log');
    const write = (...texts: readonly string[]): void => {
      const log = outputLog(file, 80);
      for (const text of texts) log.write(Buffer.from(text));
      log.close();
    };
    const both = () => [olderLog(file), file].map((one) => readFileSync(one, 'utf8'));
    write('a'.repeat(30));
    expect(existsSync(olderLog(file))).toBe(false);
    write('b'.repeat(20));
    expect(both()).toEqual(['a'.repeat(30), 'b'.repeat(20)]);
    write('c'.repeat(15), 'd'.repeat(10));
    expect(both()).toEqual([
      `${'b'.repeat(20)}${'c'.repeat(15)}`,
      `[older output was dropped]\n${'d'.repeat(10)}`,
    ]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    write('x'.repeat(100));
    expect(both()[1]?.endsWith('x'.repeat(40))).toBe(true);
  });

  it('is shared by two who write to it', () => {
    const file = join(folder, 'a.log');
    const [one, other] = [outputLog(file, 80), outputLog(file, 80)];
    one.write(Buffer.from('1'.repeat(30)));
    other.write(Buffer.from('2'.repeat(5)));
    one.write(Buffer.from('3'.repeat(20)));
    other.write(Buffer.from('4'.repeat(30)));
    other.write(Buffer.from('5'.repeat(10)));
    one.close();
    other.close();
    expect([olderLog(file), file].map((path) => readFileSync(path, 'utf8'))).toEqual([
      `${'3'.repeat(20)}${'4'.repeat(30)}`,
      `[older output was dropped]\n${'5'.repeat(10)}`,
    ]);
  });

  it('harms nobody when it cannot be written', () => {
    const log = outputLog(folder, 10);
    log.write(Buffer.from('x'));
    log.write(Buffer.from('x'));
    log.close();
    expect(statSync(folder).isDirectory()).toBe(true);
  });
});

describe('outputTail', () => {
  it('keeps short output whole', () => {
    const tail = outputTail(100);
    tail.write(Buffer.from('one\n'));
    tail.write(Buffer.from('two'));
    expect(tail.text()).toBe('one\ntwo');
  });

  it('keeps the end of long output, from a line on', () => {
    const tail = outputTail(10);
    for (let i = 100; i < 200; i += 1) tail.write(Buffer.from(`${i}\n`));
    expect(tail.text()).toBe('198\n199\n');
    tail.write(Buffer.from(`${'x'.repeat(50)}\nlast`));
    expect(tail.text()).toBe('last');
  });
});
