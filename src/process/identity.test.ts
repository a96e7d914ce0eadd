import { describe, expect, it } from 'vitest';
import { bootId, identify, isAlive, markIn, parseStat } from './identity.ts';

describe('parseStat', () => {
  it('is not fooled by a program whose name looks like the rest', () => {
    const fields = Array.from({ length: 40 }, (_, index) => String(index + 7)).join(' ');
    expect(parseStat(`42 (a) R 1 (b c) S 1 42 41 ${fields}`)).toEqual({
      pid: 42,
      state: 'S',
      ppid: 1,
      pgid: 42,
      sid: 41,
      startTime: '22',
    });
  });
});

describe('markIn', () => {
  it('finds the mark alone, wherever it stands', () => {
    expect(markIn('A=1\0TUTTI_MARK=abc\0B=2\0', '\0')).toBe('abc');
    expect(markIn('TUTTI_MARK=abc', '\0')).toBe('abc');
    expect(markIn('NOT_TUTTI_MARK=abc\0', '\0')).toBeUndefined();
  });
});

describe('isAlive', () => {
  const self = identify(process.pid, 'any');

  it('knows a process by boot, pid and start time', () => {
    expect(self).toEqual({
      pid: process.pid,
      startTime: expect.stringMatching(/./),
      bootId: bootId(),
      mark: 'any',
    });
    expect(isAlive(self)).toBe(true);
  });

  it('is not misled by a pid that was given again or belongs to another boot', () => {
    expect(isAlive({ ...self, startTime: '1' })).toBe(false);
    expect(isAlive({ ...self, bootId: 'another' })).toBe(false);
    expect(isAlive({ ...self, pid: 2 ** 22 + 1 })).toBe(false);
  });
});
