import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planFrom } from '../../test/rig/plan-text.ts';
import { randomPlan } from '../../test/rig/random-plan.ts';
import { buildGraph, descendants, longestTails, neighbours, reaches, waves } from './graph.ts';
import type { Plan } from './plan.ts';

const wavesOf = (plan: Plan): Record<string, number> => {
  const graph = buildGraph(plan);
  return Object.fromEntries(Array.from(waves(graph) ?? [], (wave, position) => [graph.ids[position], wave]));
};

/** The definition of a wave, written down as it is said. */
function naiveWave(plan: Plan, id: string): number {
  const task = plan.tasks.find((one) => one.id === id);
  const below = (task?.dependsOn ?? []).map((dependency) => naiveWave(plan, dependency));
  return below.length === 0 ? 0 : 1 + Math.max(...below);
}

describe('waves', () => {
  it('gives a diamond three waves', () => {
    expect(wavesOf(planFrom('1\n2: 1\n3: 1\n4: 2, 3'))).toEqual({ 1: 0, 2: 1, 3: 1, 4: 2 });
  });

  it('gives a chain of five five waves', () => {
    expect(wavesOf(planFrom('1\n2: 1\n3: 2\n4: 3\n5: 4'))).toEqual({ 1: 0, 2: 1, 3: 2, 4: 3, 5: 4 });
  });

  it('agrees with the definition on random plans', () => {
    fc.assert(
      fc.property(randomPlan(12), (plan) => {
        expect(wavesOf(plan)).toEqual(
          Object.fromEntries(plan.tasks.map(({ id }) => [id, naiveWave(plan, id)])),
        );
      }),
    );
  });

  it('has none when there is a cycle', () => {
    expect(waves(buildGraph(planFrom('A: B\nB: A\nC')))).toBeNull();
  });
});

describe('reachability', () => {
  it('follows edges to their end, and never comes back', () => {
    const graph = buildGraph(planFrom('A\nB: A\nC: B\nD: A\nE'));
    const at = (id: string): number => graph.ids.indexOf(id as never);
    expect(descendants(graph, at('A')).sort()).toEqual([at('B'), at('C'), at('D')].sort());
    expect(reaches(graph, at('A'), at('C'))).toBe(true);
    expect(reaches(graph, at('C'), at('A'))).toBe(false);
    expect(reaches(graph, at('A'), at('E'))).toBe(false);
    expect(reaches(graph, at('A'), at('A'))).toBe(false);
  });
});

describe('longestTails', () => {
  it('agrees with trying every path', () => {
    fc.assert(
      fc.property(
        randomPlan(10),
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 10, maxLength: 10 }),
        (plan, costs) => {
          const graph = buildGraph(plan);
          const weights = Float64Array.from(plan.tasks, (_, position) => costs[position] as number);
          const longest = (position: number): number =>
            (weights[position] as number) +
            Math.max(0, ...Array.from(neighbours(graph.dependents, position), (next) => longest(next)));
          expect(Array.from(longestTails(graph, weights))).toEqual(
            plan.tasks.map((_, position) => longest(position)),
          );
        },
      ),
    );
  });

  it('refuses a cycle', () => {
    expect(() => longestTails(buildGraph(planFrom('A: B\nB: A')), new Float64Array(2))).toThrow(RangeError);
  });
});

describe('buildGraph', () => {
  it('leaves out unknown ids, itself and repetitions', () => {
    const graph = buildGraph(planFrom('A: A, X\nB: A, A'));
    expect(Array.from(graph.dependencies.items)).toEqual([0]);
  });
});
