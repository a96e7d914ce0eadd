/** Cuts the waves of a picture into layers of bearable height, and long lines into steps from one layer to the next. */
import type { Picture } from './picture.ts';

/** A place in a layer: a task, or a point through which long lines of one task pass. */
export interface Vertex {
  readonly layer: number;
  /** The task's number; undefined for a point of passage. */
  readonly task: number | undefined;
  /** Vertices of the layer before and of the layer after. */
  readonly left: number[];
  readonly right: number[];
}

export interface Layers {
  readonly vertices: readonly Vertex[];
  /** Vertices of each layer, not yet in a good order. */
  readonly layers: readonly number[][];
  /** The wave that each layer is, or is a part of. */
  readonly waveOf: readonly number[];
  /** The vertices through which each line of the picture goes, its ends included; of some only the ends. */
  readonly routes: readonly (readonly number[])[];
  /** Tasks that have no line: they are in no layer. */
  readonly alone: readonly number[];
}

/** Points of passage that a drawing may have; further lines are drawn straight, the longest ones. */
const MAX_POINTS = 60_000;

/** @param rows how many tasks a layer has at most, roughly */
export function makeLayers(picture: Picture, rows: number): Layers {
  const connected = new Set(picture.lines.flatMap(({ from, to }) => [from, to]));
  const { layerOf, waveOf } = layersOfTasks(picture, connected, rows);
  const vertices: Vertex[] = [];
  const layers: number[][] = waveOf.map(() => []);
  const add = (layer: number, task: number | undefined): number => {
    vertices.push({ layer, task, left: [], right: [] });
    layers[layer]?.push(vertices.length - 1);
    return vertices.length - 1;
  };
  const vertexOf = new Map(
    [...connected].sort((a, b) => a - b).map((task) => [task, add(layerOf[task] ?? 0, task)]),
  );
  const routes = routeLines(picture, { vertices, vertexOf, add });
  return {
    vertices,
    layers,
    waveOf,
    routes,
    alone: picture.tasks.map((_, number) => number).filter((number) => !connected.has(number)),
  };
}

/** A tall wave becomes several layers: what waits longest for its first dependent stands furthest to the left. */
function layersOfTasks(picture: Picture, connected: ReadonlySet<number>, rows: number) {
  const firstDependent = picture.tasks.map(() => Infinity);
  for (const { from, to, kind } of picture.lines) {
    if (kind !== 'back')
      firstDependent[from] = Math.min(firstDependent[from] ?? 0, picture.tasks[to]?.wave ?? 0);
  }
  const layerOf: number[] = [];
  const waveOf: number[] = [];
  const groups = Map.groupBy(connected, (number) => picture.tasks[number]?.wave ?? 0);
  for (let wave = 0; wave < picture.waves.length; wave++) {
    const members = groups.get(wave) ?? [];
    const count = Math.ceil(members.length / (rows * 1.25));
    const byNeed = members.sort((a, b) => compare(firstDependent[b] ?? 0, firstDependent[a] ?? 0) || a - b);
    for (const [place, number] of byNeed.entries())
      layerOf[number] = waveOf.length + Math.floor((place * count) / members.length);
    for (let part = 0; part < count; part++) waveOf.push(wave);
  }
  return { layerOf, waveOf };
}

/** A difference would be NaN for two that nothing waits for. */
const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);

interface Making {
  readonly vertices: readonly Vertex[];
  readonly vertexOf: ReadonlyMap<number, number>;
  readonly add: (layer: number, task: undefined) => number;
}

/** Lines of one task share their points: a trunk from which they branch off is easier to follow than a bundle. */
function routeLines({ lines }: Picture, { vertices, vertexOf, add }: Making): number[][] {
  const trunks = new Map<number, number[]>();
  const routes: number[][] = lines.map(() => []);
  const spanOf = (index: number): number => {
    const [from, to] = endsOf(lines[index], vertexOf);
    return Math.abs((vertices[to]?.layer ?? 0) - (vertices[from]?.layer ?? 0));
  };
  const spans = lines.map((_, index) => spanOf(index));
  const shortFirst = [...lines.keys()].sort((a, b) => (spans[a] ?? 0) - (spans[b] ?? 0) || a - b);
  let points = 0;
  for (const index of shortFirst) {
    const [from, to] = endsOf(lines[index], vertexOf);
    const [first, last] = [vertices[from], vertices[to]];
    if (first === undefined || last === undefined) continue;
    const isStraight = lines[index]?.kind === 'back' || points > MAX_POINTS;
    if (isStraight) {
      routes[index] = [from, to];
      continue;
    }
    const trunk = trunks.get(from) ?? [from];
    trunks.set(from, trunk);
    for (let layer = first.layer + trunk.length; layer < last.layer; layer++) {
      const point = add(layer, undefined);
      link(vertices, trunk.at(-1) ?? from, point);
      trunk.push(point);
      points++;
    }
    const route = trunk.slice(0, last.layer - first.layer);
    link(vertices, route.at(-1) ?? from, to);
    routes[index] = [...route, to];
  }
  return routes;
}

const endsOf = (
  line: Picture['lines'][number] | undefined,
  vertexOf: ReadonlyMap<number, number>,
): readonly [number, number] => [vertexOf.get(line?.from ?? -1) ?? -1, vertexOf.get(line?.to ?? -1) ?? -1];

function link(vertices: readonly Vertex[], from: number, to: number): void {
  vertices[from]?.right.push(to);
  vertices[to]?.left.push(from);
}
