import type Database from 'better-sqlite3';
import type { FieldValues } from '../lists/list-fields.ts';
import {
  columnsOf,
  orderColumnsOf,
  pathsByField,
  type ReadableList,
  fieldColumnsSql,
  readerIndexesOf,
} from '../lists/sql/list-definition.ts';
import {
  incidentFields,
  type IncidentField,
  type IncidentOrder,
  type IncidentRow,
  type IncidentTable,
  type TimeRange,
} from './incident-fields.ts';
import { prepareUpsert, type ReadModelPart } from '../projecting/file/statements.ts';
import type { ChangePosition } from '../projecting/changes.ts';
import { prepareFailureTable } from './failure-table.ts';

/** The columns of an incident. */
type IncidentColumns = FieldValues<typeof incidentFields> & {
  readonly id: number;
  readonly usual: number;
  readonly span_from: number;
  readonly span_to: number;
  readonly awaited_until: number | null;
  readonly changed_position: number;
  readonly changed_ordinal: number;
};

function toIncidentRow(columns: IncidentColumns): IncidentRow {
  return {
    number: columns.id,
    state: columns.state,
    startedAtMs: columns.started_at,
    lastFailedAtMs: columns.last_failed_at,
    newestEvidenceAtMs: columns.newest_evidence_at,
    overSinceMs: columns.over_since,
    kind: columns.kind,
    side: columns.side,
    code: columns.code,
    appId: columns.app_id,
    domain: columns.domain,
    path: columns.path,
    accessPoint: columns.access_point,
    accessPointNetwork: columns.access_point_network,
    region: columns.region,
    sourceHost: columns.source_host,
    affected: columns.affected,
    back: columns.back,
    notBack: columns.not_back,
    failures: columns.failures,
    usual: columns.usual,
    spanFromMs: columns.span_from,
    spanToMs: columns.span_to,
    awaitedUntilMs: columns.awaited_until,
    changed: { position: BigInt(columns.changed_position), ordinal: columns.changed_ordinal },
  };
}

const table = 'incidents';
const columnOf = columnsOf(incidentFields, {});

/** Incidents as a list: its orders and indexes. */
export const incidentList: ReadableList<IncidentField, IncidentOrder, IncidentColumns, IncidentRow> = {
  name: 'incidents',
  table,
  rowColumn: 'id',
  columnNames: `${table}.*`,
  columnOf,
  orders: orderColumnsOf(incidentFields, 'id'),
  paths: [
    ...pathsByField(incidentFields, { table, columnOf, order: 'STARTED_AT' }),
    { index: 'incidents_by_start', equal: [], order: 'STARTED_AT' },
    { index: 'incidents_by_change', equal: [], order: 'LAST_CHANGED', isUnique: true },
  ],
  toRow: toIncidentRow,
  // What is undecided changes incidents later, at a position after that of every change so far.
  madeTo: `SELECT CASE WHEN EXISTS (SELECT 1 FROM main.undecided) THEN (SELECT max(changed_position) FROM main.${table}) ELSE position END FROM progress`,
};

/** The readers' access to single incidents; `db` is a read-only connection. */
export function prepareIncidentLookUps(db: Database.Database) {
  const byNumber = db.prepare<[number], IncidentColumns>(`SELECT * FROM ${table} WHERE id = ?`);
  const found = (columns: IncidentColumns | undefined) => (columns === undefined ? null : toIncidentRow(columns));
  const ofSession = db
    .prepare<[number], number>('SELECT incident FROM failures WHERE session_row = ? AND incident IS NOT NULL')
    .pluck();
  const ofTask = db
    .prepare<[number], number>(
      'SELECT incident FROM failures WHERE task_row = ? ORDER BY at DESC, incident DESC LIMIT 1',
    )
    .pluck();
  const ofStream = db
    .prepare<[string], number>(
      'SELECT incident FROM failures INDEXED BY failures_taken WHERE subject = ? AND incident IS NOT NULL ORDER BY at DESC LIMIT 1',
    )
    .pluck();
  const tasks = db
    .prepare<[number, number], number>(
      'SELECT DISTINCT task_row FROM failures WHERE incident = ? AND task_row IS NOT NULL ORDER BY task_row LIMIT +?',
    )
    .pluck();
  // The interruption of a session, the exit of a run, and the refused attempts of a minute.
  const callbacks = db
    .prepare<{ readonly number: number; readonly rowsMax: number }, bigint>(
      `WITH newest AS MATERIALIZED (SELECT * FROM failures WHERE incident = $number ORDER BY at DESC LIMIT +$rowsMax)
       SELECT position FROM newest CROSS JOIN callbacks ON callbacks.session_id = newest.session_row AND +event_type = 0
       UNION
       SELECT position FROM newest
         CROSS JOIN relay_runs ON relay_runs.task_row = newest.task_row AND relay_runs.order_at = newest.run_at
         CROSS JOIN callbacks ON callbacks.task_row = newest.task_row AND +callback_event = 'TaskExit' AND callbacks.at = relay_runs.exit_at
       UNION
       SELECT callback_position FROM newest
         JOIN refused_pushes ON stream_id = newest.subject ->> 3 AND domain = newest.subject ->> 1 AND path = newest.subject ->> 2
           AND app_id = newest.subject ->> 0 AND refused_pushes.at BETWEEN newest.at AND newest.since - 1
       WHERE newest.session_row IS NULL AND newest.task_row IS NULL
       ORDER BY 1 DESC LIMIT +$rowsMax`,
    )
    .pluck()
    .safeIntegers();
  const numbered = (number: number | null | undefined) => (number == null ? null : found(byNumber.get(number)));
  return {
    incident: (number: number) => numbered(number),
    incidentOfSession: (sessionRow: number) => numbered(ofSession.get(sessionRow)),
    /** Of the newest failure of a stream, by its account, domain, path and name. */
    incidentOfStream: (...names: readonly [appId: string, domain: string, path: string, streamId: string]) =>
      numbered(ofStream.get(JSON.stringify(names))),
    /** Of the newest failure of the task. */
    incidentOfTask: (taskRow: number) => numbered(ofTask.get(taskRow)),
    /** Positions of the newest callbacks by which it failed, the newest first. */
    callbacksOfIncident: (number: number, rowsMax: number) => callbacks.all({ number, rowsMax }),
    tasksOfIncident: (number: number, rowsMax: number) => tasks.all(number, rowsMax),
  };
}

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
