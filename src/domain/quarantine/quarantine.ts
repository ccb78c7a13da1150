import { createHash } from 'node:crypto';
import type { UnreadableReason } from '../callback/json-object.ts';

/**
 * Why a callback is kept apart. FORGED: its signature is INVALID. UNPROVEN: it is UNSIGNED, as relay callbacks are.
 * EXPIRED: a right signature, but its `t` is too far from our clock. UNREADABLE: proved by its URL, but no JSON object.
 */
export const quarantineReasons = ['FORGED', 'UNPROVEN', 'EXPIRED', 'UNREADABLE'] as const;
export type QuarantineReason = (typeof quarantineReasons)[number];

/** HELD: nobody has decided. Where a release and a discard both stand in the log, it is RELEASED. */
export const quarantineStatuses = ['HELD', 'RELEASED', 'DISCARDED'] as const;
export type QuarantineStatus = (typeof quarantineStatuses)[number];

/** What was looked at when a callback failed. These words stand in metadata: they are for ever. */
export const quarantineChecks = ['JSON', 'SIGN_PRESENT', 'SIGN_MATCHES', 'SIGN_OF_OTHER_DOMAIN', 'CLOCK'] as const;
export type QuarantineCheck = (typeof quarantineChecks)[number];

export const quarantineFields = ['body', 'sign', 't', 'app'] as const;
export type QuarantineField = (typeof quarantineFields)[number];

/** Which check a callback failed, and by which field: made at receipt, because keys and clock of that time are known only then. */
export interface Diagnosis {
  readonly check: QuarantineCheck;
  readonly field: QuarantineField;
  /** CLOCK only: seconds by which `t` was ahead of our clock; negative where it was behind. */
  readonly secondsOff?: number;
  /** JSON only: why the body is no JSON object. */
  readonly unreadable?: UnreadableReason;
}

/** What stands in the metadata of a quarantined arrival. */
export interface Quarantined extends Diagnosis {
  readonly reason: QuarantineReason;
}

/** What stands in the metadata of an arrival that was released: which quarantined event it is, and when that was decided. */
export interface Released {
  readonly position: bigint;
  readonly eventId: string;
  readonly atMs: number;
}

/** These names are for ever. */
const streamNames = {
  FORGED: 'quarantine-forged',
  UNPROVEN: 'quarantine-unproven',
  EXPIRED: 'quarantine-expired',
  UNREADABLE: 'quarantine-unreadable',
} as const satisfies Record<QuarantineReason, string>;

export const quarantinedType = 'CssQuarantined';

export function quarantineStreamOf(reason: QuarantineReason): string {
  return streamNames[reason];
}

/** Null for every other stream. */
export function quarantineReasonOf(streamName: string): QuarantineReason | null {
  return quarantineReasons.find((reason) => streamNames[reason] === streamName) ?? null;
}

/** What is decided of quarantined callbacks: discards, and what was removed by age. Releases are arrivals of their own. */
export const quarantineDecisionsStream = 'quarantine-decisions';
export const discardedType = 'QuarantineDiscarded';
export const truncatedType = 'QuarantineTruncated';

/**
 * Id of the event that releases a quarantined one: made from its id, so that releasing it twice, also at once or on two
 * nodes, is one arrival.
 */
export function releasedEventId(quarantinedEventId: string): string {
  const bytes = createHash('sha256').update(`released ${quarantinedEventId}`).digest().subarray(0, 16);
  // A UUID of version 8: made by a rule of our own (RFC 9562).
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
