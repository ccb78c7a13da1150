import { isJsonObject } from '../callback/json-object.ts';
import { readPosition } from '../callback/metadata-values.ts';
import { quarantineReasons, type QuarantineReason } from './quarantine.ts';

/** One quarantined event, by its place in the log and its id: a restored log may give the place to another. */
export interface QuarantinedEventRef {
  readonly position: bigint;
  readonly eventId: string;
}

/** All events of a reason before a position were removed from their stream. */
export interface Truncation {
  readonly reason: QuarantineReason;
  readonly beforePosition: bigint;
}

/** Data of a discard as it stands in the log. These names are for ever. */
export function writeDiscard({ position, eventId }: QuarantinedEventRef): Buffer {
  return Buffer.from(JSON.stringify({ position: String(position), eventId }));
}

/** Null where it is not ours. */
export function readDiscard(data: Uint8Array): QuarantinedEventRef | null {
  const value = parse(data);
  const position = readPosition(value['position']);
  const { eventId } = value;
  return position === null || typeof eventId !== 'string' ? null : { position, eventId };
}

/** Data of a truncation as it stands in the log. These names are for ever. */
export function writeTruncation({ reason, beforePosition }: Truncation): Buffer {
  return Buffer.from(JSON.stringify({ reason, beforePosition: String(beforePosition) }));
}

/** Null where it is not ours. */
export function readTruncation(data: Uint8Array): Truncation | null {
  const value = parse(data);
  const beforePosition = readPosition(value['beforePosition']);
  const reason = quarantineReasons.find((known) => known === value['reason']);
  return beforePosition === null || reason === undefined ? null : { reason, beforePosition };
}

function parse(data: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(data).toString());
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}
