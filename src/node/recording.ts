import type { Clock } from '../kernel/clock.ts';
import type { Closing } from '../kernel/this-process.ts';
import { isNearlyFull, measureDiskSpace } from '../kernel/disk.ts';
import type { Logger } from '../kernel/logger.ts';
import type { EventStore, LogCommit } from '../log/event-store.ts';
import { openEventsWith } from '../log/sealing/key-files.ts';
import { openSqliteEventStore } from '../log/sqlite/sqlite-event-store.ts';
import { openQuarantine, type Quarantine } from '../quarantine/keeping/quarantine-log.ts';
import { startQuarantineRetention } from '../quarantine/keeping/retention.ts';
import type { QuarantineBounds } from '../quarantine/keeping/share.ts';
import type { Onward } from '../recorder/door.ts';
import type { StorageStatus } from '../recorder/probes.ts';
import type { ReaderQuestion } from '../recorder/process-messages.ts';
import { Receiver } from '../recorder/receiver.ts';
import { observeQuarantine, type RecorderMetrics } from '../recorder/recorder-metrics.ts';
import type { RejectionLog } from '../recorder/rejection-log.ts';
import type { ReceivingSettings } from '../settings/receiving-settings.ts';
import { assertLogIsBeside, noteFirstUnread } from './data-dir.ts';
import { openOutageRecord, readLastEnd, type OutageParts } from './outages.ts';
import { openSealing } from './sealing.ts';

/** The settings of a recorder, and what it is connected to. `authenticity` and `metricsAccess` are read for each request, so they may be changed. */
export interface RecorderOptions
  extends
    Omit<ReceivingSettings, 'host' | 'port' | 'logLevel' | 'personalKeysDir'>,
    Partial<Pick<ReceivingSettings, 'personalKeysDir'>> {
  readonly quarantineBounds?: QuarantineBounds;
  /** Milliseconds. A start records that callbacks could not be taken for this long or longer. */
  readonly outageMsMin: number;
  readonly connectionsMax?: number;
  /** Milliseconds until an append to the embedded log is answered; `appendAnswerMsMax` by default. */
  readonly appendMsMax?: number;
  readonly clock: Clock;
  readonly logger: Logger & { readonly level: string; debug(fields: object, message: string): void };
  /** Null without the role `query`. */
  readonly onward: Onward | null;
  /** Null without the role `query`. Resolves with null if the reader does not answer. */
  readonly askReader: ((about: ReaderQuestion) => Promise<unknown>) | null;
  /** The embedded log has more. */
  readonly onCommitted: () => void;
}

/** What opening a recording needs beside the settings. */
export interface RecordingOptions extends RecorderOptions {
  readonly quarantineBounds: QuarantineBounds;
  readonly metrics: RecorderMetrics;
  readonly rejections: RejectionLog;
  /** Every opened part is added to it. The caller closes it, even if opening fails. */
  readonly closing: Closing;
}

/** Makes callbacks durable, in the log of this node. */
export interface Recording {
  readonly receiver: Receiver;
  readonly status: StorageStatus;
  /** The embedded log, for what the reader appends; null if it appends to EventStoreDB itself. */
  readonly log: {
    readonly append: EventStore['append'];
    /** Where the log ended when it was opened. */
    readonly endPosition: bigint;
    /** Where new targets of forwarding and alerts begin. */
    readonly firstUnread: bigint;
  } | null;
  /** Call it once callbacks can arrive. */
  takingCallbacks(): void;
}

/** What depends on the kind of log. */
export interface RecordingParts extends OutageParts, Pick<Recording, 'status' | 'log'> {
  readonly quarantine: Quarantine;
}

/** Opens the receiver of callbacks, the record of outages and quarantine retention, for every kind of log. */
export function openRecordingOf(parts: RecordingParts, options: RecordingOptions): Recording {
  const { append, quarantine, status, log } = parts;
  const { quarantineBounds, authenticity, clock, logger, metrics, rejections, closing } = options;
  const outages = openOutageRecord(parts, options);
  observeQuarantine(metrics.figures, quarantine);
  closing.add('quarantine', () => quarantine.close());
  const { retentionEveryMs: everyMs } = quarantineBounds;
  const retention = startQuarantineRetention({ quarantine, everyMs, clock, logger });
  closing.add('quarantine retention', () => retention.stop());
  const receiver = new Receiver({
    append,
    quarantine,
    authenticity,
    clock,
    rejections,
    onOutcome(outcome) {
      metrics.received(outcome);
      outages.record.noteStored();
    },
    onNotStored: (cause) => outages.record.noteNotStored(cause),
  });
  return { receiver, status, log, takingCallbacks: () => outages.takingCallbacks() };
}

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
  const { personalKeysDir: keysFolder = null } = options;
  const openEvent = openEventsWith(keysFolder);
  const store = openSqliteEventStore(folder, clock, { logger, onCommit, answerMsMax: options.appendMsMax, openEvent });
  closing.add('log', () => store.close());
  // Only now, when nobody else has the folder: it closes what an earlier process left open.
  const sealing = await openSealing({ folder: keysFolder, dataDir: folder, part: 'recorder', clock, logger, closing });
  // Before anything else appends.
  const lastEnd = readLastEnd(folder, [folder]);
  const append = sealing.appendTo(store.append.bind(store));
  const quarantine = await openQuarantine({
    store: {
      append,
      readStream: store.readStream.bind(store),
      truncateStream: store.truncateStream.bind(store),
    },
    sealed: sealing.sealed,
    reader: store,
    bounds,
    logger,
    isDiskNearlyFull: () => isNearlyFull(measureDiskSpace(folder)),
  });
  const { openedAt: endPosition } = store;
  const log = { append, endPosition, firstUnread: noteFirstUnread(folder, endPosition) };
  const status = { canStore: () => true, spooled: () => null };
  return openRecordingOf({ append, quarantine, lastEnd, node: null, status, log }, options);
}
