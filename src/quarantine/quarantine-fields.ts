import type { ConditionField, ListFields, OrderName, ListedProperties } from '../lists/list-fields.ts';
import type { QuarantinedEventRef } from './quarantine-events.ts';
import type { Diagnosis, QuarantineReason } from './quarantine.ts';

/**
 * The fields of callbacks in quarantine, each declared once: the table, the filter, the orders, the rows and the schema derive from here.
 * Exports have their columns in this order. A new column needs a new version of the read model.
 */
export const quarantineFields = {
  position: { kind: 'POSITION', order: { name: 'RECORDED', shown: 'By their position in the log.' } },
  reason: {
    kind: 'QuarantineReason',
    shown: 'Why it is in quarantine.',
    filter: 'By why the callback is in quarantine.',
    compares: 'the reason why a callback is in quarantine',
  },
  status: {
    kind: 'QuarantineStatus',
    shown: 'What was decided about it.',
    filter: 'By what was decided about the callback.',
    compares: 'the status of a callback in quarantine',
  },
  signature: {
    kind: 'Signature',
    shown: 'How it was authenticated, or why it was not. A release does not change it.',
  },
  receivedAt: {
    kind: 'TIME',
    shown: 'When it arrived, by the receiver’s clock.',
    filter: 'By when the callback arrived, by the receiver’s clock.',
    order: {
      name: 'RECEIVED_AT',
      shown: 'By `receivedAt`. Differs from the order of the log if several receivers, or a spool, append to it.',
    },
  },
  recordedAt: { kind: 'TIME', shown: 'When it became durable, by the clock of the log.' },
  appId: {
    kind: 'ID',
    isNullable: true,
    shown:
      'The account that the body names: `appid` or `appId`. Not authenticated. Null if the body names none or is not an object.',
    filter: 'By the account that the body names.',
  },
  eventType: { kind: 'INT', isNullable: true, shown: '`event_type` of the body. Not authenticated.' },
  callbackEvent: { kind: 'TEXT', isNullable: true, shown: '`callback_event` of the body. Not authenticated.' },
  releasedBy: {
    kind: 'TEXT',
    isNullable: true,
    shown:
      'Who has released it: the name of the token that was sent. Null if nobody has, or the token has no name. `audit` has more.',
    filter: 'By who has released the callback.',
  },
  bodyBytes: { kind: 'INT', shown: 'Size of the body in bytes.' },
} as const satisfies ListFields;

/** What conditions on the quarantine may name. */
export type QuarantineField = ConditionField<typeof quarantineFields>;
/** The names of the orders that clients may ask for. */
export type QuarantineOrder = OrderName<typeof quarantineFields>;

/** A quarantined callback, for the operator's list. Its body is only in the log, at its position. Nothing in the body is proved. */
export interface QuarantinedRow extends QuarantinedEventRef, ListedProperties<typeof quarantineFields> {
  readonly diagnosis: Diagnosis;
  /** The stream of the log that has it. */
  readonly streamName: string;
  /** Bytes that it counts in the room of its reason. */
  readonly storedBytes: number;
  /** Position of the event that set its status. */
  readonly changedPosition: bigint;
}

/** How much the callbacks of a reason use of the log, and how fast that grows. */
export interface QuarantineShareRow {
  readonly reason: QuarantineReason;
  readonly events: number;
  readonly bytes: number;
  /** Callbacks of the last `presentRateMs`; no more are counted than are needed for a rate. */
  readonly recentEvents: number;
  /** The present rate. */
  readonly bytesPerSecond: number;
}
