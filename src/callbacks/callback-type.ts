import { ID, Int } from 'type-graphql';
import { BigIntScalar, CursorScalar, DateTimeScalar, enumType, objectType, orNull } from '../api/declare-type.ts';
import { writeNodeId } from '../api/node-id.ts';
import { connectionOf, Node } from '../lists/connection-type.ts';
import { cursorAt, type LogName } from '../live/log-cursor.ts';
import { lastOrdinal } from '../projecting/changes.ts';
import type { ReadModelReader } from '../projecting/read-model-reader.ts';
import type { CallbackRow } from '../projecting/rows.ts';
import { AttributionEnum } from '../relay/relay-task-type.ts';
import type { Signature } from './arrival.ts';
import { callbackKindOf, type CallbackKind } from './callback.ts';

export const SignatureEnum = enumType<Signature>('Signature', 'How a callback was authenticated, or why it was not.', {
  VALID: '`sign` matches one of the callback keys, and `t` is within 900 s of the receiver’s clock.',
  EXPIRED: '`sign` matches, but `t` differs by more than 900 s from the receiver’s clock.',
  INVALID: '`sign` matches none of the callback keys.',
  UNSIGNED: 'The callback has no `sign` and `t`, and its URL has no listed token.',
  TOKEN: 'The callback URL ends in a listed token; `sign` was not checked.',
  NOT_CHECKED: 'The receiver had neither keys nor tokens to check with.',
});

const CallbackKindEnum = enumType<CallbackKind>(
  'CallbackKind',
  'What a callback is about: the documented values of `event_type`. All but push, interruption and relay are only recorded.',
  {
    INTERRUPTION: '`event_type` 0: a push ended.',
    PUSH: '`event_type` 1: a push began.',
    RECORDING: '`event_type` 100: a recording was saved.',
    SCREENSHOT: '`event_type` 200: a screenshot was saved.',
    RELAY: '`event_type` 314: something happened to a relay task; see `callbackEvent`.',
    AUDIO_AUDIT: '`event_type` 315: a moderation of audio.',
    IMAGE_AUDIT: '`event_type` 317: a moderation of images.',
    PUSH_ERROR: '`event_type` 321: an error during a push.',
    MONITORING: '`event_type` 328: stream monitoring.',
    RECORDING_STATUS: '`event_type` 332: a recording began, paused or ended.',
    SUBTITLES: '`event_type` 338: subtitles.',
    ABNORMAL_RECORDING: '`event_type` 341: a recording went wrong.',
    QUALITY: '`event_type` 343 to 345: the quality of a stream.',
    ERASING: '`event_type` 347: erasing.',
    SUMMARY: '`event_type` 348: a summary.',
    HIGHLIGHT: '`event_type` 349: a highlight.',
    OTHER: 'Any other `event_type`, or none.',
  },
);

export const CallbackRecord = objectType(
  'CallbackRecord',
  'A callback, as of its first arrival. Bodies that differ only in `t` and `sign` are the same callback; each of its arrivals is a delivery.',
  {
    id: [ID, 'Opaque id of this node. It never changes.'],
    cursor: [CursorScalar, 'A log cursor right after this callback.'],
    position: [BigIntScalar, 'Position of the first arrival in the log. Positions increase; gaps are normal.'],
    eventType: [orNull(Int), '`event_type`: 1 push, 0 interruption, 314 relay, or another. Null if the body has none.'],
    kind: [CallbackKindEnum, 'What it is about, by `eventType`.'],
    callbackEvent: [
      orNull(String),
      '`callback_event` of a relay callback, such as `TaskStart`. Null if the body has none.',
    ],
    appId: [orNull(ID), 'The account: `appid` or `appId` of the body. Null if the body has none.'],
    occurredAtMs: [orNull(DateTimeScalar), 'When it happened, by CSS’s clock. Null if the body has no time.'],
    receivedAtMs: [DateTimeScalar, 'When it first arrived, by the receiver’s clock.'],
    recordedAtMs: [DateTimeScalar, 'When its first arrival became durable, by the clock of the log.'],
    lastReceivedAtMs: [DateTimeScalar, 'When it last arrived, by the receiver’s clock.'],
    signature: [SignatureEnum, 'How its first arrival was authenticated.'],
    deliveries: [Int, 'How often it arrived. CSS delivers at least once, and retries up to 12 times.'],
    streamId: [
      orNull(String),
      'The stream of its session, or the stream that its task pushes to. If it has neither, `stream_id` of the body. Null if unknown.',
    ],
    domain: [
      orNull(String),
      'The domain of its session, or the domain that its task pushes to. If it has neither, `app` of the body. Null if unknown.',
    ],
    taskId: [orNull(ID), 'The relay task that it belongs to. Null for other callbacks.'],
    attribution: [
      orNull(AttributionEnum),
      'How a relay callback was matched to its task. Null for callbacks without a task.',
    ],
  },
  { implements: Node },
);
export type CallbackRecord = InstanceType<typeof CallbackRecord> & {
  /** For the resolvers: the past read model that it is in, if any; rows of its session and of its task. */
  past: ReadModelReader | undefined;
  sessionId: number | null;
  taskRow: number | null;
};

/** A page of recorded callbacks, by Relay's specification. */
export const CallbackRecordConnection = connectionOf(CallbackRecord, 'CallbackRecord', 'callbacks');

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
