/** One active run per repository: a lock that the operating system frees when its holder dies, however it dies. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Fault } from '../core/fault.ts';
import type { RunId, Timestamp } from '../core/plan.ts';
import { ProblemError, problem } from '../core/problem.ts';
import { startTimeOf } from '../process/identity.ts';
import type { Database } from './database.ts';
import { DatabaseSync } from './node-sqlite.ts';
import { ensurePrivateFile } from './private-folder.ts';
import { isBusy } from './sqlite-fault.ts';

/** Who holds the lock, as its holder wrote it down. */
export interface LockOwner {
  readonly pid: number;
  readonly run: RunId;
  /** Path of the engine's control socket. */
  readonly socket: string;
  readonly startedAt: Timestamp;
}

export interface RepositoryLock {
  /** Gives the lock back; does nothing the second time. */
  release(): void;
}

/** How long a lock without a living owner is asked again: a probe holds it for an instant, a new holder has to write its name first. */
const patienceMs = 1000;
const pauseMs = 10;

// A connection that nobody refers to is closed by the garbage collector, and its lock with it.
const held = new Set<Database>();

/**
 * Takes the repository's lock. It is a write transaction of SQLite that stays open: a record lock of the
 * operating system, bound to this process alone, so that children do not inherit it. The owner's name lies
 * in a file beside it, written while the lock is held; no moment exists in which a holder could lose it.
 * @throws ProblemError `locked` that names the holder
 * @throws Fault `workspace-unavailable` when the lock's file cannot be used
 */
export async function acquireLock(lockFile: string, owner: LockOwner): Promise<RepositoryLock> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const database = tryLock(lockFile);
    if (database !== undefined) return publish(database, lockFile, owner);
    const name = readName(lockFile);
    if (isAlive(name) || Date.now() > deadline) throw new ProblemError([lockedProblem(name?.owner)]);
    await delay(pauseMs);
  }
}

/** Who holds the lock; undefined when nobody does. */
export async function lockOwner(lockFile: string): Promise<LockOwner | undefined> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const database = tryLock(lockFile);
    if (database !== undefined) {
      database.close();
      return undefined;
    }
    const name = readName(lockFile);
    if (isAlive(name) || Date.now() > deadline) return name?.owner;
    await delay(pauseMs);
  }
}

function publish(database: Database, lockFile: string, owner: LockOwner): RepositoryLock {
  held.add(database);
  const release = (): void => {
    if (!held.delete(database)) return;
    rmSync(ownerFile(lockFile), { force: true });
    database.close();
  };
  try {
    // A reader must never see half a name.
    const draft = `${ownerFile(lockFile)}.new`;
    const name: Name = { owner, processStart: startTimeOf(process.pid) };
    writeFileSync(draft, JSON.stringify(name), { mode: 0o600 });
    renameSync(draft, ownerFile(lockFile));
  } catch (error) {
    release();
    throw unusable(lockFile, error);
  }
  return { release };
}

function tryLock(lockFile: string): Database | undefined {
  let database: Database | undefined;
  try {
    ensurePrivateFile(lockFile);
    database = new DatabaseSync(lockFile);
    database.exec('BEGIN IMMEDIATE');
    return database;
  } catch (error) {
    database?.close();
    if (isBusy(error)) return undefined;
    throw unusable(lockFile, error);
  }
}

/** What lies beside the lock. */
interface Name {
  readonly owner: LockOwner;
  /** When the owner's process started: its number may be another's by now. */
  readonly processStart: string | undefined;
}

function readName(lockFile: string): Name | undefined {
  try {
    return JSON.parse(readFileSync(ownerFile(lockFile), 'utf8')) as Name;
  } catch {
    return undefined;
  }
}

/** The name of a dead holder may still lie there: the next one is about to write its own, or somebody only looks who holds the lock. */
const isAlive = (name: Name | undefined): boolean =>
  name?.processStart !== undefined && startTimeOf(name.owner.pid) === name.processStart;

const ownerFile = (lockFile: string): string => `${lockFile}.owner`;

const lockedProblem = (owner: LockOwner | undefined) =>
  problem(
    'locked',
    owner === undefined
      ? 'another process is using this repository'
      : `run ${owner.run} is active in this repository (process ${owner.pid})`,
    owner === undefined
      ? 'wait until it has ended'
      : '`tutti status` shows it, `tutti pause` lets it come to an end; a repository has one active run at a time',
  );

const unusable = (lockFile: string, error: unknown): Fault =>
  new Fault(
    'workspace-unavailable',
    `the lock ${lockFile} cannot be used: ${(error as Error).message}`,
    'make the state folder writable, or choose another place with TUTTI_STATE_DIR',
    { cause: error },
  );
