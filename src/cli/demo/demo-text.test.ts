import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Event } from '../../core/event.ts';
import { attemptId, commit, taskId } from '../../core/plan.ts';
import { closingText, type DemoEnd, findTutti, introText } from './demo-text.ts';

const repository = { path: '/tmp/a demo/project', folder: '/tmp/a demo', stateDir: '/tmp/a demo/state' };
const failed: Event = {
  seq: 1,
  at: 0,
  type: 'attempt-failed',
  task: taskId('T-036'),
  attempt: attemptId(taskId('T-036'), 1),
  failure: { reason: 'gate-failed', message: '' },
};
const conflicted: Event = {
  seq: 2,
  at: 0,
  type: 'integration-failed',
  task: taskId('T-003'),
  failure: { reason: 'merge-conflict', message: '' },
  onto: commit(''),
};
const end: DemoEnd = {
  repository,
  stateElsewhere: undefined,
  target: 'tutti/r1',
  outcome: 'all-done',
  events: [failed, conflicted],
  env: {},
};
const commandsOf = (lines: readonly string[]): string[] =>
  lines.filter((line) => line.startsWith('  ')).map((line) => line.trim());

it('introText fits into the terminal', () => {
  for (const columns of [40, 80, 300]) {
    const lines = introText(columns, undefined).join('\n').split('\n');
    expect(lines.filter((line) => line.length > Math.min(columns, 100))).toEqual([]);
  }
});

describe('closingText', () => {
  it('says where to look, by what really happened', () => {
    expect(commandsOf(closingText(end, { alias: undefined }))).toEqual([
      "git -C '/tmp/a demo/project' log --graph --oneline tutti/r1",
      "cd '/tmp/a demo/project' && tutti why T-036",
      "cd '/tmp/a demo/project' && tutti why T-003",
      'tutti init',
      'tutti run PLAN',
      "rm -rf '/tmp/a demo'",
    ]);
  });

  it('says how a paused run goes on', () => {
    const lines = closingText({ ...end, outcome: undefined }, { alias: 'alias tutti=x' });
    expect(commandsOf(lines)).toEqual([
      'alias tutti=x',
      "cd '/tmp/a demo/project' && tutti resume",
      "rm -rf '/tmp/a demo'",
    ]);
  });

  it('asks what is not done when something is not', () => {
    const lines = closingText({ ...end, outcome: 'incomplete' }, { alias: undefined });
    expect(commandsOf(lines)[0]).toBe("cd '/tmp/a demo/project' && tutti status");
  });

  it('names the state folder where a variable of the user would hide it', () => {
    const lines = closingText({ ...end, env: { TUTTI_STATE_DIR: '/elsewhere' } }, { alias: undefined });
    expect(commandsOf(lines)[1]).toBe(
      "cd '/tmp/a demo/project' && TUTTI_STATE_DIR='/tmp/a demo/state' tutti why T-036",
    );
  });

  it('deletes state that lies elsewhere, too', () => {
    const kept = { path: '/home/u/demo', folder: '/home/u/demo', stateDir: undefined };
    const lines = closingText(
      { ...end, repository: kept, stateElsewhere: '/home/u/.local/state/tutti/0f' },
      { alias: undefined },
    );
    expect(commandsOf(lines).at(-1)).toBe('rm -rf /home/u/demo /home/u/.local/state/tutti/0f');
  });
});

describe('findTutti', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tutti-demo-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('needs no alias only where the user’s own shell finds this very program', () => {
    const script = join(folder, "it's.mjs");
    writeFileSync(script, '');
    chmodSync(script, 0o755);
    for (const name of ['bin', 'other', 'node_modules/.bin'])
      mkdirSync(join(folder, name), { recursive: true });
    for (const name of ['bin', 'node_modules/.bin']) symlinkSync(script, join(folder, name, 'tutti'));
    writeFileSync(join(folder, 'other', 'tutti'), '', { mode: 0o755 });
    const found = (...names: string[]) =>
      findTutti(script, { PATH: names.map((name) => join(folder, name)).join(':') }).alias !== undefined;
    expect([found('bin', 'other'), found('other', 'bin'), found('node_modules/.bin'), found()]).toEqual([
      false,
      true,
      true,
      true,
    ]);
  });
});
