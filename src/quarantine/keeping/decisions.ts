import { randomUUID } from 'node:crypto';
import { within, type Clock } from '../../kernel/clock.ts';
import { readArrival, writeArrival } from '../../callbacks/arrival.ts';
import { interpret } from '../../callbacks/callback.ts';
import { nameEvent } from '../../callbacks/event-naming.ts';
import { parseJsonObject } from '../../callbacks/json-object.ts';
import {
  writeDecision,
  writeDiscard,
  type DecidedBy,
  type DecisionOutcome,
  type QuarantineDecisions,
  type QuarantinedEventRef,
} from '../quarantine-events.ts';
import { discardedType, quarantineDecisionsStream, quarantineReasonOf, releasedEventId } from '../quarantine.ts';
import {
  StoreOverloaded,
  StoreUnavailable,
  type EventStore,
  type NewEvent,
  type RecordedEvent,
} from '../../log/event-store.ts';

/** Events read and appended together, with one fsync: 8 MiB at 512 KiB per body. */
const batchEventsMax = 16;

/** Milliseconds to wait until a decision or a fact can be read. After that it is answered anyway, because it is durable. */
export const readableWithinMs = 5_000;

export interface QuarantineDecisionsOptions {
  readonly store: Pick<EventStore, 'append' | 'readAt'>;
  /** Resolves once a position is projected. */
  readonly waitForPosition: (position: bigint) => Promise<void>;
  readonly clock: Clock;
  /** `readableWithinMs` by default. */
  readonly readableMsMax?: number | undefined;
}

/** Records decisions in the log. Needs no closing. */
export function createQuarantineDecisions(options: QuarantineDecisionsOptions): QuarantineDecisions {
  const { store, waitForPosition, clock, readableMsMax = readableWithinMs } = options;
  /**
   * Positions of decisions that can't be read yet, by what they decide: repeating one meanwhile must not grow the log. At
   * most as many as the quarantine has events.
   */
  const unread = new Map<string, Promise<bigint | null>>();
  return {
    release: (events, by) => decide(events, releaseOf(by)),
    discard: (events, by) => decide(events, discardOf(by)),
  };

  /** In log order, so that callbacks released together arrive in the order of their first arrival. */
  async function decide(refs: readonly QuarantinedEventRef[], toAppend: ToAppend): Promise<DecisionOutcome[]> {
    const inOrder = [...refs].sort((one, other) => (one.position < other.position ? -1 : 1));
    const outcomes = new Map<QuarantinedEventRef, DecisionOutcome>();
    let last: bigint | null = null;
    for (let begin = 0; begin < inOrder.length; begin += batchEventsMax) {
      const batch = inOrder.slice(begin, begin + batchEventsMax);
      const events = await Promise.all(batch.map(({ position }) => store.readAt(position)));
      const done = await Promise.all(batch.map((ref, index) => append(ref, events[index] ?? null, toAppend)));
      batch.forEach((ref, index) => outcomes.set(ref, done[index]?.outcome ?? 'NOT_STORED'));
      for (const { position } of done) if (position !== null && (last === null || position > last)) last = position;
    }
    if (last !== null) {
      // The projector may be stopped: the decision is durable, and is projected after the next start.
      const readable = waitForPosition(last).catch(() => undefined);
      await within(readable, { ms: readableMsMax, late: undefined });
    }
    return refs.map((ref) => outcomes.get(ref) ?? 'NOT_STORED');
  }

  async function append(
    { eventId }: QuarantinedEventRef,
    quarantined: RecordedEvent | null,
    toAppend: ToAppend,
  ): Promise<{ readonly outcome: DecisionOutcome; readonly position: bigint | null }> {
    if (quarantined?.eventId !== eventId || quarantineReasonOf(quarantined.streamName) === null) {
      return { outcome: 'GONE', position: null };
    }
    const next = toAppend(quarantined, clock());
    if (next === null) return { outcome: 'UNREADABLE', position: null };
    const key = `${next.event.type} ${eventId}`;
    const position = await (unread.get(key) ?? appendUnread(key, next));
    return position === null ? { outcome: 'NOT_STORED', position } : { outcome: 'DONE', position };
  }

  /** Null if the log could not store it. */
  function appendUnread(
    key: string,
    { streamName, event }: Exclude<ReturnType<ToAppend>, null>,
  ): Promise<bigint | null> {
    const appending = store.append(streamName, [event], 'any').then(
      ({ position }) => {
        void waitForPosition(position)
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

/** The event that records a decision; null if the callback can't be decided that way. */
type ToAppend = (
  quarantined: RecordedEvent,
  nowMs: number,
) => { readonly streamName: string; readonly event: NewEvent } | null;

const releaseOf =
  (by: DecidedBy): ToAppend =>
  ({ position, eventId, data, metadata, isDamaged }, atMs) => {
    if (isDamaged) return null;
    const arrival = readArrival(metadata);
    const parsed = parseJsonObject(data);
    if (arrival === null || !parsed.ok) return null;
    const { quarantine, ...received } = arrival;
    const released = { position, eventId, atMs, ...by };
    const { streamName, eventType } = nameEvent(interpret(parsed.object));
    return {
      streamName,
      event: {
        eventId: releasedEventId(eventId),
        type: eventType,
        data,
        metadata: writeArrival({ ...received, released }),
      },
    };
  };

const discardOf =
  (by: DecidedBy): ToAppend =>
  (quarantined, atMs) => ({
    streamName: quarantineDecisionsStream,
    event: {
      eventId: randomUUID(),
      type: discardedType,
      data: writeDiscard(quarantined),
      metadata: Buffer.from(JSON.stringify(writeDecision({ atMs, ...by }))),
    },
  });
