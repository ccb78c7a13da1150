import { EventStoreDBClient } from '@eventstore/db-client';
import { within } from '../../kernel/clock.ts';
import { LogUnusable } from '../event-store.ts';
import { checkConnectionString, unusable } from './settings.ts';
import { patchStreams } from './client-patches.ts';

/**
 * Milliseconds that ending the client's calls may take. The client waits for each to end, but a call that the server ended
 * before its last events were read never does.
 */
const disposeMsMax = 2_000;

/** One user's share of the process's client. */
export interface Connection {
  /** Read it anew for each call: see `renew`. */
  readonly client: EventStoreDBClient;
  /** Replaces a client that does not recover. Its calls fail. */
  renew(): void;
  /** Ends the calls of the client once its last user has closed it. */
  close(): Promise<void>;
}

interface Shared {
  readonly url: string;
  client: EventStoreDBClient;
  users: number;
}

/** One client per thread: instances share one table of appends, and if one loses its server, the others fail or hang. */
let shared: Shared | null = null;

/**
 * Does not connect yet: the first call does.
 * @throws LogUnusable - the connection string is invalid, or this process uses another server
 */
export function openConnection(url: string): Connection {
  if (shared !== null && shared.url !== url) {
    throw new LogUnusable('This process already uses another EventStoreDB, and can use only one.');
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
      await within(ours.client.dispose(), { ms: disposeMsMax, late: undefined });
    },
  };
}

function createClient(url: string): EventStoreDBClient {
  checkConnectionString(url);
  try {
    const client = EventStoreDBClient.connectionString(url);
    patchStreams(client);
    return client;
  } catch (error) {
    // The client's message may quote the string, which may contain a password.
    const isFile = error instanceof Error && error.message.includes('certificate');
    throw unusable(isFile ? 'names a certificate or key file that cannot be read' : 'is not a valid connection string');
  }
}
