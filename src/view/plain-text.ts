/** Text of tasks and agents made safe to show: no escape sequences, no control characters, no overlong lines. */
import { cellStart, cellText, cellWidth } from './cell-width.ts';

// Escape sequences (CSI, OSC, two-character ones), then every other control character; tabs become spaces.
const escapes =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
  /\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[@-_]|[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\u061c\u200e\u200f]/g;

/** Most texts: they are what a screen spends its time on. */
const harmless = /^[ -~]*$/;

/** One line without anything that a terminal would act on. */
export function plainText(text: string): string {
  if (harmless.test(text)) return text;
  return (
    text
      .replace(/[\t\n]+/g, ' ')
      .replace(escapes, '')
      // More marks over one character than any language needs would paint over the lines around it.
      .replace(/(\p{M}{3})\p{M}+/gu, '$1')
  );
}

/** Longer than any screen is wide: what comes after it is not looked at. */
const LONGEST_LINE = 4_000;

/** As `plainText`, at most `width` cells wide; what is cut ends in an ellipsis. */
export function fitted(text: string, width: number): string {
  const shown = cellText(plainText(text.slice(0, LONGEST_LINE)));
  if (cellWidth(shown) <= width && text.length <= LONGEST_LINE) return shown;
  return width <= 0 ? '' : `${cellStart(shown, width - 1)}…`;
}

/** As `fitted`, and exactly `width` cells wide. */
export function column(text: string, width: number): string {
  const shown = fitted(text, width);
  return shown + ' '.repeat(Math.max(0, width - cellWidth(shown)));
}
