/** Rows of runs follow the events; ids sort and are safe. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sampleEvent } from '../../test/contracts/journal.contract.ts';
import type { Event, EventBody } from '../core/event.ts';
import { type RunId, runId, taskId } from '../core/plan.ts';
import { type Database, openDatabase } from './database.ts';
import { openGatePasses } from './gate-passes.ts';
import { deleteRun, findRun, lastUnfinishedRun, listRuns, newRunId } from './runs.ts';
import { openJournal } from './sqlite-journal.ts';

let folder: string;
let database: Database;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tutti-runs-'));
  database = openDatabase(join(folder, 'journal.db'));
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

const started: EventBody = { type: 'engine-started', pid: 1, version: '0.1.0' };
const paused: EventBody = { type: 'run-paused', reason: 'asked' };
const ended = (outcome: 'all-done' | 'incomplete'): EventBody => ({
  type: 'run-ended',
  outcome,
  counts: {} as never,
});

function write(run: RunId, createdAt: number, ...bodies: EventBody[]): void {
  const first = { ...sampleEvent(1), at: createdAt } as Event;
  const rest = bodies.map((body, index): Event => ({ ...body, seq: index + 2, at: createdAt + index + 1 }));
  openJournal(database, run).append([first, ...rest]);
}

it.each([
  [[], 'created', null],
  [[started], 'running', null],
  [[started, paused], 'paused', null],
  [[started, ended('all-done')], 'all-done', 1002],
  [[started, ended('incomplete')], 'incomplete', 1002],
  [[started, ended('incomplete'), { type: 'retry-requested', task: taskId('T-1') }], 'paused', null],
  [[started, { type: 'retry-requested', task: taskId('T-1') }], 'running', null],
  [[started, ended('incomplete'), started], 'running', null],
] satisfies [EventBody[], string, number | null][])('after %j a run is %s', (bodies, status, endedAt) => {
  const run = runId('20261121-0831-k3f9x');
  write(run, 1000, ...bodies);
  expect({ ...findRun(database, run) }).toEqual({
    id: run,
    createdAt: 1000,
    plan: 'Shop',
    target: 'tutti/20261121-0831-k3f9x',
    status,
    endedAt,
  });
});

it('lists the newest run first and finds the last one to resume', () => {
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((text) => runId(text)) as [RunId, RunId, RunId, RunId];
  expect(lastUnfinishedRun(database)).toBeUndefined();
  write(a, 1000, ended('incomplete'));
  write(d, 4000, ended('all-done'));
  expect(lastUnfinishedRun(database)?.id).toBe(a);
  write(b, 2000, started, paused);
  write(c, 3000, ended('incomplete'));
  expect(lastUnfinishedRun(database)?.id).toBe(b);
  expect(listRuns(database).map(({ id }) => id)).toEqual([d, c, b, a]);
});

it('forgets a run and no other', () => {
  const [a, b] = [runId('a'), runId('b')];
  for (const run of [a, b]) write(run, 1000, started);
  openJournal(database, a).saveSnapshot({ seq: 2, text: '{}' });
  deleteRun(database, a);
  const gone = openJournal(database, a);
  expect([findRun(database, a), [...gone.read(0)], gone.loadSnapshot()]).toEqual([undefined, [], undefined]);
  expect([...openJournal(database, b).read(0)]).toHaveLength(2);
});

it('makes ids that tell the time and are safe everywhere', () => {
  const id = newRunId(database, Date.UTC(2026, 10, 21, 8, 31, 59));
  expect(id).toMatch(/^20261121-0831-[0-9a-z]{5}$/);
});

it('remembers gate passes for all runs', () => {
  openGatePasses(database, () => 5).remember('key');
  const passes = openGatePasses(database, () => 6);
  passes.remember('key');
  expect([passes.has('key'), passes.has('other')]).toEqual([true, false]);
  expect(database.prepare('SELECT passed_at FROM gate_passes').get()).toEqual({ passed_at: 5 });
});
