import { describe, expect, it } from 'vitest';
import type { Frame } from './frame.ts';
import { createPainter } from './painter.ts';
import type { Row } from './row.ts';

const row = (text: string): Row => [{ text }];
const frame: Frame = {
  columns: 40,
  rows: 5,
  top: [row('top')],
  main: [
    { isSelected: false, row: [{ text: 'a ' }, { text: 'bad', tone: 'bad' }] },
    { isSelected: true, row: [{ text: 'b ' }, { text: 'dim', tone: 'dim' }] },
  ],
  side: { width: 10, rows: [row('beside')] },
  bottom: [row('bottom')],
};

/** What is written, without what surrounds it all. */
const between = (text: string): string =>
  text.replaceAll('\u001b', '^').replace('^[?2026h^[?7l', '').replace('^[?7h^[?2026l', '');

describe('createPainter', () => {
  it('paints the first frame as a whole, its bottom at the bottom', () => {
    expect(between(createPainter(false).paint(frame))).toBe(
      '^[2J^[1;1H^[2Ktop^[2;1H^[2K a bad^[31Gbeside^[3;1H^[2K›b dim^[4;1H^[2K^[5;1H^[2Kbottom',
    );
  });

  it('paints only lines that have changed after that, and nothing when none has', () => {
    const painter = createPainter(false);
    painter.paint(frame);
    expect(painter.paint({ ...frame })).toBe('');
    expect(between(painter.paint({ ...frame, bottom: [row('other')] }))).toBe('^[5;1H^[2Kother');
    expect(between(painter.paint({ ...frame, main: [], bottom: [row('other')] }))).toBe(
      '^[2;1H^[2K^[31Gbeside^[3;1H^[2K',
    );
  });

  it('paints all again on a screen of another size, and after somebody else has written there', () => {
    const painter = createPainter(false);
    painter.paint(frame);
    expect(between(painter.paint({ ...frame, columns: 41 }))).toMatch(/^\^\[2J\^\[1;1H/);
    painter.forget();
    expect(between(painter.paint({ ...frame, columns: 41 }))).toMatch(/^\^\[2J\^\[1;1H/);
  });

  it('gives each span its colour, and what is selected the colours the other way round', () => {
    const text = between(createPainter(true).paint({ ...frame, side: null }));
    expect(text).toContain('^[2K a ^[1;31mbad^[0m');
    expect(text).toContain('^[2K^[7m›^[0m^[7mb ^[0m^[7;2mdim^[0m');
  });
});
