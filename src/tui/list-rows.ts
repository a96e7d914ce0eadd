/** Shares the rows of a screen among sections, so that each shows something and the selected row is always there. */
import type { TaskId } from '../core/plan.ts';
import { fitRow, type Row, titleRow } from './row.ts';
import type { Section, SectionName } from './sections.ts';

export interface ListLine {
  readonly isSelected: boolean;
  readonly row: Row;
}

/** Rows of each section that are shown before any section shows more. */
const least: Readonly<Record<SectionName, number>> = {
  attention: 2,
  // As many as there are slots, unless somebody has raised them.
  working: 7,
  merging: 1,
  next: 2,
  waiting: 2,
  stuck: 1,
  finished: 1,
};

/** What somebody looks at for hours: it has its least before others have a row, and all of it before they have more. */
const pressing: ReadonlySet<SectionName> = new Set(['attention', 'working', 'merging']);

/** @param room rows, titles included @param selected the section's name keeps apart what stands in two of them */
export function listLines(
  sections: readonly Section[],
  room: number,
  width: number,
  selected: Selection | undefined,
): ListLine[] {
  const given = shareRows(sections, room, selected);
  return sections.flatMap((section, index) => {
    const count = given[index] ?? 0;
    if (count < 2) return [];
    const rows = count - 1;
    const at = selected?.section === section.name ? section.tasks.indexOf(selected.task) : -1;
    const from = Math.max(0, Math.min(at - Math.floor(rows / 2), section.tasks.length - rows));
    const hidden = section.tasks.length - rows;
    const title = hidden > 0 ? `${section.title} (${hidden} more)` : section.title;
    return [
      { isSelected: false, row: titleRow(title, width, section.tone) },
      ...Array.from({ length: Math.min(rows, section.tasks.length) }, (_, offset): ListLine => {
        const place = from + offset;
        return { isSelected: place === at, row: fitRow(section.rowAt(place), width) };
      }),
    ];
  });
}

/** A row of a list: the same task may need somebody and wait for its slot. */
export interface Selection {
  readonly section: SectionName;
  readonly task: TaskId | null;
}

/** Rows for each section with its title; 0 for those that find no room. The one with the selection comes first. */
export function shareRows(
  sections: readonly Section[],
  room: number,
  selected: Selection | undefined,
): number[] {
  const given = sections.map(() => 0);
  const order = sections
    .map(({ name }, index) => ({ index, isFirst: name === selected?.section }))
    .sort((a, b) => Number(b.isFirst) - Number(a.isFirst) || a.index - b.index)
    .map(({ index }) => index);
  let left = room;
  const give = (index: number, wanted: number): void => {
    const more = Math.min(wanted - (given[index] ?? 0), left);
    // A title without a row below it says nothing.
    if (more <= 0 || (given[index] === 0 && more < 2)) return;
    given[index] = (given[index] ?? 0) + more;
    left -= more;
  };
  const size = (index: number): number => sections[index]?.tasks.length ?? 0;
  const giveLeast = (index: number): void =>
    give(index, 1 + Math.min(size(index), least[sections[index]?.name ?? 'finished']));
  const isPressing = (index: number): boolean => pressing.has(sections[index]?.name ?? 'finished');
  if (selected !== undefined && order[0] !== undefined) give(order[0], 2);
  for (const index of order.filter(isPressing)) giveLeast(index);
  for (const index of order) give(index, 2);
  for (const index of order) giveLeast(index);
  for (const index of order.filter(isPressing)) give(index, 1 + size(index));
  // What is left goes round, a row at a time.
  for (let before = -1; before !== left; ) {
    before = left;
    for (const [index] of sections.entries()) give(index, Math.min(1 + size(index), 1 + (given[index] ?? 0)));
  }
  return given;
}

/** Every row that can be selected, from top to bottom. */
const selectable = (sections: readonly Section[]): Selection[] =>
  sections.flatMap(({ name, tasks }) => tasks.map((task) => ({ section: name, task })));

/** The row so many places further; at the ends it stays. A task that has moved on is looked for where it is now. */
export function moved(
  sections: readonly Section[],
  selected: Selection | undefined,
  by: number,
): Selection | undefined {
  const all = selectable(sections);
  const at = placeOf(all, selected);
  // Nothing is selected yet: one step leads to the nearer end, and `end` to the end.
  if (at === -1) return all[by === Number.POSITIVE_INFINITY || by === -1 ? all.length - 1 : 0];
  return all[Math.max(0, Math.min(all.length - 1, at + by))];
}

/** The selection as it is now: the same row, else the same task in another section, else nothing. */
export function current(
  sections: readonly Section[],
  selected: Selection | undefined,
): Selection | undefined {
  const all = selectable(sections);
  return all[placeOf(all, selected)];
}

function placeOf(all: readonly Selection[], selected: Selection | undefined): number {
  if (selected === undefined) return -1;
  const exact = all.findIndex(({ section, task }) => section === selected.section && task === selected.task);
  return exact !== -1 || selected.task === null ? exact : all.findIndex(({ task }) => task === selected.task);
}
