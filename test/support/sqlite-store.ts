import type { EventStore } from '../../src/log/event-store.ts';
import { openSqliteEventStore, type SqliteEventStoreOptions } from '../../src/log/sqlite/sqlite-event-store.ts';
import { systemClock, type Clock } from '../../src/kernel/clock.ts';
import type { OpenedStore } from '../log/contract/opened-store.ts';
import { patientMs } from './patience.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

/** Opens the embedded log, with as long for an append as any machine takes. */
export function openPatientEventStore(
  dataDir: string,
  clock: Clock,
  options: SqliteEventStoreOptions = {},
): EventStore {
  return openSqliteEventStore(dataDir, clock, { answerMsMax: patientMs, ...options });
}

/** Opens the embedded log in a new folder. */
export function openTemporarySqliteStore(): OpenedStore & { readonly dataDir: string } {
  const folder = makeTemporaryFolder();
  let store = openPatientEventStore(folder.path, systemClock);
  return {
    dataDir: folder.path,
    get store() {
      return store;
    },
    async reopen() {
      await store.close();
      store = openPatientEventStore(folder.path, systemClock);
      return store;
    },
    async close() {
      await store.close();
      folder.remove();
    },
  };
}
