/** The colours of printed text, and rows of a screen printed with them. */
import type { Row, Tone } from '../tui/row.ts';

/** Colours are functions so that NO_COLOR is nobody's business here. */
export type Palette = Readonly<Record<Tone, (text: string) => string>>;

export const rowText = (row: Row, palette: Palette): string =>
  row
    .map(({ text, tone }) => (tone === undefined ? text : palette[tone](text)))
    .join('')
    .trimEnd();
