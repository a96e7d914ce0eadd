import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readPlan } from './detect.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tutti-native-markdown-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function read(text: string) {
  writeFileSync(path.join(folder, 'plan.md'), text);
  const { plan, problems } = await readPlan(folder);
  return {
    plan,
    told: problems.map(({ code, message, location }) =>
      `${location?.line} ${code}: ${message}`.replaceAll(folder, '.'),
    ),
  };
}

const front = (tasks: string, more = ''): string => `---\nplan: Shop\n${more}tasks:\n${tasks}---\n`;

it('takes titles and bodies from the sections, all else from the front matter', async () => {
  const { plan, told } = await read(
    `${front('  - { id: T-001, files: [src/**] }\n  - { id: T-002, title: Given, dependsOn: [T-001] }\n  - id: A B\n  - id: T-003\n', 'defaults: { agent: mine }\n')}
# Shop

What it is about is no task.

## T-001: Cart model

First line.

### Details

\`\`\`
## T-002: not a section
\`\`\`

## T-002

Second.

## Notes

## A B – With a space
Third.
## T-003 Without marks
`,
  );
  expect([plan.name, plan.format, told]).toEqual(['Shop', 'native', []]);
  expect(
    plan.tasks.map(({ id, title, body, dependsOn, agent, location }) => [
      `${location.line} ${id}`,
      title,
      body,
      dependsOn.join(),
      agent,
    ]),
  ).toEqual([
    ['5 T-001', 'Cart model', 'First line.\n\n### Details\n\n```\n## T-002: not a section\n```', '', 'mine'],
    ['6 T-002', 'Given', 'Second.', 'T-001', 'mine'],
    ['7 A B', 'With a space', 'Third.', '', 'mine'],
    ['8 T-003', 'Without marks', '', '', 'mine'],
  ]);
});

it.each<[string, string, string[]]>([
  [
    'a section without an entry, one written twice, a body written twice',
    `${front('  - { id: T-001, body: x }\n  - id: T-002\n')}## T-001\nx\n## T-002\nx\n## T-002 again\nx\n## T-009: lost\nx\n`,
    [
      '11 invalid-value: T-002: it has two sections',
      '13 invalid-value: T-009 has a section, but no entry in the front matter',
      '4 invalid-value: T-001: both body and a section (line 7) are given',
    ],
  ],
  [
    'what the schema refuses, with its line',
    `${front('  - { id: T-001, dependOn: [x] }\n')}## T-001\nx\n`,
    ['4 invalid-value: T-001: unknown key "dependOn"'],
  ],
  ['broken YAML', '---\ntasks: [\n---\n', ['2 invalid-yaml: ./plan.md is not valid YAML']],
])('tells %s', async (_, text, expected) => {
  const { told } = await read(text);
  expect(told.map((line, index) => line.slice(0, expected[index]?.length))).toEqual(expected);
});

it('says so when a named Markdown file is none', async () => {
  writeFileSync(path.join(folder, 'notes.md'), '# Notes\n');
  const { problems } = await readPlan(path.join(folder, 'notes.md'), { format: 'native' });
  expect(problems.map(({ code }) => code)).toEqual(['no-tasks']);
});
