import { readArrival } from '../callbacks/arrival.ts';
import { interpret } from '../callbacks/callback.ts';
import { parseJsonObject } from '../callbacks/json-object.ts';
import {
  discardedType,
  quarantineDecisionsStream,
  quarantineReasonOf,
  storedBytesOf,
  truncatedType,
  type Diagnosis,
  type QuarantineReason,
} from './quarantine.ts';
import { readDiscard, readTruncation } from './quarantine-events.ts';
import type { RecordedEvent } from '../log/event-store.ts';
import type { ReadModelWriter } from '../projecting/file/read-model-writer.ts';
import { UnreadableEvent } from '../projecting/arrived-callback.ts';

type QuarantineWriter = ReadModelWriter['quarantine'];

/**
 * Projects a quarantined callback or a decision. Ignores streams of later versions. Releases are arrivals instead.
 * @throws UnreadableEvent - metadata or data that is not ours
 */
export function projectQuarantine(quarantine: QuarantineWriter, event: RecordedEvent): void {
  const reason = quarantineReasonOf(event.streamName);
  if (reason !== null) quarantine.insert(toRow(event, reason));
  else if (event.streamName === quarantineDecisionsStream) projectDecision(quarantine, event);
}

function toRow(event: RecordedEvent, reason: QuarantineReason) {
  const { position, eventId, recordedAtMs, data, metadata, streamName } = event;
  const arrival = readArrival(metadata);
  if (arrival === null) throw new UnreadableEvent('metadata');
  const parsed = parseJsonObject(data);
  const callback = parsed.ok ? interpret(parsed.object) : null;
  return {
    position,
    eventId,
    reason,
    status: 'HELD' as const,
    diagnosis: diagnosisOf(arrival.quarantine, parsed.ok ? null : parsed.reason),
    signature: arrival.signature,
    receivedAtMs: arrival.receivedAtMs,
    recordedAtMs,
    appId: callback?.appId ?? null,
    eventType: callback?.eventType ?? null,
    callbackEvent: callback?.callbackEvent ?? null,
    releasedBy: null,
    bodyBytes: data.byteLength,
    streamName,
    storedBytes: storedBytesOf(event),
    changedPosition: position,
  };
}

/** Events of the first version have no diagnosis: their bodies are not JSON objects. */
function diagnosisOf(given: Diagnosis | undefined, unreadable: Diagnosis['unreadable'] | null): Diagnosis {
  if (given === undefined) return { check: 'JSON', field: 'body', ...(unreadable && { unreadable }) };
  const { check, field, secondsOff, unreadable: then } = given;
  return { check, field, ...(secondsOff !== undefined && { secondsOff }), ...(then && { unreadable: then }) };
}

function projectDecision(quarantine: QuarantineWriter, { type, data, position }: RecordedEvent): void {
  if (type === discardedType) {
    const discarded = readDiscard(data);
    if (discarded === null) throw new UnreadableEvent('data');
    quarantine.markDiscarded(discarded, position);
  }
  if (type === truncatedType) {
    const truncation = readTruncation(data);
    if (truncation === null) throw new UnreadableEvent('data');
    quarantine.remove(truncation);
  }
}
