import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePlainYaml } from './plain-yaml.ts';
import { parseYaml, type YamlSource } from './yaml-source.ts';

const told = (source: YamlSource, names: readonly string[]) => ({
  value: source.value,
  problems: source.problems,
  lines: names.flatMap((name) => [
    source.keyLineOf([], name),
    ...[[name], [name, 0], [name, 1], [name, 9]].map((path) => source.lineOf(path)),
  ]),
});

/** Lines of front matter, and of what only looks like it. */
const word = fc.constantFrom(
  ...['T-001', 'a b', '001', '1.10', 'true', 'null', '~', 'src/**', '*.ts', '"q, r"', "'s'", '""', "'it''s'"],
  ...[
    '"a\\nb"',
    'x: y',
    'x:y',
    'a #b',
    'a#b',
    '&x',
    '!t',
    '- z',
    '? k',
    '...',
    '---',
    '',
    '|',
    '>',
    'é',
    'a\u00a0',
  ],
  ...[
    '[a]',
    '{a: b}',
    '@at',
    '`c`',
    '%d',
    'a, b',
    'NULL',
    '=',
    '<<',
    '\ud83d\ude00',
    'a\u2028b',
    '(x)',
    '-',
    '.5',
    '/x',
  ],
);
const name = fc.constantFrom('id', 'title', 'depends_on', 'x-1', 'null', '<<', '__proto__', '"id"', 'a b');
const line = fc.oneof(
  fc.tuple(name, word).map(([left, right]) => `${left}: ${right}`),
  name.map((left) => `${left}:`),
  fc.tuple(name, fc.array(word, { maxLength: 3 })).map(([left, items]) => `${left}: [${items.join(', ')}]`),
  fc.tuple(fc.constantFrom('', '  ', '    '), word).map(([indent, item]) => `${indent}- ${item}`),
  fc.tuple(fc.constantFrom('', '  ', '\t'), word).map(([indent, text]) => `${indent}${text}`),
  fc.constantFrom(
    '',
    '  ',
    '# remark',
    'id:T-1',
    '  id: T-1',
    'id:  T-1  ',
    '-',
    'id: [a,b]',
    'id: [ a , b, ]',
  ),
);
const texts = fc.array(line, { minLength: 1, maxLength: 8 }).map((lines) => `${lines.join('\n')}\n`);

describe('parsePlainYaml', () => {
  it('reads what it reads as the parser of all of YAML does', () => {
    fc.assert(
      fc.property(
        fc.oneof({ weight: 4, arbitrary: texts }, { weight: 1, arbitrary: fc.string() }),
        (text) => {
          const plain = parsePlainYaml(text, 5);
          if (plain === undefined) return;
          const names = ['id', 'title', 'depends_on', 'x-1', 'missing'];
          expect(told(plain, names)).toEqual(told(parseYaml(text, 'file', 5), names));
        },
      ),
      { numRuns: 5_000 },
    );
  });

  it('reads usual front matter by itself', () => {
    const text =
      'id: T-002\ntitle: "Prices: cents"\ndepends_on: [T-001, T-003]\nfiles:\n  - src/**\n  - a b.ts\nstatus:\n';
    const plain = parsePlainYaml(text, 2);
    expect({ ...(plain?.value as object) }).toEqual({
      id: 'T-002',
      title: 'Prices: cents',
      depends_on: ['T-001', 'T-003'],
      files: ['src/**', 'a b.ts'],
      status: undefined,
    });
    expect([plain?.lineOf(['files', 1]), plain?.lineOf(['depends_on', 0])]).toEqual([7, 4]);
  });

  it('leaves everything else alone', () => {
    const others = [
      '',
      'a: {b: c}',
      'a: |\n  text',
      'a: &x b',
      'a: b # c',
      'a: b\na: c',
      'text',
      'a: b\n  c',
      '- a',
    ];
    expect(others.filter((text) => parsePlainYaml(text, 1) !== undefined)).toEqual([]);
  });
});
