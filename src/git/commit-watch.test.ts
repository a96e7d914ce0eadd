/** Commits of a linked worktree, counted while they are made. */
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeScratch, type Scratch } from '../../test/rig/scratch-repository.ts';
import { type Commit, commit } from '../core/plan.ts';
import { watchCommits } from './commit-watch.ts';
import { readGit } from './run-git.ts';

const OFTEN_MS = 5;
let scratch: Scratch;
let base: Commit;
let path: string;
const told: number[] = [];
let heard = Promise.withResolvers<void>();
let stop = (): void => {};

beforeEach(async () => {
  scratch = await makeScratch();
  base = await scratch.commit({ 'a.txt': 'a\n' });
  path = join(scratch.worktreesDir, 'w1');
  await scratch.git('worktree', 'add', '-q', '-b', 'feat/a', path);
  told.length = 0;
});
afterEach(() => {
  stop();
  return scratch.remove();
});

const commitThere = (...options: readonly string[]) =>
  readGit(path, ['commit', '-q', '--allow-empty', '-m', 'Work', ...options]);

function watch(head: Commit): void {
  const tell = (commits: number): void => {
    told.push(commits);
    heard.resolve();
  };
  heard = Promise.withResolvers();
  stop = watchCommits({ path, head }, base, tell, OFTEN_MS);
}

async function next(): Promise<number | undefined> {
  await heard.promise;
  heard = Promise.withResolvers();
  return told.at(-1);
}

it('counts what is there already, then each commit as it is made, and nothing of other branches', async () => {
  await commitThere();
  await commitThere();
  watch(commit(await readGit(path, ['rev-parse', 'HEAD'])));
  expect(await next()).toBe(2);
  await scratch.commit({ 'b.txt': 'b\n' });
  await commitThere('--amend');
  await commitThere();
  expect(await next()).toBe(3);
  await readGit(path, ['reset', '-q', '--hard', base]);
  expect(await next()).toBe(0);
  expect(told).toEqual([2, 3, 0]);
});

it('says nothing where nothing is made, or after it was ended', async () => {
  watch(base);
  stop();
  await commitThere();
  await commitThere();
  const ended = [...told];
  watch(commit(await readGit(path, ['rev-parse', 'HEAD'])));
  expect([ended, await next()]).toEqual([[], 2]);
});
