import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openCodeMeter } from './opencode-usage.ts';
import { ownDataFolder } from './own-state.ts';

let own: string;
let file: string;
beforeEach(() => {
  own = mkdtempSync(join(tmpdir(), 'tutti-usage-'));
  file = join(ownDataFolder(own, 'opencode'), 'opencode', 'opencode.db');
  mkdirSync(join(file, '..'), { recursive: true });
});
afterEach(() => rmSync(own, { recursive: true }));

/** The columns of OpenCode 1.18 that count. */
function openDatabase(): DatabaseSync {
  const database = new DatabaseSync(file);
  database.exec(`CREATE TABLE IF NOT EXISTS session (id text PRIMARY KEY, parent_id text, cost real,
    tokens_input integer, tokens_output integer, tokens_reasoning integer, tokens_cache_read integer, tokens_cache_write integer)`);
  return database;
}

function record(
  ...rows: readonly (readonly [id: string, parent: string | null, cost: number, input: number])[]
): void {
  const database = openDatabase();
  const insert = database.prepare('INSERT OR REPLACE INTO session VALUES (?, ?, ?, ?, 20, 3, 60, 5)');
  for (const row of rows) insert.run(...row);
  database.close();
}

it('counts the session with all that it has started, and no other', () => {
  const meter = openCodeMeter(own, 's');
  record(
    ['s', null, 0.5, 40],
    ['helper', 's', 0.25, 10],
    ['its-helper', 'helper', 0, 1],
    ['other', null, 9, 900],
  );
  const three = { inputTokens: 40 + 10 + 1 + 3 * 5, outputTokens: 3 * 23, cacheReadTokens: 3 * 60 };
  expect(meter()).toEqual({ ...three, costUsd: 0.75 });
  // One that goes on in the session is charged for what comes now.
  const later = openCodeMeter(own, 's');
  expect(later()).toEqual({ inputTokens: 0, outputTokens: 0, cacheReadTokens: 0 });
  record(['s', null, 0.5, 140]);
  expect(later()).toEqual({ inputTokens: 100, outputTokens: 0, cacheReadTokens: 0 });
});

it('does without a database, without the session, and with a database that has changed', () => {
  expect(openCodeMeter(own, 's')()).toBeUndefined();
  record(['other', null, 0, 1]);
  expect(openCodeMeter(own, 's')()).toBeUndefined();
  writeFileSync(file, 'no database, but as long as one has to be to be looked into'.repeat(100));
  expect(openCodeMeter(own, 's')()).toBeUndefined();
});
