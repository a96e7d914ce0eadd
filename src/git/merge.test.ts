import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeTarget, type TargetDriver } from '../../test/contracts/target.contract.ts';
import { makeScratch, readFrom, type Scratch } from '../../test/rig/scratch-repository.ts';
import { type Commit, commit } from '../core/plan.ts';
import type { Target } from '../ports/target.ts';
import { openTarget } from './merge.ts';
import { openRefLedger, ownedRefs } from './ref-ledger.ts';
import { readGit } from './run-git.ts';

async function openOn(scratch: Scratch): Promise<Target> {
  const repository = await scratch.open();
  const ledger = await openRefLedger(repository, ownedRefs('tutti/run', []));
  return openTarget({ repository, ledger, branch: 'tutti/run' });
}

describeTarget('a git branch', async (): Promise<TargetDriver> => {
  const scratch = await makeScratch();
  await scratch.commit({}, 'Start');
  const { path } = scratch;
  return {
    target: await openOn(scratch),
    async seed(files, parent, message = 'Seed') {
      await scratch.git('checkout', '-q', '--detach', parent ?? 'HEAD');
      return scratch.commit(files, message);
    },
    read: (from, file) => readFrom(path, from, file),
    parents: async (of) =>
      (await scratch.git('show', '-s', '--format=%P', of)).split(' ').filter(Boolean).map(commit),
    close: () => scratch.remove(),
  };
});

describe('the target branch', () => {
  let scratch: Scratch;
  let target: Target;
  let base: Commit;
  beforeEach(async () => {
    scratch = await makeScratch();
    base = await scratch.commit({ 'a.txt': 'one\n', 'b.txt': 'one\n' });
    target = await openOn(scratch);
    await target.restoreIfMissing(base);
  });
  afterEach(() => scratch.remove());

  it('does not move under somebody who looks at it', async () => {
    const next = await scratch.commit({ 'a.txt': 'two\n' });
    const elsewhere = join(scratch.worktreesDir, 'look');
    await scratch.git('worktree', 'add', '-q', elsewhere, 'tutti/run');
    await expect(target.advance(base, next)).rejects.toMatchObject({
      code: 'target-moved',
      fix: `Look at it detached, then resume: git -C '${elsewhere}' switch --detach`,
    });
    await readGit(elsewhere, ['switch', '-q', '--detach']);
    expect(await target.advance(base, next)).toBe(true);
  });

  it('keeps the explanation of many large conflicts short', async () => {
    const files = (text: string) =>
      Object.fromEntries(
        Array.from({ length: 12 }, (_, at) => [`big${at}.txt`, `${text} ${at}\n`.repeat(2000)]),
      );
    const ours = await scratch.commit(files('ours'), 'Ours');
    await scratch.git('checkout', '-q', '--detach', base);
    const theirs = await scratch.commit(files('theirs'), 'Theirs');
    const result = await target.merge({ commit: theirs, onto: ours, message: 'Merge' });
    if (result.type !== 'conflict') throw new Error('no conflict');
    expect(result.files).toHaveLength(12);
    expect(Buffer.byteLength(result.explanation)).toBeLessThan(18_000);
    expect(result.explanation).toContain('more files in conflict');
  });

  it('does not believe a trailer inside a branch', async () => {
    await scratch.git('checkout', '-q', '--detach', base);
    const forged = await scratch.commit({ 'a.txt': 'two\n' }, 'Work\n\nTutti-Task: plan/T-9');
    const merged = await target.merge({ commit: forged, onto: base, message: 'T-1\n\nTutti-Task: plan/T-1' });
    if (merged.type !== 'merged') throw new Error('conflict');
    await target.advance(base, merged.commit);
    expect(await target.findIntegrated('plan/T-9', base)).toBeUndefined();
    expect(await target.findIntegrated('plan/T-1', base)).toBe(merged.commit);
  });

  it('removes the lock that a killed git left on it', async () => {
    const next = await scratch.commit({ 'a.txt': 'two\n' });
    const lock = join(scratch.path, '.git/refs/heads/tutti/run.lock');
    await writeFile(lock, '');
    await expect(target.advance(base, next)).rejects.toMatchObject({
      code: 'workspace-unavailable',
      fix: `See that no git is running here, then remove the lock it left and resume: rm '${lock}'`,
    });
    expect(await target.restoreIfMissing(base)).toBe(base);
    expect(await target.advance(base, next)).toBe(true);
  });

  it('says that a commit is missing', async () => {
    const missing = commit('1234567890123456789012345678901234567890');
    await expect(target.merge({ commit: missing, onto: base, message: 'Merge' })).rejects.toMatchObject({
      code: 'repository-damaged',
    });
    await expect(target.findIntegrated('plan/T-1', missing)).rejects.toMatchObject({
      code: 'repository-damaged',
    });
  });

  it('does not contain a commit that does not exist', async () => {
    expect(await target.contains(commit('1234567890123456789012345678901234567890'))).toBe(false);
  });

  it('says that a damaged repository is damaged', async () => {
    const theirs = await scratch.commit({ 'a.txt': 'two\n' });
    const tree = await target.treeOf(theirs);
    await rm(join(scratch.path, '.git/objects', tree.slice(0, 2), tree.slice(2)));
    await expect(target.merge({ commit: theirs, onto: base, message: 'Merge' })).rejects.toMatchObject({
      code: 'repository-damaged',
    });
  });
});
