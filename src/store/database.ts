/** Opens a repository's database and brings its schema up to date. Knows no table. */
import type { DatabaseSync as Database } from 'node:sqlite';
import { ProblemError, problem } from '../core/problem.ts';
import { migrations } from './migrations/in-order.ts';
import { DatabaseSync } from './node-sqlite.ts';
import { ensurePrivateFile } from './private-folder.ts';
import { asJournalFault } from './sqlite-fault.ts';

export type { Database };

/** Longest wait for another process that is just writing; the engine itself is the only steady writer. */
const busyTimeoutMs = 5000;

/**
 * Opens (and creates, mode 0600) the database: write-ahead log, and every commit synced before it returns.
 * @throws Fault `journal-unwritable` when the file cannot be used
 * @throws ProblemError `unsupported` when a newer tutti wrote it
 */
export function openDatabase(file: string): Database {
  let database: Database | undefined;
  try {
    ensurePrivateFile(file);
    database = new DatabaseSync(file);
    database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
    database.exec('PRAGMA journal_mode = WAL');
    database.exec('PRAGMA synchronous = FULL');
    migrate(database, file);
    return database;
  } catch (error) {
    database?.close();
    throw error instanceof ProblemError ? error : asJournalFault(error, file);
  }
}

/** Runs `work` as one durable unit; when it throws, nothing of it is kept. */
export function inTransaction<Result>(database: Database, work: () => Result): Result {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // SQLite has rolled back by itself after some errors, such as a full disk.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function migrate(database: Database, file: string): void {
  if (schemaVersion(database) === migrations.length) return;
  inTransaction(database, () => {
    const version = schemaVersion(database);
    if (version > migrations.length) throw new ProblemError([newerSchema(file, version)]);
    for (const migration of migrations.slice(version)) database.exec(migration);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
  });
}

const schemaVersion = (database: Database): number =>
  Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);

const newerSchema = (file: string, version: number) =>
  problem(
    'unsupported',
    `${file} was written by a newer tutti (schema ${version}; this one knows ${migrations.length})`,
    'install the newer tutti again, or choose another state folder with TUTTI_STATE_DIR',
  );
