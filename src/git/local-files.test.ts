import { mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeScratch, type Scratch, writeFiles } from '../../test/rig/scratch-repository.ts';
import { findLocalFiles, stampOf, type WantedFiles } from './local-files.ts';

let scratch: Scratch;
beforeEach(async () => {
  scratch = await makeScratch();
  await scratch.commit({
    '.gitignore': '.env*\n!.env.example\ncache/\ntools\n',
    '.env.example': 'KEY=\n',
  });
  await writeFiles(scratch.path, {
    '.env': 'KEY=1\n',
    '.env.local': 'KEY=2\n',
    'sub/.env': 'KEY=3\n',
    'cache/a/b': 'b',
    'tools/x': 'x',
    'notes.txt': 'mine',
  });
});
afterEach(() => scratch.remove());

const find = async (wanted: Partial<WantedFiles>) => {
  const found = await findLocalFiles(await scratch.open(), { copy: [], link: [], ...wanted });
  return {
    files: found.files.map(({ path, how }) => `${how} ${path}`),
    problems: found.problems.map(({ severity, message }) => `${severity}: ${message}`),
  };
};

it('finds files and folders by name and by pattern, and of a pattern only what git ignores', async () => {
  expect(await find({ copy: ['.env*', './cache/', '**/.env', '.env'], link: ['tools', 'cache/a'] })).toEqual({
    files: ['copy .env', 'copy .env.local', 'copy cache', 'copy sub/.env', 'link tools', 'link cache/a'],
    problems: [],
  });
});

it('warns of what is not there', async () => {
  expect(await find({ copy: ['.venv', '*.key'] })).toEqual({
    files: [],
    problems: [
      'warning: copy: .venv is not in the checkout: worktrees do without it',
      'warning: copy: *.key is not in the checkout: worktrees do without it',
    ],
  });
});

it('refuses what would be committed as work', async () => {
  await writeFiles(scratch.path, { 'cache/kept.txt': 'kept' });
  await scratch.git('add', '-f', 'cache/kept.txt');
  expect(await find({ copy: ['notes.txt', '.env.example', '*.txt', 'cache'] })).toEqual({
    files: [],
    problems: ['notes.txt', '.env.example', '*.txt', 'cache'].map(
      (path) => `error: copy: ${path} is not ignored by git: it would be committed with each task's work`,
    ),
  });
  const { problems } = await find({ link: ['cache/'] });
  expect(problems).toHaveLength(1);
});

it('refuses a link in the place of what is ignored as a folder only', async () => {
  expect(await find({ link: ['cache'] })).toEqual({
    files: [],
    problems: [
      'error: link: cache is ignored as a folder only (cache/), and a link is none: it would be committed',
    ],
  });
});

it('follows no link out of the repository', async () => {
  const outside = join(dirname(scratch.path), 'outside');
  await mkdir(outside);
  await writeFiles(outside, { '.env': 'secret' });
  await symlink(join(outside, '.env'), join(scratch.path, '.env.outside'));
  await symlink(outside, join(scratch.path, 'way'));
  const { files, problems } = await find({ copy: ['.env.outside', 'way/.env'] });
  expect(files).toEqual([]);
  expect(problems).toEqual([
    'error: copy: .env.outside is a link that leads out of the repository',
    "error: copy: way/.env is not ignored by git: it would be committed with each task's work",
  ]);
});

it('has another stamp when a file is another', async () => {
  const stamp = () => stampOf(scratch.path, [{ path: '.env', how: 'copy' }]);
  const before = await stamp();
  expect(await stamp()).toBe(before);
  await writeFiles(scratch.path, { '.env': 'KEY=changed\n' });
  expect(await stamp()).not.toBe(before);
});
