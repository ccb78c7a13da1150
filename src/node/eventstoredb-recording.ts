import { openEventStoreDbAppender } from '../log/eventstoredb/appender.ts';
import { openSqliteEventReader, type SqliteEventReader } from '../log/sqlite/sqlite-event-reader.ts';
import type { EventStoreDbSettings } from '../log/eventstoredb/connection-string.ts';
import type { Closing } from '../kernel/closing.ts';
import { within } from '../kernel/clock.ts';
import { isNearlyFull, measureDiskSpace } from '../kernel/disk.ts';
import { createSharedQuarantine } from '../quarantine/keeping/quarantine-log.ts';
import { nodeNameIn, openOutageRecord, readLastEnd } from './outages.ts';
import { openReceiver, type Recording, type RecordingOptions } from './recording.ts';
import { copyFolder, firstAnswerMsMax, spoolFolder } from './log-choice.ts';
import { openSpooledAppend } from './spooled-append.ts';

/**
 * Opens what takes callbacks into a log in EventStoreDB. It starts even if the server does not answer: until then it spools them.
 * @throws LogUnusable - the settings are wrong, or what is in DATA_DIR or under the prefix can't be used
 */
export async function openEventStoreDbRecording(
  settings: EventStoreDbSettings,
  options: RecordingOptions,
): Promise<Recording> {
  const { dataDir, roles, quarantineBounds: bounds, logger, metrics, closing } = options;
  const appender = openEventStoreDbAppender({ ...settings, logger, onAppended: metrics.committed });
  closing.add('connection to EventStoreDB', () => appender.close());
  await within(appender.answering(), { ms: firstAnswerMsMax, late: undefined });
  // Before the copy gets what other nodes have recorded since. A spool without a copy shows only when the log was away.
  const lastEnd = readLastEnd(dataDir, roles.query ? [copyFolder(dataDir), spoolFolder(dataDir)] : []);
  const { append, status } = await openSpooledAppend(appender, options);
  const quarantine = createSharedQuarantine({
    store: {
      append,
      readStream: (...given) => appender.readStream(...given),
      async truncateStream(...given) {
        await appender.truncateStream(...given);
      },
    },
    bounds,
    copy: openCopyOnce(dataDir, closing),
    isDiskNearlyFull: () => isNearlyFull(measureDiskSpace(dataDir)),
    logger,
  });
  const outages = openOutageRecord({ dataDir, lastEnd, append, node: nodeNameIn(dataDir) }, options);
  const receiver = openReceiver({ append, quarantine, outages: outages.record }, options);
  return { receiver, status, log: null, takingCallbacks: () => outages.takingCallbacks() };
}

/** The reader's copy of the log, for the streams that other nodes have appended to. Null until there is one. */
function openCopyOnce(dataDir: string, closing: Closing): () => SqliteEventReader | null {
  let reader: SqliteEventReader | null = null;
  closing.add('reader of the copy', () => reader?.close());
  return () => {
    try {
      return (reader ??= openSqliteEventReader(copyFolder(dataDir)));
    } catch {
      // There is none yet, or none that can be read: the reader reports that.
      return null;
    }
  };
}
