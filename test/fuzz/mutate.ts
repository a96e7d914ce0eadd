/** Damages text the way fuzzers do, with a dictionary of what plans are written with. The same choices give the same damage. */
import type { SeededRandom } from '../rig/seeded-random.ts';

/** What parsers, patterns and people's habits stumble over. */
const dictionary: readonly string[] = [
  ...[
    '"',
    "'",
    '`',
    '```',
    '~~~',
    '\\',
    '\\u',
    '\\ud800',
    '{',
    '}',
    '[',
    ']',
    '(',
    ')',
    '<!--',
    '-->',
    '|',
    '>',
  ],
  ...[
    '---\n',
    '...\n',
    '\n',
    '\n\n',
    '\r',
    '\r\n',
    '\t',
    ' ',
    '\0',
    '\uFEFF',
    '\uFFFD',
    '\u2028',
    '\ud800',
    '🎼',
  ],
  ...[
    '- ',
    '- [ ] ',
    '- [x] ',
    '* ',
    '1. ',
    '# ',
    '## ',
    '#### ',
    '**',
    '__',
    ': ',
    ':',
    ',',
    ';',
    '=',
    '&a ',
    '*a',
  ],
  ...[
    '!!js/function ',
    '!!binary ',
    '<<: ',
    '? ',
    '%YAML 1.2\n',
    '@',
    '#',
    '/',
    '../',
    '~',
    'null',
    'true',
    '{}',
    '[]',
  ],
  ...[
    '0',
    '-1',
    '1e999',
    '99999999999999999999',
    '1.10',
    'NaN',
    '0x10',
    '001',
    '1-3',
    '1–100000',
    '2.1',
    '04.1',
  ],
  ...[
    'T-001',
    'T-002',
    'T001',
    'Phase 1',
    'Task 1',
    'bd-1',
    'task-1',
    '5.2',
    '[P]',
    '[US1]',
    '__proto__',
    'constructor',
  ],
  ...[
    'Depends on',
    '**Depends on**: ',
    '## Dependencies\n',
    'Blocks: ',
    'None',
    'all previous phases',
    'and',
    'to',
  ],
  ...[
    '"id":',
    '"dependencies":[',
    'dependencies: ',
    'depends_on: ',
    'id: ',
    'status: ',
    '"tasks":[',
    '"subtasks":[',
  ],
  ...[
    '**Files:**\n',
    'Consumes: ',
    'Produces: ',
    '<details>',
    '</details>',
    '$(touch x)',
    '`touch x`',
    '%s',
    '\x1b[31m',
  ],
];

/** @param others texts that a piece may be taken from */
export function mutate(text: string, random: SeededRandom, others: readonly string[]): string {
  let mutated = text;
  for (let left = random.wholeNumber(1, 6); left > 0; left--) mutated = mutateOnce(mutated, random, others);
  return mutated;
}

function mutateOnce(text: string, random: SeededRandom, others: readonly string[]): string {
  const at = random.wholeNumber(0, text.length);
  const end = Math.min(text.length, at + random.wholeNumber(1, random.pick([2, 10, 80, 1000])));
  const [before, piece, after] = [text.slice(0, at), text.slice(at, end), text.slice(end)];
  switch (random.wholeNumber(0, 9)) {
    case 0:
      return before + after;
    case 1:
      return before + piece.repeat(random.pick([2, 2, 2, 10, 100])).slice(0, 20_000) + after;
    case 2:
      return before + String.fromCharCode(random.wholeNumber(0, 0x2ff)) + text.slice(at + 1);
    case 3:
      return swapLines(text, random);
    case 4:
      return before + borrowed(random.pick(others), random) + after;
    case 5:
      return random.wholeNumber(0, 9) === 0 ? before : text.slice(0, at) + after;
    case 6:
      return before + random.pick(dictionary).repeat(random.pick([1, 2, 5, 300])) + text.slice(at);
    default:
      return before + random.pick(dictionary) + (random.wholeNumber(0, 1) === 0 ? text.slice(at) : after);
  }
}

function swapLines(text: string, random: SeededRandom): string {
  const lines = text.split('\n');
  const [a, b] = [random.wholeNumber(0, lines.length - 1), random.wholeNumber(0, lines.length - 1)];
  [lines[a], lines[b]] = [lines[b] as string, lines[a] as string];
  return lines.join('\n');
}

function borrowed(text: string, random: SeededRandom): string {
  const at = random.wholeNumber(0, text.length);
  return text.slice(at, at + random.wholeNumber(0, 200));
}
