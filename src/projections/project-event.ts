import { isOutsideReadModels } from '../domain/event-naming.ts';
import { redeliveryWindowMs } from '../domain/redelivery-window.ts';
import type { RecordedEvent } from '../event-store/event-store.ts';
import type { ReadModelWriter } from '../read-models/read-model-writer.ts';
import { readEvent, type NextPlace } from './arrived-callback.ts';
import { countInSession, projectIntoSession } from './stream-sessions.ts';

/** Projects one event: tells whether it is a callback or a redelivery of one, and folds what follows from it. */
export function projectEvent(rows: ReadModelWriter, event: RecordedEvent): void {
  if (isOutsideReadModels(event.streamName)) return;
  const arrived = readEvent(event);
  const { callback, arrival, identity, position, eventId, recordedAtMs } = arrived;
  const { occurredAtMs } = callback;
  const { receivedAtMs, signature } = arrival;
  const nextPlace = placesOf(position);

  const known = rows.findCallback({ occurredAtMs, identity, receivedAtMs }, redeliveryWindowMs(callback));
  if (known !== null) {
    const counted = rows.addDelivery(known, eventId, receivedAtMs);
    if (counted && known.sessionId !== null) countInSession(rows, known.sessionId, arrived, nextPlace);
    return;
  }
  const sessionId = projectIntoSession(rows, arrived, nextPlace);
  const { eventType, callbackEvent, appId } = callback;
  rows.insertCallback({
    position,
    eventId,
    identity,
    eventType,
    callbackEvent,
    appId,
    occurredAtMs,
    receivedAtMs,
    recordedAtMs,
    signature,
    sessionId,
  });
}

function placesOf(position: bigint): NextPlace {
  let ordinal = 0;
  return () => ({ position, ordinal: ordinal++ });
}
