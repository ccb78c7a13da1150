import { setTimeout as delay } from 'node:timers/promises';
import { errorCodes, LedgerError } from '../kernel/errors.ts';
import {
  StoreUnavailable,
  WrongExpectedRevision,
  type EventStore,
  type NewEvent,
  type RecordedEvent,
} from './event-store.ts';

/** The log as it is now: with EventStoreDB the server itself, because a copy may be behind. */
export type CurrentLog = Pick<EventStore, 'append' | 'readStream'>;

/** An event as it was appended. */
type AppendedEvent = NewEvent & Pick<RecordedEvent, 'position'>;

/**
 * The event of a stream that has one at most; null if it has none.
 * @throws StoreUnavailable - may be retried
 * @throws LedgerError - EVENT_DAMAGED
 */
export async function readOnlyEvent(log: CurrentLog, streamName: string): Promise<AppendedEvent | null> {
  for await (const event of log.readStream(streamName, 0n, 1)) {
    if (event.isDamaged === true) throw new LedgerError('EVENT_DAMAGED', errorCodes.EVENT_DAMAGED.meaning);
    return event;
  }
  return null;
}

/**
 * Appends an event to a stream that has one at most. Resolves with this event, or with the one that came first, on
 * whatever node: durable either way.
 * @throws StoreUnavailable, StoreOverloaded - as `EventStore.append`
 * @throws LedgerError - EVENT_DAMAGED
 */
export async function appendOnlyEvent(log: CurrentLog, streamName: string, event: NewEvent): Promise<AppendedEvent> {
  try {
    const { position } = await log.append(streamName, [event], 'none');
    return { ...event, position };
  } catch (error) {
    if (!(error instanceof WrongExpectedRevision)) throw error;
    return readFirst(log, streamName);
  }
}

/** Attempts to read an event for which another was refused: EventStoreDB may show it a moment later. */
const attemptsMax = 10;

/** Milliseconds after the first attempt, twice that after the second, and so on: 2.8 s in all. */
const attemptAfterMs = 50;

async function readFirst(log: CurrentLog, streamName: string): Promise<AppendedEvent> {
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const first = await readOnlyEvent(log, streamName);
    if (first !== null) return first;
    await delay(attempt * attemptAfterMs);
  }
  throw new StoreUnavailable('The event cannot be read yet.', { mayBeStored: true });
}
