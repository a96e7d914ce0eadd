/** What a sandboxed agent has written may not widen the sandbox of the session after it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { worktreeFolders } from './sandbox-folders.ts';

it('a head that leads out of the repository makes nothing writable', () => {
  const root = mkdtempSync(join(tmpdir(), 'tutti-folders-'));
  try {
    const own = join(root, 'repo/.git/worktrees/w1');
    const cwd = join(root, 'w1');
    for (const folder of [own, cwd]) mkdirSync(folder, { recursive: true });
    writeFileSync(join(cwd, '.git'), `gitdir: ${own}\n`);
    writeFileSync(join(own, 'commondir'), '../..\n');
    writeFileSync(join(own, 'HEAD'), 'ref: refs/heads/../../../../home/x\n');
    expect(worktreeFolders(cwd).writable.filter((path) => path.startsWith(join(root, 'home')))).toEqual([]);
  } finally {
    rmSync(root, { recursive: true });
  }
});
