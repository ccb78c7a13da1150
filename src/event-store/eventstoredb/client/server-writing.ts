import { ANY, type AppendExpectedRevision, type AppendResult, type EventData } from '@eventstore/db-client';
import type { EventStoreDBClient } from '@eventstore/db-client';

/**
 * Milliseconds that the server is given. The client sends it as a moment of our clock, and a server whose clock is past that
 * refuses everything at once: so it is long, and clocks may be a minute apart. Whoever waits has a far shorter limit.
 */
const serverDeadlineMs = 60_000;

/**
 * Sends one append. Everything that this product writes to the server goes this way: one that goes without the deadline is
 * enough to stop a node whose clock is behind.
 * @throws the client's errors
 */
export function appendToServer(
  client: EventStoreDBClient,
  serverName: string,
  events: readonly EventData[],
  expectedRevision: AppendExpectedRevision = ANY,
): Promise<AppendResult> {
  return client.appendToStream(serverName, [...events], { expectedRevision, deadline: serverDeadlineMs });
}
