/** Templates of prompts: text with a fixed set of placeholders. What they stand for is made elsewhere. */
import { didYouMean } from './nearest.ts';
import { type Problem, problem } from './problem.ts';

/** What a template may contain as `{{name}}`. The first five are words, the others sections with a heading of their own. */
export const placeholders = [
  'task',
  'title',
  'plan',
  'branch',
  'attempt',
  'body',
  'dependencies',
  'outline',
  'files',
  'earlier',
  'lastTime',
  'note',
  'rules',
] as const;
export type Placeholder = (typeof placeholders)[number];

export const defaultTemplate = `# {{task}}: {{title}}

{{body}}

{{dependencies}}

{{outline}}

{{files}}

{{earlier}}

{{lastTime}}

{{note}}

{{rules}}
`;

/** `{{name}}`, or `\{{name}}` for the characters themselves. Other braces are text. */
const pattern = /(\\?)\{\{[ \t]*([A-Za-z][\w-]*)[ \t]*\}\}/g;

/** What an agent misses that is not told this. */
const missed: readonly (readonly [Placeholder, string])[] = [
  ['body', 'agents are not told what to do'],
  ['lastTime', 'a repeated attempt is not told what went wrong'],
  ['rules', 'agents are not told to stay in their folder, nor that they must not push'],
];

/** Placeholders that do not exist are errors; important ones that are missing are warnings. */
export function templateProblems(template: string, file: string): readonly Problem[] {
  const used = new Set<string>();
  const problems: Problem[] = [];
  for (const [index, line] of template.split('\n').entries()) {
    for (const [, backslash, name = ''] of line.matchAll(pattern)) {
      if (backslash !== '') continue;
      used.add(name);
      if (isPlaceholder(name)) continue;
      const fix = didYouMean(name, placeholders) ?? `There are: ${placeholders.join(', ')}.`;
      problems.push(
        problem('invalid-config', `The prompt template has no placeholder {{${name}}}.`, fix, {
          location: { file, line: index + 1 },
        }),
      );
    }
  }
  for (const [name, consequence] of missed) {
    if (used.has(name)) continue;
    const message = `The prompt template is without {{${name}}}: ${consequence}.`;
    problems.push(
      problem('invalid-config', message, `Put {{${name}}} in, or say the same in your own words.`, {
        severity: 'warning',
        location: { file },
      }),
    );
  }
  return problems;
}

/**
 * Fills a template in. A line whose placeholders are all empty vanishes, and with it the blank lines that would be one too
 * many. What is filled in is never looked at for placeholders again.
 */
export function renderTemplate(template: string, values: Readonly<Record<Placeholder, string>>): string {
  const told: string[] = [];
  let skipsBlank = true;
  for (const line of template.split('\n')) {
    let hasValue = false;
    const filled = line.replace(pattern, (whole, backslash: string, name: string) => {
      if (backslash !== '') return whole.slice(1);
      if (!isPlaceholder(name)) return whole;
      hasValue = true;
      return values[name];
    });
    if (hasValue && filled.trim() === '') {
      skipsBlank = (told.at(-1) ?? '').trim() === '';
    } else if (line.trim() !== '' || !skipsBlank) {
      told.push(filled);
      skipsBlank = false;
    }
  }
  return `${told.join('\n').trimEnd()}\n`;
}

const isPlaceholder = (name: string): name is Placeholder =>
  (placeholders as readonly string[]).includes(name);
