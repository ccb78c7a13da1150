import { LogUnusable, type EventReader } from '../../log/event-store.ts';
import type { EventStoreDbSettings } from '../../log/eventstoredb/connection-string.ts';
import type { LogAtOpening } from '../../log/sqlite/log-opening.ts';
import { openSqliteEventReader } from '../../log/sqlite/sqlite-event-reader.ts';
import { openSqliteEventStore } from '../../log/sqlite/sqlite-event-store.ts';
import { openSqliteLogReplica, removeSqliteLogReplica } from '../../log/sqlite/sqlite-log-replica.ts';
import { systemClock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import { removeReadModels } from '../../projecting/file/read-models-on-disk.ts';
import { copyFolder } from '../../node/log-choice.ts';
import { compareWithReadModel, type LostEvents } from '../../node/replica/restored-log.ts';
import { findLogFolder, type LogSettings } from '../../commands/log-folder.ts';

/** The log that a rebuild reads, locked so that no service can use it until `close`. The embedded one has begun an epoch. */
export interface LogForRebuild {
  readonly store: EventReader;
  /** The folder of the read models. */
  readonly folder: string;
  /** Events that the present read models have and the log does not; null if there are none, or that is unknown. */
  readonly lost: LostEvents | null;
  close(): Promise<void>;
}

/** @throws LogUnusable - there is no log, it is in use, or it can't be read */
export function openLogForRebuild(settings: LogSettings): LogForRebuild {
  const { dataDir, eventStore } = settings;
  const folder = findLogFolder(settings);
  if (eventStore.kind === 'sqlite') {
    let lost: LostEvents | null = null;
    // An epoch always begins: a rebuild may follow a restore that no comparison shows.
    const isRestored = (log: LogAtOpening) => {
      const compared = compareWithReadModel(folder, log);
      if (compared.kind === 'older') ({ lost } = compared);
      return true;
    };
    const store = openSqliteEventStore(dataDir, systemClock, { isRestored });
    return { store, folder, lost, close: () => store.close() };
  }
  const copy = openSqliteLogReplica(folder);
  try {
    const store = openSqliteEventReader(folder);
    return {
      store,
      folder,
      lost: null,
      close() {
        store.close();
        copy.close();
        return Promise.resolve();
      },
    };
  } catch (error) {
    copy.close();
    throw error;
  }
}

/**
 * Begins a new epoch, deletes the node's copy of the log with the read models built from it, and copies the whole log again. For
 * a log that was restored from a backup, or replaced by another one.
 * @throws LogUnusable - the server does not answer and nothing was changed, the log is damaged, or the copy is in use
 */
export async function copyLogAgain(dataDir: string, settings: EventStoreDbSettings, logger: Logger): Promise<void> {
  // The client of EventStoreDB is loaded only if it is needed.
  const { beginNextEpoch } = await import('../../log/eventstoredb/ledger-identity.ts');
  const { startReplication } = await import('../../log/eventstoredb/replication.ts');
  const folder = copyFolder(dataDir);
  const before = openSqliteLogReplica(folder);
  const copied = before.identity();
  before.close();
  try {
    await beginNextEpoch(settings, copied);
  } catch (error) {
    if (error instanceof LogUnusable) throw error;
    // The client's own message may contain addresses.
    throw new LogUnusable(
      'EventStoreDB does not answer, or does not let this user write. Nothing was changed. Check the server and EVENT_STORE_URL.',
      {
        cause: error,
      },
    );
  }
  removeReadModels(folder, () => true);
  removeSqliteLogReplica(folder);
  const copy = openSqliteLogReplica(folder);
  const replication = startReplication({ ...settings, replica: copy, logger });
  try {
    await replication.caughtUp();
  } finally {
    await replication.stop();
    copy.close();
  }
}
