import { expect, it } from 'vitest';
import { fakeTerminal } from '../../../test/rig/fake-terminal.ts';
import { attemptId, taskId } from '../../core/plan.ts';
import type { SimulatedRun } from '../../simulation/timeline.ts';
import { ganttText } from './gantt-text.ts';

const { palette } = fakeTerminal({ cwd: '/' });

type Bar = readonly [task: string, slot: number, start: number, end: number, succeeded?: boolean];

function chart(makespanMs: number, bars: readonly Bar[], width = 49): string {
  const attempts = bars.map(([task, slot, startMs, endMs, succeeded = true]) => ({
    ...{ task: taskId(task), attempt: attemptId(taskId(task), 1), slot, startMs, endMs, succeeded },
  }));
  const run = { attempts, makespanMs } as unknown as SimulatedRun;
  return ganttText(run, { width, critical: new Set([taskId('A')]), palette });
}

it('draws a line for each slot: bars with as much of the id as says something', () => {
  expect(
    chart(40_000, [
      ['A', 0, 0, 10_000],
      ['long-name', 1, 2_000, 9_000],
      ['failing', 0, 12_000, 24_000, false],
      ['X1', 0, 24_000, 26_000],
      ['gone', 0, 26_000, 26_010],
      ['B', 0, 30_000, 40_000],
    ]),
  ).toBe(
    [
      '         0              15s            30s',
      'slot 1   ┃A━━━━━━━━  │failing××××│─    │B────────',
      'slot 2     │long-…',
      '         ━ critical path   × failed at its gate',
    ].join('\n'),
  );
});

it('shows as many slots as fit, and nothing of a run without attempts', () => {
  const many = Array.from({ length: 30 }, (_, slot): Bar => [`T${slot}`, slot, 0, 1_000]);
  const lines = chart(1_000, many, 80).split('\n');
  expect([lines.length, lines.at(-1)]).toEqual([
    22,
    '         ━ critical path   10 more slots are not shown',
  ]);
  expect(chart(0, [])).toBe('');
});

it('shows no character of an id that a terminal would act on', () => {
  expect(chart(1_000, [['\u001b[31mred\u0007', 0, 0, 1_000]])).toMatch(/^slot 1 {3}│red─+$/m);
});
