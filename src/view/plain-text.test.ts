import { expect, it } from 'vitest';
import { column, fitted, plainText } from './plain-text.ts';

it.each([
  ['plain', 'plain'],
  ['\u001b[31mred\u001b[0m', 'red'],
  ['\u001b]0;title\u0007text', 'text'],
  ['\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\', 'link'],
  ['a\tb\nc', 'a b c'],
  ['a\u0000b\u0007c\u009bd', 'abcd'],
  ['\u202eright to left', 'right to left'],
  ['\u200eleft\u200f and \u061cright', 'left and right'],
  ['emoji 🎻 stays', 'emoji 🎻 stays'],
  [`z${'\u0301'.repeat(400)}algo`, `z${'\u0301'.repeat(3)}algo`],
])('%j becomes %j', (text, expected) => {
  expect(plainText(text)).toBe(expected);
});

it.each<[string, number, string]>([
  ['🎻🎻🎻🎻', 8, '🎻🎻🎻🎻'],
  ['🎻🎻🎻🎻', 7, '🎻🎻🎻…'],
  ['🎻🎻🎻🎻', 6, '🎻🎻…'],
  ['日本語', 5, '日本…'],
  ['e\u0301t\u0301e', 3, 'ét\u0301e'],
  // As one picture in one terminal and as four in another: here always four.
  ['👨\u200d👩\u200d👧\u200d👦', 8, '👨👩👧👦'],
  ['abc', 3, 'abc'],
  ['abcd', 3, 'ab…'],
  ['abc', 0, ''],
])('fits %j into %i cells', (text, width, expected) => {
  expect(fitted(text, width)).toBe(expected);
});

it('looks at no more of a line than a screen could show', () => {
  expect(fitted('x'.repeat(1_000_000), 5)).toBe('xxxx…');
});

it('fills a column by cells', () => {
  expect(column('日本', 6)).toBe('日本  ');
  expect(column('日本語', 4)).toBe('日… ');
});
