import { expect, it } from 'vitest';
import { fitted, plainText } from './plain-text.ts';

it.each([
  ['plain', 'plain'],
  ['\u001b[31mred\u001b[0m', 'red'],
  ['\u001b]0;title\u0007text', 'text'],
  ['\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\', 'link'],
  ['a\tb\nc', 'a b c'],
  ['a\u0000b\u0007c\u009bd', 'abcd'],
  ['\u202eright to left', 'right to left'],
  ['emoji 🎻 stays', 'emoji 🎻 stays'],
])('%j becomes %j', (text, expected) => {
  expect(plainText(text)).toBe(expected);
});

it('cuts by characters, not by halves of them', () => {
  expect(fitted('🎻🎻🎻🎻', 3)).toBe('🎻🎻…');
  expect(fitted('abc', 3)).toBe('abc');
  expect(fitted('abc', 0)).toBe('…');
});
