import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../system/system-clock.ts';
import { plainMark } from './identity.ts';
import { createLauncher, type Launcher } from './launcher.ts';
import { createOrphans } from './orphans.ts';
import { readProcessTable } from './process-table.ts';
import {
  createSupervisor,
  type ProgramEnd,
  type SupervisedInput,
  type SuperviseRequest,
} from './supervise.ts';

const clock = systemClock();
const never = new AbortController().signal;
let run = '';
let launcher: Launcher;

beforeEach(() => {
  run = `launcher-test-${Math.random()}`;
  launcher = createLauncher();
  launcher.open(`${run}/engine/launcher`);
});
afterEach(async () => {
  launcher.close();
  await until(async () => (await marked('')).length === 0);
});

/** Pids of what carries a mark of this test. */
async function marked(name: string): Promise<readonly number[]> {
  const table = await readProcessTable();
  return table.filter(({ mark }) => mark?.startsWith(plainMark(`${run}/${name}`))).map(({ pid }) => pid);
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => clock.after(5, () => resolve(undefined)));
}

function supervise(shell: string, more: Partial<SuperviseRequest> = {}): Promise<ProgramEnd> {
  const supervisor = createSupervisor({ clock, graceMs: 200, start: launcher.start });
  const env = { PATH: process.env.PATH ?? '' };
  return supervisor.run({ program: { shell }, cwd: tmpdir(), env, mark: `${run}/T-1.1`, ...more }, never);
}

describe('a launcher', () => {
  it('that is killed takes its programs along, and the next start has a new one', async () => {
    const [first] = await marked('engine/launcher');
    const end = await supervise('echo ready; sleep 600', {
      onLine: () => process.kill(first as number, 'SIGKILL'),
    });
    expect(end).toEqual({ reason: 'crashed', exitCode: null, signal: null, tail: '' });
    expect(await marked('T-1.1')).toEqual([]);
    expect((await supervise('exit 3')).exitCode).toBe(3);
    expect(await marked('engine/launcher')).not.toContain(first);
  });

  it('is not ended by the signals that everybody gets', async () => {
    const [pid] = await marked('engine/launcher');
    const onLine = () => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.kill(pid as number, signal);
    };
    const end = await supervise('echo ready; sleep 0.1; exit 4', { onLine });
    expect([end.exitCode, await marked('engine/launcher')]).toEqual([4, [pid]]);
  });

  it('makes a program wait for a reader that is slow, and loses none of its lines', async () => {
    let lines = 0;
    const onLine = () => {
      lines += 1;
      // Keeps this thread from reading for a while.
      if (lines % 20_000 === 1) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    };
    await supervise('i=0; while [ $i -lt 2000 ]; do echo "$LONG"; i=$((i+1)); done', {
      env: { LONG: `${'x'.repeat(90)}\n`.repeat(50) },
      onLine,
    });
    expect(lines).toBe(100_000);
  });

  it('passes on what is said to a program, line for line, and that all is said', async () => {
    const heard: string[] = [];
    let say: SupervisedInput | undefined;
    const end = await supervise('while read -r line; do echo "heard $line"; done; exit 5', {
      stdin: { pipe: true },
      onStarted: (_, input) => {
        say = input;
        input.write('one\n');
      },
      onLine: (line) => {
        heard.push(line);
        if (heard.length === 1) say?.write('two\nthree\n');
        if (heard.length === 3) say?.finish();
      },
    });
    expect([heard, end.exitCode]).toEqual([['heard one', 'heard two', 'heard three'], 5]);
  });

  it('ends a program that goes on when all is said', async () => {
    const end = await supervise('echo ready; sleep 600', {
      stdin: { pipe: true },
      onStarted: (_, input) => input.finish(),
    });
    expect(end.reason).toBe('exited');
  });

  it('is spared when its engine looks for what the last one left', async () => {
    const before = await marked('engine/launcher');
    expect(await createOrphans({ clock, graceMs: 100 }).endMarked(run)).toBe('gone');
    expect([before.length, await marked('engine/launcher')]).toEqual([1, before]);
  });

  it('ends with its engine; its programs are found by their mark', async () => {
    const program = fileURLToPath(new URL('../../test/fixtures/programs/launches.mjs', import.meta.url));
    const marks = [`${run}/other/launcher`, `${run}/T-2.1`];
    const engine = spawn(
      process.execPath,
      [program, new URL('./launcher.ts', import.meta.url).href, ...marks],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    await new Promise((resolve) => engine.stdout.once('data', resolve));
    expect((await marked('other/launcher')).length).toBe(1);
    engine.kill('SIGKILL');
    await until(async () => (await marked('other/launcher')).length === 0);
    expect((await marked('T-2.1')).length).toBe(1);
    expect(await createOrphans({ clock, graceMs: 100 }).endMarked(`${run}/T-2.1`)).toBe('ended');
  });
});
