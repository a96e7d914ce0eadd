import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeScratch, type Scratch } from '../../test/rig/scratch-repository.ts';
import type { Commit } from '../core/plan.ts';
import { findConflictMarkers, parseMarkers } from './conflict-markers.ts';

let scratch: Scratch;
let base: Commit;
const conflict = '<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> other\n';
beforeEach(async () => {
  scratch = await makeScratch();
  base = await scratch.commit({ 'old.txt': `${conflict}end\n`, 'a.txt': 'one\ntwo\n' });
});
afterEach(() => scratch.remove());

const markersOf = async (files: Readonly<Record<string, string>>) =>
  findConflictMarkers(scratch.path, base, await scratch.commit(files));

it('finds each conflict that was added, by file and line', async () => {
  expect(await markersOf({ 'a.txt': `one\n${conflict}two\n${conflict}`, 'b c.txt': conflict })).toEqual([
    'a.txt:2',
    'a.txt:8',
    'b c.txt:1',
  ]);
});

it.each<[string, string, readonly string[]]>([
  ['its end', 'ours\n=======\ntheirs\n>>>>>>> other\n', ['half.txt:4']],
  ['its beginning', '<<<<<<< HEAD\nours\n=======\ntheirs\n', ['half.txt:1']],
  ['another inside', `<<<<<<< HEAD\n${conflict}=======\n>>>>>>> other\n`, ['half.txt:1', 'half.txt:2']],
  ['its end, in a file of DOS', 'ours\r\n=======\r\ntheirs\r\n>>>>>>> other\r\n', ['half.txt:4']],
  ['longer marks', 'ours\n=========\ntheirs\n>>>>>>>>> other\n', ['half.txt:4']],
  ['lines in the wrong order', '>>>>>>> other\n<<<<<<< HEAD\n', ['half.txt:2']],
  ['the end of another', `${conflict}=======\ntheirs\n>>>>>>> other\n`, ['half.txt:1', 'half.txt:8']],
])('finds a conflict of which only a part is left: %s', async (_, text, found) => {
  expect(await markersOf({ 'half.txt': text })).toEqual(found);
});

it('passes over headings, old markers, single lines like markers and binary files', async () => {
  const found = await markersOf({
    'heading.md': 'Title\n=======\n',
    'old.txt': `${conflict}end, changed\n`,
    'opened.txt': '<<<<<<< HEAD\n',
    'closed.txt': '>>>>>>> a mail in a mail\n\n=======\n',
    'ruled.txt': 'A long title\n============\n\n>>>>>>> a mail in a mail\n',
    'told.md': '<<<<<<< HEAD is what git writes\n\nAnother title\n=============\n',
    'quoted.txt': 'a <<<<<<< b\n>>>>>>>>>> c\n',
    'binary.bin': `\0${conflict}`,
  });
  expect(found).toEqual([]);
});

it('takes no longer for many beginnings', () => {
  const diff = `diff --git a/a b/a\n+++ b/a\n@@ -0,0 +1 @@\n${'+<<<<<<< HEAD\n'.repeat(200_000)}`;
  expect(parseMarkers(diff)).toEqual([]);
});

it('stops at twenty', async () => {
  expect(await markersOf({ 'many.txt': conflict.repeat(30) })).toHaveLength(20);
});

it('works with diff settings of the user', async () => {
  await scratch.git('config', 'diff.noprefix', 'true');
  await scratch.git('config', 'diff.external', 'false');
  await scratch.git('config', 'color.ui', 'always');
  expect(await markersOf({ 'b.txt': conflict })).toEqual(['b.txt:1']);
});
