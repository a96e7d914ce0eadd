/** Lays a picture out on a plane: columns of boxes from left to right, lines between them. One layout for all drawings. */
import { orderLayers } from './crossings.ts';
import { type Layers, makeLayers } from './layers.ts';
import type { Picture, PictureLine } from './picture.ts';
import { type Distances, placeVertices } from './placement.ts';

export interface Box {
  /** The task's number in the picture. */
  readonly task: number;
  readonly x: number;
  readonly y: number;
}

export interface Route extends PictureLine {
  /** The `d` of an SVG path. */
  readonly path: string;
}

/** The strip of one wave. */
export interface Band {
  readonly wave: number;
  readonly x: number;
  readonly width: number;
}

export type BoxStyle = 'roomy' | 'line' | 'narrow';

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxWidth: number;
  readonly boxHeight: number;
  /** `line`: id and title on one line; `narrow`, `roomy`: one below the other, in small and in usual type. */
  readonly style: BoxStyle;
  /** In the picture's order. */
  readonly boxes: readonly Box[];
  readonly routes: readonly Route[];
  readonly bands: readonly Band[];
  /** Height of the bands; the tasks without any line stand below. */
  readonly bandHeight: number;
  /** Where the heading of those stands, when there are any. */
  readonly alone: { readonly y: number; readonly count: number } | undefined;
}

/** From so many tasks on, boxes are small. */
const SMALL_FROM = 120;
/** Of the drawing's sides; a drawing that would be wider than the second has narrower boxes. */
const RATIO = 1.7;
const WIDE_RATIO = 3;
const HEADING = 44;
const PADDING = 16;
const MAX_GAP = 110;
const ARC = 44;

interface Sizes extends Distances {
  readonly style: BoxStyle;
  readonly width: number;
  readonly gap: number;
}

const roomy: Sizes = { style: 'roomy', width: 208, box: 42, boxGap: 14, lineGap: 11, gap: 56 };
const line: Sizes = { style: 'line', width: 190, box: 22, boxGap: 8, lineGap: 7, gap: 48 };
const narrow: Sizes = { style: 'narrow', width: 132, box: 34, boxGap: 10, lineGap: 7, gap: 36 };

export function layOut(picture: Picture): Layout {
  const { layers, sizes } = chooseSizes(picture);
  const order = orderLayers(layers);
  const { middle, height } = placeVertices(layers, order, sizes);
  const columns = placeColumns(layers, sizes);
  const top = HEADING + PADDING;
  const boxes: Box[] = [];
  for (const [vertex, { task, layer }] of layers.vertices.entries()) {
    if (task !== undefined)
      boxes.push({ task, x: columns.x[layer] ?? 0, y: round(top + (middle[vertex] ?? 0) - sizes.box / 2) });
  }
  const bandHeight = layers.layers.length === 0 ? 0 : top + height + PADDING;
  const grid = placeAlone(layers.alone, { sizes, width: columns.width, y: bandHeight });
  return {
    width: Math.max(columns.width, grid.width),
    height: grid.height,
    boxWidth: sizes.width,
    boxHeight: sizes.box,
    style: sizes.style,
    boxes: [...boxes, ...grid.boxes].sort((a, b) => a.task - b.task),
    routes: picture.lines.map((line, index) => ({
      ...line,
      path: pathOf(
        line,
        layers.routes[index] ?? [],
        layers,
        columns.x,
        (vertex) => top + (middle[vertex] ?? 0),
        sizes,
      ),
    })),
    bands: bandsOf(layers, columns.x, sizes),
    bandHeight,
    alone: layers.alone.length === 0 ? undefined : { y: bandHeight, count: layers.alone.length },
  };
}

/** Few tasks have roomy boxes; many have low ones, or narrow ones where the waves are many and short. */
function chooseSizes(picture: Picture): { readonly layers: Layers; readonly sizes: Sizes } {
  const connected = new Set(picture.lines.flatMap(({ from, to }) => [from, to])).size;
  const cut = (sizes: Sizes) => {
    const [column, row] = [sizes.width + sizes.gap, sizes.box + sizes.boxGap];
    const rows = Math.max(8, Math.ceil(Math.sqrt((connected * column) / (row * RATIO))));
    const layers = makeLayers(picture, rows);
    const highest = layers.layers.reduce((most, layer) => Math.max(most, layer.length), 1);
    return { layers, sizes, ratio: (layers.layers.length * column) / (highest * row) };
  };
  if (picture.tasks.length < SMALL_FROM) return cut(roomy);
  const low = cut(line);
  return low.ratio > WIDE_RATIO ? cut(narrow) : low;
}

