import { describe, expect, it } from 'vitest';
import { findAncestors, findFamily } from './family.ts';
import type { ProcessEntry } from './process-table.ts';

/** Rows `pid ppid pgid sid startTime [mark]`. */
function table(...rows: readonly string[]): readonly ProcessEntry[] {
  return rows.map((row) => {
    const [pid, ppid, pgid, sid, startTime = '', mark] = row.split(' ');
    const ids = { pid: Number(pid), ppid: Number(ppid), pgid: Number(pgid), sid: Number(sid) };
    return { ...ids, startTime, ...(mark === undefined ? {} : { mark }) };
  });
}
const pids = (entries: readonly ProcessEntry[]) => entries.map(({ pid }) => pid).sort((a, b) => a - b);
const root = { pid: 10, startTime: 't10' };

describe('findFamily', () => {
  it('finds children, groups, sessions and marked daemons, and their children', () => {
    const processes = table(
      '1 0 1 1 t0',
      '5 1 5 5 t5',
      '10 5 10 10 t10 m',
      '11 10 11 10 t11',
      '12 11 12 12 t12',
      '13 1 12 12 t13',
      '20 1 20 20 t20 m',
      '21 20 21 21 t21',
      '30 5 30 30 t30 other',
    );
    expect(pids(findFamily(processes, { mark: 'm', root, ours: true }))).toEqual([10, 11, 12, 13, 20, 21]);
  });

  it('finds by its session what lost its parent and its mark, as long as the root is ours', () => {
    const processes = table('11 1 10 10 t11');
    expect(pids(findFamily(processes, { mark: 'm', root, ours: true }))).toEqual([11]);
    expect(pids(findFamily(processes, { mark: 'm', root, ours: false }))).toEqual([]);
  });

  it('leaves alone another process that has the pid of the root', () => {
    const processes = table('10 5 10 10 t99', '11 10 10 10 t100');
    expect(pids(findFamily(processes, { mark: 'm', root, ours: true }))).toEqual([]);
  });

  it('finds everything of a run by the beginning of its marks', () => {
    const processes = table(
      '11 1 11 11 t run',
      '12 1 12 12 t run/a',
      '13 1 13 13 t runner/a',
      '14 1 14 14 t x',
    );
    expect(pids(findFamily(processes, { mark: 'run', within: true, ours: false }))).toEqual([11, 12]);
    expect(pids(findFamily(processes, { mark: 'run', ours: false }))).toEqual([11]);
  });

  it('remembers who was family before', () => {
    const processes = table('11 1 11 11 t11', '12 1 12 12 t99');
    const known = new Set(['11 t11', '12 t12']);
    expect(pids(findFamily(processes, { mark: 'm', root, ours: false }, known))).toEqual([11]);
  });
});

it('findAncestors gives the whole line', () => {
  expect([...findAncestors(table('1 0 1 1 t', '5 1 5 5 t', '6 5 6 6 t', '7 1 7 7 t'), 6)]).toEqual([
    6, 5, 1, 0,
  ]);
});
