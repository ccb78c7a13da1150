import { createInMemoryLog, openInMemoryEventStore } from './in-memory-event-store.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { eventStoreContract } from '../log/contract.ts';

eventStoreContract('in-memory', () => {
  const log = createInMemoryLog();
  let store = openInMemoryEventStore(log, systemClock);
  return Promise.resolve({
    get store() {
      return store;
    },
    async reopen() {
      await store.close();
      store = openInMemoryEventStore(log, systemClock);
      return store;
    },
    close: () => store.close(),
  });
});
