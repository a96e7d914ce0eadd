/** The small live view of `run` as lines of text: waves, slots, what needs attention. Pure; painting is live-screen's. */
import { roughDuration } from '../core/duration.ts';
import type { AttemptId } from '../core/plan.ts';
import { agentsText } from '../view/agent-text.ts';
import { budgetText } from '../view/budget-text.ts';
import { etaText } from '../view/eta-text.ts';
import { fitted } from '../view/plain-text.ts';
import { isHeldBack, type RunView, type SlotView, type TaskView, type WaveView } from '../view/run-view.ts';

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
const LONGEST_ID = 12;
const LONGEST_TITLE = 28;
const MOST_NEEDS = 5;

/** Fewer lines than `rows` (a line break follows the last, which must not scroll), none wider than `columns`. */
export function liveFrame(view: RunView, options: FrameOptions): string[] {
  const { columns, rows, palette } = options;
  const head = headLine(view, options);
  const foot = [
    countsLine(view, options),
    ...budgetLine(view, options),
    ...agentsLine(view, options),
    ...etaLine(view, options),
    ...hintLine(view, options),
  ];
  // The head, the foot and the attention lines are what a person looks for: waves and idle slots give way first.
  let room = rows - 1 - 1 - foot.length;
  const take = (lines: readonly string[], most: number, rest: string): string[] => {
    const taken = firstOf(lines, Math.min(most, room), (hidden) =>
      palette.dim(fitted(`… and ${hidden} more ${rest}`, columns)),
    );
    room -= taken.length;
    return taken;
  };
  const needs = take(attentionLines(view, options), MOST_NEEDS + 1, 'that need somebody; see `tutti status`');
  const busy = view.active.map((slot) => slotLine(slot, idWidth(view), options));
  const slots = take(busy, room - 1, 'at work');
  const waves = waveLines(view.waves, room, options);
  room -= waves.length;
  const idle = idleLines(view, options);
  const spare = room >= idle.length ? idle : [];
  room -= spare.length;
  // Air where nothing is lost by it.
  const gap = room >= 2 ? [''] : [];
  const middle = [...slots, ...spare];
  return [...gap, head, ...waves, ...(middle.length > 0 ? gap : []), ...middle, ...needs, ...foot].slice(
    0,
    Math.max(1, rows - 1),
  );
}

/** As many lines as there is room for; the last of them counts what is hidden. */
function firstOf(lines: readonly string[], room: number, rest: (hidden: number) => string): string[] {
  if (lines.length <= room) return [...lines];
  if (room <= 0) return [];
  return [...lines.slice(0, room - 1), rest(lines.length - room + 1)];
}

function headLine(view: RunView, { columns, palette }: FrameOptions): string {
  const what =
    view.state === 'running' ? '' : ` · ${view.state}${view.reason === '' ? '' : `: ${view.reason}`}`;
  const text = `${view.plan} → ${view.target.branch} · ${roughDuration(view.elapsedMs)} · slots ${view.slots.used}/${view.slots.limit}${what}`;
  return palette.strong(fitted(text, columns));
}

function budgetLine({ budget }: RunView, { columns }: FrameOptions): string[] {
  const text = budgetText(budget);
  return text === '' ? [] : [fitted(text, columns)];
}

function agentsLine({ agents, state }: RunView, { columns, now }: FrameOptions): string[] {
  const text = state === 'ended' ? '' : agentsText(agents, now);
  return text === '' ? [] : [fitted(text, columns)];
}

const etaLine = ({ eta }: RunView, { columns }: FrameOptions): string[] =>
  eta === null ? [] : [fitted(etaText(eta), columns)];

/** Once nothing runs any more Ctrl+C is nothing that needs an explanation. */
function hintLine({ state }: RunView, { hint, columns, palette }: FrameOptions): string[] {
  return hint === '' || state === 'ended' || state === 'paused' ? [] : [palette.dim(fitted(hint, columns))];
}

/** Where they do not all fit, those that have settled from the start on are left out first. */
function waveLines(waves: readonly WaveView[], room: number, options: FrameOptions): string[] {
  const lines = waves.map((wave) => waveLine(wave, options));
  if (lines.length <= room) return lines;
  const shown = room - 1;
  if (shown < 1) return [];
  const current = waves.findIndex(({ total, done, stuck }) => done + stuck < total);
  const start = Math.min(current === -1 ? 0 : current, lines.length - shown);
  const more = `… and ${lines.length - shown} more waves${start > 0 ? `, ${start} before these` : ''}`;
  return [...lines.slice(start, start + shown), options.palette.dim(fitted(more, options.columns))];
}

