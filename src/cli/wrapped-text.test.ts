import { describe, expect, it } from 'vitest';
import { shellWord, wrapList, wrapWords } from './wrapped-text.ts';

const ids = Array.from({ length: 12 }, (_, index) => `T-${String(index + 1).padStart(3, '0')}`);

describe('wrapList', () => {
  it('breaks between items only, and moves later lines to the right', () => {
    expect(wrapList(ids, { width: 30, indent: 6 })).toBe(
      ['T-001 T-002 T-003 T-004', 'T-005 T-006 T-007 T-008', 'T-009 T-010 T-011 T-012'].join('\n      '),
    );
  });

  it('counts what does not fit on the lines it may have, within the width', () => {
    expect(wrapList(ids, { width: 30, indent: 6, lines: 2 })).toBe(
      'T-001 T-002 T-003 T-004\n      T-005 T-006 … and 6 more',
    );
  });

  it('ends every broken line with the separator', () => {
    expect(wrapList(ids.slice(0, 4), { width: 24, indent: 0, separator: ' → ' })).toBe(
      'T-001 → T-002 → T-003 →\nT-004',
    );
  });

  it('shortens ids of any length and shows none of their control characters', () => {
    const [text = ''] = [wrapList([`a\u001b[31m${'x'.repeat(500)}`, 'b'], { width: 80, indent: 0 })];
    expect(text).toBe(`a${'x'.repeat(38)}… b`);
  });

  it('gives nothing for nothing', () => {
    expect(wrapList([], { width: 80, indent: 0 })).toBe('');
  });
});

it('wraps prose at spaces and leaves long words whole', () => {
  expect(wrapWords('one two averyveryverylongword three', 10, 2)).toBe(
    'one two\n  averyveryverylongword\n  three',
  );
});

it('quotes only words that a shell would change, and those that look like options', () => {
  expect(['docs/plan', "it's", 'a b', '-rf', '$(x)', ''].map(shellWord)).toEqual([
    'docs/plan',
    "'it'\\''s'",
    "'a b'",
    "'-rf'",
    "'$(x)'",
    "''",
  ]);
});
