/** The lock against real processes: refused while the holder lives, free the moment it is killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runId } from '../core/plan.ts';
import { readStat, startTimeOf } from '../process/identity.ts';
import { DatabaseSync } from './node-sqlite.ts';
import { acquireLock, type LockOwner, lockOwner, type RepositoryLock } from './repository-lock.ts';

const me: LockOwner = { pid: process.pid, run: runId('mine'), socket: '/s', startedAt: 5 };
let folder: string;
let lockFile: string;
let children: ChildProcess[];
let sleepers: number[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tutti-lock-'));
  lockFile = join(folder, 'lock.db');
  children = [];
  sleepers = [];
});
afterEach(async () => {
  for (const pid of sleepers) process.kill(pid, 'SIGKILL');
  for (const child of children) await killHard(child);
  rmSync(folder, { recursive: true, force: true });
});

const program = (lockModule: string): string => `
  import { spawn } from 'node:child_process';
  import { acquireLock } from ${JSON.stringify(lockModule)};
  const owner = { pid: process.pid, run: 'theirs', socket: '/t', startedAt: 7 };
  try {
    const lock = await acquireLock(${JSON.stringify(lockFile)}, owner);
    const sleeper = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
    console.log(JSON.stringify({ sleeper: sleeper.pid }));
    process.stdin.once('end', () => { lock.release(); process.exit(0); }).resume();
  } catch (error) {
    console.log(JSON.stringify({ refused: error.message }));
    process.exit(2);
  }
`;

/** Starts a process that tries to take the lock; resolves with what it says. */
async function startRival(): Promise<{ child: ChildProcess; refused?: string }> {
  const lockModule = new URL('./repository-lock.ts', import.meta.url).href;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program(lockModule)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
  const said = JSON.parse(line) as { sleeper?: number; refused?: string };
  if (said.sleeper !== undefined) sleepers.push(said.sleeper);
  return { child, ...(said.refused === undefined ? {} : { refused: said.refused }) };
}

async function killHard(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

it('belongs to nobody at first, to one after that, to nobody when released', async () => {
  expect(await lockOwner(lockFile)).toBeUndefined();
  const lock = await acquireLock(lockFile, me);
  expect(await lockOwner(lockFile)).toEqual(me);
  lock.release();
  lock.release();
  expect(await lockOwner(lockFile)).toBeUndefined();
  expect(readdirSync(folder)).toEqual(['lock.db']);
});

it('is refused while its holder lives, and names it', async () => {
  const { child } = await startRival();
  await expect(acquireLock(lockFile, me)).rejects.toMatchObject({
    name: 'ProblemError',
    problems: [{ code: 'locked', message: `run theirs is active in this repository (process ${child.pid})` }],
  });
  expect(await lockOwner(lockFile)).toEqual({ pid: child.pid, run: 'theirs', socket: '/t', startedAt: 7 });
});

it('is free when its holder is killed, although a child of the holder lives on', async () => {
  const { child } = await startRival();
  await killHard(child);
  expect(await lockOwner(lockFile)).toBeUndefined();
  const lock = await acquireLock(lockFile, me);
  expect(await lockOwner(lockFile)).toEqual(me);
  expect(process.kill(sleepers[0]!, 0)).toBe(true);
  lock.release();
});

it('stays with a holder that asks about it and is refused a second time', async () => {
  const lock = await acquireLock(lockFile, me);
  await lockOwner(lockFile);
  await expect(acquireLock(lockFile, me)).rejects.toMatchObject({ problems: [{ code: 'locked' }] });
  const { refused } = await startRival();
  expect(refused).toBe(`run mine is active in this repository (process ${process.pid})`);
  lock.release();
});

it('goes to exactly one of several that start at once', async () => {
  const rivals = await Promise.all([startRival(), startRival(), startRival(), startRival()]);
  const refusals = rivals.flatMap(({ refused }) => refused ?? []);
  expect(refusals).toHaveLength(3);
  const winner = rivals.find(({ refused }) => refused === undefined);
  expect(new Set(refusals)).toEqual(
    new Set([`run theirs is active in this repository (process ${winner?.child.pid})`]),
  );
});

describe('a name that a holder that was killed has left', () => {
  /** Somebody looks who holds the lock, which holds it for an instant; the name beside it is an old one. */
  async function acquireBesideProbe(pid: number, processStart: string): Promise<RepositoryLock> {
    writeFileSync(`${lockFile}.owner`, JSON.stringify({ owner: { ...me, pid }, processStart }));
    const probe = new DatabaseSync(lockFile);
    probe.exec('BEGIN IMMEDIATE');
    const acquired = acquireLock(lockFile, me);
    probe.close();
    return acquired;
  }

  it('is nobody, although nobody has asked yet how that process ended', async () => {
    // A parent that never asks.
    const parent = spawn('sh', ['-c', 'sh -c : & echo $!; exec sleep 600'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(parent);
    const [pid] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
    await vi.waitUntil(() => startTimeOf(Number(pid)) === undefined);
    expect(process.kill(Number(pid), 0)).toBe(true);
    (await acquireBesideProbe(Number(pid), readStat(Number(pid))?.startTime ?? '')).release();
  });

  it('is nobody, although another process has got its number', async () => {
    (await acquireBesideProbe(process.pid, 'before')).release();
  });
});

it('is given back by a holder that ends in peace', async () => {
  const { child } = await startRival();
  const gone = once(child, 'exit');
  child.stdin?.end();
  await gone;
  expect(readdirSync(folder)).toEqual(['lock.db']);
});
