import type { Signature } from '../callbacks/arrival.ts';
import type { QuarantinedEventRef, Truncation } from './quarantine-events.ts';
import type { Diagnosis, QuarantineReason, QuarantineStatus } from './quarantine.ts';

/** A quarantined callback, for the operator's list. Its body is only in the log, at its position. */
export interface QuarantinedRow extends QuarantinedEventRef {
  readonly reason: QuarantineReason;
  readonly status: QuarantineStatus;
  readonly diagnosis: Diagnosis;
  readonly signature: Signature;
  readonly receivedAtMs: number;
  readonly recordedAtMs: number;
  /** From the body if that is an object. Nothing in the body is proved. */
  readonly appId: string | null;
  readonly eventType: number | null;
  readonly callbackEvent: string | null;
  readonly bodyBytes: number;
  /** The stream of the log that has it. */
  readonly streamName: string;
  /** Bytes that it counts in the room of its reason. */
  readonly storedBytes: number;
  /** Position of the event that set its status. */
  readonly changedPosition: bigint;
}

/** The projector's access to the quarantine: part of `ReadModelWriter`, inside its transaction. */
export interface QuarantineWriter {
  insert(row: QuarantinedRow): void;
  /** A release prevails over a discard, whatever their order in the log. Does nothing if there is no such row. */
  markReleased(event: QuarantinedEventRef, changedPosition: bigint): void;
  markDiscarded(event: QuarantinedEventRef, changedPosition: bigint): void;
  /** Removes the rows of events that the log no longer has, and no other. */
  remove(truncation: Truncation): void;
}

/** The fields by which quarantined callbacks can be filtered. */
export const quarantineListFields = ['reason', 'status', 'receivedAt', 'appId'] as const;
export type QuarantineListField = (typeof quarantineListFields)[number];

/** `RECORDED`: the order of the log. */
export type QuarantineOrder = 'RECORDED' | 'RECEIVED_AT';

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

/** The readers' access to the quarantine: part of `ReadModelReader`. */
export interface QuarantineReader {
  /** Null if there is none, or no longer. */
  at(event: QuarantinedEventRef): QuarantinedRow | null;
  /** One for each reason. */
  shares(nowMs: number): readonly QuarantineShareRow[];
}
