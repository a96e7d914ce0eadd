/** Commands as people copy them: text of plans in them is a word and nothing else. */

/** A word as a shell takes it literally: quoted only where it must be. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./][\w@%+=:,./-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
