/** What every `Workspaces` must do, whatever it is made of; uses only the port and a small driver. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Commit } from '../../src/core/plan.ts';
import type { Workspaces } from '../../src/ports/workspaces.ts';

/** What a test needs to play the agent and to look at the result. */
export interface WorkspacesDriver {
  readonly workspaces: Workspaces;
  /** The same world opened again, as after a crash of the engine. */
  reopen(): Promise<Workspaces>;
  /** A new commit on the base line with these files. */
  seed(files: Readonly<Record<string, string>>): Promise<Commit>;
  /** Writes a file in a workspace; null deletes it. */
  write(workspacePath: string, file: string, text: string | null): Promise<void>;
  /** The file as it stands in a workspace; null when there is none. */
  look(workspacePath: string, file: string): Promise<string | null>;
  /** What an agent does that commits its work itself. */
  commitInWorkspace(workspacePath: string, message: string): Promise<Commit>;
  /** The file in a commit; null when there is none. */
  read(commit: Commit, file: string): Promise<string | null>;
  /** The commit a branch is at; null when there is none. */
  tipOf(branch: string): Promise<Commit | null>;
  /** Moves or makes a branch behind the engine's back. */
  moveBranch(branch: string, to: Commit): Promise<void>;
  close(): Promise<void>;
}

/** Branches the factory must treat as the run's own: all that the suite names `feat/…`. */
export const contractBranches = ['feat/a', 'feat/b', 'feat/c'];

