import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readPromptTemplate } from './prompt-template-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tutti-template-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = (content: string | Buffer) => {
  writeFileSync(join(folder, 'prompt.md'), content);
  return readPromptTemplate(join(folder, 'prompt.md'), folder);
};

it('reads a template as other systems write it', () => {
  expect(read('\uFEFF# {{title}}\r\n\r\n{{body}}\r\n{{lastTime}}\r\n{{rules}}')).toEqual({
    template: '# {{title}}\n\n{{body}}\n{{lastTime}}\n{{rules}}',
    problems: [],
  });
});

it('tells a wrong placeholder where it stands', () => {
  const { problems } = read('{{body}}{{rules}}{{lastTime}}\n{{nots}}\n');
  expect(problems).toMatchObject([
    { code: 'invalid-config', fix: 'Did you mean note?', location: { file: 'prompt.md', line: 2 } },
  ]);
});

it.each([
  ['is too large', 'x'.repeat(64 * 1024 + 1), /it is larger than 64 KB$/],
  ['is no text', Buffer.from([0x80, 0xff]), /it is not UTF-8$/],
])('refuses a file that %s', (_what, content, message) => {
  expect(read(content)).toMatchObject({
    template: undefined,
    problems: [{ code: 'unreadable', message: expect.stringMatching(message) }],
  });
});

it('refuses what is no file', () => {
  for (const file of [folder, join(folder, 'none.md')]) {
    expect(readPromptTemplate(file, folder).problems).toMatchObject([{ code: 'unreadable' }]);
  }
  expect(readPromptTemplate(undefined, folder)).toEqual({ template: undefined, problems: [] });
});
