import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findTopLevel } from './load-plan.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tutti-top-'));
  await mkdir(join(folder, 'plans', 'deep'), { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

it('finds a checkout, and a linked worktree, from below', async () => {
  await mkdir(join(folder, '.git'));
  await writeFile(join(folder, '.git', 'HEAD'), 'ref: refs/heads/main\n');
  expect(findTopLevel(join(folder, 'plans', 'deep'))).toBe(folder);
  await writeFile(join(folder, 'plans', '.git'), 'gitdir: /elsewhere\n');
  expect(findTopLevel(join(folder, 'plans', 'deep'))).toBe(join(folder, 'plans'));
});

it('passes over an empty folder of that name, which the sandbox of an agent left behind', async () => {
  await mkdir(join(folder, '.git'));
  await writeFile(join(folder, '.git', 'HEAD'), 'ref: refs/heads/main\n');
  await mkdir(join(folder, 'plans', '.git'));
  expect(findTopLevel(join(folder, 'plans', 'deep'))).toBe(folder);
});
