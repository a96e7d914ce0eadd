import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ProblemError } from '../../core/problem.ts';
import { makeDemoRepository } from './demo-repository.ts';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'tutti-demo-test-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

it('makes a clean repository with one commit, and takes it away again', () => {
  const repository = makeDemoRepository({ keep: undefined, cwd, speed: 1 });
  try {
    const git = (...args: string[]): string =>
      execFileSync('git', args, { cwd: repository.path, encoding: 'utf8' });
    expect([
      git('status', '--porcelain'),
      git('log', '--format=%an %s'),
      git('branch', '--show-current'),
    ]).toEqual(['', 'tutti demo A product with a plan of 45 tasks\n', 'main\n']);
  } finally {
    repository.remove();
  }
  expect(existsSync(repository.folder)).toBe(false);
});

it('keeps it only where nothing else is', () => {
  mkdirSync(join(cwd, 'full'));
  mkdirSync(join(cwd, 'empty'));
  writeFileSync(join(cwd, 'full', 'mine'), '');
  for (const keep of ['full', 'full/mine']) {
    expect(() => makeDemoRepository({ keep, cwd, speed: 1 })).toThrow(ProblemError);
  }
  for (const keep of ['empty', 'new/deep']) makeDemoRepository({ keep, cwd, speed: 1 }).remove();
  expect(readdirSync(cwd, { recursive: true }).sort()).toEqual(['empty', 'full', 'full/mine']);
});
