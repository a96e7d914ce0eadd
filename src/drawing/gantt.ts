/** A Gantt chart as SVG: a row for each task, a bar for each attempt. By itself, or as the inner part of a page. */
import { timeMarks, timeText } from '../view/time-axis.ts';
import { escapeText } from './markup.ts';
import { drawingStyle } from './palette.ts';
import { fitText, textWidth } from './text-fit.ts';

export interface GanttBar {
  readonly attempt: string;
  readonly startMs: number;
  readonly endMs: number;
  /** From 0. */
  readonly slot: number;
  readonly succeeded: boolean;
}

export interface GanttRow {
  readonly id: string;
  readonly title: string;
  readonly isCritical: boolean;
  readonly bars: readonly GanttBar[];
}

export interface GanttTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface GanttChart {
  readonly name: string;
  readonly facts: readonly string[];
  /** Which run the bars are of, as a sentence. */
  readonly drawn: string;
  readonly lengthMs: number;
  /** Before this no run of the same attempts can end; null when that says nothing. */
  readonly boundMs: number | null;
  /** From top to bottom. */
  readonly rows: readonly GanttRow[];
  /** Shown in a page only. */
  readonly tables: readonly GanttTable[];
  readonly notes: readonly string[];
}

const MARGIN = 20;
const HEAD = 96;
const LABEL = 250;
/** From the edge of the frame. */
const INSET = 8;
const CHART = 900;
const ROW = 22;
const AXIS = 24;
const MARKS = 12;

/** What `drawGantt` draws takes this much. */
const sizeOf = ({ rows }: GanttChart) => ({
  width: LABEL + CHART + 60,
  height: AXIS + rows.length * ROW + 8,
});

/** A whole SVG file. It holds no script, and nothing in it refers to anything outside. */
export function ganttSvg(chart: GanttChart): string {
  const size = sizeOf(chart);
  const [width, height] = [size.width + 2 * MARGIN, size.height + HEAD + MARGIN];
  const facts = chart.facts.join(' · ');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="t-drawing" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="t-name t-facts">`,
    `<title id="t-name">${escapeText(chart.name)}</title>`,
    `<desc id="t-facts">${escapeText(facts)}</desc>`,
    `<style>${drawingStyle}</style>`,
    `<rect class="t-page" width="${width}" height="${height}"/>`,
    `<text class="t-text" x="${MARGIN}" y="34" font-size="20" font-weight="700">${escapeText(fitText(chart.name, size.width, 21))}</text>`,
    `<text class="t-dim" x="${MARGIN}" y="56" font-size="13">${escapeText(fitText(facts, size.width, 13))}</text>`,
    ganttLegend(chart, MARGIN, 80).text,
    `<g transform="translate(${MARGIN} ${HEAD})">`,
    drawRows(chart),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/** The chart without heading, for a page. */
export function ganttPart(chart: GanttChart): string {
  const { width, height } = sizeOf(chart);
  return `<svg class="t-drawing" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="A bar for each attempt, from left to right in time">\n${drawRows(chart)}\n</svg>`;
}

/** What the colours mean, and what is drawn. */
export function ganttLegend(
  { drawn }: Pick<GanttChart, 'drawn'>,
  x: number,
  y: number,
): { readonly text: string; readonly width: number } {
  const items = [
    ['', 'an attempt'],
    [' t-critical', 'on the critical path'],
    [' t-failed', 'failed at its gate'],
  ] as const;
  let at = x;
  const parts = items.map(([look, text]) => {
    const sample = `<rect class="t-work${look}" x="${at}" y="${y - 10}" width="22" height="11" rx="3"/><text class="t-dim" x="${at + 28}" y="${y}" font-size="12">${text}</text>`;
    at = Math.ceil(at + 28 + textWidth(text, 12) + 18);
    return sample;
  });
  const text = 'lower bound of this run';
  parts.push(
    `<path class="t-bound" d="M${at} ${y - 5}h22"/><text class="t-dim" x="${at + 28}" y="${y}" font-size="12">${text}</text>`,
  );
  at = Math.ceil(at + 28 + textWidth(text, 12) + 18);
  parts.push(`<text class="t-dim" x="${at}" y="${y}" font-size="12">${escapeText(drawn)}</text>`);
  return { text: parts.join(''), width: Math.ceil(at + textWidth(drawn, 12) + 18) };
}

function drawRows({ rows, lengthMs, boundMs }: GanttChart): string {
  const xOf = (ms: number): number => rounded(LABEL + (lengthMs === 0 ? 0 : (ms / lengthMs) * CHART));
  const bottom = AXIS + rows.length * ROW;
  const marks = timeMarks(lengthMs, MARKS).map(
    ({ ms, text }) =>
      `<path class="t-grid" d="M${xOf(ms)} ${AXIS - 6}V${bottom}"/><text class="t-dim" x="${xOf(ms)}" y="${AXIS - 10}" font-size="11" text-anchor="middle">${text}</text>`,
  );
  const lines = rows.flatMap((row, index) => drawRow(row, AXIS + index * ROW, xOf));
  const bound =
    boundMs === null
      ? []
      : [
          `<path class="t-bound" d="M${xOf(boundMs)} ${AXIS - 6}V${bottom}"><title>lower bound of this run: ${timeText(boundMs)}</title></path>`,
        ];
  return [...marks, ...lines, ...bound].join('\n');
}

function drawRow(
  { id, title, isCritical, bars }: GanttRow,
  y: number,
  xOf: (ms: number) => number,
): string[] {
  const label = title === id ? id : `${id}  ${title}`;
  return [
    `<text class="${isCritical ? 't-id' : 't-text'}" x="${INSET}" y="${y + 15}" font-size="12">${escapeText(fitText(label, LABEL - 12 - INSET, 12))}</text>`,
    ...bars.map(({ attempt, startMs, endMs, slot, succeeded }) => {
      const [x, end] = [xOf(startMs), xOf(endMs)];
      const told = `${attempt}: ${timeText(startMs)} to ${timeText(endMs)}, slot ${slot + 1}${succeeded ? '' : ', failed at its gate'}`;
      const look = succeeded ? (isCritical ? ' t-critical' : '') : ' t-failed';
      return `<rect class="t-work${look}" x="${x}" y="${y + 4}" width="${Math.max(1.5, rounded(end - x - 1))}" height="${ROW - 8}" rx="3"><title>${escapeText(told)}</title></rect>`;
    }),
  ];
}

const rounded = (pixels: number): number => Math.round(pixels * 10) / 10;
