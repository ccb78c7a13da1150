import { existsSync } from 'node:fs';
import { within } from '../kernel/clock.ts';
import type { Closing } from '../kernel/this-process.ts';
import { isNearlyFull, measureDiskSpace } from '../kernel/disk.ts';
import { EventStoreDbAppender } from '../log/eventstoredb/appender.ts';
import type { EventStoreDbSettings } from '../log/eventstoredb/settings.ts';
import { openEventsWith } from '../log/sealing/key-files.ts';
import { asStored } from '../log/sealing/sealed-event.ts';
import { SpoolDrain } from '../log/spool/spool-drain.ts';
import { openSpool, spoolBounds, type Spool } from '../log/spool/spool.ts';
import { createSpoolingAppend, measureEventLoopDelay } from '../log/spool/spooling-append.ts';
import { logFilePath } from '../log/sqlite/log-file.ts';
import { SqliteEventReader } from '../log/sqlite/sqlite-event-reader.ts';
import { openSqliteEventStore } from '../log/sqlite/sqlite-event-store.ts';
import { createSharedQuarantine } from '../quarantine/keeping/quarantine-log.ts';
import { copyFolder, firstAnswerMsMax, spoolFolder } from './data-dir.ts';
import { nodeNameIn, readLastEnd } from './outages.ts';
import { opened, openSealing } from './sealing.ts';
import { openRecordingOf, type Recording, type RecordingOptions, type RecordingParts } from './recording.ts';

/**
 * Makes callbacks durable in the log or in the spool. If the spool is off, nothing new is spooled, but what is left there is drained.
 * @throws LogUnusable - the folder of the spool is in use, or has files of something else
 */
async function openSpooledAppend(
  target: EventStoreDbAppender,
  { dataDir, spool: bounds, clock, logger, closing }: RecordingOptions,
): Promise<Pick<RecordingParts, 'append' | 'status'>> {
  const folder = spoolFolder(dataDir);
  let spool: Spool | null = null;
  if (bounds !== null || existsSync(logFilePath(folder))) {
    const store = openSqliteEventStore(folder, clock, { logger, openEvent: asStored });
    closing.add('spool', () => store.close());
    spool = await openSpool({ store, bounds: bounds ?? spoolBounds, clock });
    const { events, bytes } = spool.figures();
    if (events > 0) logger.warn({ events, bytes }, 'the spool has events that are not in the log yet');
    const drain = new SpoolDrain({ spool, target, logger });
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

/**
 * Opens what takes callbacks into a log in EventStoreDB. It starts even if the server does not answer: until then it spools them.
 * @throws LogUnusable - the settings are wrong, or what is in DATA_DIR or under the prefix can't be used
 */
export async function openEventStoreDbRecording(
  settings: EventStoreDbSettings,
  options: RecordingOptions,
): Promise<Recording> {
  const { dataDir, roles, quarantineBounds: bounds, logger, metrics, closing } = options;
  const appender = new EventStoreDbAppender({ ...settings, logger, onAppended: metrics.committed });
  closing.add('connection to EventStoreDB', () => appender.close());
  await within(appender.answering(), { ms: firstAnswerMsMax, late: undefined });
  // Before the copy gets what other nodes have recorded since. A spool without a copy shows only when the log was away.
  const lastEnd = readLastEnd(dataDir, roles.query ? [copyFolder(dataDir), spoolFolder(dataDir)] : []);
  const { personalKeysDir: folder = null, clock } = options;
  let spooled = () => 0;
  const isDrained = () => spooled() === 0;
  const sealing = await openSealing({ folder, dataDir, part: 'recorder', isDrained, clock, logger, closing });
  const { append: appendSealed, status } = await openSpooledAppend(appender, options);
  spooled = () => status.spooled()?.events ?? 0;
  const append = sealing.appendTo(appendSealed);
  const quarantine = createSharedQuarantine({
    store: {
      append,
      readStream: (...given) => opened(appender.readStream(...given), openEventsWith(folder)),
      async truncateStream(...given) {
        await appender.truncateStream(...given);
      },
    },
    sealed: sealing.sealed,
    bounds,
    copy: openCopyOnce(dataDir, closing),
    isDiskNearlyFull: () => isNearlyFull(measureDiskSpace(dataDir)),
    logger,
  });
  return openRecordingOf({ append, quarantine, lastEnd, node: nodeNameIn(dataDir), status, log: null }, options);
}

/** The reader's copy of the log, for the streams that other nodes have appended to. Null until there is one. */
function openCopyOnce(dataDir: string, closing: Closing): () => SqliteEventReader | null {
  let reader: SqliteEventReader | null = null;
  closing.add('reader of the copy', () => reader?.close());
  return () => {
    try {
      return (reader ??= new SqliteEventReader(copyFolder(dataDir), asStored));
    } catch {
      // There is none yet, or none that can be read: the reader reports that.
      return null;
    }
  };
}
