import { hash, timingSafeEqual } from 'node:crypto';

/** Compares two secrets in constant time. Both are hashed first, so that not even their lengths leak. */
export function equalSecrets(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

function digest(secret: string): Buffer {
  // As text: Node takes longer to return a buffer.
  return Buffer.from(hash('sha256', secret), 'latin1');
}
