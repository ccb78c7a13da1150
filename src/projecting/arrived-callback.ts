import { readArrival, type Arrival } from '../callbacks/arrival.ts';
import { interpret, type Callback } from '../callbacks/callback.ts';
import { digestOf } from '../callbacks/identity.ts';
import { parseJsonObject } from '../callbacks/json-object.ts';
import type { RecordedEvent } from '../log/event-store.ts';
import type { NewCallback } from '../callbacks/callback-fields.ts';
import type { ChangePosition } from './changes.ts';

/** Returns the position of an event's next change: the event's position, with the ordinals 0, 1, 2 … */
export type NextChange = () => ChangePosition;

/** Positions for the changes of one event. */
export function changesAt(position: bigint): NextChange {
  let ordinal = 0;
  return () => ({ position, ordinal: ordinal++ });
}

/** One event of the log, as this version of the product reads it. */
export interface ArrivedCallback {
  readonly position: bigint;
  readonly eventId: string;
  readonly recordedAtMs: number;
  readonly arrival: Arrival;
  readonly identity: Buffer;
  /** The identity in hex. */
  readonly digest: string;
  readonly callback: Callback;
  readonly nextChange: NextChange;
}

/** An event in one of our streams that is not an arrival of ours. Its message names the field, never the content. */
export class UnreadableEvent extends Error {
  override readonly name = 'UnreadableEvent';
}

/** An event that its digest shows is not what was appended. It must not change any session. */
export class DamagedEvent extends Error {
  override readonly name = 'DamagedEvent';

  constructor() {
    super('it is not what was recorded');
  }
}

/** Types of a server's own events in our streams, and what somebody did there. */
const doneInServer: ReadonlyMap<string, string> = new Map([
  ['$metadata', 'STREAM_METADATA_CHANGED'],
  ['$streamDeleted', 'STREAM_DELETED'],
]);

/** @throws UnreadableEvent - a server's own event, metadata that is not ours, or a body that is not a JSON object */
export function readEvent(event: RecordedEvent): ArrivedCallback {
  const { position, eventId, type, recordedAtMs, data, metadata, storedAs } = event;
  const done = doneInServer.get(type);
  if (done !== undefined) throw new UnreadableEvent(`type: ${done}`);
  const arrival = readArrival(metadata);
  if (arrival === null) throw new UnreadableEvent('metadata');
  const body = parseJsonObject(data);
  if (!body.ok) throw new UnreadableEvent(`data: ${body.reason}`);
  // Without personal values, so that it stays the same when they are erased.
  const stored = storedAs === undefined ? body : parseJsonObject(storedAs.data);
  if (!stored.ok) throw new UnreadableEvent(`data: ${stored.reason}`);
  const digest = digestOf(stored.object);
  return {
    position,
    eventId,
    recordedAtMs,
    arrival,
    identity: Buffer.from(digest, 'hex'),
    digest,
    callback: interpret(body.object),
    nextChange: changesAt(position),
  };
}

/** The row of a callback at its first arrival. */
export function newCallbackOf(arrived: ArrivedCallback): NewCallback {
  const { position, eventId, identity, recordedAtMs } = arrived;
  const { eventType, callbackEvent, appId, occurredAtMs } = arrived.callback;
  const { receivedAtMs, signature } = arrived.arrival;
  return {
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
}
