/** Bars whose parts can be told apart without colours. */
import type { Row, Tone } from './row.ts';

export interface BarPart {
  readonly count: number;
  readonly glyph: string;
  readonly tone: Tone;
}

/** What is left of the whole is dots. Whatever is not nothing is seen: each part gets a cell as long as there are any. */
export function bar(parts: readonly BarPart[], total: number, width: number): Row {
  const shown = parts.filter(({ count }) => count > 0);
  const cells = shown.map(({ count }) => (total === 0 ? 0 : Math.floor((count / total) * width)));
  let free = width - cells.reduce((sum, count) => sum + count, 0);
  for (const [index, count] of cells.entries()) {
    if (count > 0 || free === 0) continue;
    cells[index] = 1;
    free--;
  }
  return [
    ...shown.map(({ glyph, tone }, index) => ({ text: glyph.repeat(cells[index] ?? 0), tone })),
    { text: '·'.repeat(Math.max(0, free)), tone: 'dim' as const },
  ].filter(({ text }) => text !== '');
}

export const done = (count: number): BarPart => ({ count, glyph: '█', tone: 'good' });
export const active = (count: number): BarPart => ({ count, glyph: '▒', tone: 'busy' });
export const stuck = (count: number): BarPart => ({ count, glyph: '×', tone: 'bad' });
