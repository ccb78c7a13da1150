import type Database from 'better-sqlite3';
import type { Signature } from '../../domain/arrival.ts';
import type { Diagnosis, QuarantineReason, QuarantineStatus } from '../../domain/quarantine.ts';
import type { Page } from '../listing.ts';
import type { QuarantinedRow, QuarantineListField, QuarantineReader, QuarantineWriter } from '../quarantine.ts';
import { readPage, type ListDefinition } from './list-query.ts';
import { insertSql } from './sql.ts';

interface QuarantinedColumns {
  readonly position: number;
  readonly event_id: string;
  readonly reason: QuarantineReason;
  readonly status: QuarantineStatus;
  readonly diagnosis: string;
  readonly signature: Signature;
  readonly received_at: number;
  readonly recorded_at: number;
  readonly app_id: string | null;
  readonly event_type: number | null;
  readonly callback_event: string | null;
  readonly body_bytes: number;
  readonly changed_position: number;
}

const columns = [
  'position',
  'event_id',
  'reason',
  'status',
  'diagnosis',
  'signature',
  'received_at',
  'recorded_at',
  'app_id',
  'event_type',
  'callback_event',
  'body_bytes',
  'changed_position',
] as const satisfies (keyof QuarantinedColumns)[];

export const quarantineList: ListDefinition<QuarantineListField, QuarantinedColumns, QuarantinedRow> = {
  table: 'quarantined',
  columnNames: columns.join(', '),
  columnOf: { reason: 'reason', status: 'status', receivedAt: 'received_at', appId: 'app_id' },
  orderColumns: ['position'],
  descending: true,
  toRow: toQuarantinedRow,
};

/** `db` is the projector's connection. */
export function createSqliteQuarantineWriter(db: Database.Database): QuarantineWriter {
  const insert = db.prepare(insertSql('quarantined', columns));
  const mark = (status: QuarantineStatus, unless: string) =>
    db.prepare<[bigint, bigint, string]>(
      `UPDATE quarantined SET status = '${status}', changed_position = ?
       WHERE position = ? AND event_id = ? AND status ${unless}`,
    );
  const markReleased = mark('RELEASED', "<> 'RELEASED'");
  const markDiscarded = mark('DISCARDED', "= 'HELD'");
  const remove = db.prepare<[string, bigint]>('DELETE FROM quarantined WHERE reason = ? AND position < ?');
  return {
    insert: (row) => void insert.run(toColumns(row)),
    markReleased: ({ position, eventId }, changed) => void markReleased.run(changed, position, eventId),
    markDiscarded: ({ position, eventId }, changed) => void markDiscarded.run(changed, position, eventId),
    remove: ({ reason, beforePosition }) => void remove.run(reason, beforePosition),
  };
}

/** `db` is a connection for reading only. */
export function createSqliteQuarantineReader(db: Database.Database): QuarantineReader {
  const checkpoint = db.prepare<[], bigint | null>('SELECT position FROM progress').pluck().safeIntegers();
  const at = db.prepare<[bigint, string], QuarantinedColumns>(
    `SELECT ${columns.join(', ')} FROM quarantined WHERE position = ? AND event_id = ?`,
  );
  const firstHeld = db
    .prepare<[string], bigint | null>("SELECT min(position) FROM quarantined WHERE reason = ? AND status = 'HELD'")
    .pluck()
    .safeIntegers();
  return {
    list: (request) =>
      db.transaction((): Page<QuarantinedRow> => ({
        ...readPage(db, quarantineList, request),
        checkpoint: checkpoint.get() ?? null,
      }))(),
    at({ position, eventId }) {
      const found = at.get(position, eventId);
      return found === undefined ? null : toQuarantinedRow(found);
    },
    decidedBefore: db.transaction((reason: QuarantineReason) => {
      const position = checkpoint.get() ?? null;
      return position === null ? 0n : (firstHeld.get(reason) ?? position + 1n);
    }),
  };
}

function toColumns(row: QuarantinedRow): Record<keyof QuarantinedColumns, unknown> {
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
    body_bytes: row.bodyBytes,
    changed_position: row.changedPosition,
  };
}

function toQuarantinedRow(found: QuarantinedColumns): QuarantinedRow {
  return {
    position: BigInt(found.position),
    eventId: found.event_id,
    reason: found.reason,
    status: found.status,
    diagnosis: JSON.parse(found.diagnosis) as Diagnosis,
    signature: found.signature,
    receivedAtMs: found.received_at,
    recordedAtMs: found.recorded_at,
    appId: found.app_id,
    eventType: found.event_type,
    callbackEvent: found.callback_event,
    bodyBytes: found.body_bytes,
    changedPosition: BigInt(found.changed_position),
  };
}
