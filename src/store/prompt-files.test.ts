import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { attemptId, taskId } from '../core/plan.ts';
import { openPromptFiles } from './prompt-files.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tutti-prompts-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const attempt = (ordinal: number) => attemptId(taskId('T--> 1'), ordinal);

it('gives each slot the whole prompt of its attempt, also after a longer one', () => {
  const files = openPromptFiles(folder);
  const first = files.write(attempt(1), 0, 'a long prompt, ä\n');
  const other = files.write(attempt(2), 1, 'other\n');
  expect(readFileSync(first, 'utf8')).toBe('a long prompt, ä\n');
  expect(files.write(attempt(3), 0, 'short\n')).toBe(first);
  expect([readFileSync(first, 'utf8'), readFileSync(other, 'utf8')]).toEqual(['short\n', 'other\n']);
  expect(statSync(first).mode & 0o777).toBe(0o600);
});

it('keeps what every agent was told, across engines', () => {
  openPromptFiles(folder).write(attempt(1), 0, 'one\n');
  openPromptFiles(folder).write(attempt(2), 0, 'two\n');
  expect(readFileSync(join(folder, 'all.md'), 'utf8')).toBe(
    '<!-- "T--> 1.1" -->\n\none\n\n<!-- "T--> 1.2" -->\n\ntwo\n\n',
  );
});
