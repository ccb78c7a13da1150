import type Database from 'better-sqlite3';
import type { LogIdentity } from '../event-store.ts';
import {
  OtherHistory,
  pageBytesMax,
  pageEventsMax,
  withEpoch,
  type LogPage,
  type LogPageReader,
  type PageStart,
} from '../log-page.ts';
import { isSame, prepareRunAfter, prepareRuns } from './digest-chain.ts';
import { openLogFileForReading, prepareEndPosition, type EventRow } from './log-file.ts';
import { preparePackedEvents } from './packed-events.ts';
import { toRecordedEvent } from './sqlite-event-reader.ts';
import type { CopiedChange, EventDigests } from '../replication.ts';

/**
 * Reads an embedded log in pages, while a service may be writing it.
 * @throws LogUnusable - there is no log, or it is none of ours
 */
export function openLogPages(folder: string, identity: () => LogIdentity): LogPageReader & { close(): void } {
  const db = openLogFileForReading(folder);
  const statements = prepareStatements(db);
  const { endPosition, eventsAfter, digestAt, runAfter, runsFrom, removedUpTo, revisionsFrom } = statements;

  const assertSameHistory = ({ after, digest }: PageStart, end: bigint) => {
    if (after > end) throw new OtherHistory('beyond its end');
    const run = runAfter.get(after - 1n);
    // Where the event is one of several that were removed, its digest is gone: those of later events show the difference.
    if (after === 0n || (run !== undefined && run.first <= after && run.last !== after)) return;
    const found = run?.last === after ? run.digest : (digestAt.get(after)?.digest ?? null);
    if (!isSame(found, digest)) throw new OtherHistory('another event');
  };

  const read = (start: PageStart): LogPage => {
    const end = endPosition.get() ?? 0n;
    assertSameHistory(start, end);
    const { logId, epoch } = identity();
    const rows: EventRow[] = [];
    let bytes = 0;
    let isWhole = true;
    for (const row of eventsAfter(start.after, pageEventsMax)) {
      rows.push(row);
      bytes += row.data.byteLength + row.metadata.byteLength;
      isWhole = rows.length < pageEventsMax && bytes < pageBytesMax;
      if (!isWhole) break;
    }
    const lastEvent = rows.at(-1)?.position ?? start.after;
    const changes: CopiedChange[] = [];
    let run = runAfter.get(start.after);
    let upTo = start.after;
    const addRunsBefore = (position: bigint) => {
      for (; run !== undefined && run.first < position; run = runAfter.get(run.last)) {
        changes.push({ kind: 'removed', removed: run });
        upTo = run.last;
      }
    };
    for (const row of rows) {
      addRunsBefore(row.position);
      changes.push(withEpoch(toRecordedEvent(row), digestsOf(row), logId));
      upTo = row.position;
    }
    if (isWhole) addRunsBefore(end + 1n);
    const removedBefore = removedUpTo.get({ position: start.after }) ?? 0;
    return { logId, epoch, endPosition: end, upTo: isWhole ? upTo : lastEvent, removedBefore, changes };
  };

  return {
    read: (start) => db.transaction(read)(start),
    *removed(upTo) {
      for (let runs = runsFrom.all(0n, upTo, pageEventsMax); runs.length > 0;) {
        yield runs.map((run) => ({ kind: 'removed', removed: run }));
        runs = runsFrom.all(runs.at(-1)?.last ?? upTo, upTo, pageEventsMax);
      }
      yield [{ kind: 'revisionsForgotten' }];
      for (let streams = revisionsFrom.all('', pageEventsMax); streams.length > 0;) {
        yield streams.map(({ stream_name: streamName, next_revision: nextRevision }) => ({
          kind: 'revisionsUsed',
          streamName,
          nextRevision,
        }));
        streams = revisionsFrom.all(streams.at(-1)?.stream_name ?? '', pageEventsMax);
      }
    },
    close: () => void db.close(),
  };
}

function digestsOf({ previous_digest: previous, digest }: EventRow): EventDigests {
  return { previous, digest };
}

function prepareStatements(db: Database.Database) {
  return {
    endPosition: prepareEndPosition(db),
    eventsAfter: preparePackedEvents(db),
    digestAt: db.prepare<[bigint], Pick<EventRow, 'digest'>>('SELECT digest FROM events WHERE position = ?'),
    runAfter: prepareRunAfter(db),
    runsFrom: prepareRuns<[bigint, bigint, number]>(
      db,
      'last_position > ? AND last_position <= ? ORDER BY last_position LIMIT +?',
    ),
    removedUpTo: db
      .prepare<[{ readonly position: bigint }], number>(
        `SELECT sum(min(last_position, @position) - first_position + 1) FROM removed_events
         WHERE first_position <= @position`,
      )
      .pluck(),
    revisionsFrom: db
      .prepare<[string, number], { readonly stream_name: string; readonly next_revision: bigint }>(
        'SELECT * FROM truncated_streams WHERE stream_name > ? ORDER BY stream_name LIMIT +?',
      )
      .safeIntegers(),
  };
}
