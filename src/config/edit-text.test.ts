import { describe, expect, it } from 'vitest';
import { setInText, unsetInText } from './edit-text.ts';

const file = `# Of the team.

# How many.
slots:   4      # not more, please
gate:
  - npm test   # quick
  - npm run e2e

agents:
  # The cheap one.
  mine: { driver: command, command: "x" }
# slots: 7
`;

describe('set', () => {
  it.each([
    ['a value', ['slots'], 5, ['slots:   4 ', 'slots:   5 ']],
    ['a value by one that needs quotes', ['slots'], 'a: b', ['slots:   4 ', 'slots:   "a: b" ']],
    [
      'a value in a flow map',
      ['agents', 'mine', 'driver'],
      'scripted',
      ['driver: command', 'driver: scripted'],
    ],
    ['a new key', ['retries'], 2, ['# slots: 7\n', '# slots: 7\nretries: 2\n']],
    [
      'a new key below a new map',
      ['limits', 'maxParallel'],
      12,
      ['# slots: 7\n', '# slots: 7\nlimits:\n  maxParallel: 12\n'],
    ],
  ] as const)('changes only the lines of %s', (_name, path, value, [from, to]) => {
    expect(setInText(file, path, value)).toBe(file.replace(from, to));
  });

  it('keeps order and comments when a list changes', () => {
    const text = setInText(file, ['gate'], ['make']);
    expect(text.split('\n').filter((line) => /^\w|#/.test(line))).toEqual([
      '# Of the team.',
      '# How many.',
      'slots: 4 # not more, please',
      'gate:',
      'agents:',
      '  # The cheap one.',
      '# slots: 7',
    ]);
    expect(text).toContain('gate:\n  - make\n');
  });

  it('adds a key to a map that is there', () => {
    expect(setInText('agents:\n  a: { driver: x }\nslots: 3\n', ['agents', 'b'], { driver: 'y' })).toBe(
      'agents:\n  a: { driver: x }\n  b:\n    driver: y\nslots: 3\n',
    );
  });

  it.each([
    ['', 'slots: 3\n'],
    ['# nothing yet\n', '# nothing yet\nslots: 3\n'],
    ['retries: 1', 'retries: 1\nslots: 3\n'],
    ['slots:\nretries: 1\n', 'slots: 3\nretries: 1\n'],
    ['slots: ~\n', 'slots: 3\n'],
    ['{ retries: 1 }\n', '{ retries: 1, slots: 3 }\n'],
    ['a: 1\r\n', 'a: 1\r\nslots: 3\r\n'],
    ['a: 1\r\nslots: 1\r\n', 'a: 1\r\nslots: 3\r\n'],
    ['slots: |\n  four\nretries: 1\n', 'slots: 3\nretries: 1\n'],
  ])('works on %j', (text, expected) => {
    expect(setInText(text, ['slots'], 3)).toBe(expected);
  });

  it('writes a value with line breaks', () => {
    expect(setInText('a: b\nc: d\n', ['a'], 'x\ny')).toBe('a: |-\n  x\n  y\nc: d\n');
  });

  it.each([['- a\n'], ['a: [\n'], ['slots: { a: 1\n']])('refuses %j', (text) => {
    expect(() => setInText(text, ['slots'], 3)).toThrow();
  });

  it('refuses to make a map of what is none', () => {
    expect(() => setInText('agents: x\n', ['agents', 'mine'], {})).toThrow();
  });
});

describe('unset', () => {
  it.each([
    ['slots', ['slots'], 'slots:   4      # not more, please\n'],
    ['a list', ['gate'], 'gate:\n  - npm test   # quick\n  - npm run e2e\n'],
    [
      'the only key of a map, with the map',
      ['agents', 'mine'],
      'agents:\n  # The cheap one.\n  mine: { driver: command, command: "x" }\n',
    ],
  ] as const)('takes away only the lines of %s', (_name, path, gone) => {
    expect(unsetInText(file, path)).toBe(file.replace(gone, ''));
  });

  it.each([
    ['slots: 3', ''],
    ['a: 1\nslots: 3', 'a: 1\n'],
    ['slots:\na: 1\n', 'a: 1\n'],
    ['{ slots: 3, a: 1 }\n', '{ a: 1 }\n'],
    ['slots: 3\r\na: 1\r\n', 'a: 1\r\n'],
  ])('works on %j', (text, expected) => {
    expect(unsetInText(text, ['slots'])).toBe(expected);
  });

  it('finds nothing where nothing is', () => {
    expect(unsetInText('a: 1\n', ['slots'])).toBeUndefined();
    expect(unsetInText('', ['agents', 'mine'])).toBeUndefined();
  });
});
