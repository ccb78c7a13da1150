import Database from 'better-sqlite3';
import { rmSync } from 'node:fs';
import path from 'node:path';

export const readModelName = 'ledger';

/** To be raised with every change of the tables or of what the projections say: a new version builds a file of its own. */
export const readModelVersion = 1;

export function readModelFileName(dataDir: string): string {
  return path.join(dataDir, `read-model-v${readModelVersion}.sqlite`);
}

const schema = `
  CREATE TABLE progress (
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    log_id      TEXT NOT NULL,
    position    INTEGER,
    recorded_at INTEGER
  ) STRICT;

  CREATE TABLE poisoned (
    position    INTEGER PRIMARY KEY,
    stream_name TEXT NOT NULL,
    reason      TEXT NOT NULL
  ) STRICT;

  CREATE TABLE callbacks (
    position         INTEGER PRIMARY KEY,
    event_id         TEXT    NOT NULL,
    identity         BLOB    NOT NULL,
    event_type       INTEGER,
    callback_event   TEXT,
    app_id           TEXT,
    occurred_at      INTEGER,
    received_at      INTEGER NOT NULL,
    recorded_at      INTEGER NOT NULL,
    last_received_at INTEGER NOT NULL,
    signature        TEXT    NOT NULL,
    deliveries       INTEGER NOT NULL,
    session_id       INTEGER
  ) STRICT;
  -- The time first: what arrives in order is inserted at the end of the index, not at a random place.
  CREATE INDEX callbacks_by_identity ON callbacks (occurred_at, identity, last_received_at);
  CREATE INDEX callbacks_by_event_type ON callbacks (event_type, position);
  CREATE INDEX callbacks_of_session ON callbacks (session_id, position) WHERE session_id IS NOT NULL;

  -- Arrivals after the first one, by event id: an event id that stands in the log twice counts once.
  CREATE TABLE redeliveries (
    callback_position INTEGER NOT NULL,
    event_id          TEXT    NOT NULL,
    PRIMARY KEY (callback_position, event_id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE stream_sessions (
    id               INTEGER PRIMARY KEY,
    app_id           TEXT    NOT NULL,
    sequence         TEXT    NOT NULL,
    domain           TEXT,
    path             TEXT,
    stream_id        TEXT,
    user_ip          TEXT,
    node             TEXT,
    state            TEXT    NOT NULL,
    started_at       INTEGER,
    ended_at         INTEGER,
    push_duration_ms INTEGER,
    end_code         INTEGER,
    end_side         TEXT,
    stream_key       TEXT,
    ordered_at       INTEGER NOT NULL,
    sequence_order   TEXT    NOT NULL,
    changed_position INTEGER NOT NULL,
    changed_ordinal  INTEGER NOT NULL,
    session          TEXT    NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX stream_sessions_by_sequence ON stream_sessions (sequence, app_id);
  CREATE INDEX stream_sessions_by_start ON stream_sessions (ordered_at, id);
  CREATE INDEX stream_sessions_by_account ON stream_sessions (app_id, ordered_at, id);
  CREATE INDEX stream_sessions_by_domain ON stream_sessions (domain, ordered_at, id);
  CREATE INDEX stream_sessions_by_stream_id ON stream_sessions (stream_id, ordered_at, id);
  CREATE INDEX stream_sessions_live ON stream_sessions (ordered_at, id) WHERE state = 'LIVE';
  CREATE INDEX stream_sessions_superseded ON stream_sessions (ordered_at, id) WHERE state = 'SUPERSEDED';
  CREATE INDEX stream_sessions_of_stream
    ON stream_sessions (stream_key, ordered_at, sequence_order) WHERE stream_key IS NOT NULL;
  CREATE UNIQUE INDEX stream_sessions_by_change ON stream_sessions (changed_position, changed_ordinal);
`;

/** Opens the file for the projector, made for this log where it is missing. */
export function openReadModelForWriting(file: string, logId: string): Database.Database {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  // Not FULL: a power cut loses rows and checkpoint together, and the log gives both again.
  db.pragma('synchronous = NORMAL');
  if (db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0) {
    db.transaction(() => {
      db.exec(schema);
      db.prepare('INSERT INTO progress (one, log_id) VALUES (1, ?)').run(logId);
    })();
  }
  return db;
}

export function openReadModelForReading(file: string): Database.Database {
  return new Database(file, { readonly: true });
}

/** Removes the file and what SQLite keeps beside it. */
export function removeReadModel(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
}
