import { readAuthor, writeAuthor } from '../log/author.ts';
import { isJsonObject, readObject, readPosition, readTime, unreadableReasons } from '../callbacks/json-object.ts';
import {
  quarantineChecks,
  quarantineFields,
  quarantineReasonOf,
  quarantineReasons,
  type Quarantined,
  type QuarantineReason,
  type Released,
} from './quarantine.ts';

/** How the log records quarantine: in metadata and in events of decisions. These names never change. */

/** Identifies one quarantined event by position and id: in a restored log another event may have the same position. */
export interface QuarantinedEventRef {
  readonly position: bigint;
  readonly eventId: string;
}

/** Says that all events of a reason, or of one of its streams, before a position were removed. */
export interface Truncation {
  readonly reason: QuarantineReason;
  readonly beforePosition: bigint;
  /** Absent: all streams of the reason. Records of earlier versions have none. */
  readonly stream?: string;
}

/** Why an arrival is in quarantine. Null if the metadata does not say, or not in a form that this version knows. */
export function readQuarantined(value: unknown): Quarantined | null {
  if (!isJsonObject(value)) return null;
  const reason = quarantineReasons.find((known) => known === value['reason']);
  const check = quarantineChecks.find((known) => known === value['check']);
  const field = quarantineFields.find((known) => known === value['field']);
  if (reason === undefined || check === undefined || field === undefined) return null;
  const secondsOff = value['secondsOff'];
  const unreadable = unreadableReasons.find((known) => known === value['unreadable']);
  return {
    reason,
    check,
    field,
    ...(Number.isSafeInteger(secondsOff) && { secondsOff: secondsOff as number }),
    ...(unreadable && { unreadable }),
  };
}

/** A release, as the metadata of an arrival has it. */
export function writeReleased({ position, eventId, ...decision }: Released) {
  return { position: String(position), eventId, ...writeDecision(decision) };
}

/** Who has decided, when and why, as metadata have it. */
export function writeDecision({ atMs, author, reason }: Pick<Released, 'atMs' | 'author' | 'reason'>) {
  return { at: new Date(atMs).toISOString(), ...writeAuthor(author), ...(reason !== null && { reason }) };
}

/** Why it was decided, by the same metadata. */
export function readDecisionReason({ reason }: Readonly<Record<string, unknown>>): string | null {
  return typeof reason === 'string' ? reason : null;
}

/** Null if the arrival was not released. */
export function readReleased(value: unknown): Released | null {
  if (!isJsonObject(value)) return null;
  const ref = readEventRef(value);
  const atMs = readTime(value['at']);
  if (ref === null || atMs === null) return null;
  return { ...ref, atMs, author: readAuthor(value), reason: readDecisionReason(value) };
}

/** Data of the event that discards a quarantined event. */
export function writeDiscard({ position, eventId }: QuarantinedEventRef): Buffer {
  return Buffer.from(JSON.stringify({ position: String(position), eventId }));
}

/** Null if the data is not ours. */
export function readDiscard(data: Uint8Array): QuarantinedEventRef | null {
  return readEventRef(readObject(data));
}

/** Data of the event that records what was removed. */
export function writeTruncation({ reason, beforePosition, stream }: Truncation): Buffer {
  // JSON omits undefined.
  return Buffer.from(JSON.stringify({ reason, beforePosition: String(beforePosition), stream }));
}

/** Null if the data is not ours. */
export function readTruncation(data: Uint8Array): Truncation | null {
  const value = readObject(data);
  const beforePosition = readPosition(value['beforePosition']);
  const reason = quarantineReasons.find((known) => known === value['reason']);
  if (beforePosition === null || reason === undefined) return null;
  const { stream } = value;
  if (stream === undefined) return { reason, beforePosition };
  const isOurs = typeof stream === 'string' && quarantineReasonOf(stream) === reason;
  return isOurs ? { reason, beforePosition, stream } : null;
}

function readEventRef(value: Readonly<Record<string, unknown>>): QuarantinedEventRef | null {
  const position = readPosition(value['position']);
  const { eventId } = value;
  return position === null || typeof eventId !== 'string' ? null : { position, eventId };
}

/**
 * What became of one decision. DONE: it is durable. GONE: the log no longer has the event. UNREADABLE: the body is not
 * a JSON object, so it can't be released. NOT_STORED: the log could not store the decision; the caller may repeat it.
 */
export type DecisionOutcome = 'DONE' | 'GONE' | 'UNREADABLE' | 'NOT_STORED';

/** Who decides, and why. */
export type DecidedBy = Pick<Released, 'author' | 'reason'>;

/**
 * Records operators' decisions on quarantined callbacks as events. Outcomes are in the order of the argument. Each call
 * resolves once queries show its decisions, or after a bounded time; they are durable either way.
 */
export interface QuarantineDecisions {
  /**
   * Appends each callback as if it had just been accepted, with its first receivedAt. Repeated calls, even concurrent
   * ones or after a lost answer, count once: the id of the new event is derived from that of the quarantined one.
   */
  release(events: readonly QuarantinedEventRef[], by: DecidedBy): Promise<readonly DecisionOutcome[]>;
  discard(events: readonly QuarantinedEventRef[], by: DecidedBy): Promise<readonly DecisionOutcome[]>;
}
