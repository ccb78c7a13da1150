import type { ListedProperties } from '../lists/list-fields.ts';
import type { quarantineFields } from './quarantine-fields.ts';
import type { QuarantinedEventRef } from './quarantine-events.ts';
import type { Diagnosis, QuarantineReason } from './quarantine.ts';

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
