import type { StoredEvent } from './stored-event.ts';
import { tombstoneRevision } from './stored-event.ts';

export type Expected = 'any' | 'noStream' | 'streamExists' | bigint;

/** A stream as an append finds it, including events not durable yet. */
export interface StreamState {
  /** -1 if it never had an event. */
  readonly lastRevision: bigint;
  readonly deletedSoftly: boolean;
  readonly eventAt: (revision: bigint) => StoredEvent | undefined;
  /** An event with this id that this process itself wrote; a real server forgets it when restarted. */
  readonly remembered: (id: string) => StoredEvent | undefined;
}

export type Decision =
  | { readonly kind: 'write' }
  | { readonly kind: 'repeated'; readonly last: StoredEvent }
  | { readonly kind: 'wrongRevision' }
  | { readonly kind: 'streamDeleted' };

/** Decides an append: a repetition with an explicit revision is always recognized, with `any` and `streamExists` only from memory. */
export function decide(stream: StreamState, ids: readonly string[], expected: Expected): Decision {
  if (stream.lastRevision === tombstoneRevision) return { kind: 'streamDeleted' };
  const exists = stream.lastRevision >= 0n && !stream.deletedSoftly;
  if (expected === 'streamExists' && !exists) return { kind: 'wrongRevision' };
  if (expected === 'any' || expected === 'streamExists') return repeatedFrom(stream, ids) ?? { kind: 'write' };
  if (expected === 'noStream' && stream.deletedSoftly) return { kind: 'write' };
  const expectedLast = expected === 'noStream' ? -1n : expected;
  if (expectedLast === stream.lastRevision) return { kind: 'write' };
  if (expectedLast > stream.lastRevision) return { kind: 'wrongRevision' };
  return repeatedAt(stream, ids, expectedLast + 1n) ?? { kind: 'wrongRevision' };
}

function repeatedFrom(stream: StreamState, ids: readonly string[]): Decision | null {
  const first = ids[0] === undefined ? undefined : stream.remembered(ids[0]);
  return first ? repeatedAt(stream, ids, first.revision) : null;
}

function repeatedAt(stream: StreamState, ids: readonly string[], firstRevision: bigint): Decision | null {
  let last: StoredEvent | undefined;
  for (const [offset, id] of ids.entries()) {
    last = stream.eventAt(firstRevision + BigInt(offset));
    if (last?.id !== id) return null;
  }
  return last ? { kind: 'repeated', last } : null;
}
