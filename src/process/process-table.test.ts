import { expect, it } from 'vitest';
import { parsePs, readProcessTable } from './process-table.ts';

it('finds this process and its parent', async () => {
  const table = await readProcessTable();
  const self = table.find(({ pid }) => pid === process.pid);
  expect(self?.ppid).toBe(process.ppid);
  expect(new Set(table.map(({ pid }) => pid)).size).toBe(table.length);
});

it('reads what ps prints on macOS', () => {
  const text = [
    '    1     0     1 Ss   Thu Nov  6 07:39:00 2025     /sbin/launchd',
    '  501     1   501 S+   Thu Nov 20 17:39:01 2025     sleep 600 HOME=/x TUTTI_MARK=abc TERM=vt100',
    '  502     1   501 Z    Thu Nov 20 17:39:01 2025     (sleep)',
    '',
  ].join('\n');
  expect(parsePs(text)).toEqual([
    { pid: 1, ppid: 0, pgid: 1, sid: 0, startTime: 'Thu Nov 6 07:39:00 2025' },
    { pid: 501, ppid: 1, pgid: 501, sid: 0, startTime: 'Thu Nov 20 17:39:01 2025', mark: 'abc' },
  ]);
});
