/** The rows at the bottom: what is asked, typed or just happened, and which keys do something here. */
import type { TaskId } from '../core/plan.ts';
import { cellEnd, cellText, cellWidth } from '../view/cell-width.ts';
import { plainText } from '../view/plain-text.ts';
import type { RunView } from '../view/run-view.ts';
import { cut, dotted, type Row, rowWidth, type Span, spread, type Tone, textSpan, toned } from './row.ts';
import { adviceOf, type Ui } from './ui.ts';

export interface BottomInput {
  readonly ui: Ui;
  readonly view: RunView;
  readonly owns: boolean;
  readonly columns: number;
}

export function bottomRows({ ui, view, owns, columns }: BottomInput): Row[] {
  return [...messageRows(ui, view, owns, columns), keysRow(ui, columns)];
}

/** What is asked or has just happened is told in full, as far as that goes. */
const MOST_MESSAGE_ROWS = 3;

function messageRows(ui: Ui, view: RunView, owns: boolean, width: number): Row[] {
  const inFull = (text: string, tone: Tone): Row[] =>
    wordRows(text, width, MOST_MESSAGE_ROWS).map((row) => [cut(row, width, tone)]);
  if (ui.question !== null) return inFull(ui.question.text, 'strong');
  if (ui.entry === null && ui.notice !== '') return inFull(ui.notice, 'busy');
  return [messageRow(ui, view, owns, width)];
}

/** A text as rows that are broken between words; the last one has all the rest. */
function wordRows(text: string, width: number, most: number): string[] {
  const [first = '', ...words] = plainText(text).split(' ');
  const rows = [first];
  for (const word of words) {
    const longer = `${rows.at(-1)} ${word}`;
    if (rows.length < most && cellWidth(cellText(longer)) > width) rows.push(word);
    else rows[rows.length - 1] = longer;
  }
  return rows;
}

function messageRow(ui: Ui, view: RunView, owns: boolean, width: number): Row {
  if (ui.entry !== null) {
    const mark = ui.entry.for === 'filter' ? '/' : ':';
    // The end of a long line is where somebody types.
    return [toned(mark, 'strong'), textSpan(cellEnd(ui.entry.text, width - 2)), toned('▏')];
  }
  const advice = adviceOf(ui, view);
  if (advice !== undefined) return [cut(adviceText(advice), width, 'strong')];
  if (ui.filter !== '' && ui.page === null)
    return [cut(`filter: ${ui.filter} (Esc clears it)`, width, 'busy')];
  return [cut(stageText(view, owns), width, view.state === 'draining' ? 'busy' : 'dim')];
}

const adviceText = (task: TaskId): string =>
  `Pause ${task}, so that short tasks get through? It goes on later. (y/n)`;

/** What Ctrl+C does next. */
function stageText({ state, stopping }: Pick<RunView, 'state' | 'stopping'>, owns: boolean): string {
  if (state === 'paused' || state === 'ended') return 'nobody works on it now; q or Ctrl+C leaves';
  if (!owns) return 'watching; q or Ctrl+C leaves, the run goes on';
  if (stopping) return 'stopping: work is being saved; Ctrl+C once more leaves at once';
  if (state === 'draining')
    return 'draining: nothing new starts; Ctrl+C again: cancel what runs (its work is kept)';
  return 'Ctrl+C: finish what runs, then pause';
}

const key = (name: string, word: string): Span => toned(`${name} ${word}`, 'dim');

function keysRow(ui: Ui, width: number): Row {
  if (ui.question !== null) return dotted([key('Esc', 'nothing')], width);
  if (ui.entry !== null) return dotted([key('Enter', 'go'), key('Esc', 'never mind')], width);
  const acts = [key('p', 'pause'), key('r', 'retry'), key('c', 'cancel')];
  const help = key('?', 'help');
  if (ui.page === null) {
    const pages = [key('/', 'filter'), key('g', 'graph'), key('t', 'time'), key(':', 'command')];
    const others = [key('⏎', 'open'), ...acts, key('+-', 'slots'), ...pages];
    return withLast(others, [help, key('q', 'leave')], width);
  }
  const back = [key('Esc', 'back'), key('↑↓', 'scroll')];
  if (ui.page.name !== 'task') return withLast([...back, key(':', 'command')], [help], width);
  return withLast([...back, key('s', 'story'), key('l', 'log'), key('d', 'diff'), ...acts], [help], width);
}

/** The last ones are there however narrow the screen is. */
function withLast(keys: readonly Span[], last: readonly Span[], width: number): Row {
  const end = dotted(last, width);
  return spread(dotted(keys, width - rowWidth(end) - 1), end, width);
}
