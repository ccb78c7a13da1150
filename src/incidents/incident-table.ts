import type Database from 'better-sqlite3';
import { fieldColumnsSql, readerIndexesOf } from '../lists/sql/list-definition.ts';
import { prepareUpsert, type ReadModelPart } from '../projecting/file/statements.ts';
import type { ChangePosition } from '../projecting/changes.ts';
import { incidentFields } from './incident-fields.ts';
import { incidentList, toIncidentRow, type IncidentColumns } from './incident-list.ts';
import { prepareFailureTable } from './failures/failure-table.ts';
import type { IncidentRow, IncidentTable, TimeRange } from './incident-rows.ts';

/** Failures, what is usual, and the incidents that follow from both. */
export const incidentTables: ReadModelPart = {
  version: 4,
  tablesSql: `
  CREATE TABLE failures (
    ref         TEXT    PRIMARY KEY,
    subject     TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    since       INTEGER NOT NULL,
    traits      TEXT    NOT NULL,
    session_row INTEGER,
    task_row    INTEGER,
    -- Of a run: its time in the order of its task. Of attempts: how many there were.
    run_at      INTEGER,
    times       INTEGER NOT NULL,
    incident    INTEGER,
    -- The incident, while what failed is not back.
    missing_in  INTEGER,
    back_at     INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX failures_by_time ON failures (at);
  CREATE INDEX failures_taken ON failures (subject) WHERE incident IS NOT NULL;
  CREATE INDEX failures_by_incident ON failures (incident, session_row) WHERE incident IS NOT NULL;
  CREATE INDEX failures_by_task ON failures (task_row, at) WHERE task_row IS NOT NULL;

  -- How many streams failed in an hour, by what failures are grouped by.
  CREATE TABLE failure_hours (
    grouped_by TEXT    NOT NULL,
    hour       INTEGER NOT NULL,
    streams    INTEGER NOT NULL,
    PRIMARY KEY (grouped_by, hour)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX failure_hours_by_hour ON failure_hours (hour, streams);

  -- Hours whose failures have changed, and have not been counted since.
  CREATE TABLE uncounted_hours (hour INTEGER PRIMARY KEY) STRICT;

  -- From when to when the record goes.
  CREATE TABLE failure_record (one INTEGER PRIMARY KEY CHECK (one = 1), known_from INTEGER, known_to INTEGER) STRICT;

  -- Times whose incidents have changed, and have not been decided on since.
  CREATE TABLE undecided (from_at INTEGER PRIMARY KEY, to_at INTEGER NOT NULL) STRICT;

  CREATE TABLE incidents (
    id               INTEGER PRIMARY KEY,
    ${fieldColumnsSql(incidentFields)}
    usual            REAL    NOT NULL,
    span_from        INTEGER NOT NULL,
    span_to          INTEGER NOT NULL,
    awaited_until    INTEGER,
    changed_position INTEGER NOT NULL,
    changed_ordinal  INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX incidents_by_span ON incidents (span_to, span_from);
  CREATE INDEX incidents_by_failure ON incidents (last_failed_at);
  CREATE INDEX incidents_awaited ON incidents (awaited_until) WHERE awaited_until IS NOT NULL;
`,
  readerIndexesSql: [
    ...readerIndexesOf(incidentList),
    'CREATE INDEX failures_by_session ON failures (session_row) WHERE session_row IS NOT NULL AND incident IS NOT NULL',
  ],
};

function toIncidentColumns(row: Omit<IncidentRow, 'changed'>, changed: ChangePosition): IncidentColumns {
  return {
    id: row.number,
    state: row.state,
    started_at: row.startedAtMs,
    last_failed_at: row.lastFailedAtMs,
    newest_evidence_at: row.newestEvidenceAtMs,
    over_since: row.overSinceMs,
    kind: row.kind,
    side: row.side,
    code: row.code,
    app_id: row.appId,
    domain: row.domain,
    path: row.path,
    access_point: row.accessPoint,
    access_point_network: row.accessPointNetwork,
    region: row.region,
    source_host: row.sourceHost,
    affected: row.affected,
    back: row.back,
    not_back: row.notBack,
    failures: row.failures,
    usual: row.usual,
    span_from: row.spanFromMs,
    span_to: row.spanToMs,
    awaited_until: row.awaitedUntilMs,
    // A position is far below 2^53, and is compared with what is read.
    changed_position: Number(changed.position),
    changed_ordinal: changed.ordinal,
  };
}

/** The projector's statements for failures and incidents. */
export function prepareIncidentTable(db: Database.Database): IncidentTable {
  const record = db.prepare<[], { readonly known_from: number | null; readonly known_to: number | null }>(
    'SELECT known_from, known_to FROM failure_record',
  );
  const putRecord = db.prepare<[number, number]>('REPLACE INTO failure_record VALUES (1, ?, ?)');
  const incidents = <Parameters extends unknown[]>(rest: string) =>
    db.prepare<Parameters, IncidentColumns>(`SELECT * FROM incidents ${rest}`);
  const overlapping = incidents<[number, number]>('WHERE span_to >= ? AND span_from <= ?');
  const byNumbers = incidents<[number, number]>('WHERE id BETWEEN ? AND ? ORDER BY id');
  const expired = incidents<[number]>('WHERE awaited_until <= ?');
  const lastTakenAt = db.prepare<[], number | null>('SELECT max(last_failed_at) FROM incidents').pluck();
  const putUndecided = db.prepare<[number, number]>(
    `INSERT INTO undecided (from_at, to_at) VALUES (?, ?)
     ON CONFLICT (from_at) DO UPDATE SET to_at = excluded.to_at WHERE excluded.to_at > to_at`,
  );
  const undecided = db.prepare<[], TimeRange>(
    'SELECT from_at AS fromMs, to_at AS toMs FROM undecided ORDER BY from_at',
  );
  const hasUndecided = db.prepare<[], number>('SELECT EXISTS (SELECT 1 FROM undecided)').pluck();
  const clearUndecided = db.prepare('DELETE FROM undecided');
  const put = prepareUpsert<IncidentColumns>(db, 'incidents');
  const remove = db.prepare<[number]>('DELETE FROM incidents WHERE id = ?');
  return {
    ...prepareFailureTable(db),
    record(): { readonly fromMs: number | null; readonly toMs: number | null } {
      const { known_from, known_to } = record.get() ?? { known_from: null, known_to: null };
      return { fromMs: known_from, toMs: known_to };
    },
    putRecord: (fromMs: number, toMs: number) => void putRecord.run(fromMs, toMs),
    incidentsOverlapping: (fromMs: number, toMs: number) => overlapping.all(fromMs, toMs).map(toIncidentRow),
    incidentsNumbered: (from: number, to: number) => byNumbers.all(from, to).map(toIncidentRow),
    incidentsAwaitedUntil: (toMs: number) => expired.all(toMs).map(toIncidentRow),
    putUndecided: ({ fromMs, toMs }: TimeRange) => void putUndecided.run(fromMs, toMs),
    undecided: () => undecided.all(),
    hasUndecided: () => hasUndecided.get() === 1,
    clearUndecided: () => void clearUndecided.run(),
    lastTakenAtMs: () => lastTakenAt.get() ?? null,
    putIncident: (row: Omit<IncidentRow, 'changed'>, changed: ChangePosition) => put(toIncidentColumns(row, changed)),
    removeIncident: (number: number) => void remove.run(number),
  };
}
