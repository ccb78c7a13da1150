import { isOutsideReadModels } from '../domain/callback/event-naming.ts';
import { redeliveryWindowMs } from '../domain/callback/identity.ts';
import type { RecordedEvent } from '../event-store/event-store.ts';
import type { ReadModelWriter } from '../read-models/read-model-writer.ts';
import { readEvent, type NextPlace } from './arrived-callback.ts';
import { projectQuarantine } from './quarantine.ts';
import { refoldRuns } from './relay-tasks/refold.ts';
import { projectRelayCallback } from './relay-tasks/relay-tasks.ts';
import { countInSession, mayBeKnown, namedSession, projectIntoSession } from './stream-sessions.ts';

/** What an event turned out to be; `nothing` is outside the read models, or an event id that stands in the log twice. */
export type ProjectedAs = 'callback' | 'redelivery' | 'nothing';

/** Projects one event: tells whether it is a callback or a redelivery of one, and folds what follows from it. */
export function projectEvent(rows: ReadModelWriter, event: RecordedEvent): ProjectedAs {
  if (isOutsideReadModels(event.streamName)) {
    projectQuarantine(rows.quarantine, event);
    return 'nothing';
  }
  const arrived = readEvent(event);
  const { callback, arrival, identity, position, eventId, recordedAtMs } = arrived;
  const { eventType, callbackEvent, appId, occurredAtMs } = callback;
  const { receivedAtMs, signature } = arrival;
  const nextPlace = placesOf(position);
  if (arrival.released !== undefined) {
    rows.quarantine.markReleased(arrival.released, position);
    // Released again after others came in between, it may be near another callback than the one that it is a delivery of.
    if (rows.isDelivered({ occurredAtMs, identity }, eventId)) return 'nothing';
  }

  const named = namedSession(rows, callback);
  const known = mayBeKnown(named, arrived.digest)
    ? rows.findCallback({ occurredAtMs, identity, receivedAtMs }, redeliveryWindowMs(callback))
    : null;
  if (known !== null) {
    if (!rows.addDelivery(known, eventId, receivedAtMs)) return 'nothing';
    if (known.sessionId !== null) countInSession(rows, known.sessionId, arrived, nextPlace);
    // Runs tell when their callbacks first arrived; a node's clock or a late drain may put a redelivery before that.
    if (known.taskRow !== null && known.atMs !== null && receivedAtMs < known.receivedAtMs) {
      refoldRuns(rows, known.taskRow, known.atMs);
    }
    return 'redelivery';
  }
  const row = {
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
  };
  if (callback.kind === 'RELAY') {
    projectRelayCallback(rows, { ...arrived, callback }, row, nextPlace);
  } else {
    const sessionId = named === null ? null : projectIntoSession(rows, named, arrived, nextPlace);
    rows.insertCallback(row, { sessionId, taskRow: null, attribution: null, relay: null });
  }
  return 'callback';
}

function placesOf(position: bigint): NextPlace {
  let ordinal = 0;
  return () => ({ position, ordinal: ordinal++ });
}
