/** Text as XML and HTML take it: no character of a plan is ever markup. */
import { plainText } from '../view/plain-text.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** One line for text and for quoted attributes, without what XML forbids and without what turns the direction of text. */
export const escapeText = (text: string): string =>
  plainText(wellFormed(text)).replace(/[&<>"']/g, (character) => entities[character] ?? '');

/** Half of a surrogate pair and the two noncharacters make a whole file unreadable for XML. */
const wellFormed = (text: string): string => text.replace(/\p{Surrogate}|[\ufffe\uffff]/gu, '\ufffd');

/** JSON that may stand in a script element of HTML. */
export const scriptJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
