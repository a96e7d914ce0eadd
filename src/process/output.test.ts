import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { outputLog, outputTail } from './output.ts';

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

  it('cuts at its limit and says so once, counting what was there', () => {
    const file = join(folder, 'a.log');
    const first = outputLog(file, 10);
    first.write(Buffer.from('1234567'));
    first.close();
    const second = outputLog(file, 10);
    for (let i = 0; i < 3; i += 1) second.write(Buffer.from('abcdef'));
    second.close();
    expect(readFileSync(file, 'utf8')).toBe('1234567abc\n[log cut at 10 bytes]\n');
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
