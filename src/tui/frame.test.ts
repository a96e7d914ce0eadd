import { describe, expect, it } from 'vitest';
import { planFrom } from '../../test/rig/plan-text.ts';
import {
  baselineGreen,
  failedGate,
  integrated,
  started,
  stateAfter,
  succeeded,
} from '../../test/rig/story.ts';
import { latestProgress } from '../core/attempt-progress.ts';
import type { RunState } from '../core/run-state.ts';
import { cellWidth } from '../view/cell-width.ts';
import { runView } from '../view/run-view.ts';
import { type Frame, type FrameInput, frameOf } from './frame.ts';
import { type Row, toned } from './row.ts';
import { firstUi, pressKey } from './ui.ts';

const textOf = (row: Row): string => row.map(({ text }) => text).join('');

const linesOf = ({ top, main, bottom }: Frame): string[] =>
  [...top, ...main.map(({ row }) => row), ...bottom].map(textOf);

const plan = planFrom('A\nB\nC: A\nD: B\nE: C\nF', (task) => ({
  ...task,
  title: `Title of ${task.id}`,
  module: 'core',
  outline: [{ phase: 'Model', commits: ['one', 'two'] }],
}));
const state = stateAfter(
  plan,
  { retries: 0, slots: 2 },
  baselineGreen,
  started('A', 1, 0),
  started('B', 1, 1),
  succeeded('A'),
  ...integrated('A'),
  failedGate('B'),
  started('C', 1, 0),
  started('F', 1, 1),
);

const input = (more: Partial<FrameInput> = {}, of: RunState = state): FrameInput => ({
  view: runView(of, 60_000),
  ui: firstUi,
  owns: true,
  now: 60_000,
  columns: 80,
  rows: 24,
  news: [],
  pageRows: [],
  ...more,
});

describe('a frame', () => {
  it('has what needs somebody first, then who works, waits and is finished', () => {
    const told = linesOf(frameOf(input())).map((line) => line.trimEnd());
    const places = ['NEEDS YOU 1', 'WORKING 2/2', 'WAITING 1', 'BLOCKED OR CANCELLED 1', 'FINISHED 1'].map(
      (title) => told.findIndex((line) => line.startsWith(title)),
    );
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(told[places[0]! + 1]).toContain('! B    needs attention: The gate step "test" ended with code 1.');
    expect(told[places[1]! + 1]).toMatch(/^ 0 C +Title of C +core +Model +0\/2 +5\ds$/);
    expect(told[places[2]! + 1]).toContain('ready soon: ← C (running)');
    expect(told[places[3]! + 1]).toContain('blocked by B');
  });

  it('never counts what runs as done', () => {
    const [, progress] = linesOf(frameOf(input()));
    expect(progress).toMatch(/^█{4}▒{8}×{8}·{4} 1\/6 done 16 % · 1 needs you · 2 running · 1 waiting/);
  });

  it.each([
    [40, 10],
    [80, 24],
    [120, 40],
    [200, 60],
    [61, 11],
    [20, 5],
  ])('fits %i × %i', (columns, rows) => {
    for (const page of [null, { name: 'help' }, { name: 'task', task: 'A', tab: 'log' }] as const) {
      const pageRows = Array.from({ length: 100 }, (_, at) => [toned(`line ${at} ${'x'.repeat(300)}`)]);
      const frame = frameOf(
        input({ columns, rows, ui: { ...firstUi, page: page as never, scroll: null }, pageRows }),
      );
      const main = frame.main.map(({ row }) => cellWidth(textOf(row)) + 1);
      const side = frame.side === null ? 0 : frame.side.width + 2;
      expect(Math.max(0, ...main)).toBeLessThanOrEqual(columns - side);
      for (const row of [...frame.top, ...frame.bottom])
        expect(cellWidth(textOf(row))).toBeLessThanOrEqual(columns);
      for (const row of frame.side?.rows ?? [])
        expect(cellWidth(textOf(row))).toBeLessThanOrEqual(frame.side!.width);
      expect(frame.top.length + frame.main.length + frame.bottom.length).toBeLessThanOrEqual(rows);
      expect(frame.side?.rows.length ?? 0).toBeLessThanOrEqual(rows);
    }
  });

  it('changes nowhere but in its own field, whatever an agent says', () => {
    const calm = frameOf(
      input({ view: runView(state, 60_000, { progress: said('working') }), columns: 120, rows: 40 }),
    );
    for (const text of [
      '\u001b[2J\u001b[H\u001b]0;owned\u0007',
      '\u202eright to left\u2066',
      'x'.repeat(1_000_000),
      '👩‍👩‍👧‍👦🏳️‍🌈'.repeat(50),
      `z${'\u0301'.repeat(500)}`,
      '\r\n\n\u0008\u0008\u009b31m',
      '日本語'.repeat(100),
    ]) {
      const view = runView(state, 60_000, { progress: said(text) });
      const frame = frameOf(input({ view, columns: 120, rows: 40 }));
      expect(linesOf(frame).filter((line, at) => line !== linesOf(calm)[at])).toHaveLength(1);
      for (const line of linesOf(frame)) {
        expect(cellWidth(line)).toBeLessThanOrEqual(120);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be there
        expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      }
    }
  });

  it('says what Ctrl+C does next, and who decides', () => {
    const bottom = (more: Partial<FrameInput>, of?: RunState): string =>
      textOf(frameOf(input(more, of)).bottom[0]!);
    expect(bottom({})).toBe('Ctrl+C: finish what runs, then pause');
    const draining = stateAfter(plan, {}, baselineGreen, started('A'), { type: 'pause-requested' });
    expect(bottom({}, draining)).toMatch(/^draining: .*Ctrl\+C again: cancel what runs/);
    const stopping = stateAfter(plan, {}, baselineGreen, started('A'), { type: 'stop-requested' });
    expect(bottom({}, stopping)).toMatch(/^stopping: .*Ctrl\+C once more leaves/);
    expect(bottom({ owns: false })).toMatch(/^watching/);
  });

  it('asks in full, however narrow it is', () => {
    const { ui } = pressKey(
      firstUi,
      { name: 'text', text: 'q' },
      {
        ...{ view: runView(state, 60_000), sections: [], owns: true, pageRows: 0, pageRoom: 9 },
      },
    );
    for (const columns of [40, 60, 80])
      expect(frameOf(input({ ui, columns })).bottom.map(textOf).join(' ').trim()).toContain('s stop now');
  });

  it('shows the end of what is typed, by its cells', () => {
    const entry = { for: 'command', text: `why ${'日'.repeat(60)}Z` } as const;
    expect(textOf(frameOf(input({ ui: { ...firstUi, entry } })).bottom[0]!)).toMatch(/^:日{38}Z▏$/);
  });

  it('shows every state without a colour', () => {
    const [title] = linesOf(frameOf(input({}, stateAfter(plan, {}, { type: 'pause-requested' }))));
    expect(title).toMatch(/PAUSED|DRAINING/);
  });
});

function said(text: string) {
  const progress = latestProgress();
  progress.see({ type: 'attempt-progress', task: 'C', attempt: 'C.1', text } as never);
  return progress;
}
