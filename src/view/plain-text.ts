/** Text of tasks and agents made safe to show: no escape sequences, no control characters, no overlong lines. */

// Escape sequences (CSI, OSC, two-character ones), then every other control character; tabs become spaces.
const escapes =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
  /\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[@-_]|[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** One line without anything that a terminal would act on. */
export function plainText(text: string): string {
  return text.replace(/[\t\n]+/g, ' ').replace(escapes, '');
}

/** As `plainText`, at most `width` characters wide; what is cut ends in an ellipsis. */
export function fitted(text: string, width: number): string {
  const characters = Array.from(plainText(text));
  return characters.length <= width
    ? characters.join('')
    : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}
