/** Makes text of plans safe and short enough for a drawing. Widths are guessed: no font is at hand. */
import { plainText } from '../view/plain-text.ts';

/** Characters wider and narrower than most, in a usual sans-serif font. */
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u;
const broad = /[A-Z0-9mw@%&#_~<>=+\u00c0-\u00de\u0400-\u042f]/;
const narrow = /[ijlI.,:;'|!()[\]ft`\s-]/;
const invisible = /\p{M}|\p{Cf}/u;

/** Guessed width in parts of the font's size. Rather too much than too little. */
function widthOf(character: string): number {
  if (invisible.test(character)) return 0;
  if (wide.test(character)) return 1.1;
  if (narrow.test(character)) return 0.34;
  return broad.test(character) ? 0.7 : 0.57;
}

/** One line that should fit into `width` pixels at `fontSize`; what is cut ends in an ellipsis. */
export function fitText(text: string, width: number, fontSize: number): string {
  // Longer than any box: no need to measure all of a megabyte.
  const characters = Array.from(plainText(text).trim().slice(0, 400));
  let used = 0;
  let fitting = 0;
  for (const [index, character] of characters.entries()) {
    used += widthOf(character) * fontSize;
    if (used > width) return `${characters.slice(0, fitting).join('').trimEnd()}…`;
    if (used + 0.9 * fontSize <= width) fitting = index + 1;
  }
  return characters.join('');
}

/** Guessed width in pixels. */
export const textWidth = (text: string, fontSize: number): number =>
  Array.from(text).reduce((sum, character) => sum + widthOf(character) * fontSize, 0);
