import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeScratch, type Scratch, writeFiles } from '../../test/rig/scratch-repository.ts';
import { commit } from '../core/plan.ts';
import { inspectCheckout, landTarget } from './checkout.ts';
import { examineRepository, findTargetProblems, isTooOld, openRepository, readHead } from './repository.ts';
import { tasksIntegrated } from './trailers.ts';

let scratch: Scratch;
beforeEach(async () => {
  scratch = await makeScratch();
});
afterEach(() => scratch.remove());

/** Who only looks and who wants to commit are told the same where there is nothing to look at. */
const codesAt = async (path: string) => {
  const [opened, examined] = await Promise.all([openRepository(path), examineRepository(path)]);
  expect(examined).toEqual(opened);
  return opened.problems.map(({ code }) => code);
};

describe('opening a repository', () => {
  it('finds it from a folder inside, a link and a worktree, under one id', async () => {
    await scratch.commit({ 'deep/a.txt': '' });
    const worktree = join(scratch.worktreesDir, 'own');
    await scratch.git('worktree', 'add', '-q', worktree);
    await symlink(scratch.path, join(scratch.path, '..', 'link'));
    const opened = await Promise.all(
      [scratch.path, join(scratch.path, 'deep'), join(scratch.path, '..', 'link'), worktree].map(
        openRepository,
      ),
    );
    expect(new Set(opened.map(({ repository }) => repository?.id)).size).toBe(1);
    expect(opened.map(({ repository }) => repository?.topLevel)).toEqual([
      scratch.path,
      scratch.path,
      scratch.path,
      worktree,
    ]);
    expect(opened.flatMap(({ problems }) => problems)).toEqual([]);
    expect(opened[0]?.repository?.id).toMatch(/^[0-9a-f]{12}$/);
  });

  it('says what is missing, all at once, each with a fix', async () => {
    await scratch.git('config', 'user.name', '');
    const { problems } = await examineRepository(scratch.path);
    expect(problems.map(({ code }) => code)).toEqual(['no-commit', 'no-identity']);
    expect(problems.every(({ fix }) => fix.includes('git'))).toBe(true);
  });

  it('needs neither a commit nor an identity to be looked at', async () => {
    await scratch.git('config', 'user.name', '');
    const { repository, problems } = await openRepository(scratch.path);
    expect(problems).toEqual([]);
    expect(repository?.topLevel).toBe(scratch.path);
  });

  it('tells a git that is too old, which takes the question for the answer', async () => {
    const folder = join(scratch.path, '..', 'bin');
    const old =
      'case "$*" in *version*) echo "git version 2.25.1";; *) printf "%s\\nfalse\\n.git\\n/\\n" "$5";; esac';
    await mkdir(folder);
    await writeFile(join(folder, 'git'), `#!/bin/sh\n${old}\n`, { mode: 0o755 });
    vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
    const codes = await codesAt(scratch.path).finally(() => vi.unstubAllEnvs());
    expect(codes).toEqual(['unsupported']);
  });

  it('tells no repository from a bare one', async () => {
    const bare = join(scratch.path, '..', 'bare.git');
    await scratch.git('init', '-q', '--bare', bare);
    expect([
      await codesAt(join(scratch.path, '..')),
      await codesAt(bare),
      await codesAt('/nowhere/at/all'),
    ]).toEqual([['not-a-repository'], ['bare-repository'], ['not-a-repository']]);
    expect(await codesAt(join(scratch.path, '.git'))).toEqual(['bare-repository']);
  });

  it('refuses a target that is checked out, and says where', async () => {
    await scratch.commit({ 'a.txt': '' });
    const repository = await scratch.open();
    expect(await findTargetProblems(repository, 'main')).toMatchObject([
      { code: 'target-checked-out', message: `main is checked out in ${scratch.path}` },
    ]);
    expect(await findTargetProblems(repository, 'tutti/run')).toEqual([]);
    expect(await findTargetProblems(repository, '-x y')).toMatchObject([{ code: 'usage' }]);
  });

  it.each([
    ['git version 2.37.9', true],
    ['git version 2.38.0', false],
    ['git version 2.39.5 (Apple Git-154)', false],
    ['git version 3.0.0', false],
    ['git version unknown', false],
  ])('%s is too old: %s', (text, expected) => {
    expect(isTooOld(text)).toBe(expected);
  });
});

