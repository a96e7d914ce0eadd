import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeScratch, type Scratch } from '../../test/rig/scratch-repository.ts';
import { commit } from '../core/plan.ts';
import { sizesOfMerges } from './merge-sizes.ts';

let scratch: Scratch;
beforeEach(async () => {
  scratch = await makeScratch();
});
afterEach(() => scratch.remove());

it('counts what a merge brought, and not what its target had; a root commit brought all it has', async () => {
  const root = await scratch.commit({ 'a.txt': 'one\ntwo\n' });
  await scratch.git('switch', '-q', '-c', 'feat/a');
  await scratch.commit({ 'a.txt': 'one\nTWO\n', 'b\n.txt': 'x\ny\n' });
  await scratch.commit({ 'a.txt': 'one\nTWO\nthree\n', bin: 'a\0b' });
  await scratch.git('switch', '-q', 'main');
  await scratch.commit({ 'other.txt': 'x\n'.repeat(50) });
  await scratch.git('merge', '-q', '--no-ff', '-m', 'Merge 7 insertions(+)', 'feat/a');
  const merge = commit(await scratch.git('rev-parse', 'HEAD'));
  const empty = await scratch.commit({}, 'Nothing');
  const unknown = commit('0123456789'.repeat(4));
  const sizes = await sizesOfMerges({ topLevel: scratch.path }, [merge, unknown, root, empty, merge]);
  expect([...sizes]).toEqual([
    [merge, { files: 3, added: 4, removed: 1 }],
    [root, { files: 1, added: 2, removed: 0 }],
    [empty, { files: 0, added: 0, removed: 0 }],
  ]);
});

it('counts what is changed in a renamed file, and asks git nothing about what is no commit', async () => {
  const text = Array.from({ length: 30 }, (_, line) => `line ${line}\n`).join('');
  await scratch.commit({ 'old.txt': text });
  await scratch.git('mv', 'old.txt', 'new.txt');
  const moved = await scratch.commit({ 'new.txt': `${text}more\n` });
  expect([...(await sizesOfMerges({ topLevel: scratch.path }, [moved, commit('--all')]))]).toEqual([
    [moved, { files: 1, added: 1, removed: 0 }],
  ]);
  expect(await sizesOfMerges({ topLevel: '/nowhere' }, [commit('HEAD')])).toEqual(new Map());
});
