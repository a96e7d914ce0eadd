/** Schema 2: what earlier attempts took, gathered from the journals so that a start need not read them all. */

// `data` is an attempt record as core tells it from the events; `gathered` says up to which event a run has been told.
export const attempts = `
ALTER TABLE runs ADD COLUMN gathered INTEGER NOT NULL DEFAULT 0;

CREATE TABLE attempts (
  run      TEXT NOT NULL,
  attempt  TEXT NOT NULL,
  ended_at INTEGER NOT NULL,
  data     TEXT NOT NULL,
  PRIMARY KEY (run, attempt)
) STRICT, WITHOUT ROWID;

CREATE INDEX attempts_by_end ON attempts (ended_at);
`;
