import { quarantineReasons, type QuarantineReason } from './quarantine.ts';

const mebibyte = 1024 * 1024;

/**
 * Bytes that an event costs beside its body and metadata: names, digests, its part of an index, and its row in a read model.
 * So a flood of tiny callbacks can't use more of the disk than is counted.
 */
export const eventOverheadBytes = 256;

/**
 * Bytes that the callbacks of a reason may have in the log, as `storedBytesOf` counts them. FORGED and UNPROVEN are what
 * anybody can send, and what a wrong key or a missing token of ours makes of every callback: 50 a second of 1 KiB for an
 * hour are 250 MiB, which must fit beside three floods with equal parts. EXPIRED and UNREADABLE prove who sent them, so the
 * same hour has them to itself.
 */
export const quarantineBytesMax = {
  FORGED: 1024 * mebibyte,
  UNPROVEN: 1024 * mebibyte,
  EXPIRED: 256 * mebibyte,
  UNREADABLE: 256 * mebibyte,
} as const satisfies Record<QuarantineReason, number>;

/** Milliseconds back from now whose arrivals are the present rate: long enough to be steady, short enough to be the present. */
export const presentRateMs = 5 * 60_000;

/** The bytes that an event counts. */
export function storedBytesOf(event: { readonly data: Uint8Array; readonly metadata: Uint8Array }): number {
  return event.data.byteLength + event.metadata.byteLength + eventOverheadBytes;
}

/** How much of its room a reason uses, and how fast it grows. */
export interface QuarantineUsage {
  readonly bytes: number;
  readonly bytesPerSecond: number;
}

/** Seconds until the quarantine of a reason is full at the present rate; null if it does not grow. */
export function fullInSeconds({ bytes, bytesPerSecond }: QuarantineUsage, bytesMax: number): number | null {
  if (bytes >= bytesMax) return 0;
  return bytesPerSecond > 0 ? (bytesMax - bytes) / bytesPerSecond : null;
}

/** One value for each reason. */
export function forEachReason<Value>(valueOf: (reason: QuarantineReason) => Value): Record<QuarantineReason, Value> {
  return Object.fromEntries(quarantineReasons.map((reason) => [reason, valueOf(reason)])) as Record<
    QuarantineReason,
    Value
  >;
}
