/** Schema 1: runs, their events and snapshots, and the gate passes of the repository. */

// `data` is the whole event. The columns beside it are computed from it, so that they
// cannot disagree with it and cost nothing when an event is written.
export const runsAndEvents = `
CREATE TABLE runs (
  id         TEXT PRIMARY KEY,
  created_at INTEGER NOT NULL,
  plan       TEXT NOT NULL,
  target     TEXT NOT NULL,
  status     TEXT NOT NULL CHECK (status IN ('created', 'running', 'paused', 'all-done', 'incomplete')),
  ended_at   INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
  run  TEXT NOT NULL,
  seq  INTEGER NOT NULL CHECK (seq > 0),
  data TEXT NOT NULL,
  at   INTEGER GENERATED ALWAYS AS (data ->> '$.at') VIRTUAL,
  type TEXT GENERATED ALWAYS AS (data ->> '$.type') VIRTUAL,
  task TEXT GENERATED ALWAYS AS (data ->> '$.task') VIRTUAL,
  PRIMARY KEY (run, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE snapshots (
  run  TEXT PRIMARY KEY,
  seq  INTEGER NOT NULL,
  data TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE gate_passes (
  key       TEXT PRIMARY KEY,
  passed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`;
