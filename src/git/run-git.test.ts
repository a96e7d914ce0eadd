import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeScratch, type Scratch } from '../../test/rig/scratch-repository.ts';
import { createRefQueue } from './ref-queue.ts';
import { environmentFault, GitError, gitEnvironment, markGit, readGit, runGit } from './run-git.ts';

describe('git', () => {
  let scratch: Scratch;
  beforeEach(async () => {
    scratch = await makeScratch();
    await scratch.commit({ 'a.txt': 'x'.repeat(100_000) });
  });
  afterEach(() => scratch.remove());

  it('tells from which run it is, once that is known', async () => {
    const ask = () => runGit(scratch.path, ['-c', 'alias.ask=!printenv TUTTI_MARK', 'ask'], { allow: [1] });
    const before = process.env.TUTTI_GIT_MARK;
    try {
      markGit('r1/git');
      expect((await ask()).stdout).toBe('r1/git\n');
    } finally {
      if (before === undefined) delete process.env.TUTTI_GIT_MARK;
      else process.env.TUTTI_GIT_MARK = before;
    }
  });

  it('passes arguments on as they are', async () => {
    expect(await readGit(scratch.path, ['rev-parse', '--sq-quote', '$(touch pwned)', "a'b"])).toBe(
      " '$(touch pwned)' 'a'\\''b'",
    );
  });

  it('fails with its arguments, exit code and words', async () => {
    const error = await runGit(scratch.path, ['rev-parse', '--verify', 'nothing']).catch(
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(GitError);
    expect(error).toMatchObject({ args: ['rev-parse', '--verify', 'nothing'], exitCode: 128 });
    expect((error as GitError).stderr).toContain('fatal');
  });

  it('gives exit codes that are answers', async () => {
    expect(await runGit(scratch.path, ['diff', '--quiet', 'HEAD', '--'], { allow: [1] })).toMatchObject({
      exitCode: 0,
    });
  });

  it('bounds what it reads', async () => {
    const show = ['show', 'HEAD:a.txt'];
    const cut = await runGit(scratch.path, show, { maxBytes: 10, truncate: true });
    expect({ text: cut.stdout, truncated: cut.truncated }).toEqual({ text: 'xxxxxxxxxx', truncated: true });
    await expect(runGit(scratch.path, show, { maxBytes: 10 })).rejects.toBeInstanceOf(GitError);
  });

  it('says when the folder is not there', async () => {
    await expect(runGit('/nowhere/at/all', ['version'])).rejects.toMatchObject({ exitCode: null });
  });

  it('waits for a worktree that another git is just making', async () => {
    await runGit(scratch.path, ['worktree', 'add', '-q', '--detach', join(scratch.path, 'wt')]);
    const commonDir = join(scratch.path, '.git/worktrees/wt/commondir');
    const [whole, list] = [readFileSync(commonDir), ['worktree', 'list']];
    writeFileSync(commonDir, '');
    await expect(runGit(scratch.path, list)).rejects.toThrow('failed to read');
    const listed = readGit(scratch.path, list);
    setTimeout(() => writeFileSync(commonDir, whole), 30);
    expect(await listed).toContain('/wt ');
  });

  it('takes nothing from the environment that would lead it elsewhere', () => {
    const env = gitEnvironment({ PATH: '/bin', GIT_DIR: '/x', GIT_INDEX_FILE: '/y', GIT_AUTHOR_NAME: 'Una' });
    expect(env).toEqual({
      PATH: '/bin',
      GIT_AUTHOR_NAME: 'Una',
      LC_ALL: 'C',
      GIT_TERMINAL_PROMPT: '0',
      GIT_PAGER: 'cat',
      GIT_EDITOR: 'true',
      GIT_SEQUENCE_EDITOR: 'true',
    });
  });
});

it.each([
  ['fatal: write error: No space left on device', 'disk-full'],
  ['error: object file .git/objects/ab/cd is empty', 'repository-damaged'],
  ['fatal: loose object 12 (stored in x) is corrupt', 'repository-damaged'],
  ['fatal: bad object deadbeef', undefined],
  ['fatal: not a git repository', undefined],
])('reads %s as %s', (stderr, code) => {
  expect(environmentFault(stderr)?.code).toBe(code);
});

it('the queue keeps the order and goes on after a failure', async () => {
  const queue = createRefQueue();
  const seen: number[] = [];
  const step = (number: number) =>
    queue.run(async () => {
      await Promise.resolve();
      seen.push(number);
      if (number === 2) throw new Error('two');
      return number;
    });
  const results = await Promise.allSettled([step(1), step(2), step(3)]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(seen).toEqual([1, 2, 3]);
});
