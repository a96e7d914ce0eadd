import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeScratch, type Scratch } from '../../test/rig/scratch-repository.ts';
import { type Commit, commit } from '../core/plan.ts';
import type { CommitHistory } from '../ports/commit-history.ts';
import { openCommitHistory } from './commit-history.ts';

let scratch: Scratch;
let base: Commit;
let history: CommitHistory;
beforeEach(async () => {
  scratch = await makeScratch();
  base = await scratch.commit({ 'a.txt': 'one\ntwo\n' });
  history = openCommitHistory({ topLevel: scratch.path });
});
afterEach(() => scratch.remove());

const tip = async (): Promise<Commit> => commit(await scratch.git('rev-parse', 'HEAD'));
const branchOff = (name: string) => scratch.git('switch', '-q', '-c', name, base);
const merge = async (name: string): Promise<Commit> => {
  await scratch.git('merge', '-q', '--no-ff', '-m', `Merge ${name}`, name);
  return tip();
};

/** `main` has moved on, then `feat/a` with two commits was merged into it. */
async function mergedBranch(): Promise<Commit> {
  await branchOff('feat/a');
  await scratch.commit({ 'a.txt': 'one\nTWO\n', 'ä b\t.txt': 'x\n' }, 'Add things');
  await scratch.commit({ 'a.txt': 'one\nTWO\nthree\n', bin: 'a\0b' }, 'Change things');
  await scratch.git('switch', '-q', 'main');
  await scratch.commit({ 'other.txt': 'x\n' }, 'Not of the branch');
  return merge('feat/a');
}

describe('what a commit brought', () => {
  it('is all that a merge merged, each file once', async () => {
    expect(await history.broughtBy(await mergedBranch())).toEqual({
      subjects: ['Add things', 'Change things'],
      files: [
        { path: 'a.txt', added: 2, deleted: 1 },
        { path: 'ä b\t.txt', added: 1, deleted: 0 },
        { path: 'bin', added: null, deleted: null },
      ],
    });
  });

  it('is the commit itself when it merges nothing', async () => {
    const own = await scratch.commit({ 'b.txt': 'x\n' }, 'By hand');
    expect(await history.broughtBy(own)).toEqual({
      subjects: ['By hand'],
      files: [{ path: 'b.txt', added: 1, deleted: 0 }],
    });
  });

  it('is not known of a commit that is not there, nor of one without a parent', async () => {
    expect(await history.broughtBy(commit('0'.repeat(40)))).toBeNull();
    expect(await history.broughtBy(base)).toBeNull();
  });
});

describe('the work of a branch', () => {
  it('is what sessions committed, without what came in by a merge', async () => {
    const target = await mergedBranch();
    await branchOff('feat/b');
    await scratch.commit({ 'c.txt': 'x\n' }, 'First session');
    await merge('main');
    await scratch.commit({ 'c.txt': 'y\n' }, 'Second session');
    expect(await history.ownWork('feat/b', base)).toMatchObject({
      subjects: ['First session', 'Second session'],
      files: [{ path: 'c.txt' }],
    });
    expect(await history.ownWork('feat/b', target)).toMatchObject({
      subjects: ['First session', 'Second session'],
    });
  });

  it('is nothing on a branch that was only brought up to date, or is not there', async () => {
    const target = await mergedBranch();
    await scratch.git('branch', 'feat/b', target);
    const nothing = { subjects: [], files: [] };
    expect(await history.ownWork('feat/b', base, target)).toEqual(nothing);
    expect(await history.ownWork('feat/none', base)).toEqual(nothing);
  });

  it('is its newest part when there is very much', async () => {
    await branchOff('feat/b');
    const stream = Array.from(
      { length: 250 },
      (_, index) =>
        `commit refs/heads/feat/b\ncommitter U <u@example.com> ${index} +0000\ndata <<E\nCommit ${index}\nE\n${index === 0 ? `from ${base}\n` : ''}`,
    );
    execFileSync('git', ['fast-import', '--quiet', '--force'], {
      cwd: scratch.path,
      input: stream.join('\n'),
    });
    const { subjects } = await history.ownWork('feat/b', base);
    expect([subjects.length, subjects[0], subjects.at(-1)]).toEqual([200, 'Commit 50', 'Commit 249']);
  });
});
