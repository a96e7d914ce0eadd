/** Gives each vertex its height: as near to its neighbours as the order of its layer and the distances allow. */
import type { Layers } from './layers.ts';

const PASSES = 10;
/** How much a point of passage insists on its place: long lines shall be straight. */
const POINT_WEIGHT = 6;

export interface Distances {
  /** Height of a task's box. */
  readonly box: number;
  /** Room between two boxes. */
  readonly boxGap: number;
  /** Room between a line that passes and what is next to it. */
  readonly lineGap: number;
}

/** The middle of each vertex, from 0 on; and the height of the highest layer. */
export function placeVertices(
  { vertices }: Layers,
  order: readonly (readonly number[])[],
  distances: Distances,
): { readonly middle: Float64Array; readonly height: number } {
  const columns = order.map((layer) => columnOf(layer, vertices, distances));
  const height = Math.max(0, ...columns.map(({ extent }) => extent));
  const middle = new Float64Array(vertices.length);
  for (const column of columns) {
    const top = (height - column.extent) / 2;
    for (const [index, vertex] of column.layer.entries()) middle[vertex] = top + (column.offsets[index] ?? 0);
  }
  for (let pass = 0; pass < PASSES; pass++) {
    const forward = pass % 2 === 0;
    // The last passes look at both sides: what one side has pulled askew, the other one pulls back.
    const both = pass >= PASSES - 4;
    for (const column of forward ? columns : columns.toReversed())
      settleColumn(column, vertices, middle, height, both ? 'both' : forward ? 'left' : 'right');
  }
  return { middle, height };
}

interface Column {
  readonly layer: readonly number[];
  /** The middle of each vertex when all stand as close as they may. */
  readonly offsets: readonly number[];
  readonly extent: number;
}

function columnOf(
  layer: readonly number[],
  vertices: Layers['vertices'],
  { box, boxGap, lineGap }: Distances,
): Column {
  const isBox = (vertex: number | undefined): boolean =>
    vertex !== undefined && vertices[vertex]?.task !== undefined;
  const offsets: number[] = [];
  let end = 0;
  for (const [index, vertex] of layer.entries()) {
    const before = layer[index - 1];
    const gap = before === undefined ? 0 : isBox(before) && isBox(vertex) ? boxGap : lineGap;
    const size = isBox(vertex) ? box : 0;
    offsets.push(end + gap + size / 2);
    end += gap + size;
  }
  return { layer, offsets, extent: end };
}

function settleColumn(
  { layer, offsets, extent }: Column,
  vertices: Layers['vertices'],
  middle: Float64Array,
  height: number,
  side: 'left' | 'right' | 'both',
): void {
  const wishes = layer.map((vertex, index) => {
    const known = vertices[vertex];
    const near = [
      ...(side === 'right' ? [] : (known?.left ?? [])),
      ...(side === 'left' ? [] : (known?.right ?? [])),
    ];
    const mean = near.reduce((sum, other) => sum + (middle[other] ?? 0), 0) / near.length;
    return (near.length === 0 ? (middle[vertex] ?? 0) : mean) - (offsets[index] ?? 0);
  });
  const weights = layer.map((vertex) => (vertices[vertex]?.task === undefined ? POINT_WEIGHT : 1));
  const shifts = nearestAscending(wishes, weights);
  for (const [index, vertex] of layer.entries()) {
    const shift = Math.min(Math.max(0, shifts[index] ?? 0), height - extent);
    middle[vertex] = shift + (offsets[index] ?? 0);
  }
}

/** The ascending numbers nearest to `wishes` by weighted squares: pooling adjacent violators (Ayer et al. 1955). */
export function nearestAscending(wishes: readonly number[], weights: readonly number[]): number[] {
  const pools: { mean: number; weight: number; count: number }[] = [];
  for (const [index, wish] of wishes.entries()) {
    let pool = { mean: wish, weight: weights[index] ?? 1, count: 1 };
    for (let last = pools.at(-1); last !== undefined && last.mean > pool.mean; last = pools.at(-1)) {
      pools.pop();
      const weight = last.weight + pool.weight;
      const mean = (last.mean * last.weight + pool.mean * pool.weight) / weight;
      pool = { mean, weight, count: last.count + pool.count };
    }
    pools.push(pool);
  }
  return pools.flatMap(({ mean, count }) => Array.from({ length: count }, () => mean));
}
