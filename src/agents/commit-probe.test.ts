import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { commitProbe } from './commit-probe.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tutti-probe-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('sees each commit of a linked worktree once, and no commit elsewhere', async () => {
  const [main, linked] = [join(folder, 'main'), join(folder, 'linked')];
  const git = (cwd: string, ...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.com', ...args], {
      cwd,
      stdio: 'ignore',
    });
  git(folder, 'init', '-q', main);
  git(main, 'commit', '-q', '--allow-empty', '-m', 'base');
  git(main, 'worktree', 'add', '-q', '-b', 'side', linked);
  const probe = commitProbe(linked);
  await probe();
  git(main, 'commit', '-q', '--allow-empty', '-m', 'elsewhere');
  const elsewhere = await probe();
  git(linked, 'commit', '-q', '--allow-empty', '-m', 'here');
  expect([elsewhere, await probe(), await probe()]).toEqual([false, true, false]);
});

it('sees nothing where there is no repository', async () => {
  expect(await commitProbe(folder)()).toBe(false);
});
