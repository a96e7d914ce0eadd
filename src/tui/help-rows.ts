/** The page that explains keys and signs. */
import { cell, cut, emptyRow, type Row, toned } from './row.ts';

const keys: readonly (readonly [string, string])[] = [
  ['↑ ↓ or k j', 'select a task; PageUp, PageDown, Home, End'],
  ['Enter', 'open the task: its story, its log, its diff (s, l, d or Tab)'],
  ['Esc', 'back; on the list: clear selection and filter'],
  ['p', 'pause the selected task, or the whole run'],
  ['r', 'resume the run or a paused task; retry a task that needs you'],
  ['c', 'cancel the selected task'],
  ['+ -', 'one slot more, one less; what runs goes on'],
  ['y n', 'answer an advice'],
  ['/', 'show only tasks whose id, title, module or state contains a text'],
  ['g', 'the graph: what depends on what'],
  ['t', 'the timeline: who worked when'],
  [':', 'a command, as after `tutti`: status, pause T-004, why T-009, resolve T-003 …'],
  ['q', 'leave this screen; in `run` it asks what becomes of the run'],
  ['Ctrl+C', 'in `run`: finish what runs; again: cancel it; again: leave. In `watch`: leave'],
  ['Ctrl+Z', 'put this screen aside; the run goes on; `fg` brings it back'],
];

const signs: readonly (readonly [string, string])[] = [
  ['█ ▒ × ·', 'in bars: done, at work, stuck, still to come'],
  ['✓ ⇡', 'finished; being merged'],
  ['○ ◦ ·', 'ready; ready soon; waiting'],
  ['! ? ×', 'needs you; an advice; blocked or cancelled'],
];

const KEY_CELLS = 14;

export function helpRows(width: number): Row[] {
  const rowOf = ([name, meaning]: readonly [string, string]): Row => [
    toned(' '),
    cell(name, KEY_CELLS, 'strong'),
    cut(meaning, Math.max(0, width - KEY_CELLS - 1)),
  ];
  return [...keys.map(rowOf), emptyRow, ...signs.map(rowOf)];
}
