import { cursorAt, type LogName } from '../../live/log-cursor.ts';
import { lastOrdinal } from '../../read-models/changes.ts';
import type { CallbackRow } from '../../read-models/rows.ts';
import { writeNodeId } from '../node-id.ts';
import type { CallbackRecord } from '../types/callback-record.ts';

/** A row of the read model as an object of the schema, with its cursor in this log. */
export function toCallbackRecord(row: CallbackRow, log: LogName): CallbackRecord {
  const { position } = row;
  return {
    ...row,
    id: writeNodeId({ type: 'CallbackRecord', logId: log.logId, position }),
    cursor: cursorAt({ position, ordinal: lastOrdinal }, log, null),
  };
}
