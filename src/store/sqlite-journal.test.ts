/** The journal on a real database: the contract, and what only files can suffer. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { journalContract, sampleEvent, sampleEvents } from '../../test/contracts/journal.contract.ts';
import { runId } from '../core/plan.ts';
import { type Database, openDatabase } from './database.ts';
import { openJournal } from './sqlite-journal.ts';

const run = runId('20261121-0831-k3f9x');
let folder: string;
let opened: Database[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tutti-journal-'));
  opened = [];
});
afterEach(() => {
  for (const database of opened) if (database.isOpen) database.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(): Database {
  const database = openDatabase(join(folder, 'journal.db'));
  opened.push(database);
  return database;
}

journalContract('SqliteJournal', () => ({
  open: () => openJournal(open(), run),
  openFull: () => {
    const database = open();
    const pages = Number(database.prepare('PRAGMA page_count').get()?.page_count);
    database.exec(`PRAGMA max_page_count = ${pages}`);
    return openJournal(database, run);
  },
  dispose: () => {},
}));

it('says what to do when the disk is full', () => {
  const database = open();
  const pages = Number(database.prepare('PRAGMA page_count').get()?.page_count);
  database.exec(`PRAGMA max_page_count = ${pages}`);
  expect(() => openJournal(database, run).append(sampleEvents(1, 400))).toThrow(
    expect.objectContaining({
      code: 'journal-unwritable',
      message: expect.stringContaining('the disk is full'),
      fix: 'free some space, then `tutti resume`',
      cause: expect.objectContaining({ code: 'ERR_SQLITE_ERROR' }),
    }),
  );
});

it('says so when the file is read-only', () => {
  const database = open();
  database.exec('PRAGMA query_only = 1');
  expect(() => openJournal(database, run).append(sampleEvents(1, 1))).toThrow(
    expect.objectContaining({ code: 'journal-unwritable', message: expect.stringContaining('read-only') }),
  );
});

it('says so when the file is no database', () => {
  writeFileSync(
    join(folder, 'journal.db'),
    'not a database at all, but long enough to have a header\n'.repeat(20),
  );
  expect(() => open()).toThrow(
    expect.objectContaining({
      code: 'journal-unwritable',
      message: expect.stringContaining('it is no database'),
    }),
  );
});

it('notices an event that is gone, and one that was spoilt', () => {
  const database = open();
  const journal = openJournal(database, run);
  journal.append(sampleEvents(1, 5));
  database.exec('DELETE FROM events WHERE seq = 3');
  expect(() => [...journal.read(0)]).toThrow('event 3 is missing');
  database.exec(`UPDATE events SET data = '{}' WHERE seq = 5`);
  expect(() => [...journal.read(3)]).toThrow('event 5 is missing');
});

it('keeps the runs of a repository apart', () => {
  const database = open();
  openJournal(database, run).append(sampleEvents(1, 2));
  const other = openJournal(database, runId('20261121-0832-abc'));
  other.append(sampleEvents(1, 1));
  expect([...other.read(0)]).toEqual([sampleEvent(1)]);
});

it('can be read by another connection while it is written', () => {
  const journal = openJournal(open(), run);
  journal.append(sampleEvents(1, 2));
  const reader = openJournal(open(), run);
  journal.append(sampleEvents(3, 4));
  expect([...reader.read(0)]).toEqual(sampleEvents(1, 4));
});

it('answers questions about one task and one type in SQL', () => {
  const database = open();
  openJournal(database, run).append(sampleEvents(1, 3));
  expect(database.prepare('SELECT seq, at, type, task FROM events WHERE seq = 2').get()).toEqual({
    seq: 2,
    at: 1_800_000_000_002,
    type: 'attempt-cancelling',
    task: 'T-2',
  });
});

it('leaves files that only the user can read', () => {
  openJournal(open(), run).append(sampleEvents(1, 1));
  const modes = ['journal.db', 'journal.db-wal', 'journal.db-shm'].map(
    (name) => statSync(join(folder, name)).mode & 0o777,
  );
  expect(modes).toEqual([0o600, 0o600, 0o600]);
});
