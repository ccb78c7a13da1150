import { hash } from 'node:crypto';
import type { NewEvent } from './event-store.ts';

/** Bytes of a digest: the first of SHA-256's, far more than a fault would need to keep a digest by chance. */
export const digestBytes = 16;

/** Stored for an event that was damaged before it came here: the digest of nothing, so that it counts as damaged for ever. */
export const digestOfDamaged = Buffer.alloc(digestBytes);

/** What fields are written into before they are hashed: reused, since an event is digested for every append and every read. */
let scratch = Buffer.allocUnsafe(16 * 1024);

/** A digest of fields in their order. Each has its length with it: what moves from one field to the next changes the digest. */
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
  // As hex: Node takes twice as long to make a buffer of its own.
  return Buffer.from(hash('sha256', scratch.subarray(0, end)).slice(0, 2 * digestBytes), 'hex');
}

/** The digest of what an event says, wherever it is stored: as text, for its metadata. */
export function digestOfContent({ type, data, metadata }: Pick<NewEvent, 'type' | 'data' | 'metadata'>): string {
  return digestOfFields([type, data, metadata]).toString('hex');
}

function ensureRoom(used: number, more: number): void {
  if (used + more <= scratch.byteLength) return;
  const larger = Buffer.allocUnsafe(2 * (used + more));
  scratch.copy(larger, 0, 0, used);
  scratch = larger;
}
