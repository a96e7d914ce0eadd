import { describe, expect, it } from 'vitest';
import { seededDraws } from './draws.ts';

const COUNT = 40_000;
const many = (draw: () => number): Float64Array => Float64Array.from({ length: COUNT }, draw).sort();
const at = (sorted: Float64Array, share: number): number =>
  sorted[Math.floor(share * sorted.length)] as number;

describe('seededDraws', () => {
  it('repeats itself for a seed, and not for the next', () => {
    const first = (seed: number): number[] => {
      const draws = seededDraws(seed);
      return [draws.uniform(), draws.normal(), draws.normalAbove(1), draws.normalAbove(-1)];
    };
    expect(first(7)).toEqual(first(7));
    expect(first(8)).not.toEqual(first(7));
  });

  it('draws uniformly and normally', () => {
    const draws = seededDraws(1);
    const uniform = many(draws.uniform);
    const normal = many(draws.normal);
    for (const share of [0.01, 0.25, 0.5, 0.9]) expect(at(uniform, share)).toBeCloseTo(share, 1.8);
    for (const [share, value] of [
      [0.1, -1.2816],
      [0.5, 0],
      [0.9, 1.2816],
      [0.99, 2.3263],
    ] as const)
      expect(at(normal, share)).toBeCloseTo(value, 1);
  });

  // Medians of the tails: the value that half of the probability above `least` lies beyond.
  it.each([
    [-3, 0.0017],
    [0, 0.6745],
    [0.5, 1.0184],
    [0.7, 1.1705],
    [2, 2.2776],
    [6, 6.1126],
  ])('draws above %d', (least, median) => {
    const draws = seededDraws(3);
    const sorted = many(() => draws.normalAbove(least));
    expect(sorted[0]).toBeGreaterThanOrEqual(least);
    expect(at(sorted, 0.5)).toBeCloseTo(median, 1.5);
  });
});
