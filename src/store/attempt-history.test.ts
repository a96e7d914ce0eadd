/** Earlier attempts: gathered once from each journal, again when it has grown, and never in the way. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { planFrom } from '../../test/rig/plan-text.ts';
import { createdEvent, started } from '../../test/rig/story.ts';
import { type AttemptRecord, attemptRecords } from '../core/estimates/attempt-record.ts';
import type { Event, EventBody } from '../core/event.ts';
import { attemptId, commit, type RunId, runId, taskId } from '../core/plan.ts';
import { keepAttempts, readAttempts } from './attempt-history.ts';
import { type Database, openDatabase } from './database.ts';
import { openJournal } from './sqlite-journal.ts';

let folder: string;
let database: Database;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tutti-attempts-'));
  database = openDatabase(join(folder, 'journal.db'));
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

const succeeded = (task: string): EventBody => ({
  type: 'attempt-succeeded',
  task: taskId(task),
  attempt: attemptId(taskId(task), 1),
  commit: commit('c'),
  commits: 1,
});

/** Events one second apart. */
function write(run: RunId, startAt: number, ...bodies: readonly EventBody[]): void {
  const journal = openJournal(database, run);
  const past = [...journal.read(0)].length;
  const first = { ...createdEvent(planFrom('A\nB')), run, at: startAt };
  const rest = bodies.map((body, index): Event => {
    const seq = Math.max(1, past) + index + 1;
    return { ...body, seq, at: startAt + (seq - 1) * 1000 };
  });
  journal.append(past === 0 ? [first, ...rest] : rest);
}

const told = (): [string, number, number][] =>
  readAttempts(database).map(({ attempt, durationMs, endedAt }) => [attempt, durationMs, endedAt]);

it('tells the newest attempts of all runs first, and what a run adds later', () => {
  expect(told()).toEqual([]);
  write(runId('r1'), 0, started('A'), succeeded('A'));
  write(runId('r2'), 100_000, started('A'), started('B', 1, 1), succeeded('A'));
  expect(told()).toEqual([
    ['A.1', 2_000, 103_000],
    ['A.1', 1_000, 2_000],
  ]);
  write(runId('r2'), 100_000, succeeded('B'));
  expect(told()).toEqual([
    ['B.1', 2_000, 104_000],
    ['A.1', 2_000, 103_000],
    ['A.1', 1_000, 2_000],
  ]);
});

it('reads a journal again only when it has grown', () => {
  write(runId('r1'), 0, started('A'), succeeded('A'));
  const first = told();
  expect(first).toHaveLength(1);
  database.exec(`UPDATE events SET data = '{}' WHERE seq > 1`);
  expect(told()).toEqual(first);
});

it('does not read the journal of a run whose attempts have been kept, until it grows', () => {
  write(runId('r1'), 0, started('A'), succeeded('A'));
  const records = attemptRecords(openJournal(database, runId('r1')).read(0));
  keepAttempts(database, runId('r1'), 3, [{ ...(records[0] as AttemptRecord), durationMs: 77 }]);
  expect(told()).toEqual([['A.1', 77, 2_000]]);
  write(runId('r1'), 0, started('B'), succeeded('B'));
  expect(told()).toEqual([
    ['B.1', 1_000, 4_000],
    ['A.1', 1_000, 2_000],
  ]);
});

it('leaves a damaged journal out', () => {
  write(runId('r1'), 0, started('A'), succeeded('A'));
  write(runId('r2'), 0, started('B'), succeeded('B'));
  database.exec(`UPDATE events SET data = '{"seq": 3}' WHERE seq = 2 AND run = 'r1'`);
  expect(told()).toEqual([['B.1', 1_000, 2_000]]);
});
