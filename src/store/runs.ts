/** The runs of a repository: their ids, how each stands, and forgetting one. The story of a run is its journal. */
import { randomInt } from 'node:crypto';
import type { Event } from '../core/event.ts';
import { type RunId, runId, type Timestamp } from '../core/plan.ts';
import type { Clock } from '../ports/clock.ts';
import { type Database, inTransaction } from './database.ts';

/** `created` until an engine takes it; the last two are those of `run-ended`. */
export type RunStatus = 'created' | 'running' | 'paused' | 'all-done' | 'incomplete';

export interface RunRow {
  readonly id: RunId;
  readonly createdAt: Timestamp;
  readonly plan: string;
  readonly target: string;
  readonly status: RunStatus;
  readonly endedAt: Timestamp | null;
}

const columns = 'id, created_at AS createdAt, plan, target, status, ended_at AS endedAt';
const alphabet = '0123456789abcdefghijklmnopqrstuvwxyz';

/**
 * A new id such as `20261121-0831-k3f9x`: it sorts by time (UTC), is safe in file and branch names, and is free here.
 * Its processes are known by it on the whole machine, so that it has to differ from other repositories' runs as well.
 */
export function newRunId(database: Database, now: Timestamp): RunId {
  const stamp = new Date(now).toISOString().replace(/[-:]/g, '');
  const prefix = `${stamp.slice(0, 8)}-${stamp.slice(9, 13)}`;
  for (;;) {
    const suffix = Array.from({ length: 5 }, () => alphabet[randomInt(alphabet.length)]).join('');
    const id = runId(`${prefix}-${suffix}`);
    if (findRun(database, id) === undefined) return id;
  }
}

/** All runs, the newest first. */
export function listRuns(database: Database): readonly RunRow[] {
  const rows = database.prepare(`SELECT ${columns} FROM runs ORDER BY created_at DESC, id DESC`).all();
  return rows as unknown as RunRow[];
}

export function findRun(database: Database, run: RunId): RunRow | undefined {
  const row = database.prepare(`SELECT ${columns} FROM runs WHERE id = ?`).get(run);
  return row as unknown as RunRow | undefined;
}

/** The newest run that has not ended; else the newest that ended with tasks not done. */
export function lastUnfinishedRun(database: Database): RunRow | undefined {
  const row = database
    .prepare(
      `SELECT ${columns} FROM runs WHERE status <> 'all-done'
       ORDER BY status = 'incomplete', created_at DESC, id DESC LIMIT 1`,
    )
    .get();
  return row as unknown as RunRow | undefined;
}

/** Forgets a run: its events, its snapshot and its row. Its branches, worktrees and logs are not touched. */
export function deleteRun(database: Database, run: RunId): void {
  inTransaction(database, () => {
    for (const table of ['snapshots', 'events'])
      database.prepare(`DELETE FROM ${table} WHERE run = ?`).run(run);
    database.prepare('DELETE FROM runs WHERE id = ?').run(run);
  });
}

/**
 * Keeps the run's row in step with an event; called inside the transaction that appends it, so that a row
 * exists exactly when its first event does.
 */
export function recordRun(database: Database, run: RunId, event: Event): void {
  switch (event.type) {
    case 'run-created':
      database
        .prepare(`INSERT INTO runs (id, created_at, plan, target, status) VALUES (?, ?, ?, ?, 'created')`)
        .run(run, event.at, event.plan.name, event.settings.target);
      return;
    case 'engine-started':
      setStatus(database, run, 'running', null);
      return;
    case 'run-paused':
      setStatus(database, run, 'paused', null);
      return;
    case 'run-ended':
      setStatus(database, run, event.outcome, event.at);
      return;
    case 'retry-requested':
    case 'resolve-requested':
      // Such a wish gives a run that had ended something to do again.
      reopen(database, run);
      return;
    default:
      return;
  }
}

function setStatus(database: Database, run: RunId, status: RunStatus, endedAt: Timestamp | null): void {
  database.prepare('UPDATE runs SET status = ?, ended_at = ? WHERE id = ?').run(status, endedAt, run);
}

function reopen(database: Database, run: RunId): void {
  database
    .prepare(`UPDATE runs SET status = 'paused', ended_at = NULL WHERE id = ? AND ended_at IS NOT NULL`)
    .run(run);
}

/** The repository's runs. */
export interface RunList {
  newId(): RunId;
  all(): readonly RunRow[];
  find(run: RunId): RunRow | undefined;
  lastUnfinished(): RunRow | undefined;
}

export const runList = (database: Database, clock: Pick<Clock, 'now'>): RunList => ({
  newId: () => newRunId(database, clock.now()),
  all: () => listRuns(database),
  find: (run) => findRun(database, run),
  lastUnfinished: () => lastUnfinishedRun(database),
});
