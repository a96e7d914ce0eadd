/** The small live view of `run` as lines of text: waves, slots, what needs attention. Pure; painting is live-screen's. */
import { formatDuration } from '../core/duration.ts';
import type { AttemptId } from '../core/plan.ts';
import { fitted } from '../view/plain-text.ts';
import type { RunView, SlotView, TaskView, WaveView } from '../view/run-view.ts';

/** Colours are functions so that NO_COLOR is nobody's business here. */
export interface Palette {
  readonly good: (text: string) => string;
  readonly busy: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly strong: (text: string) => string;
}

export interface FrameOptions {
  readonly columns: number;
  readonly rows: number;
  readonly now: number;
  readonly palette: Palette;
  /** What each running attempt said last. */
  readonly lastLines: ReadonlyMap<AttemptId | string, string>;
  /** What Ctrl+C would do next. */
  readonly hint: string;
}

const BAR_WIDTH = 24;

/** At most `rows` lines, none wider than `columns`. */
export function liveFrame(view: RunView, options: FrameOptions): string[] {
  const { columns, rows, palette } = options;
  const attention = view.tasks.filter(
    ({ status }) => status === 'needs-attention' || status === 'needs-review',
  );
  const head = headLine(view, options);
  const foot = [countsLine(view, options), palette.dim(fitted(options.hint, columns))];
  const slots = view.active.map((slot) => slotLine(slot, options));
  const needs = attention.map((task) => palette.bad(fitted(attentionText(task), columns)));
  // The head, the foot and the attention lines are what a person looks for: waves give way first.
  const left = rows - 1 - foot.length - slots.length - Math.min(needs.length, 5);
  const waves = view.waves.map((wave) => waveLine(wave, options));
  const shown = waves.length <= left ? waves : waves.slice(0, Math.max(1, left - 1));
  if (shown.length < waves.length) shown.push(palette.dim(`… and ${waves.length - shown.length} more waves`));
  const more = needs.length > 5 ? [palette.bad(`… and ${needs.length - 5} more; see \`tutti status\``)] : [];
  return [head, ...shown, ...slots, ...needs.slice(0, 5), ...more, ...foot].slice(0, rows);
}

function headLine(view: RunView, { columns, palette }: FrameOptions): string {
  const elapsed = formatDuration(Math.max(0, view.elapsedMs));
  const what =
    view.state === 'running' ? '' : ` · ${view.state}${view.reason === '' ? '' : `: ${view.reason}`}`;
  const text = `${view.plan} → ${view.target.branch} · ${elapsed} · slots ${view.slots.used}/${view.slots.limit}${what}`;
  return palette.strong(fitted(text, columns));
}

function waveLine(
  { wave, total, done, active, stuck }: WaveView,
  { columns, palette }: FrameOptions,
): string {
  const width = Math.min(BAR_WIDTH, Math.max(4, columns - 40));
  const cells = (count: number): number => Math.floor((count / total) * width);
  const [doneCells, stuckCells] = [cells(done), cells(stuck)];
  // Whatever runs is visible, however large its wave is.
  const activeCells = Math.min(width - doneCells - stuckCells, active > 0 ? Math.max(1, cells(active)) : 0);
  const rest = width - doneCells - activeCells - stuckCells;
  const bar =
    palette.good('█'.repeat(doneCells)) +
    palette.busy('▒'.repeat(activeCells)) +
    palette.bad('×'.repeat(stuckCells)) +
    palette.dim('·'.repeat(rest));
  const words = [`${done}/${total} done`];
  if (active > 0) words.push(`${active} active`);
  if (stuck > 0) words.push(`${stuck} stuck`);
  return `wave ${String(wave).padEnd(2)} ${bar} ${words.join(', ')}`;
}

function slotLine(slot: SlotView, { columns, now, palette, lastLines }: FrameOptions): string {
  const kind = slot.status === 'verifying' ? 'gate' : slot.kind;
  const elapsed = formatDuration(Math.max(0, now - slot.startedAt));
  const left = `${String(slot.slot).padStart(3)}  ${fitted(slot.task, 12).padEnd(12)} ${fitted(slot.title, 28).padEnd(28)} ${kind.padEnd(8)} ${elapsed.padStart(6)}`;
  const space = columns - left.length - 2;
  const last = lastLines.get(slot.attempt);
  if (space < 8) return fitted(left, columns);
  return last === undefined ? left : `${left}  ${palette.dim(fitted(last, space))}`;
}

function attentionText(task: TaskView): string {
  return `!  ${task.id} ${task.status}: ${task.failure ?? 'its plan says that a person does it'}`;
}

function countsLine({ counts }: RunView, { columns }: FrameOptions): string {
  const parts: [string, number][] = [
    ['done', counts.done],
    ['skipped', counts.skipped],
    ['running', counts.running],
    ['verifying', counts.verifying],
    ['integrating', counts.integrating],
    ['ready', counts.ready],
    ['waiting', counts.waiting],
    ['needs attention', counts.needsAttention],
    ['needs review', counts.needsReview],
    ['blocked', counts.blocked],
    ['cancelled', counts.cancelled],
  ];
  const told = parts.filter(([name, count]) => count > 0 || name === 'done');
  return fitted(told.map(([name, count]) => `${count} ${name}`).join(' · '), columns);
}
