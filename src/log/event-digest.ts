import { hash } from 'node:crypto';
import type { NewEvent } from './event-store.ts';

/** Bytes of a digest, the first of a SHA-256: a fault will not match it by chance. */
export const digestBytes = 16;

/** Stored for an event damaged before it was appended here: no event has this digest, so it stays damaged for ever. */
export const digestOfDamaged = Buffer.alloc(digestBytes);

/** Where the fields to hash are joined. Reused, because every append and every read digests an event. */
let scratch = viewsOf(16 * 1024);

/** The same bytes, for texts and bytes, and for integers: Node's own methods for those take several times as long. */
function viewsOf(length: number) {
  const bytes = Buffer.allocUnsafeSlow(length);
  return { bytes, integers: new DataView(bytes.buffer) };
}

/** A digest of fields in order. Each has its length, so moving bytes from one field to the next changes it. */
export function digestOfFields(fields: readonly (string | Uint8Array | bigint)[]): Buffer {
  let end = 0;
  for (const field of fields) end = join(field, end);
  // Hex, because Node takes twice as long to return a buffer.
  return Buffer.from(hash('sha256', scratch.bytes.subarray(0, end)).slice(0, 2 * digestBytes), 'hex');
}

/** Writes a field at an offset, and returns its end. */
function join(field: string | Uint8Array | bigint, at: number): number {
  if (typeof field === 'bigint') {
    ensureRoom(at, 8);
    scratch.integers.setBigInt64(at, field, true);
    return at + 8;
  }
  const length = typeof field === 'string' ? Buffer.byteLength(field) : field.byteLength;
  ensureRoom(at, 4 + length);
  scratch.integers.setUint32(at, length, true);
  if (typeof field === 'string') scratch.bytes.write(field, at + 4);
  else scratch.bytes.set(field, at + 4);
  return at + 4 + length;
}

/** The digest of an event's content, wherever it is stored, as text for metadata. */
export function digestOfContent({ type, data, metadata }: Pick<NewEvent, 'type' | 'data' | 'metadata'>): string {
  return digestOfFields([type, data, metadata]).toString('hex');
}

function ensureRoom(used: number, more: number): void {
  if (used + more <= scratch.bytes.byteLength) return;
  const larger = viewsOf(2 * (used + more));
  larger.bytes.set(scratch.bytes.subarray(0, used));
  scratch = larger;
}

/** The result of checking a log, or a file in the same format. */
export interface LogCheck {
  readonly events: number;
  /** Written by earlier versions; they can't be checked. */
  readonly eventsWithoutDigest: number;
  /** Damaged events, and gaps in which events are missing. */
  readonly damages: number;
  readonly firstDamage: Damage | null;
  /** Events that retention removed, according to its records; absent if there are none. */
  readonly removedByRetention?: { readonly events: number; readonly lastRecordAt: bigint };
}

/** A damaged event, or the first event of a gap. */
export interface Damage {
  readonly position: bigint;
  /** For the operator; the position is its subject: "is not what was recorded". */
  readonly problem: string;
}

/** How far a check has come. */
export interface CheckProgress {
  readonly events: number;
  readonly position: bigint;
  readonly endPosition: bigint;
}

type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** Counts a check's findings. */
export class LogCheckCount {
  private readonly counted: Writable<LogCheck> = { events: 0, eventsWithoutDigest: 0, damages: 0, firstDamage: null };

  found(): LogCheck {
    return this.counted;
  }

  event({ hasDigest }: { readonly hasDigest: boolean }): void {
    this.counted.events += 1;
    if (!hasDigest) this.counted.eventsWithoutDigest += 1;
  }

  /** Counts a retention record. */
  removed(events: number, lastRecordAt: bigint): void {
    this.counted.removedByRetention = { events: (this.counted.removedByRetention?.events ?? 0) + events, lastRecordAt };
  }

  damage(position: bigint, problem: string): void {
    this.counted.damages += 1;
    this.counted.firstDamage ??= { position, problem };
  }
}

/** The problem of a damaged event. */
export const notWhatWasRecorded = 'is not what was recorded';
