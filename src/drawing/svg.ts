/** The layered graph as SVG: by itself, with a heading and a legend, or as the inner part of a page. */
import type { Analysis } from '../core/analysis/analyse.ts';
import { counted, grouped } from '../view/amount-text.ts';
import { planFacts } from './facts.ts';
import { type Box, type Layout, layOut } from './layout.ts';
import { escapeText } from './markup.ts';
import { drawingStyle } from './palette.ts';
import { type Picture, type PictureTask, pictureOf } from './picture.ts';
import { fitText, textWidth } from './text-fit.ts';

const MARGIN = 20;
const HEAD = 96;
const MIN_WIDTH = 720;
const ALONE = 'Wave 0, on their own';

/** A whole SVG file. It holds no script, and nothing in it refers to anything outside. */
export function analysisSvg(analysis: Analysis): string {
  const picture = pictureOf(analysis);
  const layout = layOut(picture);
  const width = Math.ceil(Math.max(MIN_WIDTH, layout.width) + 2 * MARGIN);
  const height = Math.ceil(layout.height + HEAD + MARGIN);
  const room = width - 2 * MARGIN;
  const facts = planFacts(analysis).join(' · ');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="t-drawing" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="t-name t-facts">`,
    `<title id="t-name">${escapeText(analysis.plan.name)}</title>`,
    `<desc id="t-facts">${escapeText(facts)}</desc>`,
    `<style>${drawingStyle}</style>`,
    `<rect class="t-page" width="${width}" height="${height}"/>`,
    `<text class="t-text" x="${MARGIN}" y="34" font-size="20" font-weight="700">${escapeText(fitText(analysis.plan.name, room, 21))}</text>`,
    `<text class="t-dim" x="${MARGIN}" y="56" font-size="13">${escapeText(fitText(facts, room, 13))}</text>`,
    drawLegend(picture, MARGIN, 80).text,
    `<g transform="translate(${MARGIN} ${HEAD})">`,
    drawGraph(picture, layout),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/**
 * The drawing itself, from the corner of the plane on. Boxes are `g` elements with the number of their task.
 * @param asButtons for a page whose script gives them the focus; else each tells its title when pointed at
 */
export function drawGraph(picture: Picture, layout: Layout, asButtons = false): string {
  const { bands, bandHeight, routes, boxes, alone } = layout;
  const parts = bands.flatMap(({ wave, x, width }) => [
    `<rect class="t-band" x="${x}" y="0" width="${width}" height="${bandHeight}" rx="8"/>`,
    `<text class="t-text" x="${x + 12}" y="21" font-size="13" font-weight="650">Wave ${wave}</text>`,
    `<text class="t-dim" x="${x + 12}" y="38" font-size="12">${waveText(picture, layout, wave)}</text>`,
  ]);
  if (alone !== undefined)
    parts.push(
      `<text class="t-text" x="16" y="${alone.y + 30}" font-size="13" font-weight="650">${ALONE}</text>`,
      `<text class="t-dim" x="${Math.ceil(16 + textWidth(ALONE, 14.5) + 10)}" y="${alone.y + 30}" font-size="12">${counted(alone.count, 'task')}: wait for nothing, and nothing waits for them</text>`,
    );
  const rank = { redundant: 0, plain: 1, critical: 2, back: 3 } as const;
  for (const { kind, from, to, path } of routes.toSorted((a, b) => rank[a.kind] - rank[b.kind]))
    parts.push(
      `<path class="t-line${kind === 'plain' ? '' : ` t-${kind}`}" data-line="${from} ${to}" d="${path}"/>`,
    );
  for (const box of boxes) {
    const task = picture.tasks[box.task];
    if (task !== undefined) parts.push(drawBox(task, box, layout, asButtons));
  }
  return parts.join('\n');
}

function waveText({ waves }: Picture, { alone }: Layout, wave: number): string {
  const below = wave === 0 && alone !== undefined ? `, ${grouped(alone.count)} below` : '';
  return `${counted(waves[wave] ?? 0, 'task')}${below}`;
}

function drawBox(task: PictureTask, { task: number, x, y }: Box, layout: Layout, asButton: boolean): string {
  const { boxWidth, boxHeight } = layout;
  const name = escapeText(`${task.id}: ${task.title}`.slice(0, 300));
  const classes = `t-box t-${task.look}${task.critical ? ' t-critical' : ''}`;
  return [
    `<g class="${classes}" data-task="${number}" transform="translate(${x} ${y})"${asButton ? ` role="button" aria-label="${name}"` : ''}>`,
    asButton ? '' : `<title>${name}</title>`,
    `<rect class="t-frame" width="${boxWidth}" height="${boxHeight}" rx="5"/>`,
    `<rect class="t-bar" x="1" y="1" width="4" height="${boxHeight - 2}" rx="2"/>`,
    layout.style === 'line' ? oneLine(task, boxWidth) : twoLines(task, layout),
    '</g>',
  ].join('');
}

function twoLines({ id, title, look }: PictureTask, { boxWidth, style }: Layout): string {
  const [room, mark] = [boxWidth - 20, look === 'done' ? '✓ ' : ''];
  const [idSize, titleSize, first, second] = style === 'roomy' ? [12.5, 11.5, 17, 33] : [10.5, 9.5, 14, 27];
  const name = mark + fitText(id, room - 14, idSize);
  const text = fitText(title, room, titleSize);
  return [
    `<text class="t-id" x="12" y="${first}" font-size="${idSize}">${escapeText(name)}</text>`,
    title === id
      ? ''
      : `<text class="t-text" x="12" y="${second}" font-size="${titleSize}">${escapeText(text)}</text>`,
  ].join('');
}

/** Id and title are texts of their own, so that neither turns the direction of the other. */
function oneLine({ id, title, look }: PictureTask, width: number): string {
  const name = `${look === 'done' ? '✓ ' : ''}${fitText(id, width * 0.6, 11)}`;
  const start = 11 + textWidth(name, 11.5) + 5;
  return [
    `<text class="t-id" x="11" y="15" font-size="11">${escapeText(name)}</text>`,
    title === id || start > width - 30
      ? ''
      : `<text class="t-text" x="${Math.round(start)}" y="15" font-size="10.5">${escapeText(fitText(title, width - 8 - start, 10.5))}</text>`,
  ].join('');
}

/** What colours and lines mean, of those that the drawing has. */
export function drawLegend(
  { tasks, lines }: Picture,
  x: number,
  y: number,
): { readonly text: string; readonly width: number } {
  const looks = new Set(tasks.map(({ look }) => look));
  const kinds = new Set(lines.map(({ kind }) => kind));
  const hasPath = tasks.some(({ critical }) => critical);
  const items = [
    ...(looks.has('ready') ? [{ box: 't-ready', text: 'ready now' }] : []),
    ...(looks.has('waiting') ? [{ box: 't-waiting', text: 'waits' }] : []),
    ...(looks.has('done') ? [{ box: 't-done', text: 'done' }] : []),
    ...(looks.has('error') ? [{ box: 't-error', text: 'has an error' }] : []),
    ...(hasPath ? [{ line: 't-critical', text: 'critical path' }] : []),
    ...(kinds.has('plain') ? [{ line: '', text: 'the right one waits for the left one' }] : []),
    ...(kinds.has('redundant') ? [{ line: 't-redundant', text: 'follows from others' }] : []),
    ...(kinds.has('back') ? [{ line: 't-back', text: 'closes a cycle' }] : []),
  ];
  let at = x;
  const parts = items.map((item) => {
    const sample =
      'box' in item
        ? `<g class="t-box ${item.box}" transform="translate(${at} ${y - 11})"><rect class="t-frame" width="14" height="14" rx="3"/><rect class="t-bar" x="1" y="1" width="4" height="12" rx="2"/></g>`
        : `<path class="t-line ${item.line}" d="M${at} ${y - 4}h22"/>`;
    const textAt = at + ('box' in item ? 20 : 28);
    at = Math.ceil(textAt + textWidth(item.text, 12) + 18);
    return `${sample}<text class="t-dim" x="${textAt}" y="${y}" font-size="12">${item.text}</text>`;
  });
  return { text: parts.join(''), width: at };
}
