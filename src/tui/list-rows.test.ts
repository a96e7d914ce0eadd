import { describe, expect, it } from 'vitest';
import { listLines, moved, shareRows } from './list-rows.ts';
import type { Section, SectionName } from './sections.ts';

const section = (name: SectionName, count: number): Section => ({
  name,
  title: name,
  tone: 'strong',
  tasks: Array.from({ length: count }, (_, at) => `${name}-${at}` as never),
  rowAt: (at) => [{ text: `${name} ${at}` }],
});

describe('rows', () => {
  it('go to what is pressing first, then to every section, then to more of what is pressing', () => {
    const sections = [
      section('attention', 9),
      section('working', 7),
      section('next', 30),
      section('finished', 20),
    ];
    // Titles included.
    const shared = (room: number): number[] => shareRows(sections, room, undefined);
    expect(shared(11)).toEqual([3, 8, 0, 0]);
    expect(shared(15)).toEqual([3, 8, 2, 2]);
    expect(shared(16)).toEqual([3, 8, 3, 2]);
    expect(shared(18)).toEqual([5, 8, 3, 2]);
  });

  it('go round once what matters most is there', () => {
    const sections = [
      section('working', 2),
      section('next', 30),
      section('waiting', 30),
      section('finished', 30),
    ];
    const [working, ...others] = shareRows(sections, 33, undefined);
    expect(working).toBe(3);
    expect(others.reduce((sum, count) => sum + count, 0)).toBe(30);
    expect(Math.max(...others) - Math.min(...others)).toBeLessThanOrEqual(2);
  });

  it('are never a title alone, nor more than there are', () => {
    for (let room = 0; room < 40; room++) {
      const given = shareRows(
        [section('working', 7), section('next', 3), section('finished', 12)],
        room,
        undefined,
      );
      expect(given).not.toContain(1);
      expect(given.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(room);
    }
  });

  it('show the selected one wherever it stands', () => {
    const sections = [section('working', 7), section('finished', 500)];
    for (const at of [0, 3, 250, 499]) {
      const selected = { section: 'finished', task: `finished-${at}` } as never;
      const lines = listLines(sections, 8, 40, selected);
      const shown = lines.filter(({ isSelected }) => isSelected);
      expect(shown.map(({ row }) => row)).toEqual([[{ text: `finished ${at}` }]]);
      expect(lines.length).toBeLessThanOrEqual(8);
    }
  });
});

describe('the selection', () => {
  const sections = [section('working', 2), section('next', 2)];

  it('moves through all sections and stays at the ends', () => {
    const first = moved(sections, undefined, 1);
    expect(first).toEqual({ section: 'working', task: 'working-0' });
    expect(moved(sections, first, 2)).toEqual({ section: 'next', task: 'next-0' });
    expect(moved(sections, first, 99)).toEqual({ section: 'next', task: 'next-1' });
    expect(moved(sections, first, -1)).toEqual(first);
  });

  it('follows its task into another section', () => {
    const was = { section: 'waiting', task: 'next-1' } as never;
    expect(moved(sections, was, 0)).toEqual({ section: 'next', task: 'next-1' });
  });
});
