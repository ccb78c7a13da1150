import { hash } from 'node:crypto';
import type { NewEvent } from './event-store.ts';

/** Bytes of a digest, the first of a SHA-256: a fault will not match it by chance. */
export const digestBytes = 16;

/** Stored for an event damaged before it was appended here: no event has this digest, so it stays damaged for ever. */
export const digestOfDamaged = Buffer.alloc(digestBytes);

/** Buffer for the fields to hash. Reused, because every append and every read digests an event. */
let scratch = Buffer.allocUnsafe(16 * 1024);

/** A digest of fields in order. Each has its length, so moving bytes from one field to the next changes it. */
export function digestOfFields(fields: readonly (string | Uint8Array | bigint)[]): Buffer {
  let end = 0;
  for (const field of fields) {
    if (typeof field === 'bigint') {
      ensureRoom(end, 8);
      end = scratch.writeBigInt64LE(field, end);
      continue;
    }
    const length = typeof field === 'string' ? Buffer.byteLength(field) : field.byteLength;
    ensureRoom(end, 4 + length);
    end = scratch.writeUInt32LE(length, end);
    if (typeof field === 'string') scratch.write(field, end);
    else scratch.set(field, end);
    end += length;
  }
  // Hex, because Node takes twice as long to return a buffer.
  return Buffer.from(hash('sha256', scratch.subarray(0, end)).slice(0, 2 * digestBytes), 'hex');
}

/** The digest of an event's content, wherever it is stored, as text for metadata. */
export function digestOfContent({ type, data, metadata }: Pick<NewEvent, 'type' | 'data' | 'metadata'>): string {
  return digestOfFields([type, data, metadata]).toString('hex');
}

function ensureRoom(used: number, more: number): void {
  if (used + more <= scratch.byteLength) return;
  const larger = Buffer.allocUnsafe(2 * (used + more));
  scratch.copy(larger, 0, 0, used);
  scratch = larger;
}
