import { describe, expect, it } from 'vitest';
import { canonicalName, didYouMean, nearestNames } from './nearest.ts';

const ids = Array.from({ length: 45 }, (_, index) => `T-${String(index + 1).padStart(3, '0')}`);

describe('nearestNames', () => {
  it.each([
    ['T-046', ids, ['T-045', 'T-044', 'T-043']],
    ['T-1', ids, ['T-001']],
    ['t-007', ids, ['T-007']],
    ['dependOn', ['id', 'title', 'dependsOn'], ['dependsOn']],
    ['zebra', ids, []],
    ['x'.repeat(100), ids, []],
    ['ab', ['cd'], []],
  ])('%s', (name, candidates, expected) => {
    expect(nearestNames(name, candidates)).toEqual(expected);
  });
});

it('didYouMean reads as a question', () => {
  expect([
    didYouMean('T-046', ids),
    didYouMean('titel', ['title', 'files']),
    didYouMean('zebra', ids),
    didYouMean('T-0X1', ['T-001', 'T-012']),
  ]).toEqual([
    'Did you mean T-045, T-044 or T-043?',
    'Did you mean title?',
    undefined,
    'Did you mean T-001 or T-012?',
  ]);
});

it('canonicalName drops padding, not zeros inside numbers', () => {
  expect(['T-001', 'T-100', 'EST-0', 'a00b010'].map(canonicalName)).toEqual([
    't-1',
    't-100',
    'est-0',
    'a0b10',
  ]);
});
