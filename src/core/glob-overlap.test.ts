import { expect, it } from 'vitest';
import { globsOverlap, literalPrefix } from './glob-overlap.ts';

it.each([
  ['src/cart/**', 'src/cart/model.ts', true],
  ['src/cart/**', 'src/cart/**', true],
  ['src/cart/**', 'src/cartoon/**', false],
  ['src/cart', 'src/cart/model.ts', true],
  ['src/cart', 'src/cartoon.ts', false],
  ['src/a.ts', 'src/a.ts', true],
  ['./src/a.ts', 'src/a.ts', true],
  ['src/a.ts', 'src/a.ts.bak', false],
  ['src/a*', 'src/ab.ts', true],
  ['**/*.md', 'src/a.ts', false],
  ['**/*.md', 'docs/a.md', true],
  ['**', 'anything', true],
  ['src/*.ts', 'lib/*.ts', false],
  ['src/**/*.test.ts', 'src/**/*.css', false],
])('%s and %s: %s', (a, b, expected) => {
  expect([globsOverlap(a, b), globsOverlap(b, a)]).toEqual([expected, expected]);
});

it('literalPrefix stops at the first wildcard', () => {
  expect(['src/**', 'src/a.ts', '**', 'a{b,c}', './x/?'].map(literalPrefix)).toEqual([
    'src/',
    'src/a.ts',
    '',
    'a',
    'x/',
  ]);
});
