import { isOutsideReadModels } from '../domain/callback/event-naming.ts';
import { redeliveryWindowMs } from '../domain/callback/identity.ts';
import type { RecordedEvent } from '../event-store/event-store.ts';
import type { KnownCallback, ReadModelWriter } from '../read-models/read-model-writer.ts';
import { newCallbackOf, readEvent, type ArrivedCallback } from './arrived-callback.ts';
import { projectQuarantine } from './quarantine.ts';
import { refoldRuns } from './relay-tasks/refold.ts';
import { projectRelayCallback } from './relay-tasks/relay-tasks.ts';
import { countInSession, mayBeKnown, namedSession, projectIntoSession } from './stream-sessions.ts';

/** What an event turned out to be; `nothing` is outside the read models, or an event id that is in the log twice. */
export type ProjectedAs = 'callback' | 'redelivery' | 'nothing';

/** Projects one event: decides whether it is a callback or a redelivery of one, and folds what follows from it. */
export function projectEvent(rows: ReadModelWriter, event: RecordedEvent): ProjectedAs {
  if (isOutsideReadModels(event.streamName)) {
    projectQuarantine(rows.quarantine, event);
    return 'nothing';
  }
  const arrived = readEvent(event);
  const { callback, arrival, identity, position, eventId } = arrived;
  const { occurredAtMs } = callback;
  if (arrival.released !== undefined) {
    rows.quarantine.markReleased(arrival.released, position);
    // A repeated release may be closer in time to another equal callback than to the one that it is a delivery of.
    if (rows.isDelivered({ occurredAtMs, identity }, eventId)) return 'nothing';
  }

  const named = namedSession(rows, callback);
  const known = mayBeKnown(named, arrived.digest)
    ? rows.findCallback({ occurredAtMs, identity, receivedAtMs: arrival.receivedAtMs }, redeliveryWindowMs(callback))
    : null;
  if (known !== null) return projectRedelivery(rows, known, arrived);
  if (callback.kind === 'RELAY') {
    projectRelayCallback(rows, { ...arrived, callback });
  } else {
    const sessionId = named === null ? null : projectIntoSession(rows, named, arrived);
    rows.insertCallback(newCallbackOf(arrived), { sessionId, taskRow: null, attribution: null, relay: null });
  }
  return 'callback';
}

function projectRedelivery(rows: ReadModelWriter, known: KnownCallback, arrived: ArrivedCallback): ProjectedAs {
  const { receivedAtMs } = arrived.arrival;
  if (!rows.addDelivery(known, arrived.eventId, receivedAtMs)) return 'nothing';
  if (known.sessionId !== null) countInSession(rows, known.sessionId, arrived);
  // Runs say when their callbacks first arrived; by a node's clock or a late drain that may be this redelivery.
  if (known.taskRow !== null && known.atMs !== null && receivedAtMs < known.receivedAtMs) {
    refoldRuns(rows, known.taskRow, known.atMs);
  }
  return 'redelivery';
}
