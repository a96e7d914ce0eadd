/** Set-ups with real commands: what fails, what is broken off, and what other set-ups are not told. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Clock } from '../ports/clock.ts';
import { createSupervisor, type Supervisor } from '../process/supervise.ts';
import { systemClock } from '../system/system-clock.ts';
import { runSetup } from './setup.ts';

const never = new AbortController().signal;
let folder: string;
let clock: Clock;
let supervisor: Supervisor;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tutti-setup-'));
  clock = systemClock();
  supervisor = createSupervisor({ clock, graceMs: 200 });
});
afterEach(() => {
  clock.stop();
  rmSync(folder, { recursive: true, force: true });
});

function setUp(worktree: string, commands: readonly string[], signal = never): Promise<void> {
  const cwd = join(folder, worktree);
  mkdirSync(cwd, { recursive: true });
  const env = { PATH: process.env.PATH ?? '' };
  return runSetup(
    cwd,
    { supervisor, env, commands, logFile: join(folder, 'setup.log'), mark: 'r/setup' },
    signal,
  );
}

/** Resolves when a command has made the file. */
function made(file: string): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(folder, look);
    function look(): void {
      if (!existsSync(join(folder, file))) return;
      watcher.close();
      resolve();
    }
    look();
  });
}

it('runs the commands in order, up to the first that fails', async () => {
  await setUp('w1', ['echo a > out', 'cat out']);
  await expect(setUp('w1', ['echo why; exit 3', 'touch ran'])).rejects.toMatchObject({
    code: 'workspace-unavailable',
    message: expect.stringContaining('(code 3: why)'),
  });
  expect(existsSync(join(folder, 'w1/ran'))).toBe(false);
});

it('is a fault when a command cannot be started', async () => {
  const options = { supervisor, env: {}, commands: ['true'], logFile: join(folder, 'log'), mark: 'r/setup' };
  await expect(runSetup(join(folder, 'gone'), options, never)).rejects.toMatchObject({ name: 'Fault' });
});

it('rejects with the reason when it is aborted, and leaves other set-ups alone', async () => {
  const abort = new AbortController();
  const other = setUp('w2', ['touch ../other; until [ -e ../go ]; do sleep 0.01; done']);
  const running = setUp('w1', ['touch ../started; sleep 600'], abort.signal);
  const outcome = expect(running).rejects.toBe('stopped');
  await Promise.all([made('started'), made('other')]);
  abort.abort('stopped');
  await outcome;
  mkdirSync(join(folder, 'go'));
  await expect(other).resolves.toBeUndefined();
});
