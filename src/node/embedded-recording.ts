import type { LogAtOpening } from '../log/sqlite/log-opening.ts';
import type { LogCommit } from '../log/sqlite/sqlite-event-store.ts';
import { openSqliteEventStore } from '../log/sqlite/sqlite-event-store.ts';
import { isNearlyFull, measureDiskSpace } from '../kernel/disk.ts';
import { openQuarantine } from '../quarantine/keeping/quarantine-log.ts';
import { openOutageRecord, readLastEnd } from './outages.ts';
import { openReceiver, type Recording, type RecordingOptions } from './recording.ts';
import { noteFirstUnread } from './replica/first-unread.ts';
import { assertLogIsBeside } from './log-choice.ts';

/**
 * Opens the embedded log, and what takes callbacks into it.
 * @throws LogUnusable
 */
export async function openEmbeddedRecording(options: RecordingOptions): Promise<Recording> {
  const { dataDir: folder, quarantineBounds: bounds, clock, logger, metrics, closing } = options;
  assertLogIsBeside(folder);
  const onCommit = (commit: LogCommit) => {
    metrics.committed(commit);
    options.onCommitted();
  };
  let endPosition = 0n;
  const isRestored = (log: LogAtOpening) => {
    // Before an epoch begins. Whether the log is older than its read models, the reader finds out.
    ({ endPosition } = log);
    return false;
  };
  const store = openSqliteEventStore(folder, clock, { logger, onCommit, isRestored, answerMsMax: options.appendMsMax });
  closing.add('log', () => store.close());
  // Before anything else appends.
  const lastEnd = readLastEnd(folder, [folder]);
  const append = store.append.bind(store);
  const quarantine = await openQuarantine({
    ...{ store, reader: store, bounds, logger },
    isDiskNearlyFull: () => isNearlyFull(measureDiskSpace(folder)),
  });
  const outages = openOutageRecord({ dataDir: folder, lastEnd, append, node: null }, options);
  const receiver = openReceiver({ append, quarantine, outages: outages.record }, options);
  return {
    receiver,
    status: { canStore: () => true, spooled: () => null },
    log: { append, endPosition, firstUnread: noteFirstUnread(folder, endPosition) },
    takingCallbacks: () => outages.takingCallbacks(),
  };
}
