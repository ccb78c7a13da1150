import { afterEach, beforeEach } from '@jest/globals';
import type { EventStore } from '../../../src/log/event-store.ts';
import type { OpenedStore, OpenStore } from './opened-store.ts';

/** A fresh store for each test of the part that calls this. */
export function storePerTest(open: OpenStore): { readonly store: EventStore; reopen(): Promise<EventStore> } {
  let opened: OpenedStore | null = null;
  const current = () => {
    if (opened === null) throw new Error('A store is open during a test only.');
    return opened;
  };
  beforeEach(async () => {
    opened = await open();
  });
  afterEach(async () => {
    await opened?.close();
    opened = null;
  });
  return {
    get store() {
      return current().store;
    },
    reopen: () => current().reopen(),
  };
}
