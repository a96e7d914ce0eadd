import { describe, expect, it } from 'vitest';
import { cleanLine, cleanText, splitLines } from './lines.ts';

function linesOf(chunks: readonly (string | Buffer)[], maxLineBytes?: number): readonly string[] {
  const lines: string[] = [];
  const sink = splitLines((line) => lines.push(line), maxLineBytes);
  for (const chunk of chunks) sink.write(Buffer.from(chunk));
  sink.end();
  return lines;
}

describe('splitLines', () => {
  it('joins what was cut anywhere, also inside a character', () => {
    const text = Buffer.from('eins grün\nzwei 🎉\r\n\nlast');
    const bytes = [...text].map((byte) => Buffer.from([byte]));
    expect(linesOf(bytes)).toEqual(['eins grün', 'zwei 🎉', 'last']);
    expect(linesOf([text])).toEqual(['eins grün', 'zwei 🎉', 'last']);
  });

  it('keeps the beginning of a line of 50 MB', () => {
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    const lines = linesOf([...Array.from({ length: 50 }, () => chunk), '\nnext\n'], 10);
    expect(lines).toEqual([`xxxxxxxxxx… (${50 * 1024 * 1024 - 10} more bytes)`, 'next']);
  });

  it('does not show half a character where it cut', () => {
    expect(linesOf(['aaaü\n'], 4)).toEqual(['aaa… (1 more bytes)']);
  });

  it('survives what is not text', () => {
    expect(linesOf([Buffer.from([0x61, 0xff, 0x00, 0x62, 0x0a])])).toEqual(['a\uFFFDb']);
  });
});

describe('cleanLine', () => {
  it('takes out everything that could steer a terminal', () => {
    const text =
      '\u001b[2J\u001b[1;31mred\u001b[0m\u001b]8;;http://x\u0007link\u001b]8;;\u0007\tend\u009b31m\u0007\u202ecba';
    const cleaned = cleanLine(text);
    expect(cleaned).toBe('redlink  endcba');
  });

  it('leaves the last version of a line that was redrawn', () => {
    expect(cleanLine('10%\r20%\r100%\r')).toBe('100%');
  });

  it('keeps line breaks of a text', () => {
    expect(cleanText('a\u0007\r\n\u001b[1mb\n')).toBe('a\nb\n');
  });
});
