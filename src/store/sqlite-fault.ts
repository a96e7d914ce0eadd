/** Says what an error of SQLite means for the journal and what a person can do about it. */
import { Fault } from '../core/fault.ts';

interface SqliteError extends Error {
  /** SQLite's extended result code; its low byte is the primary one. */
  readonly errcode?: number;
}

const causes: Readonly<Record<number, readonly [what: string, fix: string]>> = {
  5: ['another process keeps it busy', 'end the other program that has the file open, then `tutti resume`'],
  8: ['it is read-only', 'make the file and its folder writable for you, then `tutti resume`'],
  10: ['the disk refuses to read or write', 'check the disk and its free space, then `tutti resume`'],
  11: ['it is damaged', 'restore it from a backup, or move it away to start with an empty history'],
  13: ['the disk is full', 'free some space, then `tutti resume`'],
  14: ['it cannot be opened', 'make the file and its folder writable for you, then `tutti resume`'],
  26: ['it is no database', 'restore it from a backup, or move it away to start with an empty history'],
};

/** Turns whatever went wrong with the journal's file into a Fault `journal-unwritable`; faults stay as they are. */
export function asJournalFault(error: unknown, file: string): Fault {
  if (error instanceof Fault) return error;
  const { errcode, message } = error as SqliteError;
  const known = errcode === undefined ? undefined : causes[errcode & 0xff];
  const [what, fix] = known ?? [message, 'make the state folder writable, then `tutti resume`'];
  const detail = known === undefined || what.includes(message) ? '' : ` (${message})`;
  return new Fault('journal-unwritable', `the journal ${file} cannot be used: ${what}${detail}`, fix, {
    cause: error,
  });
}

/** Whether another connection holds the lock that was asked for. */
export const isBusy = (error: unknown): boolean => ((error as SqliteError).errcode ?? 0) % 256 === 5;
