/** A log that grows, becomes full and begins anew while it is read: each line once, in order. */
import { appendFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { olderLog, outputLog } from '../../process/output.ts';
import { LogReader } from './log-reader.ts';

let folder: string;
let file: string;
let lines: string[];
let reader: LogReader;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tutti-log-'));
  file = join(folder, 'a.log');
  lines = [];
  reader = new LogReader(file, (line) => lines.push(line));
});
afterEach(() => {
  reader.close();
  rmSync(folder, { recursive: true });
});

it('waits for a log, and hands over lines as they are finished', () => {
  reader.read();
  writeFileSync(file, 'one\n\nth');
  reader.read();
  expect(lines).toEqual(['one', '']);
  appendFileSync(file, 'ree \u001b[31mred\r\nünfinished');
  reader.read();
  expect(lines).toEqual(['one', '', 'three \u001b[31mred\r']);
  reader.close();
  expect(lines.at(-1)).toBe('ünfinished');
});

it('misses nothing and tells nothing twice when a log becomes full, however often it is looked at', () => {
  for (const every of [1, 3, 7]) {
    const name = join(folder, `${every}.log`);
    const seen: string[] = [];
    const one = new LogReader(name, (line) => seen.push(line));
    // Half of it is one file: about nine lines.
    const log = outputLog(name, 200);
    for (let count = 0; count < 100; count++) {
      log.write(Buffer.from(`line ${count}\n`));
      if (count % every === 0) one.read();
    }
    log.close();
    one.read();
    one.close();
    const told = seen.filter((line) => !line.startsWith('[older'));
    expect([every, told]).toEqual([every, Array.from({ length: 100 }, (_, count) => `line ${count}`)]);
  }
});

it('begins with what stood in the log before it was full', () => {
  writeFileSync(olderLog(file), 'older\n');
  reader.read();
  expect(lines).toEqual(['older']);
  writeFileSync(file, 'newer\n');
  reader.read();
  expect([lines, existsSync(file)]).toEqual([['older', 'newer'], true]);
});

it('keeps the beginning of a line that is too long', () => {
  const long = 'x'.repeat(9 * 1024 * 1024);
  writeFileSync(file, `${long}\nnext\n`);
  reader.read();
  expect([lines[0]?.length, lines[0]?.slice(-24), lines[1]]).toEqual([
    4 * 1024 * 1024 + '… (5242880 more bytes)'.length,
    'xx… (5242880 more bytes)',
    'next',
  ]);
});
