import { projectAudit, projectRelease } from '../audit/audit-projection.ts';
import { namesOf } from '../callbacks/callback.ts';
import { isOutsideReadModels } from '../callbacks/event-naming.ts';
import { redeliveryWindowMs } from '../callbacks/identity.ts';
import { isFactStream } from '../facts/operator-fact-events.ts';
import type { RecordedEvent } from '../log/event-store.ts';
import type { Logger } from '../kernel/logger.ts';
import { ReadModelDamaged } from './file/read-model-file.ts';
import type { KnownCallback } from '../callbacks/callback-fields.ts';
import type { ReadModelWriter } from './file/read-model-writer.ts';
import { DamagedEvent, newCallbackOf, readEvent, UnreadableEvent, type ArrivedCallback } from './arrived-callback.ts';
import { projectOperatorFact } from '../facts/operator-fact-projection.ts';
import { projectQuarantine } from '../quarantine/quarantine-projection.ts';
import { projectEarlierArrival, projectRelayCallback } from '../relay/relay-task-projection.ts';
import {
  countInSession,
  mayBeKnown,
  namedSession,
  projectIntoSession,
  type NamedSession,
} from '../sessions/stream-session-projection.ts';
import { countInUnsettledPush, projectUnsettledPush } from '../sessions/refused/unsettled-push-projection.ts';

/** The result for an event; `nothing`: it is outside the read models, or its id is in the log twice. */
type ProjectedAs = 'callback' | 'redelivery' | 'nothing';

/** Called for each event once it is projected. */
export type NoteProjected = (projectedAs: ProjectedAs | Skipped) => void;

/** Why an event was skipped: `damaged` is not what was recorded; `poisoned` is, but can't be projected. */
type Skipped = 'poisoned' | 'damaged';

/**
 * Projects a batch in one transaction. If an event fails, projects each in its own transaction, and records and skips the
 * failing one as poisoned.
 * @throws Error of SQLite - the disk is full or broken; what was committed before is kept
 * @throws ReadModelDamaged
 */
export function projectBatch(
  rows: ReadModelWriter,
  events: readonly RecordedEvent[],
  logger: Logger,
  note: NoteProjected = () => undefined,
): void {
  const last = events.at(-1);
  if (last === undefined) return;
  let projected: ProjectedAs[];
  try {
    projected = rows.transaction(() => {
      const all = events.map((event) => projectEvent(rows, event));
      rows.saveCheckpoint(last);
      return all;
    });
  } catch {
    for (const event of events) note(projectAlone(rows, event, logger));
    return;
  }
  projected.forEach(note);
}

function projectAlone(rows: ReadModelWriter, event: RecordedEvent, logger: Logger): ProjectedAs | Skipped {
  const { position, streamName } = event;
  try {
    return rows.transaction(() => {
      const projectedAs = projectEvent(rows, event);
      rows.saveCheckpoint(event);
      return projectedAs;
    });
  } catch (error) {
    if (isStorageFault(error)) throw error;
    const reason = reasonOf(error);
    const isDamaged = error instanceof DamagedEvent;
    logger.error({ position: String(position), reason }, isDamaged ? damaged : poisoned);
    rows.transaction(() => {
      rows.savePoisoned({ position, streamName, reason });
      rows.saveCheckpoint(event);
    });
    return isDamaged ? 'damaged' : 'poisoned';
  }
}

const poisoned = 'an event could not be projected and was skipped';
const damaged = 'an event of the log is damaged and was skipped: it is not what was recorded';

const storageFaults = /^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB|BUSY|LOCKED|NOMEM)/;

/** A full or broken disk says nothing about the event: the projector stops and tries again. */
function isStorageFault(error: unknown): boolean {
  return error instanceof ReadModelDamaged || storageFaults.test(String((error as { code?: unknown }).code));
}

/** Messages of our own errors name a field; others may quote the event's content. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return error instanceof UnreadableEvent || error instanceof DamagedEvent
    ? `${error.name}: ${error.message}`
    : error.name;
}

/** Projects one event: decides whether it is a callback or a redelivery of one, and folds the consequences. */
export function projectEvent(rows: ReadModelWriter, event: RecordedEvent): ProjectedAs {
  if (event.isDamaged) throw new DamagedEvent();
  if (isOutsideReadModels(event.streamName)) {
    if (isFactStream(event.streamName)) projectOperatorFact(rows, event);
    else projectQuarantine(rows.quarantine, event);
    projectAudit(rows, event);
    return 'nothing';
  }
  const arrived = readEvent(event);
  const { callback, arrival, identity, position, eventId } = arrived;
  const { occurredAtMs } = callback;
  rows.incidents.noteArrival(arrival.receivedAtMs, occurredAtMs);
  if (arrival.released !== undefined) {
    rows.quarantine.markReleased(arrival.released, position);
    projectRelease(rows, arrival.released, { position, eventId });
    // A repeated release may be closer in time to another equal callback than to the one it delivers again.
    if (rows.callbacks.isDelivered({ occurredAtMs, identity }, eventId)) return 'nothing';
  }

  const session = namedSession(rows, callback);
  const known = mayBeKnown(session, arrived.digest)
    ? rows.callbacks.find({ occurredAtMs, identity, receivedAtMs: arrival.receivedAtMs }, redeliveryWindowMs(callback))
    : null;
  if (known !== null) return projectRedelivery(rows, known, session, arrived);
  if (callback.kind === 'RELAY') {
    projectRelayCallback(rows, { ...arrived, callback });
  } else {
    const sessionId = session === null ? null : projectIntoSessions(rows, session, arrived);
    const named = sessionId === null ? namesOf(callback) : null;
    rows.callbacks.insert(newCallbackOf(arrived), { sessionId, taskRow: null, attribution: null, relay: null, named });
    if (callback.kind === 'OTHER' && callback.listed !== null && named !== null) {
      rows.insertTyped(position, callback, named, callback.listed);
    }
  }
  return 'callback';
}

/** The row of the session that the callback belongs to; null if it belongs to none. */
function projectIntoSessions(rows: ReadModelWriter, named: NamedSession, arrived: ArrivedCallback): number | null {
  const { callback, parts } = named;
  return parts === null
    ? projectIntoSession(rows, named, arrived)
    : projectUnsettledPush(rows, { callback, parts }, arrived);
}

function projectRedelivery(
  rows: ReadModelWriter,
  known: KnownCallback,
  session: NamedSession | null,
  arrived: ArrivedCallback,
): ProjectedAs {
  const { receivedAtMs } = arrived.arrival;
  if (!rows.callbacks.addDelivery(known, arrived.eventId, receivedAtMs)) return 'nothing';
  if (session?.parts != null) countInUnsettledPush(rows, session.callback, session.parts, arrived);
  if (known.sessionId !== null) countInSession(rows, known.sessionId, arrived);
  // Runs say when their callbacks first arrived; by a node's clock or a late drain that may be this redelivery.
  const { callback } = arrived;
  if (receivedAtMs < known.receivedAtMs && callback.kind === 'RELAY') {
    projectEarlierArrival(rows, known, { ...arrived, callback });
  }
  return 'redelivery';
}
