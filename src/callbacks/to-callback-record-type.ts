import { callbackKindOf } from './callback-kind.ts';
import { cursorAt, type LogName } from '../live/log-cursor.ts';
import { lastOrdinal } from '../projecting/changes.ts';
import type { ReadModelReader } from '../projecting/read-model-reader.ts';
import type { CallbackRow } from '../projecting/rows.ts';
import { writeNodeId } from '../api/node-id.ts';
import type { CallbackRecord } from './callback-record-type.ts';

/** A row of the present or a past read model as an object of the schema, with its cursor in this log. */
export function toCallbackRecord(row: CallbackRow, log: LogName, past?: ReadModelReader): CallbackRecord {
  const { position } = row;
  // All properties are named: V8 is slow if others are spread before them.
  return {
    id: writeNodeId({ type: 'CallbackRecord', logId: log.logId, position }),
    past,
    cursor: cursorAt({ position, ordinal: lastOrdinal }, log, null),
    position,
    kind: callbackKindOf(row.eventType),
    eventType: row.eventType,
    callbackEvent: row.callbackEvent,
    appId: row.appId,
    occurredAtMs: row.occurredAtMs,
    receivedAtMs: row.receivedAtMs,
    recordedAtMs: row.recordedAtMs,
    lastReceivedAtMs: row.lastReceivedAtMs,
    signature: row.signature,
    deliveries: row.deliveries,
    sessionId: row.sessionId,
    taskRow: row.taskRow,
    attribution: row.attribution,
    streamId: row.streamId,
    domain: row.domain,
    taskId: row.taskId,
  };
}
