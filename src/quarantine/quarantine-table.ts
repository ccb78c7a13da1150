import type Database from 'better-sqlite3';
import { whoOf } from '../log/author.ts';
import type { QuarantinedEventRef, Truncation } from './quarantine-events.ts';
import {
  presentRateMs,
  quarantineReasons,
  type Diagnosis,
  type QuarantineStatus,
  type Released,
} from './quarantine.ts';
import {
  quarantineFields,
  type QuarantineField,
  type QuarantineOrder,
  type QuarantinedRow,
  type QuarantineShareRow,
} from './quarantine-fields.ts';
import type { FieldValues } from '../lists/list-fields.ts';
import { prepareInsert, type AsRead, type ReadModelPart } from '../projecting/file/statements.ts';
import {
  columnsOf,
  fieldColumnsSql,
  orderColumnsOf,
  readerIndexesOf,
  whereEqual,
  type ReadableList,
} from '../lists/sql/list-definition.ts';

function toQuarantinedColumns(row: QuarantinedRow) {
  return {
    position: row.position,
    event_id: row.eventId,
    reason: row.reason,
    status: row.status,
    diagnosis: JSON.stringify(row.diagnosis),
    signature: row.signature,
    received_at: row.receivedAtMs,
    recorded_at: row.recordedAtMs,
    app_id: row.appId,
    event_type: row.eventType,
    callback_event: row.callbackEvent,
    released_by: row.releasedBy,
    body_bytes: row.bodyBytes,
    stream_name: row.streamName,
    stored_bytes: row.storedBytes,
    changed_position: row.changedPosition,
  } satisfies FieldValues<typeof quarantineFields> & Readonly<Record<string, unknown>>;
}

type QuarantinedColumns = AsRead<ReturnType<typeof toQuarantinedColumns>>;

function toQuarantinedRow(columns: QuarantinedColumns): QuarantinedRow {
  return {
    position: BigInt(columns.position),
    eventId: columns.event_id,
    reason: columns.reason,
    status: columns.status,
    diagnosis: JSON.parse(columns.diagnosis) as Diagnosis,
    signature: columns.signature,
    receivedAtMs: columns.received_at,
    recordedAtMs: columns.recorded_at,
    appId: columns.app_id,
    eventType: columns.event_type,
    callbackEvent: columns.callback_event,
    releasedBy: columns.released_by,
    bodyBytes: columns.body_bytes,
    streamName: columns.stream_name,
    storedBytes: columns.stored_bytes,
    changedPosition: BigInt(columns.changed_position),
  };
}

/** Quarantined callbacks as a list: its orders and indexes. */
export const quarantineList: ReadableList<QuarantineField, QuarantineOrder, QuarantinedColumns, QuarantinedRow> = {
  name: 'quarantine',
  table: 'quarantined',
  rowColumn: 'position',
  columnNames: 'quarantined.*',
  columnOf: columnsOf(quarantineFields, {}),
  orders: orderColumnsOf(quarantineFields, 'position'),
  paths: [
    { index: 'quarantined_held', equal: ['reason'], order: 'RECORDED', when: whereEqual('status', 'HELD') },
    { index: 'quarantined_by_reason', equal: ['reason'], order: 'RECORDED', isOfProjections: true },
    { index: 'quarantined_by_status', equal: ['status'], order: 'RECORDED' },
    { index: 'quarantined_by_account', equal: ['appId'], order: 'RECORDED' },
    { index: 'quarantined_by_received', equal: [], order: 'RECEIVED_AT' },
    { index: null, equal: [], order: 'RECORDED' },
  ],
  toRow: toQuarantinedRow,
};

/** What was set aside, and how much room that uses. */
export const quarantineTables: ReadModelPart = {
  version: 3,
  tablesSql: `
  -- Bounded by the room of the quarantine.
  CREATE TABLE quarantined (
    ${fieldColumnsSql(quarantineFields)}
    event_id         TEXT    NOT NULL,
    diagnosis        TEXT    NOT NULL,
    stream_name      TEXT    NOT NULL,
    stored_bytes     INTEGER NOT NULL,
    changed_position INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX quarantined_by_reason ON quarantined (reason, position);
  CREATE INDEX quarantined_of_stream ON quarantined (stream_name, position);

  -- The sums of its rows, by reason.
  CREATE TABLE quarantine_usage (
    reason TEXT    PRIMARY KEY,
    events INTEGER NOT NULL,
    bytes  INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`,
  readerIndexesSql: readerIndexesOf(quarantineList),
};

