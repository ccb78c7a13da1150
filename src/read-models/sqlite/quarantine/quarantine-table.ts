import type Database from 'better-sqlite3';
import type { QuarantineReason, QuarantineStatus } from '../../../domain/quarantine/quarantine.ts';
import type { QuarantineReader, QuarantineWriter } from '../../quarantine.ts';
import { prepareInsert } from '../file/write-statements.ts';
import { toQuarantinedColumns, toQuarantinedRow, type QuarantinedColumns } from './quarantine-list.ts';

/** The projector's side of the quarantine; `db` is its connection. */
export function createSqliteQuarantineWriter(db: Database.Database): QuarantineWriter {
  const insert = prepareInsert<ReturnType<typeof toQuarantinedColumns>>(db, 'quarantined');
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
      insert(toQuarantinedColumns(row));
    },
    markReleased: ({ position, eventId }, changed) => void markReleased.run(changed, position, eventId),
    markDiscarded: ({ position, eventId }, changed) => void markDiscarded.run(changed, position, eventId),
    remove: ({ reason, beforePosition }) => void remove.run(reason, beforePosition),
  };
}

/** The readers' side of the quarantine; `db` is a connection that only reads. */
export function createSqliteQuarantineReader(db: Database.Database): QuarantineReader {
  const checkpoint = db.prepare<[], bigint | null>('SELECT position FROM progress').pluck().safeIntegers();
  const at = db.prepare<[bigint, string], QuarantinedColumns>(
    'SELECT * FROM quarantined WHERE position = ? AND event_id = ?',
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
