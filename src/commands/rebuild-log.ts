import { existsSync } from 'node:fs';
import { LogUnusable } from '../event-store/errors.ts';
import type { EventReader } from '../event-store/event-store.ts';
import { beginNextEpoch } from '../event-store/eventstoredb/client/ledger-identity.ts';
import { startReplication } from '../event-store/eventstoredb/replica/replication.ts';
import type { EventStoreDbSettings } from '../event-store/eventstoredb/client/connection-string.ts';
import { logFilePath } from '../event-store/sqlite/log-file.ts';
import { openSqliteEventReader } from '../event-store/sqlite/sqlite-event-reader.ts';
import { openSqliteEventStore } from '../event-store/sqlite/sqlite-event-store.ts';
import { openSqliteLogReplica, removeSqliteLogReplica } from '../event-store/sqlite/sqlite-log-replica.ts';
import { systemClock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { readModelFileName, removeReadModel } from '../read-models/sqlite/file/read-model-file.ts';
import { copyFolder } from '../wiring/replica-log.ts';
import type { Settings } from './settings.ts';

/** The log that a rebuild reads, held so that no service runs on it meanwhile. */
export interface RebuiltLog {
  readonly store: EventReader;
  /** Where the read models stand. */
  readonly folder: string;
  close(): Promise<void>;
}

/** @throws LogUnusable - there is none, it is in use, or it can't be read */
export function openLogForRebuild({ dataDir, eventStore }: Pick<Settings, 'dataDir' | 'eventStore'>): RebuiltLog {
  const folder = eventStore.kind === 'sqlite' ? dataDir : copyFolder(dataDir);
  if (!existsSync(logFilePath(folder))) {
    throw new LogUnusable(`DATA_DIR ${dataDir} holds no log. Set DATA_DIR to the folder that the service uses.`);
  }
  if (eventStore.kind === 'sqlite') {
    const store = openSqliteEventStore(dataDir, systemClock);
    return { store, folder, close: () => store.close() };
  }
  const copy = openSqliteLogReplica(folder);
  try {
    const store = openSqliteEventReader(folder);
    return {
      store,
      folder,
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
 * Gives the copy up, begins a new epoch, and copies the whole log again: for a log that was restored from an older copy, or
 * is another one now. What the read models were built from is gone then, so they go first.
 * @throws LogUnusable - the server does not answer, and nothing was changed; or its log is damaged, or this one is in use
 */
export async function copyLogAnew(dataDir: string, settings: EventStoreDbSettings, logger: Logger): Promise<void> {
  const folder = copyFolder(dataDir);
  const before = openSqliteLogReplica(folder);
  const copied = before.identity();
  before.close();
  try {
    await beginNextEpoch(settings, copied);
  } catch (error) {
    if (error instanceof LogUnusable) throw error;
    // The client's own words may hold addresses.
    throw new LogUnusable('EventStoreDB does not answer, or does not let this user write. Nothing was changed.', {
      cause: error,
    });
  }
  removeReadModel(readModelFileName(folder));
  removeSqliteLogReplica(folder);
  const copy = openSqliteLogReplica(folder);
  const follower = startReplication({ ...settings, copy, logger });
  try {
    await follower.caughtUp();
  } finally {
    await follower.stop();
    copy.close();
  }
}