/** The projector's access to the quarantine; `db` is its connection. */
export function prepareQuarantineWriter(db: Database.Database) {
  const insert = prepareInsert<ReturnType<typeof toQuarantinedColumns>>(db, 'quarantined');
  const mark = (status: QuarantineStatus, unless: string) =>
    db.prepare<[bigint, string | null, bigint, string]>(
      `UPDATE quarantined SET status = '${status}', changed_position = ?, released_by = ?
       WHERE position = ? AND event_id = ? AND status ${unless}`,
    );
  const markReleased = mark('RELEASED', "<> 'RELEASED'");
  const markDiscarded = mark('DISCARDED', "= 'HELD'");
  const addUsage = db.prepare<[string, number, number]>(
    `INSERT INTO quarantine_usage (reason, events, bytes) VALUES (?, ?, ?)
     ON CONFLICT (reason) DO UPDATE SET events = events + excluded.events, bytes = bytes + excluded.bytes`,
  );
  // As in a read model that never saw them.
  const removeUnused = db.prepare('DELETE FROM quarantine_usage WHERE events = 0');
  const removeWhere = (condition: string) => ({
    sum: db.prepare<[string, bigint], { readonly events: number; readonly bytes: number }>(
      `SELECT count(*) AS events, coalesce(sum(stored_bytes), 0) AS bytes FROM quarantined WHERE ${condition}`,
    ),
    rows: db.prepare<[string, bigint]>(`DELETE FROM quarantined WHERE ${condition}`),
  });
  const ofReason = removeWhere('reason = ? AND position < ?');
  const ofStream = removeWhere('stream_name = ? AND position < ?');
  return {
    insert(row: QuarantinedRow): void {
      insert(toQuarantinedColumns(row));
      addUsage.run(row.reason, 1, row.storedBytes);
    },
    /** A release prevails over a discard, whatever their order in the log. Does nothing if there is no such row. */
    markReleased: ({ position, eventId, author }: Released, changed: bigint) =>
      void markReleased.run(changed, whoOf(author), position, eventId),
    markDiscarded: ({ position, eventId }: QuarantinedEventRef, changed: bigint) =>
      void markDiscarded.run(changed, null, position, eventId),
    /** Removes the rows of events that the log no longer has, and no other. */
    remove({ reason, beforePosition, stream }: Truncation): void {
      const [removed, name] = stream === undefined ? [ofReason, reason] : [ofStream, stream];
      const { events, bytes } = removed.sum.get(name, beforePosition) ?? { events: 0, bytes: 0 };
      if (events === 0) return;
      removed.rows.run(name, beforePosition);
      addUsage.run(reason, -events, -bytes);
      removeUnused.run();
    },
  };
}

/** Newest rows that a rate is computed from: a millisecond of work, and the last 20 seconds of 50 callbacks a second. */
const recentRowsMax = 1_000;

/** The readers' access to the quarantine; `db` is a read-only connection. */
export function prepareQuarantineReader(db: Database.Database) {
  const at = db.prepare<[bigint, string], QuarantinedColumns>(
    'SELECT * FROM quarantined WHERE position = ? AND event_id = ?',
  );
  const usage = db.prepare<[string], { readonly events: number; readonly bytes: number }>(
    'SELECT events, bytes FROM quarantine_usage WHERE reason = ?',
  );
  const recent = db.prepare<
    [string, number, number],
    { readonly events: number; readonly bytes: number; readonly firstAtMs: number | null }
  >(
    `SELECT count(*) AS events, coalesce(sum(stored_bytes), 0) AS bytes, min(received_at) AS firstAtMs
     FROM (SELECT stored_bytes, received_at FROM quarantined WHERE reason = ? ORDER BY position DESC LIMIT +?)
     WHERE received_at > ?`,
  );
  return {
    /** Null if there is none, or no longer. */
    at({ position, eventId }: QuarantinedEventRef): QuarantinedRow | null {
      const found = at.get(position, eventId);
      return found === undefined ? null : toQuarantinedRow(found);
    },
    /** One for each reason. */
    shares: db.transaction((nowMs: number) =>
      quarantineReasons.map((reason): QuarantineShareRow => {
        const { events, bytes } = usage.get(reason) ?? { events: 0, bytes: 0 };
        const newest = recent.get(reason, recentRowsMax, nowMs - presentRateMs);
        const recentEvents = newest?.events ?? 0;
        const firstAtMs = newest?.firstAtMs ?? nowMs;
        const spanMs = recentEvents < recentRowsMax ? presentRateMs : Math.max(1_000, nowMs - firstAtMs);
        return { reason, events, bytes, recentEvents, bytesPerSecond: ((newest?.bytes ?? 0) * 1_000) / spanMs };
      }),
    ),
  };
}
