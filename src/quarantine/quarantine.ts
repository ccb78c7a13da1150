import type { UnreadableReason } from '../callbacks/json-object.ts';
import type { Author } from '../log/author.ts';
import { derivedUuid } from '../kernel/encoding.ts';
import { senderPattern } from './quarantine-sender.ts';

/**
 * Why a callback is in quarantine. FORGED: its signature is INVALID. UNPROVEN: it is UNSIGNED, as relay callbacks are.
 * EXPIRED: its signature is right, but its `t` is too far from our clock. UNREADABLE: its URL proves it, but its body
 * is not a JSON object.
 */
export const quarantineReasons = ['FORGED', 'UNPROVEN', 'EXPIRED', 'UNREADABLE'] as const;
export type QuarantineReason = (typeof quarantineReasons)[number];

/**
 * The decision so far: none, to release it, or to discard it. If the log has both a release and a discard, the status
 * is RELEASED.
 */
export type QuarantineStatus = 'HELD' | 'RELEASED' | 'DISCARDED';

/** The check that a callback failed. Metadata uses these words, so they never change. */
export const quarantineChecks = ['JSON', 'SIGN_PRESENT', 'SIGN_MATCHES', 'SIGN_OF_OTHER_DOMAIN', 'CLOCK'] as const;
export type QuarantineCheck = (typeof quarantineChecks)[number];

export const quarantineFields = ['body', 'sign', 't', 'app'] as const;
export type QuarantineField = (typeof quarantineFields)[number];

/**
 * Which check a callback failed, and by which field. Diagnosed at receipt, because the keys and the clock of that time
 * are known only then.
 */
export interface Diagnosis {
  readonly check: QuarantineCheck;
  readonly field: QuarantineField;
  /** CLOCK only: seconds by which `t` was ahead of our clock; negative if it was behind. */
  readonly secondsOff?: number;
  /** JSON only: why the body is not a JSON object. */
  readonly unreadable?: UnreadableReason;
}

/** What the metadata of a quarantined arrival says. */
export interface Quarantined extends Diagnosis {
  readonly reason: QuarantineReason;
}

/** What the metadata of a released arrival says: which quarantined event it releases, and when which operator decided. */
export interface Released {
  readonly position: bigint;
  readonly eventId: string;
  readonly atMs: number;
  /** Of what earlier versions have released, nobody is known. */
  readonly author: Author;
  /** In the words of who released it; null: none was given. */
  readonly reason: string | null;
}

/** Names of the streams of earlier versions, for all senders, and beginnings of those of each sender. They never change. */
const streamNames = {
  FORGED: 'quarantine-forged',
  UNPROVEN: 'quarantine-unproven',
  EXPIRED: 'quarantine-expired',
  UNREADABLE: 'quarantine-unreadable',
} as const satisfies Record<QuarantineReason, string>;

/** The beginning of every stream of quarantine, and of `quarantineDecisionsStream`. */
export const quarantineStreamPrefix = 'quarantine-';

/** Type of the event that is a quarantined arrival. */
export const quarantinedType = 'CssQuarantined';

/** The stream with the events of a reason and a sender; without a sender, the one of earlier versions, for all of them. */
export function quarantineStreamOf(reason: QuarantineReason, sender: string | null = null): string {
  return sender === null ? streamNames[reason] : `${streamNames[reason]}-${sender}`;
}

/** The reason whose events this stream has; null for every other stream. */
export function quarantineReasonOf(streamName: string): QuarantineReason | null {
  const isOf = (reason: QuarantineReason) => {
    const name = streamNames[reason];
    if (streamName === name) return true;
    return streamName.startsWith(`${name}-`) && senderPattern.test(streamName.slice(name.length + 1));
  };
  return quarantineReasons.find(isOf) ?? null;
}

/** The stream of decisions about quarantined callbacks: discards, and removals. A release is an arrival instead. */
export const quarantineDecisionsStream = 'quarantine-decisions';
/** Type of the event by which an operator discards one quarantined event. */
export const discardedType = 'QuarantineDiscarded';
/** Type of the event that says that all events of a reason, or of one of its streams, before a position were removed. */
export const truncatedType = 'QuarantineTruncated';

/** Derived from the quarantined event's id: releasing it twice, even concurrently or on two nodes, makes one arrival. */
export function releasedEventId(quarantinedEventId: string): string {
  return derivedUuid(`released ${quarantinedEventId}`);
}

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
export function storedBytesOf(event: {
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
  readonly storedAs?: { readonly bytes: number };
}): number {
  return (event.storedAs?.bytes ?? event.data.byteLength + event.metadata.byteLength) + eventOverheadBytes;
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
