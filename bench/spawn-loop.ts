/**
 * The peer of claim (a): starts `sh -c true` for each task of a graph, as many at once as there are slots, nothing else.
 * With a third argument it also writes starts and ends to SQLite, each group synced before anything is started.
 * Arguments: a file with the dependencies of each position as JSON, the slots, the database.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

const [graphFile = '', slots = '7', databaseFile] = process.argv.slice(2);
const dependencies = JSON.parse(readFileSync(graphFile, 'utf8')) as number[][];
const dependents = dependencies.map((): number[] => []);
const unmet = dependencies.map(({ length }) => length);
const ready: number[] = [];
dependencies.forEach((list, position) => {
  for (const dependency of list) dependents[dependency]?.push(position);
  if (list.length === 0) ready.push(position);
});

const record = databaseFile === undefined ? () => {} : openJournal(databaseFile);
let running = 0;
let ended: number[] = [];
let woken = false;
startWhatIsReady([]);

/** Several may end in one turn of the event loop: one group, one sync. */
function onEnd(position: number): void {
  ended.push(position);
  if (databaseFile === undefined) turn();
  else if (!woken) {
    woken = true;
    setImmediate(turn);
  }
}

function turn(): void {
  woken = false;
  const settled = ended;
  ended = [];
  for (const position of settled) {
    running--;
    for (const dependent of dependents[position] ?? []) {
      unmet[dependent] = (unmet[dependent] ?? 0) - 1;
      if (unmet[dependent] === 0) ready.push(dependent);
    }
  }
  startWhatIsReady(settled);
}

function startWhatIsReady(settled: readonly number[]): void {
  const starting = ready.splice(0, Number(slots) - running);
  running += starting.length;
  record(settled, starting);
  for (const position of starting) start(position);
}

function start(position: number): void {
  const child = spawn('sh', ['-c', 'true']);
  child.stdout.resume();
  child.stderr.resume();
  child.once('close', (code) => {
    if (code !== 0) throw new Error(`task ${position} ended with ${code}`);
    onEnd(position);
  });
}

function openJournal(file: string): (settled: readonly number[], starting: readonly number[]) => void {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  database.exec('CREATE TABLE IF NOT EXISTS events (seq INTEGER PRIMARY KEY, data TEXT)');
  const insert = database.prepare('INSERT INTO events (data) VALUES (?)');
  return (settled, starting) => {
    database.exec('BEGIN IMMEDIATE');
    for (const task of settled) insert.run(JSON.stringify({ type: 'ended', task, at: Date.now() }));
    for (const task of starting) insert.run(JSON.stringify({ type: 'started', task, at: Date.now() }));
    database.exec('COMMIT');
  };
}
