/** A look at a repository's runs, their tasks and attempts, for commands that run nothing. Makes neither folder nor journal. */
import { existsSync } from 'node:fs';
import type { AttemptRecord } from '../core/estimates/attempt-record.ts';
import { runId, type Task } from '../core/plan.ts';
import { readAttempts } from './attempt-history.ts';
import { type Database, openDatabase } from './database.ts';
import { listRuns, type RunRow } from './runs.ts';
import { openJournal } from './sqlite-journal.ts';
import { journalFile, type StateFolderOptions } from './state-folder.ts';

/** All runs, the newest first. @throws Fault when the journal cannot be read */
export const peekRuns = (place: StateFolderOptions): readonly RunRow[] => look(place, listRuns);

/** The tasks of a run, of the newest one by default, in plan order. @throws Fault when the journal cannot be read */
export const peekTasks = (place: StateFolderOptions, run?: string): readonly Task[] =>
  look(place, (database) => {
    const id = run ?? listRuns(database)[0]?.id;
    // The first event holds the plan.
    const [created] = id === undefined ? [] : openJournal(database, runId(id)).read(0);
    return created?.type === 'run-created' ? created.plan.tasks : [];
  });

/** What earlier attempts took, the newest first. @throws Fault when the journal cannot be read */
export const peekAttempts = (place: StateFolderOptions): readonly AttemptRecord[] =>
  look(place, readAttempts);

function look<Found>(
  place: StateFolderOptions,
  find: (database: Database) => readonly Found[],
): readonly Found[] {
  const file = journalFile(place);
  if (!existsSync(file)) return [];
  const database = openDatabase(file);
  try {
    return find(database);
  } finally {
    database.close();
  }
}
