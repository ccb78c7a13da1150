import { createHash, hash, timingSafeEqual } from 'node:crypto';

/** Compares two secrets in constant time. Both are hashed first, so that not even their lengths leak. */
export function equalSecrets(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

function digest(secret: string): Buffer {
  // As text: Node takes longer to return a buffer.
  return Buffer.from(hash('sha256', secret), 'latin1');
}

/** A UUID of version 8, made by our own rule (RFC 9562): equal texts always give equal UUIDs. */
export function derivedUuid(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