function waveLine(
  { wave, total, done, active, stuck }: WaveView,
  { columns, palette }: FrameOptions,
): string {
  const name = `wave ${String(wave).padEnd(2)} `;
  const words = [`${done}/${total} done`];
  if (active > 0) words.push(`${active} active`);
  if (stuck > 0) words.push(`${stuck} stuck`);
  const width = Math.min(BAR_WIDTH, columns - name.length - 30);
  if (width < 4) return fitted(name + words.join(', '), columns);
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
  return `${name}${bar} ${fitted(words.join(', '), columns - name.length - width - 1)}`;
}

/** One width for the whole run, so that columns stand still. */
const idWidth = ({ tasks }: RunView): number =>
  tasks.reduce((width, { id }) => Math.min(LONGEST_ID, Math.max(width, id.length)), 0);

function slotLine(slot: SlotView, idColumns: number, options: FrameOptions): string {
  const { columns, now, palette, lastLines } = options;
  const kind = slot.status === 'verifying' ? 'gate' : slot.kind;
  const number = String(slot.slot).padStart(3);
  const id = fitted(slot.task, idColumns).padEnd(idColumns);
  const title = fitted(slot.title, LONGEST_TITLE).padEnd(LONGEST_TITLE);
  const elapsed = roughDuration(now - slot.startedAt).padStart(6);
  const left = `${number}  ${id}  ${title}  ${kind.padEnd(8)} ${elapsed}`;
  if (left.length > columns) return fitted(left, columns);
  const told = `${number}  ${id}  ${title}  ${kindColour(kind, palette)(kind.padEnd(8))} ${elapsed}`;
  const space = columns - left.length - 2;
  const last = lastLines.get(slot.attempt);
  return last === undefined || space < 8 ? told : `${told}  ${palette.dim(fitted(last, space))}`;
}

/** What mends something is seen at a glance. */
function kindColour(kind: string, { bad, busy, dim }: Palette): (text: string) => string {
  if (kind === 'repair' || kind === 'conflict') return bad;
  return kind === 'gate' ? busy : dim;
}

/** Free slots have a line too: the frame keeps its height while they change hands. */
function idleLines({ state, active, slots }: RunView, { palette }: FrameOptions): string[] {
  if (state !== 'running') return [];
  const free = Math.max(0, slots.limit - active.length);
  return Array.from({ length: free }, () => palette.dim('  –'));
}

function attentionLines({ tasks, active }: RunView, { columns, palette }: FrameOptions): string[] {
  const needing = tasks.filter(({ status }) => status === 'needs-attention' || status === 'needs-review');
  const starving = active.filter(({ pauseAdvised }) => pauseAdvised);
  return [
    ...needing.map((task) => palette.bad(fitted(attentionText(task), columns))),
    ...starving.map(({ task }) => palette.busy(fitted(adviceText(task), columns))),
  ];
}

const adviceText = (task: string): string =>
  `?  ${task} keeps many short tasks waiting: \`tutti pause ${task}\` lets them through first`;

function attentionText(task: TaskView): string {
  return `!  ${task.id} ${task.status}: ${task.failure ?? 'its plan says that a person does it'}`;
}

function countsLine({ counts, tasks }: RunView, { columns }: FrameOptions): string {
  const paused = tasks.reduce((sum, task) => sum + (isHeldBack(task) ? 1 : 0), 0);
  const parts: [string, number][] = [
    ['done', counts.done],
    ['skipped', counts.skipped],
    ['running', counts.running],
    ['verifying', counts.verifying],
    ['integrating', counts.integrating],
    ['ready', counts.ready - paused],
    ['paused', paused],
    ['waiting', counts.waiting],
    ['needs attention', counts.needsAttention],
    ['needs review', counts.needsReview],
    ['blocked', counts.blocked],
    ['cancelled', counts.cancelled],
  ];
  const told = parts.filter(([name, count]) => count > 0 || name === 'done');
  return fitted(told.map(([name, count]) => `${count} ${name}`).join(' · '), columns);
}
