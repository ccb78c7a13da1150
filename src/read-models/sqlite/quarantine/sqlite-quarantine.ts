import type Database from 'better-sqlite3';
import type { QuarantineReason, QuarantineStatus } from '../../../domain/quarantine/quarantine.ts';
import type { QuarantinedRow, QuarantineReader, QuarantineWriter } from '../../quarantine.ts';
import { quarantinedColumns, toQuarantinedRow, type QuarantinedColumns } from './quarantine-list.ts';
import { prepareInsert } from '../file/sql.ts';

/** `db` is the projector's connection. */
export function createSqliteQuarantineWriter(db: Database.Database): QuarantineWriter {
  const insert = prepareInsert<ReturnType<typeof toColumns>>(db, 'quarantined', quarantinedColumns);
  const mark = (status: QuarantineStatus, unless: string) =>
    db.prepare<[bigint, bigint, string]>(
      `UPDATE quarantined SET status = '${status}', changed_position = ?
       WHERE position = ? AND event_id = ? AND status ${unless}`,
    );
  const markReleased = mark('RELEASED', "<> 'RELEASED'");
  const markDiscarded = mark('DISCARDED', "= 'HELD'");
  const remove = db.prepare<[string, bigint]>('DELETE FROM quarantined WHERE reason = ? AND position < ?');
  return {
    insert: (row) => {
      insert(toColumns(row));
    },
    markReleased: ({ position, eventId }, changed) => void markReleased.run(changed, position, eventId),
    markDiscarded: ({ position, eventId }, changed) => void markDiscarded.run(changed, position, eventId),
    remove: ({ reason, beforePosition }) => void remove.run(reason, beforePosition),
  };
}

/** `db` is a connection for reading only. */
export function createSqliteQuarantineReader(db: Database.Database): QuarantineReader {
  const checkpoint = db.prepare<[], bigint | null>('SELECT position FROM progress').pluck().safeIntegers();
  const at = db.prepare<[bigint, string], QuarantinedColumns>(
    `SELECT ${quarantinedColumns.join(', ')} FROM quarantined WHERE position = ? AND event_id = ?`,
  );
  const firstHeld = db
    .prepare<[string], bigint | null>("SELECT min(position) FROM quarantined WHERE reason = ? AND status = 'HELD'")
    .pluck()
    .safeIntegers();
  const decidedCount = db
    .prepare<[string, bigint], number>(
      "SELECT count(*) FROM quarantined WHERE reason = ? AND position < ? AND status <> 'HELD'",
    )
    .pluck();
  return {
    at({ position, eventId }) {
      const found = at.get(position, eventId);
      return found === undefined ? null : toQuarantinedRow(found);
    },
    decidedCount: (reason, beforePosition) => decidedCount.get(reason, beforePosition) ?? 0,
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
