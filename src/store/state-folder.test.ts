/** State lies where the user says, private, under names that no task id can break out of. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { attemptId, runId, taskId } from '../core/plan.ts';
import { openStateFolder, repositoryId, safeFileName, stateRoot } from './state-folder.ts';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'tutti-state-')));
  mkdirSync(join(folder, '.git'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

it.each([
  [{ TUTTI_STATE_DIR: '/a', XDG_STATE_HOME: '/b' }, '/c', '/a'],
  [{ XDG_STATE_HOME: '/b' }, '/c', '/c'],
  [{ XDG_STATE_HOME: '/b' }, undefined, '/b/tutti'],
  [{ XDG_STATE_HOME: 'relative', HOME: '/h' }, undefined, '/h/.local/state/tutti'],
  [{ HOME: '/h' }, undefined, '/h/.local/state/tutti'],
  [{}, undefined, join(homedir(), '.local/state/tutti')],
])('with %j and configured %j state lies in %s', (env, stateDir, root) => {
  expect(stateRoot({ env, stateDir })).toBe(root);
});

it('makes private folders and gives paths in them', () => {
  const commonFolder = join(folder, '.git');
  const state = openStateFolder({ commonFolder, env: { TUTTI_STATE_DIR: join(folder, 's') } });
  const log = state.logFile(runId('r'), attemptId(taskId('../../x'), 1));
  expect(state.path).toBe(join(folder, 's', repositoryId(commonFolder)));
  expect(dirname(log)).toBe(join(state.path, 'logs', 'r'));
  const modes = [state.path, state.worktrees, dirname(log)].map((path) => statSync(path).mode & 0o777);
  expect(modes).toEqual([0o700, 0o700, 0o700]);
});

it('knows a repository by its real path', () => {
  symlinkSync(folder, join(folder, 'link'));
  expect(repositoryId(join(folder, 'link', '.git'))).toBe(repositoryId(join(folder, '.git')));
});

it('finds a short private place for the socket of a deep folder', () => {
  vi.stubEnv('TMPDIR', folder);
  const deep = join(folder, 'd'.repeat(120));
  const options = { commonFolder: join(folder, '.git'), env: { TUTTI_STATE_DIR: deep } };
  const { socketFile } = openStateFolder(options);
  expect(Buffer.byteLength(socketFile)).toBeLessThanOrEqual(100);
  expect(dirname(dirname(socketFile))).toBe(folder);
  expect(statSync(dirname(socketFile)).mode & 0o777).toBe(0o700);
  expect(openStateFolder(options).socketFile).toBe(socketFile);
});

it('says so when the folder cannot be made', () => {
  const env = { TUTTI_STATE_DIR: join(folder, '.git', 'HEAD') };
  rmSync(join(folder, '.git'), { recursive: true });
  symlinkSync('/dev/null', join(folder, '.git'));
  expect(() => openStateFolder({ commonFolder: folder, env })).toThrow(
    expect.objectContaining({ name: 'Fault', code: 'workspace-unavailable' }),
  );
});

it.each([
  ['T-001.2', 'T-001.2'],
  ['../../x.1', /^x-1-[0-9a-f]{12}$/],
  ['-rf', /^rf-[0-9a-f]{12}$/],
  ['$(touch pwned)', /^touch-pwned-[0-9a-f]{12}$/],
  ['🎼.1', /^1-[0-9a-f]{12}$/],
  ['..', /^[0-9a-f]{12}$/],
  ['x'.repeat(500), /^x{48}-[0-9a-f]{12}$/],
])('names the file of %j safely', (text, name) => {
  expect(safeFileName(text)).toMatch(typeof name === 'string' ? new RegExp(`^${name}$`) : name);
});
