import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planFrom } from '../../test/rig/plan-text.ts';
import { shortestCycles } from './cycles.ts';
import { buildGraph, type Graph, neighbours, topologicalOrder } from './graph.ts';

const cyclesOf = (text: string): string[][] => {
  const graph = buildGraph(planFrom(text));
  return shortestCycles(graph).map((cycle) => cycle.map((position) => graph.ids[position] as string));
};

/** Any graph of ten tasks, most of them with cycles. */
const tangles = fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { minLength: 3, maxLength: 30 }).map((pairs) => {
  const rows = Array.from({ length: 10 }, (_, id) => {
    const below = pairs.filter(([from, to]) => from === id && to !== id).map(([, to]) => to);
    return `${id}: ${below.join(', ')}`;
  });
  return buildGraph(planFrom(rows.join('\n')));
});

const dependenciesOf = (graph: Graph, position: number): number[] =>
  Array.from(neighbours(graph.dependencies, position));

/** The length of the shortest way from a task back to itself, by going everywhere in that many steps. */
function naiveLength(graph: Graph, start: number): number {
  let reached = new Set([start]);
  for (let length = 1; length <= graph.size; length++) {
    reached = new Set([...reached].flatMap((position) => dependenciesOf(graph, position)));
    if (reached.has(start)) return length;
  }
  return Infinity;
}

describe('shortestCycles', () => {
  it('finds the shorter of two in one group', () => {
    expect(cyclesOf('A: D\nB: A\nC: B\nD: C, B')).toEqual([['A', 'D', 'B']]);
  });

  it('finds one in each group, the shortest first', () => {
    expect(cyclesOf('A: B\nB: C\nC: A\nD: E, A\nE: D')).toEqual([
      ['D', 'E'],
      ['A', 'B', 'C'],
    ]);
  });

  it('is not misled by what leads into a cycle or out of it', () => {
    expect(cyclesOf('A\nB: A, D\nC: B\nD: C\nE: D')).toEqual([['B', 'D', 'C']]);
    const dependents = Array.from({ length: 3_000 }, (_, index) => `T${index}: X`);
    expect(cyclesOf([...dependents, 'X: Y', 'Y: X'].join('\n'))).toEqual([['X', 'Y']]);
  });

  it('finds none in a plan without one', () => {
    expect(cyclesOf('A\nB: A\nC: A, B')).toEqual([]);
  });

  it('gives real cycles, and the shortest there is', () => {
    fc.assert(
      fc.property(tangles, (graph) => {
        const cycles = shortestCycles(graph);
        expect(cycles.length > 0).toBe(topologicalOrder(graph).length < graph.size);
        for (const cycle of cycles) {
          expect(new Set(cycle).size).toBe(cycle.length);
          for (const [turn, position] of cycle.entries())
            expect(dependenciesOf(graph, position)).toContain(cycle[(turn + 1) % cycle.length]);
        }
        const lengths = graph.ids.map((_, position) => naiveLength(graph, position));
        expect(cycles[0]?.length ?? Infinity).toBe(Math.min(...lengths));
      }),
    );
  });

  it('still gives a cycle of each group when it may not try every task', () => {
    fc.assert(
      fc.property(tangles, (graph) => {
        const members = (cycles: number[][]): number => cycles.length;
        expect(members(shortestCycles(graph, 0))).toBe(members(shortestCycles(graph)));
      }),
    );
  });

  it('goes round a ring of 50,000 tasks', () => {
    const size = 50_000;
    const ring = Array.from({ length: size }, (_, index) => `${index}: ${(index + 1) % size}`).join('\n');
    expect(shortestCycles(buildGraph(planFrom(ring)))[0]?.length).toBe(size);
  });
});
