import type Database from 'better-sqlite3';
import type { FieldValues } from '../lists/list-fields.ts';
import { columnsOf, orderColumnsOf, pathsByField, type ReadableList } from '../lists/sql/list-definition.ts';
import { incidentFields, type IncidentField, type IncidentOrder } from './incident-fields.ts';
import type { IncidentRow } from './incident-rows.ts';

/** The columns of an incident. */
export type IncidentColumns = FieldValues<typeof incidentFields> & {
  readonly id: number;
  readonly usual: number;
  readonly span_from: number;
  readonly span_to: number;
  readonly awaited_until: number | null;
  readonly changed_position: number;
  readonly changed_ordinal: number;
};

export function toIncidentRow(columns: IncidentColumns): IncidentRow {
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