export function describeWorkspaces(name: string, open: () => Promise<WorkspacesDriver>): void {
  describe(`Workspaces: ${name}`, () => {
    let world: WorkspacesDriver;
    let base: Commit;
    beforeEach(async () => {
      world = await open();
      base = await world.seed({ 'a.txt': 'one\n', 'b.txt': 'one\n' });
    });
    afterEach(() => world.close());

    const acquire = (branch: string, from: Commit = base) =>
      world.workspaces.acquire({ branch, base: from, mode: 'continue' });

    it('gives a new branch at its base, in a folder with its files', async () => {
      const workspace = await acquire('feat/a');
      expect({ branch: workspace.branch, head: workspace.head }).toEqual({ branch: 'feat/a', head: base });
      expect(await world.look(workspace.path, 'a.txt')).toBe('one\n');
      expect(await world.tipOf('feat/a')).toBe(base);
    });

    it('says that nothing was done', async () => {
      const workspace = await acquire('feat/a');
      const tree = (await world.workspaces.conclude(workspace, base, 'Work')).tree;
      expect(await world.workspaces.conclude(workspace, base, 'Work')).toEqual({
        head: base,
        tree,
        commits: 0,
        changed: false,
        conflictMarkers: [],
      });
    });

    it('commits what an agent left: changed, new and deleted files', async () => {
      const workspace = await acquire('feat/a');
      await world.write(workspace.path, 'a.txt', 'two\n');
      await world.write(workspace.path, 'deep/new file.txt', 'new\n');
      await world.write(workspace.path, 'b.txt', null);
      const result = await world.workspaces.conclude(workspace, base, 'Work');
      expect({ commits: result.commits, changed: result.changed }).toEqual({ commits: 1, changed: true });
      const files = ['a.txt', 'deep/new file.txt', 'b.txt'].map((file) => world.read(result.head, file));
      expect(await Promise.all(files)).toEqual(['two\n', 'new\n', null]);
      expect(await world.tipOf('feat/a')).toBe(result.head);
    });

    it('adds what is uncommitted to the commits an agent made', async () => {
      const workspace = await acquire('feat/a');
      await world.write(workspace.path, 'a.txt', 'two\n');
      await world.commitInWorkspace(workspace.path, 'Mine');
      await world.write(workspace.path, 'b.txt', 'two\n');
      const result = await world.workspaces.conclude(workspace, base, 'Rest');
      expect(result.commits).toBe(2);
    });

    it('gives the next branch a clean folder, and nothing of the last one', async () => {
      const first = await acquire('feat/a');
      await world.write(first.path, 'a.txt', 'two\n');
      await world.workspaces.conclude(first, base, 'Work');
      await world.write(first.path, 'coverage.txt', 'left by a gate\n');
      await world.write(first.path, 'b.txt', 'changed by a gate\n');
      await world.workspaces.release(first);
      const second = await acquire('feat/b');
      const files = ['a.txt', 'b.txt', 'coverage.txt'].map((file) => world.look(second.path, file));
      expect(await Promise.all(files)).toEqual(['one\n', 'one\n', null]);
      expect(second.head).toBe(base);
    });

    it('gives the next branch a clean folder also when nothing ran in it after the agent', async () => {
      const first = await acquire('feat/a');
      await world.write(first.path, 'a.txt', 'two\n');
      await world.commitInWorkspace(first.path, 'Change a file');
      await world.write(first.path, 'new.txt', 'new\n');
      await world.commitInWorkspace(first.path, 'Add a file');
      await world.workspaces.conclude(first, base, 'Rest');
      await world.workspaces.release(first, true);
      const second = await acquire('feat/b');
      const files = ['a.txt', 'new.txt'].map((file) => world.look(second.path, file));
      expect(await Promise.all(files)).toEqual(['one\n', null]);
      const result = await world.workspaces.conclude(second, base, 'Nothing');
      expect(result).toMatchObject({ commits: 0, changed: false });
    });

    it('goes on with a branch where it was', async () => {
      const first = await acquire('feat/a');
      await world.write(first.path, 'a.txt', 'two\n');
      const { head } = await world.workspaces.conclude(first, base, 'Work');
      await world.workspaces.release(first);
      const again = await acquire('feat/a');
      expect(again.head).toBe(head);
      expect(await world.look(again.path, 'a.txt')).toBe('two\n');
    });

    it('starts a branch over', async () => {
      const first = await acquire('feat/a');
      await world.write(first.path, 'a.txt', 'two\n');
      await world.workspaces.conclude(first, base, 'Work');
      await world.workspaces.release(first);
      const again = await world.workspaces.acquire({ branch: 'feat/a', base, mode: 'restart' });
      expect(again.head).toBe(base);
      expect(await world.look(again.path, 'a.txt')).toBe('one\n');
      expect(await world.tipOf('feat/a')).toBe(base);
    });

    it('gives two attempts two folders', async () => {
      const [one, other] = await Promise.all([acquire('feat/a'), acquire('feat/b')]);
      await world.write(one.path, 'a.txt', 'two\n');
      expect(await world.look(other.path, 'a.txt')).toBe('one\n');
    });

    it('refuses a branch that is in use', async () => {
      await acquire('feat/a');
      await expect(acquire('feat/a')).rejects.toMatchObject({ code: 'workspace-unavailable' });
    });

    it('shows a commit without a branch', async () => {
      const workspace = await world.workspaces.acquireDetached(base);
      expect({ ...workspace, path: '' }).toEqual({ path: '', branch: null, head: base });
      expect(await world.look(workspace.path, 'a.txt')).toBe('one\n');
      await world.workspaces.release(workspace);
    });

    it('merges a commit that does not conflict', async () => {
      const workspace = await acquire('feat/a');
      await world.write(workspace.path, 'a.txt', 'two\n');
      await world.workspaces.conclude(workspace, base, 'Work');
      await world.workspaces.release(workspace);
      const newer = await world.seed({ 'b.txt': 'two\n' });
      const merged = await world.workspaces.acquire({
        branch: 'feat/a',
        base,
        mode: 'continue',
        merge: newer,
      });
      const files = ['a.txt', 'b.txt'].map((file) => world.look(merged.path, file));
      expect(await Promise.all(files)).toEqual(['two\n', 'two\n']);
      const result = await world.workspaces.conclude(merged, newer, 'Rest');
      expect({ head: result.head, changed: result.changed, markers: result.conflictMarkers }).toEqual({
        head: merged.head,
        changed: true,
        markers: [],
      });
    });

    it('leaves a conflict in the files, and reports what is left of it', async () => {
      const workspace = await acquire('feat/a');
      await world.write(workspace.path, 'a.txt', 'mine\n');
      await world.workspaces.conclude(workspace, base, 'Work');
      await world.workspaces.release(workspace);
      const newer = await world.seed({ 'a.txt': 'theirs\n' });
      const merged = await world.workspaces.acquire({
        branch: 'feat/a',
        base,
        mode: 'continue',
        merge: newer,
      });
      expect(await world.look(merged.path, 'a.txt')).toMatch(
        /<<<<<<< [\s\S]*mine[\s\S]*theirs[\s\S]*>>>>>>> /,
      );
      const unresolved = await world.workspaces.conclude(merged, newer, 'Merge');
      expect(unresolved.conflictMarkers).toEqual(['a.txt:1']);
      await world.write(merged.path, 'a.txt', 'both\n');
      const resolved = await world.workspaces.conclude(merged, newer, 'Resolve');
      expect({ markers: resolved.conflictMarkers, text: await world.read(resolved.head, 'a.txt') }).toEqual({
        markers: [],
        text: 'both\n',
      });
    });

    it('keeps a folder for a person, and gives it back as it is', async () => {
      const workspace = await acquire('feat/a');
      await world.workspaces.conclude(workspace, base, 'Work');
      await world.workspaces.release(workspace);
      const path = await world.workspaces.keep('feat/a', 'needs a person');
      expect(await world.workspaces.keep('feat/a', 'needs a person')).toBe(path);
      await world.write(path, 'a.txt', 'by hand\n');
      const other = await acquire('feat/b');
      expect(other.path).not.toBe(path);
      const back = await acquire('feat/a');
      expect(back.path).toBe(path);
      expect(await world.look(path, 'a.txt')).toBe('by hand\n');
      const result = await world.workspaces.conclude(back, base, 'By hand');
      await world.workspaces.release(back);
      await world.workspaces.unkeep('feat/a');
      await world.workspaces.unkeep('feat/a');
      expect(await world.read(result.head, 'a.txt')).toBe('by hand\n');
    });

    it('remembers a kept folder after a restart', async () => {
      await world.workspaces.release(await acquire('feat/a'));
      const path = await world.workspaces.keep('feat/a', 'needs a person');
      await world.write(path, 'a.txt', 'by hand\n');
      const reopened = await world.reopen();
      await reopened.acquire({ branch: 'feat/b', base, mode: 'continue' });
      const back = await reopened.acquire({ branch: 'feat/a', base, mode: 'continue' });
      expect({ path: back.path, text: await world.look(back.path, 'a.txt') }).toEqual({
        path,
        text: 'by hand\n',
      });
    });

    it('saves what an attempt left when the engine died', async () => {
      const workspace = await acquire('feat/a');
      await world.write(workspace.path, 'a.txt', 'half\n');
      const reopened = await world.reopen();
      const tip = await reopened.salvage('feat/a', 'Saved');
      expect(tip && (await world.read(tip, 'a.txt'))).toBe('half\n');
      expect(await reopened.salvage('feat/a', 'Saved')).toBe(tip);
      const again = await reopened.acquire({ branch: 'feat/a', base, mode: 'continue' });
      expect(again.head).toBe(tip);
    });

    it('has nothing to save of a branch that does not exist', async () => {
      expect(await world.workspaces.salvage('feat/a', 'Saved')).toBeNull();
    });

    it('finds nothing to say about its own doing', async () => {
      const workspace = await acquire('feat/a');
      await world.write(workspace.path, 'a.txt', 'two\n');
      await world.commitInWorkspace(workspace.path, 'Mine');
      await world.workspaces.conclude(workspace, base, 'Work');
      expect(await world.workspaces.audit(null)).toEqual([]);
      await world.workspaces.release(workspace);
      expect(await world.workspaces.audit(null)).toEqual([]);
    });

    it('puts a branch of the run back that somebody moved', async () => {
      const workspace = await acquire('feat/a');
      await world.write(workspace.path, 'a.txt', 'two\n');
      const { head } = await world.workspaces.conclude(workspace, base, 'Work');
      await world.workspaces.release(workspace);
      await world.moveBranch('feat/a', base);
      const found = await world.workspaces.audit(null);
      expect(found).toMatchObject([{ type: 'restored', from: base, to: head }]);
      expect(await world.tipOf('feat/a')).toBe(head);
      expect(await world.workspaces.audit(null)).toEqual([]);
    });

    it('reports a foreign branch once and leaves it alone', async () => {
      await world.moveBranch('my-own', base);
      expect(await world.workspaces.audit(null)).toMatchObject([{ type: 'foreign' }]);
      expect(await world.workspaces.audit(null)).toEqual([]);
      expect(await world.tipOf('my-own')).toBe(base);
    });
  });
}
