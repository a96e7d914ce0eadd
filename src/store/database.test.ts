/** Opening: migrations once, in order, and never backwards. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ProblemError } from '../core/problem.ts';
import { inTransaction, openDatabase } from './database.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tutti-database-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('makes the newest schema, synced at every commit, and opens it again', () => {
  const file = join(folder, 'journal.db');
  openDatabase(file).close();
  const database = openDatabase(file);
  const pragmas = ['user_version', 'journal_mode', 'synchronous'].map((name) =>
    Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {}).at(0),
  );
  database.close();
  expect(pragmas).toEqual([2, 'wal', 2]);
});

it('refuses a schema from the future', () => {
  const file = join(folder, 'journal.db');
  const database = openDatabase(file);
  database.exec('PRAGMA user_version = 99');
  database.close();
  expect(() => openDatabase(file)).toThrow(ProblemError);
  expect(() => openDatabase(file)).toThrow('was written by a newer tutti (schema 99; this one knows 2)');
});

it('keeps nothing of a transaction that throws', () => {
  const database = openDatabase(join(folder, 'journal.db'));
  const work = (): void => {
    database.exec(`INSERT INTO gate_passes VALUES ('k', 1)`);
    throw new Error('no');
  };
  expect(() => inTransaction(database, work)).toThrow('no');
  const rows = database.prepare('SELECT * FROM gate_passes').all();
  database.close();
  expect(rows).toEqual([]);
});

it('tells where the trouble is when the folder is missing', () => {
  expect(() => openDatabase(join(folder, 'missing', 'journal.db'))).toThrow(
    expect.objectContaining({ name: 'Fault', code: 'journal-unwritable' }),
  );
});
