import type Database from 'better-sqlite3';
import { CopyAltered, type EventDigests, type RecordedEvent, type RemovedEvents } from '../event-store.ts';
import {
  afterAll,
  digestAfter,
  isDamagedRow,
  isSame,
  prepareDigestBefore,
  prepareInsert,
  prepareInsertRun,
  prepareNewestBefore,
} from './digest-chain.ts';

/** Prepares the statements that keep the chain of a copy as that of its log; used inside a transaction. */
export function prepareCopiedChain(db: Database.Database) {
  const [insert, insertRun] = [prepareInsert(db), prepareInsertRun(db)];
  const [newest, digestBefore] = [prepareNewestBefore(db), prepareDigestBefore(db)];
  const removeRunsWithin = db.prepare<[bigint, bigint]>(
    'DELETE FROM removed_events WHERE first_position >= ? AND last_position <= ?',
  );
  const raiseEnd = db.prepare<[bigint]>(`UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'events'`);
  const newestDigest = () => digestBefore(afterAll);

  return {
    newestDigest,
    /** For one transaction. */
    begin() {
      const last = newest.get(afterAll);
      let previous = newestDigest();
      let wasDamaged = last !== undefined && isDamagedRow(last);
      return {
        /**
         * Inserts an event with its digests.
         * @throws CopyAltered - they are not right, or do not follow
         */
        insert(event: RecordedEvent, digests: EventDigests): void {
          const { position, streamName, revision, eventId, type, data, metadata, isDamaged = false } = event;
          const recordedAt = BigInt(event.recordedAtMs);
          const fields = [position, streamName, revision, eventId, type, data, metadata, recordedAt] as const;
          const { digest } = digests;
          const isRight =
            isDamaged || (digest === null ? previous === null : digestAfter(digests.previous, fields).equals(digest));
          // As in a check of the log: what a damaged event says of the one before it may be damaged too.
          const follows = isSame(digests.previous, previous) || isDamaged || wasDamaged;
          if (!isRight || !follows) throw new CopyAltered(alteredAt(position));
          insert.run(...fields, digests.previous, digest);
          [previous, wasDamaged] = [digest, isDamaged];
        },
        /**
         * Records that events were removed from the log. Those that are here must have been removed first.
         * @throws CopyAltered - they do not follow
         */
        remove({ first, last: lastRemoved, previousDigest, digest }: RemovedEvents): void {
          if (!isSame(digestBefore(first), previousDigest)) throw new CopyAltered(alteredAt(first));
          removeRunsWithin.run(first, lastRemoved);
          insertRun.run(first, lastRemoved, previousDigest, digest);
          raiseEnd.run(lastRemoved);
          [previous, wasDamaged] = [newestDigest(), false];
        },
      };
    },
  };
}

function alteredAt(position: bigint): string {
  return `Position ${position} is not what its digest says, or does not follow what is before it: it was altered on its way, or where it is stored.`;
}
