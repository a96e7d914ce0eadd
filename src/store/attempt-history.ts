/** What earlier attempts of a repository took. The journals are the truth: this gathers what they tell, once for each run. */
import { type AttemptRecord, attemptRecords } from '../core/estimates/attempt-record.ts';
import { type RunId, runId } from '../core/plan.ts';
import { type Database, inTransaction } from './database.ts';
import { openJournal } from './sqlite-journal.ts';

/** More say nothing more, and older ones are of another time. */
const MOST_ATTEMPTS = 1_000;
/** Runs whose journals are read at once: only those with news since they were read last. */
const MOST_RUNS = 50;

/**
 * The newest attempts, the newest first. Reads the journals of runs that have gone on since the last call. A run whose
 * journal cannot be read is left out: estimates may be poorer for it, but nothing is stopped.
 */
export function readAttempts(database: Database): readonly AttemptRecord[] {
  try {
    for (const { run, seq } of runsWithNews(database)) gather(database, run, seq);
    const rows = database
      .prepare('SELECT data FROM attempts ORDER BY ended_at DESC, run, attempt LIMIT ?')
      .all(MOST_ATTEMPTS);
    return rows.map(({ data }) => JSON.parse(String(data)) as AttemptRecord);
  } catch {
    return [];
  }
}

function runsWithNews(database: Database): { readonly run: RunId; readonly seq: number }[] {
  const rows = database
    .prepare(
      `SELECT id, (SELECT max(seq) FROM events WHERE run = id) AS seq FROM runs
       WHERE seq > gathered ORDER BY created_at DESC LIMIT ?`,
    )
    .all(MOST_RUNS);
  return rows.map(({ id, seq }) => ({ run: runId(String(id)), seq: Number(seq) }));
}

/**
 * Keeps what somebody who saw all events of a run up to `seq` knows already, so that nobody has to read its journal for it.
 * Says nothing when that fails: the journal is read then.
 */
export function keepAttempts(
  database: Database,
  run: RunId,
  seq: number,
  records: readonly AttemptRecord[],
): void {
  try {
    write(database, run, seq, records);
  } catch {
    // A full disk, or a database that is locked for long.
  }
}

function gather(database: Database, run: RunId, seq: number): void {
  try {
    write(database, run, seq, attemptRecords(openJournal(database, run).read(0)));
  } catch {
    // Its journal is damaged or written by a tutti that knew other events.
  }
}

function write(database: Database, run: RunId, seq: number, records: readonly AttemptRecord[]): void {
  inTransaction(database, () => {
    database.prepare('DELETE FROM attempts WHERE run = ?').run(run);
    const insert = database.prepare(
      'INSERT INTO attempts (run, attempt, ended_at, data) VALUES (?, ?, ?, ?)',
    );
    for (const record of records) insert.run(run, record.attempt, record.endedAt, JSON.stringify(record));
    database.prepare('UPDATE runs SET gathered = ? WHERE id = ?').run(seq, run);
  });
}
