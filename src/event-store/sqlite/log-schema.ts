import type Database from 'better-sqlite3';

/** "LVLG": tells our log from any other SQLite file. */
const applicationId = 0x4c_56_4c_47;

// AUTOINCREMENT: a position is never given twice, even where the newest events are removed.
const eventsSql = `
  CREATE TABLE events (
    position    INTEGER PRIMARY KEY AUTOINCREMENT,
    stream_name TEXT    NOT NULL,
    revision    INTEGER NOT NULL,
    event_id    TEXT    NOT NULL,
    type        TEXT    NOT NULL,
    data        BLOB    NOT NULL,
    metadata    BLOB    NOT NULL,
    recorded_at INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX events_of_stream ON events (stream_name, revision);
`;

/** Where the revisions of a stream go on that has no event left. */
const truncatedStreamsSql = `
  CREATE TABLE truncated_streams (
    stream_name   TEXT PRIMARY KEY,
    next_revision INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

/** What each version of the schema added to the one before; a log is brought up when it is opened for writing. */
const additions = [eventsSql, truncatedStreamsSql];

/** Version of the schema that the file is in: 0 for an empty one, null where it is no log that this version can read. */
export function logSchemaVersion(db: Database.Database): number | null {
  if (db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0) return 0;
  const version = Number(db.pragma('user_version', { simple: true }));
  const ours = db.pragma('application_id', { simple: true }) === applicationId;
  return ours && version >= 1 && version <= additions.length ? version : null;
}

/** Brings a file of an earlier version, or an empty one, to the present version. False where there was nothing to do. */
export function bringUpLogSchema(db: Database.Database, from: number): boolean {
  if (from === additions.length) return false;
  db.transaction(() => {
    for (const sql of additions.slice(from)) db.exec(sql);
    db.pragma(`application_id = ${applicationId}`);
    db.pragma(`user_version = ${additions.length}`);
  }).immediate();
  return true;
}
