import type { EventStoreDBClient } from '@eventstore/db-client';
import { LogUnusable } from '../../errors.ts';
import type { RecordedEvent } from '../../event-store.ts';
import type { LogReplica } from '../../log-replica.ts';
import type { LogIdentity } from '../../log-identity.ts';
import { readFailure } from '../client/failure.ts';
import { readEnd, toRecorded } from '../client/server-reading.ts';
import type { StreamNames } from '../client/stream-names.ts';

/** Copied events that are looked for in the server, from the newest on, until one is found there or something else in its place. */
const eventsComparedMax = 20;

/** What to do where the log is not the one that was copied. */
const remedy =
  'If that is meant, stop this process and run `live-ledger rebuild --from-log`: it begins a new epoch and copies the log again.';

/**
 * Compares the copy with the log before following goes on: a server takes a position beyond its end in silence, and would
 * skip everything below it for ever.
 * @throws LogUnusable - another log, a shorter one, or one with other events at the same places
 */
export async function assertSameLog(
  client: EventStoreDBClient,
  names: StreamNames,
  copy: LogReplica,
  found: LogIdentity | null,
): Promise<void> {
  const copied = copy.identity();
  if (copied === null) return;
  if (found === null) throw unusable('EventStoreDB has no log under this EVENT_STORE_PREFIX any more.');
  if (found.logId !== copied.logId)
    throw unusable('The log in EventStoreDB is another one than the one that was copied.');
  const handled = copy.checkpoint();
  if (found.epoch < copied.epoch || (handled !== null && handled.commit > (await readEnd(client)))) {
    throw unusable('The log in EventStoreDB ends before the copy of it does, as after restoring an older copy.');
  }
  for (const event of copy.newest(eventsComparedMax)) {
    const there = await readAtRevision(client, names, event);
    // Deleted or truncated there: it says nothing.
    if (there === null) continue;
    if (there.eventId === event.eventId && there.position === event.position) return;
    throw otherEvents();
  }
}

async function readAtRevision(
  client: EventStoreDBClient,
  names: StreamNames,
  { streamName, revision }: RecordedEvent,
): Promise<RecordedEvent | null> {
  let found: RecordedEvent | null = null;
  try {
    const reading = client.readStream(names.ofRecorded(streamName), { fromRevision: revision, maxCount: 1 });
    for await (const resolved of reading) found = toRecorded(resolved, names);
  } catch (error) {
    const { kind } = readFailure(error);
    if (kind !== 'streamMissing' && kind !== 'streamDeleted') throw error;
  }
  return found?.revision === revision ? found : null;
}

export function otherEvents(): LogUnusable {
  return unusable('The log in EventStoreDB has other events at the places of those that were copied.');
}

function unusable(what: string): LogUnusable {
  return new LogUnusable(`${what} ${remedy}`);
}
