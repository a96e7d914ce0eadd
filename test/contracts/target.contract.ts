/** What every `Target` must do, whatever it is made of; uses only the port and a small driver. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Commit } from '../../src/core/plan.ts';
import type { MergeResult, Target } from '../../src/ports/target.ts';

export interface TargetDriver {
  readonly target: Target;
  /** A commit with these files changed, on top of a parent; without one, on top of nothing. Moves no branch. */
  seed(files: Readonly<Record<string, string>>, parent: Commit | null, message?: string): Promise<Commit>;
  /** The file in a commit; null when there is none. */
  read(commit: Commit, file: string): Promise<string | null>;
  /** The parents of a commit, in order. */
  parents(commit: Commit): Promise<readonly Commit[]>;
  close(): Promise<void>;
}

export function describeTarget(name: string, open: () => Promise<TargetDriver>): void {
  describe(`Target: ${name}`, () => {
    let world: TargetDriver;
    let base: Commit;
    beforeEach(async () => {
      world = await open();
      base = await world.seed({ 'a.txt': 'one\n', 'b.txt': 'one\n' }, null);
      await world.target.restoreIfMissing(base);
    });
    afterEach(() => world.close());

    async function merged(
      commit: Commit,
      onto: Commit,
      message = 'Merge',
    ): Promise<Extract<MergeResult, { type: 'merged' }>> {
      const result = await world.target.merge({ commit, onto, message });
      if (result.type !== 'merged') throw new Error(`conflict in ${result.files.join(', ')}`);
      return result;
    }

    it('makes the branch once', async () => {
      const other = await world.seed({ 'a.txt': 'two\n' }, base);
      expect(await world.target.restoreIfMissing(other)).toBe(base);
      expect(await world.target.tip()).toBe(base);
    });

    it('merges without moving the target', async () => {
      const ours = await world.seed({ 'a.txt': 'ours\n' }, base);
      const theirs = await world.seed({ 'b.txt': 'theirs\n' }, base);
      const result = await merged(theirs, ours);
      const files = ['a.txt', 'b.txt'].map((file) => world.read(result.commit, file));
      expect(await Promise.all(files)).toEqual(['ours\n', 'theirs\n']);
      expect(await world.parents(result.commit)).toEqual([ours, theirs]);
      expect(await world.target.treeOf(result.commit)).toBe(result.tree);
      expect(await world.target.tip()).toBe(base);
    });

    it('makes a merge commit even where a fast-forward would do', async () => {
      const theirs = await world.seed({ 'a.txt': 'two\n' }, base);
      const result = await merged(theirs, base);
      expect(await world.parents(result.commit)).toEqual([base, theirs]);
      expect(result.tree).toBe(await world.target.treeOf(theirs));
    });

    it('explains a conflict from both sides', async () => {
      const ours = await world.seed({ 'a.txt': 'ours\n' }, base, 'Say ours');
      const theirs = await world.seed({ 'a.txt': 'theirs\n', 'b.txt': 'two\n' }, base, 'Say theirs');
      const result = await world.target.merge({ commit: theirs, onto: ours, message: 'Merge' });
      if (result.type !== 'conflict') throw new Error('no conflict');
      expect(result.files).toEqual(['a.txt']);
      for (const part of ['a.txt', 'ours', 'theirs', 'Say ours', 'Say theirs']) {
        expect(result.explanation).toContain(part);
      }
    });

    it('moves by compare-and-swap', async () => {
      const next = (await merged(await world.seed({ 'a.txt': 'two\n' }, base), base)).commit;
      expect(await world.target.advance(base, next)).toBe(true);
      expect(await world.target.advance(base, next)).toBe(false);
      expect(await world.target.tip()).toBe(next);
    });

    it('knows what it contains', async () => {
      const inside = await world.seed({ 'a.txt': 'two\n' }, base);
      const outside = await world.seed({ 'a.txt': 'three\n' }, base);
      await world.target.advance(base, (await merged(inside, base)).commit);
      expect([await world.target.contains(inside), await world.target.contains(outside)]).toEqual([
        true,
        false,
      ]);
    });

    it('finds a task by exactly its trailer, whatever its id is made of', async () => {
      const values = ['plan/T-1', 'plan/T-10', 'plan/.*', 'plan/a %H b', 'plan/[x](y)$', 'plan/✓ é'];
      const commits: Commit[] = [];
      let tip = base;
      for (const [index, value] of values.entries()) {
        const work = await world.seed({ [`${index}.txt`]: 'x\n' }, tip);
        const { commit } = await merged(work, tip, `Task ${index}\n\nText.\n\nTutti-Task: ${value}\n`);
        await world.target.advance(tip, commit);
        commits.push(commit);
        tip = commit;
      }
      const found = await Promise.all(values.map((value) => world.target.findIntegrated(value, base)));
      expect(found).toEqual(commits);
      const absent = ['plan/T', 'plan/T-2', 'lan/T-1', 'plan/T-1 '.repeat(2)];
      const none = await Promise.all(absent.map((value) => world.target.findIntegrated(value, base)));
      expect(none).toEqual(absent.map(() => undefined));
      expect(await world.target.findIntegrated('plan/T-1', commits[0]!)).toBeUndefined();
    });
  });
}
