import type { StoredEvent } from './stored-event.ts';
import { tombstoneRevision } from './stored-event.ts';

/** What a stream's metadata says about which events it keeps. */
export interface Retention {
  readonly truncateBefore: bigint;
  readonly maxCount: bigint | null;
}

/** The `$tb` of a soft-deleted stream. */
export const deletedSoftlyBefore = tombstoneRevision;

export const keepsAll: Retention = { truncateBefore: 0n, maxCount: null };

/** Reads `$tb` and `$maxCount` of the newest event of a metadata stream. */
export function retentionOf(newest: StoredEvent | undefined): Retention {
  if (!newest) return keepsAll;
  const text = Buffer.from(newest.data, 'base64').toString('utf8');
  return {
    truncateBefore: integer(text, '$tb') ?? 0n,
    maxCount: integer(text, '$maxCount'),
  };
}

/**
 * The first revision that a read of the stream still shows. A read of all events shows every event until a scavenge, which never runs here.
 */
export function firstVisible(retention: Retention, lastRevision: bigint): bigint {
  const { truncateBefore, maxCount } = retention;
  const byCount = maxCount === null ? 0n : lastRevision - maxCount + 1n;
  return byCount > truncateBefore ? byCount : truncateBefore;
}

/** Reads the text, because JavaScript cannot represent `$tb` of a deleted stream exactly. */
function integer(json: string, name: string): bigint | null {
  const found = new RegExp(`"\\${name}"\\s*:\\s*(\\d+)`).exec(json);
  return found?.[1] === undefined ? null : BigInt(found[1]);
}
