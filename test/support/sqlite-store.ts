import { openSqliteEventStore } from '../../src/log/sqlite/sqlite-event-store.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import type { OpenedStore } from '../log/contract/opened-store.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

/** Milliseconds in which an append is answered: longer than any machine takes, because no result may depend on how fast this one is. */
const answerMsMax = 120_000;

/** Opens the embedded log in a new folder. */
export function openTemporarySqliteStore(): OpenedStore & { readonly dataDir: string } {
  const folder = makeTemporaryFolder();
  let store = openSqliteEventStore(folder.path, systemClock, { answerMsMax });
  return {
    dataDir: folder.path,
    get store() {
      return store;
    },
    async reopen() {
      await store.close();
      store = openSqliteEventStore(folder.path, systemClock, { answerMsMax });
      return store;
    },
    async close() {
      await store.close();
      folder.remove();
    },
  };
}