describe('landing', () => {
  it('fast-forwards the branch the user is on, untracked files or not', async () => {
    await scratch.commit({ 'a.txt': 'one\n' });
    await scratch.git('switch', '-q', '-c', 'tutti/run');
    const tip = await scratch.commit({ 'a.txt': 'two\n' });
    await scratch.git('switch', '-q', 'main');
    await writeFiles(scratch.path, { 'note.txt': 'mine' });
    const repository = await scratch.open();
    expect(await landTarget(repository, 'tutti/run')).toEqual({ branch: 'main', commit: tip });
    expect(await landTarget(repository, 'tutti/run')).toEqual({ branch: 'main', commit: tip });
    expect(await readHead(repository)).toEqual({ commit: tip, branch: 'main' });
    expect(await readFile(join(scratch.path, 'a.txt'), 'utf8')).toBe('two\n');
  });

  it('says why it cannot', async () => {
    const base = await scratch.commit({ 'a.txt': 'one\n' });
    await scratch.git('switch', '-q', '-c', 'tutti/run');
    await scratch.commit({ 'a.txt': 'two\n', 'new.txt': 'run\n' });
    await scratch.git('switch', '-q', 'main');
    const repository = await scratch.open();
    const reason = async (target = 'tutti/run'): Promise<unknown> => {
      const landing = await landTarget(repository, target);
      return 'problem' in landing ? [landing.problem.code, landing.problem.message] : landing;
    };
    expect(await reason('nothing')).toEqual(['target-missing', 'there is no branch nothing']);
    await writeFiles(scratch.path, { 'new.txt': 'mine\n' });
    expect(await reason()).toEqual(['cannot-land', expect.stringContaining('git refuses')]);
    await writeFiles(scratch.path, { 'a.txt': 'mine\n' });
    expect(await inspectCheckout(repository)).toEqual({
      clean: false,
      dirty: ['a.txt'],
      untracked: ['new.txt'],
      unfinished: null,
    });
    expect(await reason()).toEqual(['cannot-land', 'the checkout has changes: a.txt']);
    await scratch.commit({}, 'Mine');
    expect(await reason()).toEqual(['cannot-land', 'main has commits that tutti/run does not have']);
    await scratch.git('checkout', '-q', '--detach', base);
    expect(await reason()).toEqual(['cannot-land', 'HEAD is on no branch']);
  });

  it('sees a merge in progress', async () => {
    await scratch.commit({ 'a.txt': 'one\n' });
    await scratch.git('switch', '-q', '-c', 'other');
    await scratch.commit({ 'b.txt': 'two\n' });
    await scratch.git('switch', '-q', 'main');
    await scratch.git('merge', '-q', '--no-ff', '--no-commit', 'other');
    await scratch.git('branch', 'tutti/run', 'other');
    expect((await inspectCheckout(await scratch.open())).unfinished).toBe('merge');
  });
});

describe('tasks that are in a commit already', () => {
  it('are those whose trailer was not reverted', async () => {
    let number = 0;
    const merge = async (message: string) => {
      await scratch.git('switch', '-q', '-c', `side-${++number}`);
      await scratch.commit({}, `Work\n\nTutti-Task: plan/forged-${number}\nTutti-Run: r1`);
      await scratch.git('switch', '-q', 'main');
      await scratch.git('merge', '-q', '--no-ff', '-m', message, `side-${number}`);
      return commit(await scratch.git('rev-parse', 'HEAD'));
    };
    const task = (value: string) => merge(`Task\n\nTutti-Task: ${value}\nTutti-Run: r1`);
    await scratch.commit({}, 'Start');
    const first = await task('plan/T-1');
    const second = await task('plan/T-2');
    const third = await task('plan/a/b c');
    await merge('Somebody else\n\nTutti-Task: plan/T-6');
    await task('planet/T-4');
    await task('other plan/T-5');
    await scratch.git('revert', '--no-edit', '--allow-empty', second).catch(() => undefined);
    await scratch.commit({}, `Revert "Task"\n\nThis reverts commit ${second}.`);
    const revert = await scratch.commit({}, `Revert "Task"\n\nThis reverts commit ${third}.`);
    const tip = await scratch.commit({}, `Reapply "Task"\n\nThis reverts commit ${revert}.`);
    const repository = await scratch.open();
    expect(await tasksIntegrated(repository, 'plan', tip)).toEqual(
      new Map([
        ['T-1', first],
        ['a/b c', third],
      ]),
    );
    expect(await tasksIntegrated(repository, 'plan', second)).toEqual(
      new Map([
        ['T-1', first],
        ['T-2', second],
      ]),
    );
  });

  it('are none in a repository without trailers', async () => {
    const tip = await scratch.commit({});
    await mkdir(join(scratch.path, 'x'));
    expect(await tasksIntegrated(await scratch.open(), 'plan', tip)).toEqual(new Map());
  });
});
