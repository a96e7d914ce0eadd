import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDependencyPhrase } from './dependency-phrase.ts';
import { phaseNames, resolvePhrase } from './phase-references.ts';

const fixtures = path.join(import.meta.dirname, '../../test/fixtures/dependency-phrases');
const rowsOf = (name: string): string[][] =>
  readFileSync(path.join(fixtures, name), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));

/** `1 2 !25`, `-` or `?`. */
function meaningOf(text: string, owner: string, phases: readonly string[]): string {
  const phrase = readDependencyPhrase(text);
  if (phrase.meaning === 'unclear') return '?';
  const { keys, unknown } = resolvePhrase(phrase, owner, phaseNames(phases));
  return [...keys, ...unknown.map((id) => `!${id}`)].join(' ') || '-';
}

describe('phrases of real roadmaps', () => {
  let [file, phases]: [string, string[]] = ['', []];
  const cases = rowsOf('roadmaps.tsv').flatMap(([first = '', second = '', expected = '', text = '']) => {
    if (!first.startsWith('#')) return [{ file, line: first, owner: second, expected, text, phases }];
    [file, phases] = [first.slice(2), second.split(' ')];
    return [];
  });

  it('are at least 150', () => {
    expect(cases.length).toBeGreaterThanOrEqual(150);
  });

  it.each(cases)('$file:$line $text', ({ text, owner, phases: known, expected }) => {
    expect(meaningOf(text, owner, known)).toBe(expected);
  });
});

describe('shapes', () => {
  const phases = '1 2 2.1 2.2 3 4 5 6 7 8 8.1 9 10 11 12 12a 13 14 15 16 17 a b'.split(' ');
  const cases = rowsOf('shapes.tsv').filter(([first]) => !first?.startsWith('#'));

  it.each(cases)('%s: %s', (expected, row) => {
    const [text = '', owner = '17'] = row?.split(' @') ?? [];
    expect(meaningOf(text, owner, phases)).toBe(expected?.toLowerCase());
  });
});

it('ends soon whatever the phrase is', () => {
  const hostile = [
    '(',
    '[(',
    '~~',
    'Phase 1, ',
    'Phase ',
    '1-',
    ' - ',
    '1 to ',
    '.',
    '`',
    'all ',
    '**',
    '–',
    "a'",
    'x.',
  ];
  for (const part of hostile) readDependencyPhrase(part.repeat(1_000_000 / part.length));
  expect(readDependencyPhrase('Phase 1, '.repeat(100_000)).references.length).toBeLessThan(300);
});
