import type { RecordedEvent } from '../event-store.ts';
import { openLogFileForReading } from './log-file.ts';
import type { EventRow } from './log-schema.ts';
import { toRecordedEvent } from './sqlite-event-reader.ts';

/**
 * The newest events of a log, or of a copy of one, newest first. A service may be writing it.
 * @throws LogUnusable - there is no log, or it is none of ours
 */
export function* readNewestEvents(folder: string, eventsMax: number): Iterable<RecordedEvent> {
  const db = openLogFileForReading(folder);
  try {
    const newest = db
      .prepare<[number], EventRow>('SELECT * FROM events ORDER BY position DESC LIMIT +?')
      .safeIntegers();
    for (const row of newest.iterate(eventsMax)) yield toRecordedEvent(row);
  } finally {
    db.close();
  }
}
