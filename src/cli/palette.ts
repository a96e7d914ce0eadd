/** The colours of printed text, and rows of a screen printed with them. */
import type { Row, Tone } from '../tui/row.ts';

/** Colours are functions so that NO_COLOR is nobody's business here. */
export type Palette = Readonly<Record<Tone, (text: string) => string>>;

const plain = (text: string): string => text;

/** For files, and for forms that colour nothing. */
export const noColours: Palette = { good: plain, busy: plain, bad: plain, dim: plain, strong: plain };

export const rowText = (row: Row, palette: Palette): string =>
  row
    .map(({ text, tone }) => (tone === undefined ? text : palette[tone](text)))
    .join('')
    .trimEnd();
