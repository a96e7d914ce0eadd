/** How many cells of a terminal a text takes, and text that takes as many everywhere: terminals disagree about the rest. */
import { eastAsianWidth } from 'get-east-asian-width';

/** Joiners, variation selectors, skin tones, tags and the like: what they make of their neighbours differs by terminal. */
const disputed =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: each of them alone is what this is about
  /[\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff\u20e3\u{1f3fb}-\u{1f3ff}\u{e0000}-\u{e01ef}]/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII, the printable part of which takes a cell each
const ascii = /^[\u0000-\u007f]*$/;

/** @param text without control characters */
export const cellText = (text: string): string =>
  ascii.test(text) ? text : text.normalize('NFC').replace(disputed, '');

/** Cells that a text takes. @param text as `cellText` gives it */
export function cellWidth(text: string): number {
  if (ascii.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width;
}

/** The longest beginning of a text that takes no more than so many cells. @param text as `cellText` gives it */
export function cellStart(text: string, cells: number): string {
  if (ascii.test(text)) return text.slice(0, Math.max(0, cells));
  let [width, end] = [0, 0];
  for (const character of text) {
    width += widthOf(character);
    if (width > cells) break;
    end += character.length;
  }
  return text.slice(0, end);
}

/** The longest end of a text that takes no more than so many cells. @param text as `cellText` gives it */
export function cellEnd(text: string, cells: number): string {
  const characters = Array.from(text);
  let [width, start] = [0, characters.length];
  for (const character of characters.toReversed()) {
    width += widthOf(character);
    if (width > cells) break;
    start--;
  }
  return characters.slice(start).join('');
}

/** Marks stand over the character before them. */
const widthOf = (character: string): number =>
  /\p{M}/u.test(character) ? 0 : eastAsianWidth(character.codePointAt(0) as number);