/** Columns stand further apart where many lines pass between them. */
function placeColumns({ vertices, layers }: Layers, { width, gap }: Sizes) {
  const x: number[] = [];
  let end = PADDING;
  for (const layer of layers) {
    x.push(end);
    const lines = layer.reduce((sum, vertex) => sum + (vertices[vertex]?.right.length ?? 0), 0);
    end += width + Math.min(MAX_GAP, gap + 4 * Math.sqrt(lines));
  }
  const last = x.at(-1);
  return { x, width: last === undefined ? 0 : last + width + PADDING };
}

function bandsOf({ waveOf }: Layers, x: readonly number[], { width }: Sizes): Band[] {
  const waves = [...new Set(waveOf)];
  return waves.map((wave) => {
    const [first, last] = [waveOf.indexOf(wave), waveOf.lastIndexOf(wave)];
    const start = (x[first] ?? 0) - PADDING / 2;
    return { wave, x: round(start), width: round((x[last] ?? 0) + width + PADDING / 2 - start) };
  });
}

/** A grid as wide as the graph above it, or as four columns. */
function placeAlone(
  alone: readonly number[],
  { sizes, width, y }: { readonly sizes: Sizes; readonly width: number; readonly y: number },
) {
  if (alone.length === 0) return { boxes: [], width: 0, height: y };
  const [stepX, stepY] = [sizes.width + sizes.boxGap, sizes.box + sizes.boxGap];
  const fitting = Math.max(1, Math.floor((width - 2 * PADDING + sizes.boxGap) / stepX));
  const square = Math.ceil(Math.sqrt((alone.length * stepY * RATIO) / stepX));
  const count = Math.min(alone.length, Math.max(fitting, Math.min(square, 12), 4));
  const rows = Math.ceil(alone.length / count);
  const top = y + HEADING;
  const boxes = alone.map((task, index) => ({
    task,
    x: PADDING + Math.floor(index / rows) * stepX,
    y: top + (index % rows) * stepY,
  }));
  const columns = Math.ceil(alone.length / rows);
  return {
    boxes,
    width: 2 * PADDING + columns * stepX - sizes.boxGap,
    height: top + rows * stepY - sizes.boxGap + PADDING,
  };
}

/** Level through columns, in one sweep from column to column; a line that leads back goes in an arc above the boxes. */
function pathOf(
  { kind }: PictureLine,
  route: readonly number[],
  { vertices }: Layers,
  x: readonly number[],
  y: (vertex: number) => number,
  { width, box }: Sizes,
): string {
  const left = (vertex: number): number => x[vertices[vertex]?.layer ?? 0] ?? 0;
  const [first = 0, ...rest] = route;
  if (kind === 'back')
    return arc(first, rest[0] ?? first, (vertex) => [left(vertex) + width / 2, y(vertex) - box / 2]);
  let at = { x: left(first) + width, y: y(first) };
  let path = `M${round(at.x)} ${round(at.y)}`;
  for (const [index, vertex] of rest.entries()) {
    const to = { x: left(vertex), y: y(vertex) };
    const middle = round((at.x + to.x) / 2);
    path += `C${middle} ${round(at.y)} ${middle} ${round(to.y)} ${round(to.x)} ${round(to.y)}`;
    at = { x: to.x + width, y: to.y };
    if (index < rest.length - 1) path += `H${round(at.x)}`;
  }
  return path;
}

/** From the top of one box to the top of another. */
function arc(from: number, to: number, topOf: (vertex: number) => readonly [number, number]): string {
  const [[x, y], [toX, toY]] = [topOf(from), topOf(to)];
  const rise = Math.max(0, Math.min(y, toY) - ARC);
  return `M${round(x)} ${round(y)}C${round(x)} ${round(rise)} ${round(toX)} ${round(rise)} ${round(toX)} ${round(toY)}`;
}

/** Tenths of a pixel are fine enough, and a third of the text. */
const round = (value: number): number => Math.round(value * 10) / 10;
