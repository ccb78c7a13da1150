import { randomUUID } from 'node:crypto';
import { LogUnusable } from '../errors.ts';
import { partsOfRetention, retentionStreamName, writeRetention, type RetentionRecord } from '../retention-record.ts';
import { prepareDigestChain, type RemovedRow } from './digest-chain.ts';
import { openLogFile, openLogFileForReading } from './log-file.ts';
import type { EventRow } from './log-schema.ts';
import { createLogWriter } from './log-writer.ts';

/** Removes single events of the embedded log, at any position in their streams. */
export interface EventRemoval {
  /**
   * Removes events and appends their record, split into several events if it is long, durably and in one transaction.
   * @throws StoreUnavailable, or an error of SQLite - nothing was removed
   */
  remove(record: RetentionRecord): void;
  /**
   * Rewrites the file, so that neither it nor the write-ahead log contains removed data or free pages.
   * @throws LogUnusable - another program reads the log; it can be repeated
   */
  compact(): void;
  close(): void;
}

/** Opens the log for removals; the caller has locked its folder. */
export function openEventRemoval(folder: string): EventRemoval {
  const db = openLogFile(folder);
  // Overwrites freed pages even if the process ends before the file is rewritten.
  db.pragma('secure_delete = ON');
  const writer = createLogWriter(db);
  const chain = prepareDigestChain(db);
  const find = db
    .prepare<[number], RemovedRow & Pick<EventRow, 'stream_name' | 'revision'>>(
      'SELECT position, previous_digest, digest, stream_name, revision FROM events WHERE position = ?',
    )
    .safeIntegers();
  const remove = db.prepare<[bigint]>('DELETE FROM events WHERE position = ?');
  // A stream continues at the revision after its newest event, even if that is removed. If none is left, even the stream's
  // name goes: it identifies an account and what was pushed.
  const keepRevision = db.prepare<[string, bigint]>(
    `INSERT INTO truncated_streams (stream_name, next_revision) VALUES (?, ?)
     ON CONFLICT DO UPDATE SET next_revision = max(next_revision, excluded.next_revision)`,
  );
  const forgetStream = db.prepare<{ name: string }>(
    `DELETE FROM truncated_streams WHERE stream_name = @name
     AND NOT EXISTS (SELECT 1 FROM events WHERE stream_name = @name)`,
  );
  return {
    remove(record) {
      db.transaction(() => {
        const events = partsOfRetention(record).map((part) => ({ eventId: randomUUID(), ...writeRetention(part) }));
        writer.commit([{ streamName: retentionStreamName, events, expected: 'any' }], record.atMs);
        const rows = record.positions.flatMap((position) => find.get(position) ?? []);
        for (const { position, stream_name, revision } of rows) {
          remove.run(position);
          keepRevision.run(stream_name, revision + 1n);
        }
        for (const name of new Set(rows.map(({ stream_name }) => stream_name))) forgetStream.run({ name });
        chain.noteRemoved(rows);
      }).immediate();
    },
    compact() {
      db.exec('VACUUM');
      const [emptied] = db.pragma('wal_checkpoint(TRUNCATE)') as [{ readonly busy: number }];
      if (emptied.busy !== 0) throw new LogUnusable(beingRead);
    },
    close: () => void db.close(),
  };
}

const beingRead =
  'The events are removed, but another program reads the log, so that copies of them may be left in its files. End that program, and run the command again.';

/** Rows per read transaction: a longer one would keep the writer's write-ahead log from being emptied. */
const pageEvents = 10_000;

/** An event without its content. */
export interface EventSize {
  readonly position: number;
  readonly eventId: string;
  /** Of data and metadata. */
  readonly bytes: number;
}

/** Every event of a log, in order. A service may be writing it. */
export function* readEventSizes(folder: string): Generator<EventSize> {
  const db = openLogFileForReading(folder);
  try {
    const page = db.prepare<[number, number], EventSize>(
      `SELECT position, event_id AS eventId, length(data) + length(metadata) AS bytes
       FROM events WHERE position > ? ORDER BY position LIMIT +?`,
    );
    let events: EventSize[] = [];
    do {
      events = page.all(events.at(-1)?.position ?? 0, pageEvents);
      yield* events;
    } while (events.length === pageEvents);
  } finally {
    db.close();
  }
}
