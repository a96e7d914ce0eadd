/** Files that no reader may stumble over, whatever its format. Each takes the place of one file of a good plan. */

const MIB = 1024 * 1024;
const DEPTH = 100_000;

/** A map of nine lists, each of nine times the one before: 9^9 values when every alias is followed. */
const aliasBomb = [
  'a: &a [x,x,x,x,x,x,x,x,x]',
  ...Array.from('bcdefghi', (name, index) => {
    const before = String.fromCharCode('a'.charCodeAt(0) + index);
    return `${name}: &${name} [${Array(9).fill(`*${before}`).join(',')}]`;
  }),
  'tasks: *i',
].join('\n');

const inFrontMatter = (yaml: string): string => `---\nid: T-001\n${yaml}\n---\n\n# T-001: x\n`;

/** By name. @param good the text that is replaced */
export function hostileFiles(good: string): ReadonlyMap<string, Uint8Array> {
  const bytes = Buffer.from(good);
  const middle = Math.floor(bytes.length / 2);
  const texts: Readonly<Record<string, string>> = {
    empty: '',
    'spaces and line ends': ' \n\t\n \n',
    'nothing but NUL': '\0'.repeat(1000),
    'NUL on every line': good.replaceAll('\n', '\0\n'),
    'a line of 10 MB': 'x'.repeat(10 * MIB),
    'a line of 3 MB': `${good}\n${'x'.repeat(3 * MIB)}\n`,
    'all on one line, many times': good.replaceAll('\n', ' ').repeat(Math.ceil(MIB / good.length)),
    'cut in the middle': good.slice(0, good.length / 2),
    'twice the same': `${good}\n${good}`,
    'a merge conflict': `<<<<<<< ours\n${good}=======\n${good}>>>>>>> theirs\n`,
    'nested lists': '['.repeat(DEPTH),
    'nested lists, closed': '['.repeat(DEPTH) + ']'.repeat(DEPTH),
    'nested maps': '{"tasks":'.repeat(DEPTH),
    'nested maps, closed': `${'{"tasks":'.repeat(DEPTH)}1${'}'.repeat(DEPTH)}`,
    'nested lists in front matter': inFrontMatter(`x: ${'['.repeat(DEPTH)}`),
    'nested block lists': `${'- '.repeat(DEPTH)}x`,
    'nested quotes': '> '.repeat(DEPTH),
    'nested bullets': Array.from({ length: 1000 }, (_, depth) => `${' '.repeat(depth)}- [ ] x`).join('\n'),
    'nested brackets': `Depends on: ${'('.repeat(DEPTH)}${')'.repeat(DEPTH)}`,
    'an alias bomb': aliasBomb,
    'an alias bomb in front matter': inFrontMatter(aliasBomb),
    'an alias of itself': 'tasks: &a [*a]\n',
    'lone surrogates': '{"tasks":[{"id":"\\ud800","title":"\\udfff"}]}',
    'names of the prototype': good.replace(/\b(?:id|title|status)\b/g, '__proto__'),
  };
  return new Map<string, Uint8Array>([
    ...Object.entries(texts).map(([name, text]) => [name, Buffer.from(text)] as const),
    [
      'invalid UTF-8',
      Buffer.concat([
        bytes.subarray(0, middle),
        Buffer.from([0xff, 0xc3, 0x28, 0xf8, 0x80]),
        bytes.subarray(middle),
      ]),
    ],
    ['UTF-16', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(good, 'utf16le')])],
  ]);
}

/** The same plan in other bytes. */
export const sameInOtherBytes: Readonly<Record<string, (good: string) => string>> = {
  CRLF: (good) => good.replaceAll('\n', '\r\n'),
  BOM: (good) => `\uFEFF${good}`,
  'BOM and CRLF': (good) => `\uFEFF${good.replaceAll('\n', '\r\n')}`,
};
