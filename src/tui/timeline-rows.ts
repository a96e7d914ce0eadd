/** Who worked when: a row per task, its attempts over time, in letters that need no colours. */
import { roughDuration } from '../core/duration.ts';
import type { SpanPhase, Timeline, TimelineAttempt } from '../view/timeline.ts';
import { cell, cut, type Row, rightCell, type Span, type Tone, toned } from './row.ts';

const LONGEST_ID = 18;
const TIME_CELLS = 8;

const glyphs: Readonly<Record<SpanPhase, { readonly text: string; readonly tone: Tone }>> = {
  working: { text: '█', tone: 'busy' },
  gate: { text: '▓', tone: 'good' },
  'merge-wait': { text: '·', tone: 'dim' },
  merging: { text: '▲', tone: 'good' },
};

const ends: Readonly<Partial<Record<TimelineAttempt['outcome'], string>>> = {
  failed: '×',
  'not-merged': '×',
  'cut-off': '|',
  cancelled: '|',
};

/** In the order in which tasks were begun. */
export function timelineRows(timeline: Timeline, width: number): Row[] {
  const { from, to, attempts } = timeline;
  const byTask = Map.groupBy(attempts, ({ task }) => task);
  if (byTask.size === 0) return [[toned('Nobody has worked yet.', 'dim')]];
  const idCells = Math.min(LONGEST_ID, Math.max(...[...byTask.keys()].map((id) => id.length)));
  const cells = Math.max(10, width - idCells - TIME_CELLS - 2);
  const legend = '█ works  ▓ gate  · waits for its merge  ▲ merging  × failed  | cut off';
  const total = roughDuration(to - from);
  const scale: Row = [cell('', idCells + 1), toned('0'), rightCell(total, cells - 1, 'dim')];
  return [
    [cut(legend, width, 'dim')],
    scale,
    ...[...byTask].map(([task, ofTask]): Row => {
      const worked = ofTask.reduce((sum, one) => sum + one.to - one.from, 0);
      return [
        cell(task, idCells, 'strong'),
        toned(' '),
        ...barOf(ofTask, timeline, cells),
        rightCell(roughDuration(worked), TIME_CELLS),
      ];
    }),
  ];
}

function barOf(attempts: readonly TimelineAttempt[], { from, to }: Timeline, cells: number): Span[] {
  const row: Span[] = Array.from({ length: cells }, () => ({ text: ' ' }));
  const place = (at: number): number =>
    Math.min(cells - 1, Math.floor(((at - from) / Math.max(1, to - from)) * cells));
  for (const { spans, outcome } of attempts) {
    for (const span of spans)
      for (let at = place(span.from); at <= place(span.to); at++) row[at] = glyphs[span.phase];
    const mark = ends[outcome];
    const last = spans.at(-1);
    if (mark !== undefined && last !== undefined) row[place(last.to)] = { text: mark, tone: 'bad' };
  }
  return joined(row);
}

/** Cells of the same tone as one span. */
function joined(cellsOfRow: readonly Span[]): Span[] {
  const spans: { text: string; tone?: Tone }[] = [];
  for (const { text, tone } of cellsOfRow) {
    const last = spans.at(-1);
    if (last !== undefined && last.tone === tone) last.text += text;
    else spans.push(tone === undefined ? { text } : { text, tone });
  }
  return spans;
}
