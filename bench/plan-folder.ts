/** A folder of task files for measurements: some in front matter, in waves, with long-range dependencies. Always the same. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes `count` files such as people write them; gives the folder. */
export function writeTaskFolder(folder: string, count: number): string {
  mkdirSync(folder, { recursive: true });
  const idOf = (number: number): string => `T-${String(number).padStart(3, '0')}`;
  for (let number = 1; number <= count; number++) {
    const module = ['auth', 'cart', 'search', 'billing'][number % 4] ?? '';
    const before = [number - 20 - (number % 7), number - 90].filter((other) => other > 0).map(idOf);
    const text = [
      '---',
      `id: ${idOf(number)}`,
      `title: Step ${number} of ${module}`,
      `module: ${module}`,
      `estimate: ${1 + (number % 8)}h`,
      `files: [src/${module}/step-${number}.ts]`,
      `dependencies: [${before.join(', ')}]`,
      '---',
      '',
      `# ${idOf(number)}: Step ${number} of ${module}`,
      '',
      'What the agent is told about it, in a sentence or two.',
      '',
      '## Commit plan',
      '',
      '### Phase 1: Model',
      `- \`feat(${module}): add step ${number}\``,
      `- \`test(${module}): cover step ${number}\``,
      '',
    ];
    writeFileSync(join(folder, `${idOf(number)}-step-${number}.md`), text.join('\n'));
  }
  return folder;
}
