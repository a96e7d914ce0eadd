import { expect, it } from 'vitest';
import { parseTokens, roughTokens } from './tokens.ts';

it.each([
  ['1200', 1200],
  ['80k', 80_000],
  ['1.2M', 1_200_000],
  [' 50K tokens ', 50_000],
  ['0', 0],
  ['', undefined],
  ['k', undefined],
  ['-5', undefined],
  ['1e9', undefined],
  ['80 thousand', undefined],
  [`${'9'.repeat(15)}M`, undefined],
  ['9'.repeat(100_000), undefined],
])('reads %j', (text, tokens) => {
  expect(parseTokens(text)).toBe(tokens);
});

it.each([
  [0, '0'],
  [999, '999'],
  [50_000, '50k'],
  [80_500, '80.5k'],
  [999_499, '999k'],
  [999_600, '1M'],
  [1_250_000, '1.25M'],
  [140_000_000, '140M'],
])('writes %i', (tokens, text) => {
  expect(roughTokens(tokens)).toBe(text);
});
