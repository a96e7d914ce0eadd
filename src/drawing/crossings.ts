/** Orders each layer so that few lines cross: barycentres (Sugiyama, Tagawa and Toda 1981), a bounded number of passes. */
import type { Layers } from './layers.ts';

const MAX_PASSES = 24;
/** Passes without any gain after which more are not worth their time. */
const MAX_IDLE = 4;

/** The layers, each in its order from top to bottom. */
export function orderLayers({ vertices, layers }: Layers): number[][] {
  const place = new Float64Array(vertices.length);
  const settle = (order: readonly number[][]): void => {
    for (const layer of order) for (const [index, vertex] of layer.entries()) place[vertex] = index;
  };
  let order = firstOrder(layers, vertices);
  settle(order);
  let best = order;
  let fewest = countCrossings(order, vertices, place);
  for (let pass = 0, idle = 0; pass < MAX_PASSES && idle < MAX_IDLE && fewest > 0; pass++) {
    const forward = pass % 2 === 0;
    order = sweep(order, vertices, place, forward);
    const crossings = countCrossings(order, vertices, place);
    idle = crossings < fewest ? 0 : idle + 1;
    if (crossings < fewest) [best, fewest] = [order, crossings];
  }
  settle(best);
  return best;
}

type Vertices = Layers['vertices'];

/** From the first layer on, each vertex directly below what it hangs on first: near to where it will end. */
function firstOrder(layers: readonly number[][], vertices: Vertices): number[][] {
  const seen = new Set<number>();
  const order: number[][] = layers.map(() => []);
  const stack = layers
    .flatMap((layer) => layer.filter((vertex) => vertices[vertex]?.left.length === 0))
    .reverse();
  for (let vertex = stack.pop(); vertex !== undefined; vertex = stack.pop()) {
    if (seen.has(vertex)) continue;
    seen.add(vertex);
    const known = vertices[vertex];
    order[known?.layer ?? 0]?.push(vertex);
    for (const next of known?.right.toReversed() ?? []) if (!seen.has(next)) stack.push(next);
  }
  return order;
}

/** Sorts each layer by the mean place of its neighbours on the side we come from; who has none stays about where it is. */
function sweep(
  order: readonly number[][],
  vertices: Vertices,
  place: Float64Array,
  forward: boolean,
): number[][] {
  const next: number[][] = order.map((layer) => [...layer]);
  const steps = forward ? [...next.keys()].slice(1) : [...next.keys()].slice(0, -1).reverse();
  for (const step of steps) {
    const layer = next[step] ?? [];
    const wish = new Map<number, number>();
    for (const vertex of layer) {
      const near = (forward ? vertices[vertex]?.left : vertices[vertex]?.right) ?? [];
      const mean = near.reduce((sum, other) => sum + (place[other] ?? 0), 0) / near.length;
      // Layers differ in length: places count as parts of their layer's.
      const scale = layer.length / Math.max(1, next[forward ? step - 1 : step + 1]?.length ?? 1);
      wish.set(vertex, near.length === 0 ? (place[vertex] ?? 0) : mean * scale);
    }
    layer.sort((a, b) => (wish.get(a) ?? 0) - (wish.get(b) ?? 0) || (place[a] ?? 0) - (place[b] ?? 0));
    for (const [index, vertex] of layer.entries()) place[vertex] = index;
  }
  return next;
}

/** All crossings between neighbouring layers: inversions, counted in a Fenwick tree. */
export function countCrossings(
  order: readonly (readonly number[])[],
  vertices: Vertices,
  place: Float64Array,
): number {
  let crossings = 0;
  for (const [step, layer] of order.entries()) {
    const size = order[step + 1]?.length ?? 0;
    const tree = new Int32Array(size + 1);
    let total = 0;
    for (const vertex of layer) {
      const ends = (vertices[vertex]?.right ?? []).map((other) => place[other] ?? 0);
      for (const end of ends) {
        let before = 0;
        for (let node = end + 1; node > 0; node -= node & -node) before += tree[node] ?? 0;
        crossings += total - before;
      }
      for (const end of ends) {
        total++;
        for (let node = end + 1; node <= size; node += node & -node) tree[node] = (tree[node] ?? 0) + 1;
      }
    }
  }
  return crossings;
}
