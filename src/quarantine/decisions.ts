import { randomUUID } from 'node:crypto';
import type { Clock } from '../kernel/clock.ts';
import { readArrival, writeArrival } from '../domain/callback/arrival.ts';
import { interpret } from '../domain/callback/callback.ts';
import { nameEvent } from '../domain/callback/event-naming.ts';
import { parseJsonObject } from '../domain/callback/json-object.ts';
import type { DecisionOutcome, QuarantineDecisions } from '../domain/quarantine/operator-decisions.ts';
import { writeDiscard, type QuarantinedEventRef } from '../domain/quarantine/quarantine-records.ts';
import {
  discardedType,
  quarantineDecisionsStream,
  quarantineReasonOf,
  releasedEventId,
} from '../domain/quarantine/quarantine.ts';
import { StoreOverloaded, StoreUnavailable } from '../event-store/errors.ts';
import type { EventStore, NewEvent, RecordedEvent } from '../event-store/event-store.ts';

/** Events that are read and appended together: at 512 KiB a body, 8 MiB; so many share one fsync. */
const deskBatchMax = 16;

/** Milliseconds to wait until what was decided can be read; then the answer comes all the same, because it is durable. */
export const decisionsReadableWithinMs = 5_000;

export interface QuarantineDecisionsOptions {
  readonly store: Pick<EventStore, 'append' | 'readAt'>;
  /** Resolves once a position is projected. */
  readonly reached: (position: bigint) => Promise<void>;
  readonly clock: Clock;
  /** Called after each call that has decided something, once that can be read or the wait for it is over. */
  readonly onDecided?: () => void;
}

export function createQuarantineDecisions(options: QuarantineDecisionsOptions): QuarantineDecisions {
  const { store, reached, clock, onDecided } = options;
  /**
   * Positions of decisions that can't be read yet, by what they decide: who asks again meanwhile must not make the log grow.
   * As many as the shares of the quarantine let in.
   */
  const unread = new Map<string, Promise<bigint | null>>();
  return {
    release: (places) => decide(places, releaseOf),
    discard: (places) => decide(places, discardOf),
  };

  /** In the order of the log, so that what is released together arrives in the order in which it first came. */
  async function decide(places: readonly QuarantinedEventRef[], toAppend: ToAppend): Promise<DecisionOutcome[]> {
    const inOrder = [...places].sort((one, other) => (one.position < other.position ? -1 : 1));
    const outcomes = new Map<QuarantinedEventRef, DecisionOutcome>();
    let last: bigint | null = null;
    for (let begin = 0; begin < inOrder.length; begin += deskBatchMax) {
      const batch = inOrder.slice(begin, begin + deskBatchMax);
      const found = await Promise.all(batch.map(({ position }) => store.readAt(position)));
      const done = await Promise.all(batch.map((place, index) => append(place, found[index] ?? null, toAppend)));
      batch.forEach((place, index) => outcomes.set(place, done[index]?.outcome ?? 'NOT_STORED'));
      for (const { position } of done) if (position !== null && (last === null || position > last)) last = position;
    }
    if (last !== null) {
      await within(decisionsReadableWithinMs, reached(last));
      onDecided?.();
    }
    return places.map((place) => outcomes.get(place) ?? 'NOT_STORED');
  }

  async function append(
    { eventId }: QuarantinedEventRef,
    found: RecordedEvent | null,
    toAppend: ToAppend,
  ): Promise<{ readonly outcome: DecisionOutcome; readonly position: bigint | null }> {
    if (found?.eventId !== eventId || quarantineReasonOf(found.streamName) === null) {
      return { outcome: 'GONE', position: null };
    }
    const next = toAppend(found, clock());
    if (next === null) return { outcome: 'UNREADABLE', position: null };
    const key = `${next.event.type} ${eventId}`;
    const appending = unread.get(key) ?? appendUnread(key, next);
    const position = await appending;
    return position === null ? { outcome: 'NOT_STORED', position } : { outcome: 'DONE', position };
  }

  /** Null where the log could not take it. */
  function appendUnread(
    key: string,
    { streamName, event }: Exclude<ReturnType<ToAppend>, null>,
  ): Promise<bigint | null> {
    const appending = store.append(streamName, [event], 'any').then(
      ({ position }) => {
        void reached(position)
          .finally(() => unread.delete(key))
          .catch(() => undefined);
        return position;
      },
      (error: unknown) => {
        unread.delete(key);
        if (!(error instanceof StoreOverloaded || error instanceof StoreUnavailable)) throw error;
        return null;
      },
    );
    unread.set(key, appending);
    return appending;
  }
}

/** The event of a decision; null where it can't be decided so. */
type ToAppend = (
  quarantined: RecordedEvent,
  nowMs: number,
) => { readonly streamName: string; readonly event: NewEvent } | null;

const releaseOf: ToAppend = ({ position, eventId, data, metadata }, atMs) => {
  const arrival = readArrival(metadata);
  const parsed = parseJsonObject(data);
  if (arrival === null || !parsed.ok) return null;
  const { receivedAtMs, signature, remoteAddress } = arrival;
  const released = { position, eventId, atMs };
  const { streamName, eventType } = nameEvent(interpret(parsed.object));
  return {
    streamName,
    event: {
      eventId: releasedEventId(eventId),
      type: eventType,
      data,
      metadata: writeArrival({ receivedAtMs, signature, remoteAddress, released }),
    },
  };
};

const discardOf: ToAppend = (place, atMs) => ({
  streamName: quarantineDecisionsStream,
  event: {
    eventId: randomUUID(),
    type: discardedType,
    data: writeDiscard(place),
    metadata: Buffer.from(JSON.stringify({ at: new Date(atMs).toISOString() })),
  },
});

/** Waits no longer than this; whether it came to be is not told. */
async function within(ms: number, promise: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  // The projector may be stopped meanwhile: what was decided is durable, and is projected at the next start.
  await Promise.race([promise.catch(() => undefined), timeout]);
  clearTimeout(timer);
}
