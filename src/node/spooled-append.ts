import { existsSync } from 'node:fs';
import { openSpool, spoolBounds, type Spool } from '../log/spool/spool.ts';
import { measureEventLoopDelay, createSpoolingAppend } from '../log/spool/spooling-append.ts';
import { startSpoolDrain } from '../log/spool/spool-drain.ts';
import type { EventStore } from '../log/event-store.ts';
import type { EventStoreDbAppender } from '../log/eventstoredb/appender.ts';
import { logFilePath } from '../log/sqlite/log-file.ts';
import { openSqliteEventStore } from '../log/sqlite/sqlite-event-store.ts';
import type { StorageStatus } from '../recorder/probes.ts';
import { spoolFolder } from './log-choice.ts';
import type { RecordingOptions } from './recording.ts';

/** Makes callbacks durable on a receiving node, in the log or in the spool. */
export interface SpooledAppend {
  readonly append: EventStore['append'];
  readonly status: StorageStatus;
}

/**
 * If the spool is off, nothing new is spooled, but what is left there is drained.
 * @throws LogUnusable - the folder of the spool is in use, or has files of something else
 */
export async function openSpooledAppend(
  target: EventStoreDbAppender,
  { dataDir, spool: bounds, clock, logger, closing }: RecordingOptions,
): Promise<SpooledAppend> {
  const folder = spoolFolder(dataDir);
  let spool: Spool | null = null;
  if (bounds !== null || existsSync(logFilePath(folder))) {
    const store = openSqliteEventStore(folder, clock, { logger });
    closing.add('spool', () => store.close());
    spool = await openSpool({ store, bounds: bounds ?? spoolBounds, clock });
    const { events, bytes } = spool.figures();
    if (events > 0) logger.warn({ events, bytes }, 'the spool has events that are not in the log yet');
    const drain = startSpoolDrain({ spool, target, logger });
    closing.add('drain of the spool', () => drain.stop());
  }
  const taking = bounds === null ? null : spool;
  const eventLoop = measureEventLoopDelay();
  closing.add('measurement of the event loop', () => eventLoop.stop());
  return {
    append: createSpoolingAppend({ target, spool: taking, loopDelayMs: () => eventLoop.delayMs() }),
    status: {
      canStore: () => target.away() === null || taking?.fullBecause() === null,
      spooled: () => spool?.figures() ?? null,
    },
  };
}
