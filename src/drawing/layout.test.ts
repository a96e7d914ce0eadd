import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomPlan } from '../../test/rig/random-plan.ts';
import { analyse } from '../core/analysis/analyse.ts';
import { makeTask, type Plan, taskId } from '../core/plan.ts';
import { countCrossings, orderLayers } from './crossings.ts';
import { makeLayers } from './layers.ts';
import { type Box, type Layout, layOut } from './layout.ts';
import { pictureOf } from './picture.ts';
import { nearestAscending } from './placement.ts';

const layoutOf = (plan: Plan): Layout => layOut(pictureOf(analyse(plan)));

function touching({ boxes, boxWidth, boxHeight }: Layout): [Box, Box][] {
  return boxes.flatMap((a, index) =>
    boxes
      .slice(index + 1)
      .filter((b) => Math.abs(a.x - b.x) < boxWidth && Math.abs(a.y - b.y) < boxHeight)
      .map((b): [Box, Box] => [a, b]),
  );
}

/** Every sort of size: a few tasks, and more than have roomy boxes. */
const plans = fc.oneof(randomPlan(25), randomPlan(200));

describe('layOut', () => {
  it('places every task once, inside the drawing, none on another, each right of what it waits for', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const layout = layoutOf(plan);
        expect(layout.boxes.map(({ task }) => task)).toEqual([...plan.tasks.keys()]);
        expect(touching(layout)).toEqual([]);
        const outside = layout.boxes.filter(
          ({ x, y }) =>
            x < 0 || y < 0 || x + layout.boxWidth > layout.width || y + layout.boxHeight > layout.height,
        );
        expect(outside).toEqual([]);
        for (const { from, to } of layout.routes) {
          const [before, after] = [layout.boxes[from] as Box, layout.boxes[to] as Box];
          expect(before.x + layout.boxWidth).toBeLessThan(after.x);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('leads every line from the box that comes first to the one that waits', () => {
    fc.assert(
      fc.property(randomPlan(40), (plan) => {
        const layout = layoutOf(plan);
        for (const { from, to, path } of layout.routes) {
          const [before, after] = [layout.boxes[from] as Box, layout.boxes[to] as Box];
          const numbers = path.match(/-?\d+(?:\.\d+)?/g)?.map(Number) ?? [];
          const ends = [...numbers.slice(0, 2), ...numbers.slice(-2)];
          const middle = layout.boxHeight / 2;
          const expected = [before.x + layout.boxWidth, before.y + middle, after.x, after.y + middle];
          for (const [index, value] of ends.entries())
            expect(value).toBeCloseTo(expected[index] as number, 0);
        }
      }),
    );
  });

  it('draws a tall wave as several columns, and a chain of any length', () => {
    const wide = Array.from({ length: 400 }, (_, index) =>
      makeTask({ id: taskId(`T${index}`), dependsOn: index === 0 ? [] : [taskId('T0')] }),
    );
    const { width, height } = layoutOf({ name: '', source: '', format: '', tasks: wide, pools: {} });
    expect(width / height).toBeGreaterThan(1);
    const long = wide.map((task, index) => ({
      ...task,
      dependsOn: index === 0 ? [] : [taskId(`T${index - 1}`), taskId(`T${index >> 1}`)],
    }));
    expect(layoutOf({ name: '', source: '', format: '', tasks: long, pools: {} }).boxes.length).toBe(400);
  });

  it('is the same for the same plan', () => {
    fc.assert(
      fc.property(randomPlan(30), (plan) => {
        expect(layoutOf(plan)).toEqual(layoutOf(plan));
      }),
      { numRuns: 20 },
    );
  });
});

describe('crossings', () => {
  it('are counted as pairs of lines that cross', () => {
    fc.assert(
      fc.property(randomPlan(25), (plan) => {
        const layers = makeLayers(pictureOf(analyse(plan)), 8);
        const place = new Float64Array(layers.vertices.length);
        for (const layer of layers.layers)
          for (const [index, vertex] of layer.entries()) place[vertex] = index;
        const at = (vertex: number): number => place[vertex] as number;
        const naive = layers.layers.reduce((sum, layer) => {
          const lines = layer.flatMap((from) =>
            (layers.vertices[from]?.right ?? []).map((to) => [at(from), at(to)] as const),
          );
          const crossing = lines.flatMap(([a, b]) => lines.filter(([c, d]) => a < c && b > d));
          return sum + crossing.length;
        }, 0);
        expect(countCrossings(layers.layers, layers.vertices, place)).toBe(naive);
      }),
    );
  });

  it('can all be avoided in a tree', () => {
    const tasks = Array.from({ length: 31 }, (_, index) =>
      makeTask({ id: taskId(`T${index}`), dependsOn: index === 0 ? [] : [taskId(`T${(index - 1) >> 1}`)] }),
    );
    // Plan order tells nothing of where things stand.
    const shuffled = tasks.toSorted(
      (a, b) => ((Number(a.id.slice(1)) * 17) % 31) - ((Number(b.id.slice(1)) * 17) % 31),
    );
    const layers = makeLayers(
      pictureOf(analyse({ name: '', source: '', format: '', tasks: shuffled, pools: {} })),
      40,
    );
    const order = orderLayers(layers);
    const place = new Float64Array(layers.vertices.length);
    for (const layer of order) for (const [index, vertex] of layer.entries()) place[vertex] = index;
    expect(countCrossings(order, layers.vertices, place)).toBe(0);
  });
});

describe('nearestAscending', () => {
  it('ascends, and no single pool could be nearer elsewhere', () => {
    expect(nearestAscending([1, 2, 3], [1, 1, 1])).toEqual([1, 2, 3]);
    expect(nearestAscending([3, 1, 2], [1, 1, 1])).toEqual([2, 2, 2]);
    expect(nearestAscending([4, 0, 9], [1, 3, 1])).toEqual([1, 1, 9]);
    const wishes = fc.array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 1, max: 5 })), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(wishes, fc.nat(11), fc.constantFrom(-0.5, 0.5), (pairs, moved, step) => {
        const [wanted, weights] = [pairs.map(([wish]) => wish), pairs.map(([, weight]) => weight)];
        const found = nearestAscending(wanted, weights);
        const isAscending = (row: readonly number[]): boolean =>
          row.every((value, index) => index === 0 || (row[index - 1] as number) <= value + 1e-9);
        const cost = (row: readonly number[]): number =>
          row.reduce(
            (sum, value, index) =>
              sum + (weights[index] as number) * (value - (wanted[index] as number)) ** 2,
            0,
          );
        expect(isAscending(found)).toBe(true);
        // Convex: where no step of one value or of all from one on helps, nothing does.
        for (const other of [
          found.map((value, index) => (index === moved ? value + step : value)),
          found.map((value, index) => (index >= moved ? value + step : value)),
        ]) {
          if (isAscending(other)) expect(cost(other)).toBeGreaterThanOrEqual(cost(found) - 1e-9);
        }
      }),
    );
  });
});
