/** A Gantt chart as SVG: a row for each task or slot, bars in time. By itself, or as the inner part of a page. */
import { timeMarks } from '../view/time-axis.ts';
import { escapeText } from './markup.ts';
import { drawingStyle } from './palette.ts';
import { fitText, textWidth } from './text-fit.ts';

/** `waiting` is a line, all others are bars; the legend says what each means. */
export type GanttLook = 'plain' | 'critical' | 'failed' | 'gate' | 'merge' | 'cut-off' | 'waiting';

export interface GanttBar {
  readonly startMs: number;
  readonly endMs: number;
  readonly look: GanttLook;
  /** What the pointer is told. */
  readonly told: string;
  /** Stands in it where there is room. */
  readonly name?: string;
}

export interface GanttRow {
  readonly id: string;
  readonly title: string;
  readonly isCritical: boolean;
  readonly bars: readonly GanttBar[];
}

/** A moment that all rows have in common. */
export interface GanttMark {
  readonly ms: number;
  readonly look: 'bound' | 'cut';
  readonly told: string;
}

export interface GanttSign {
  readonly look: GanttLook | GanttMark['look'];
  readonly text: string;
}

/** What `drawRows` draws. */
export interface GanttRows {
  readonly lengthMs: number;
  readonly marks: readonly GanttMark[];
  /** From top to bottom. */
  readonly rows: readonly GanttRow[];
}

export interface GanttChart extends GanttRows {
  readonly name: string;
  readonly facts: readonly string[];
  readonly legend: readonly GanttSign[];
  /** Which run the bars are of, as a sentence. */
  readonly drawn: string;
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
const SIGN = 22;

interface Measure {
  readonly label: number;
  readonly width: number;
  readonly height: number;
}

/** Short names leave the chart where it can be seen. */
function measure({ rows }: GanttRows): Measure {
  const longest = rows.reduce((most, row) => Math.max(most, textWidth(labelOf(row), 12)), 0);
  const label = Math.min(LABEL, Math.ceil(longest) + 12 + INSET);
  return { label, width: label + CHART + 60, height: AXIS + rows.length * ROW + 8 };
}

/** A whole SVG file. It holds no script, and nothing in it refers to anything outside. */
export function ganttSvg(chart: GanttChart): string {
  const size = measure(chart);
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
    legendLine(chart, MARGIN, 80),
    `<g transform="translate(${MARGIN} ${HEAD})">`,
    drawRows(chart, size),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/** The chart without heading, for a page. @param label what it is, for who cannot see it */
export function ganttPart(chart: GanttRows, label: string): string {
  const size = measure(chart);
  return `<svg class="t-drawing" viewBox="0 0 ${size.width} ${size.height}" width="${size.width}" height="${size.height}" role="img" aria-label="${escapeText(label)}">\n${drawRows(chart, size)}\n</svg>`;
}

/** What the colours mean, as a list for a page. */
export const ganttLegend = (legend: readonly GanttSign[]): string =>
  `<ul class="legend">${legend
    .map(
      ({ look, text }) =>
        `<li><svg class="t-drawing" viewBox="0 0 ${SIGN} 12" width="${SIGN}" height="12" aria-hidden="true">${sample(look, 0, 0)}</svg> ${escapeText(text)}</li>`,
    )
    .join('')}</ul>`;

function legendLine({ legend, drawn }: GanttChart, x: number, y: number): string {
  let at = x;
  const parts = legend.map(({ look, text }) => {
    const part = `${sample(look, at, y - 10)}<text class="t-dim" x="${at + SIGN + 6}" y="${y}" font-size="12">${escapeText(text)}</text>`;
    at = Math.ceil(at + SIGN + 6 + textWidth(text, 12) + 18);
    return part;
  });
  return `${parts.join('')}<text class="t-dim" x="${at}" y="${y}" font-size="12">${escapeText(drawn)}</text>`;
}

const sample = (look: GanttSign['look'], x: number, y: number): string =>
  look === 'bound' || look === 'cut'
    ? `<path class="t-${look}" d="M${x} ${y + 5}h${SIGN}"/>`
    : shape(look, x, y, SIGN, 11, '');

/** @param inner what stands inside of it */
function shape(look: GanttLook, x: number, y: number, width: number, height: number, inner: string): string {
  const [top, tall] = look === 'waiting' ? [y + height / 2 - 1.5, 3] : [y, height];
  return `<rect class="t-work${look === 'plain' ? '' : ` t-${look}`}" x="${x}" y="${top}" width="${width}" height="${tall}" rx="${Math.min(3, tall / 2)}">${inner}</rect>`;
}

function drawRows({ rows, lengthMs, marks }: GanttRows, { label }: Measure): string {
  const xOf = (ms: number): number => rounded(label + (lengthMs === 0 ? 0 : (ms / lengthMs) * CHART));
  const bottom = AXIS + rows.length * ROW;
  const axis = timeMarks(lengthMs, MARKS).map(
    ({ ms, text }) =>
      `<path class="t-grid" d="M${xOf(ms)} ${AXIS - 6}V${bottom}"/><text class="t-dim" x="${xOf(ms)}" y="${AXIS - 10}" font-size="11" text-anchor="middle">${text}</text>`,
  );
  const lines = rows.flatMap((row, index) => drawRow(row, AXIS + index * ROW, xOf, label));
  const moments = marks.map(
    ({ ms, look, told }) =>
      `<path class="t-${look}" d="M${xOf(ms)} ${AXIS - 6}V${bottom}"><title>${escapeText(told)}</title></path>`,
  );
  return [...axis, ...lines, ...moments].join('\n');
}

const labelOf = ({ id, title }: GanttRow): string => (title === id || title === '' ? id : `${id}  ${title}`);

function drawRow(row: GanttRow, y: number, xOf: (ms: number) => number, label: number): string[] {
  return [
    `<text class="${row.isCritical ? 't-id' : 't-text'}" x="${INSET}" y="${y + 15}" font-size="12">${escapeText(fitText(labelOf(row), label - 12 - INSET, 12))}</text>`,
    ...row.bars.map((bar) => drawBar(bar, y, xOf)),
  ];
}

function drawBar(
  { startMs, endMs, look, told, name }: GanttBar,
  y: number,
  xOf: (ms: number) => number,
): string {
  const x = xOf(startMs);
  const width = Math.max(1.5, rounded(xOf(endMs) - x - 1));
  const bar = shape(look, x, y + 4, width, ROW - 8, `<title>${escapeText(told)}</title>`);
  const text = name === undefined ? '' : fitText(name, width - 6, 10.5);
  // Less than that of a name says nothing.
  if (text === '' || (text !== name && text.length < 6)) return bar;
  return `${bar}<text class="t-name" x="${rounded(x + 4)}" y="${y + 15}" font-size="10.5" pointer-events="none">${escapeText(text)}</text>`;
}

const rounded = (pixels: number): number => Math.round(pixels * 10) / 10;
