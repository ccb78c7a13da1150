import { EventStoreDBClient } from '@eventstore/db-client';
import { LogUnusable } from '../../errors.ts';
import { checkConnectionString, unusable } from './connection-string.ts';
import { writeAppendsUnqueued } from './client-patches.ts';

/** The one client of this process, as its users have it. */
export interface Connection {
  /** Asked for each call anew: see `renew`. */
  readonly client: EventStoreDBClient;
  /** Puts a new client in the place of one that has gone wrong for good. What that one was asked fails. */
  renew(): void;
  /** Ends what it was asked, once the last user has closed it. */
  close(): Promise<void>;
}

interface Shared {
  readonly url: string;
  client: EventStoreDBClient;
  users: number;
}

/**
 * One client a process, for its whole life: the client keeps the appends in flight of all its instances in one table, and
 * where the server of one goes, those of all others fail or are never answered.
 */
let shared: Shared | null = null;

/**
 * Connects nowhere yet: the first call does.
 * @throws LogUnusable - the connection string is none, or another server is in use in this process
 */
export function openConnection(url: string): Connection {
  if (shared !== null && shared.url !== url) {
    throw new LogUnusable('This process uses another EventStoreDB already: there can be one a process.');
  }
  const ours = (shared ??= { url, client: createClient(url), users: 0 });
  ours.users += 1;
  let closed = false;
  return {
    get client() {
      return ours.client;
    },
    renew() {
      const before = ours.client;
      ours.client = createClient(url);
      void before.dispose();
    },
    async close() {
      if (closed) return;
      closed = true;
      ours.users -= 1;
      if (ours.users > 0) return;
      shared = null;
      await ours.client.dispose();
    },
  };
}

function createClient(url: string): EventStoreDBClient {
  checkConnectionString(url);
  try {
    const client = EventStoreDBClient.connectionString(url);
    writeAppendsUnqueued(client);
    return client;
  } catch (error) {
    // The client's message may quote the string, which may hold a password.
    const isFile = error instanceof Error && error.message.includes('certificate');
    throw unusable(isFile ? 'names a certificate or key file that can not be read' : 'is no connection string');
  }
}
