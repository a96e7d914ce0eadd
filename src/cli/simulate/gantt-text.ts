/** A simulated run as bars in the columns of a terminal: a line for each slot. Readable without colours. */
import type { TaskId } from '../../core/plan.ts';
import type { SimulatedAttempt, SimulatedRun } from '../../simulation/timeline.ts';
import { fitted } from '../../view/plain-text.ts';
import { timeMarks } from '../../view/time-axis.ts';
import type { Terminal } from '../terminal.ts';

export interface GanttOptions {
  /** Columns of a line. */
  readonly width: number;
  /** Tasks of the critical path. */
  readonly critical: ReadonlySet<TaskId>;
  readonly palette: Terminal['palette'];
}

const LABEL = 9;
const MAX_LINES = 20;
/** Columns that a mark of the axis needs. */
const MARK = 11;

/** Without a line break at its end; empty when nothing ran. */
export function ganttText({ attempts, makespanMs }: SimulatedRun, options: GanttOptions): string {
  if (attempts.length === 0 || makespanMs <= 0) return '';
  const room = options.width - LABEL;
  const place = (ms: number): number => Math.min(room, Math.round((ms / makespanMs) * room));
  const bySlot = Map.groupBy(attempts, ({ slot }) => slot);
  const slots = [...bySlot.keys()].sort((a, b) => a - b);
  const lines = slots.slice(0, MAX_LINES).map((slot) => {
    const bars = (bySlot.get(slot) ?? []).toSorted((a, b) => a.startMs - b.startMs);
    return `${`slot ${slot + 1}`.padEnd(LABEL)}${slotLine(bars, place, options)}`.trimEnd();
  });
  const hidden = slots.length - lines.length;
  const signs = [
    '━ critical path',
    ...(attempts.some(({ succeeded }) => !succeeded) ? ['× failed at its gate'] : []),
    ...(hidden > 0 ? [`${hidden} more slots are not shown`] : []),
  ];
  return [
    axis(makespanMs, room, place),
    ...lines,
    options.palette.dim(`${' '.repeat(LABEL)}${signs.join('   ')}`),
  ].join('\n');
}

function axis(lengthMs: number, room: number, place: (ms: number) => number): string {
  let line = '';
  for (const { ms, text } of timeMarks(lengthMs, Math.max(1, Math.floor(room / MARK)))) {
    const at = place(ms);
    if (at + text.length <= room) line = `${line.padEnd(at)}${text}`;
  }
  return `${' '.repeat(LABEL)}${line}`;
}

function slotLine(
  bars: readonly SimulatedAttempt[],
  place: (ms: number) => number,
  { critical, palette }: GanttOptions,
): string {
  let used = 0;
  let line = '';
  for (const { task, startMs, endMs, succeeded } of bars) {
    const start = Math.max(used, place(startMs));
    const end = place(endMs);
    // Too short to be seen.
    if (end <= start) continue;
    const isCritical = critical.has(task);
    const fill = !succeeded ? '×' : isCritical ? '━' : '─';
    const name = nameIn(task, end - start - 1);
    const bar = `${isCritical ? '┃' : '│'}${name}`.padEnd(end - start, fill);
    const colour = !succeeded ? palette.bad : isCritical ? palette.strong : palette.busy;
    line += ' '.repeat(start - used) + colour(bar);
    used = end;
  }
  return line;
}

/** The id, as far as it says something there. */
function nameIn(task: TaskId, room: number): string {
  const whole = fitted(task, Number.POSITIVE_INFINITY);
  if (whole.length <= room) return whole;
  return room >= 5 ? fitted(task, room) : '';
}
