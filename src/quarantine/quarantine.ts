import { createHash } from 'node:crypto';
import type { UnreadableReason } from '../callbacks/json-object.ts';
import type { Author } from '../log/author.ts';
import { derivedUuid } from '../kernel/encoding.ts';
import { ipv4Of, readAddress } from '../kernel/addresses.ts';

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
interface QuarantineUsage {
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

/** The sender of every callback whose address can't be read, and of all senders beyond those that are distinguished. */
export const unknownSender = 'unknown';

/** What follows the reason in the name of a stream. Names on disk: they never change. */
export const senderPattern = /^(?:[0-9a-f]{16}|unknown)$/;

/**
 * Who sent a callback, as a word for the name of a stream: a short hash of the network of the address. An IPv4 address is
 * its own network, also where it is written as an IPv6 one. Of an IPv6 address it is the first 64 bits: whoever has one
 * address has all of these. The hash hides no address from whoever tries them all; it keeps them out of names and metrics.
 */
export function senderOf(remoteAddress: string): string {
  const network = networkOf(remoteAddress);
  return network === null ? unknownSender : createHash('sha256').update(network).digest('hex').slice(0, 16);
}

/** In one form for each network; null if it is no address. */
function networkOf(address: string): string | null {
  const groups = readAddress(address);
  if (groups === null) return null;
  const network = groups.slice(0, 4).map((group) => group.toString(16));
  return ipv4Of(groups) ?? `${network.join(':')}::/64`;
}

/** For the operator: what is wrong and what to do about it, in one sentence each. */
interface Explanation {
  readonly summary: string;
  readonly advice: string;
}

/** What is wrong with a quarantined callback and what to do about it, without any value of its body. */
export function explain(diagnosis: Diagnosis): Explanation {
  return { summary: summaryOf(diagnosis), advice: adviceOn[diagnosis.check] };
}

function summaryOf({ check, field, secondsOff = 0, unreadable }: Diagnosis): string {
  switch (check) {
    case 'JSON':
      return `${unreadableSummaries[unreadable ?? 'NOT_JSON']}.`;
    case 'SIGN_PRESENT':
      return field === 't'
        ? 'The callback has a sign, but its t is not a whole number, and its URL has no listed token.'
        : 'The callback has no sign, and its URL has no listed token.';
    case 'SIGN_MATCHES':
      return 'The sign of the callback matches none of the callback keys.';
    case 'SIGN_OF_OTHER_DOMAIN':
      return 'The sign of the callback is right for a key, but the key is bound to a domain other than its app.';
    case 'CLOCK':
      return `The sign is right, but t was ${Math.abs(secondsOff)} seconds ${secondsOff < 0 ? 'behind' : 'ahead of'} the clock of this server; at most 900 are allowed.`;
  }
}

/** Why a body is not a JSON object, as sentences without their full stop. */
export const unreadableSummaries: Readonly<Record<UnreadableReason, string>> = {
  EMPTY: 'The body is empty',
  NOT_JSON: 'The body is not JSON',
  NOT_AN_OBJECT: 'The body is JSON, but not an object',
  TOO_DEEP: 'The body is nested deeper than any callback',
};

const adviceOn: Readonly<Record<QuarantineCheck, string>> = {
  JSON: 'It can not be released. Read bodyText, find out who else knows the callback URL with its token, and discard it.',
  SIGN_PRESENT:
    'Relay callbacks are not signed: end the callback URL of the task in a token of CSS_CALLBACK_TOKENS. For others, enter a key of CSS_CALLBACK_KEYS in their callback template in CSS. Release those of your own streams and tasks.',
  SIGN_MATCHES:
    'Compare CSS_CALLBACK_KEYS with the callback key of the template, and add the key that is missing. Release only what you know to be yours: anyone may have sent it.',
  SIGN_OF_OTHER_DOMAIN:
    'If the template with this key also serves this domain, add the key for it (domain=key in CSS_CALLBACK_KEYS), and release.',
  CLOCK:
    'Set the clock of this server by NTP; CSS sends t = its time + 600 seconds. Release what came while the clock was wrong. If the clock was right, an old t may mean that someone repeats a callback they have read.',
};
