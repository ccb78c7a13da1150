import type { EventStore } from '../../../src/log/event-store.ts';

/** A log of its own for one test, with nothing in it but the event that names it. */
export interface OpenedStore {
  readonly store: EventStore;
  /** Closes it and opens it again on what it has made durable. */
  reopen(): Promise<EventStore>;
  /** Closes it and leaves nothing behind. */
  close(): Promise<void>;
}

export type OpenStore = () => Promise<OpenedStore>;
