import { randomUUID } from 'node:crypto';
import { writeArrival } from '../src/callbacks/arrival.ts';
import type { RecordedEvent } from '../src/log/event-store.ts';

/** The event of a relay callback, as the projection reads it from a log. */
export function relayEventOf(position: number, body: object, receivedAtMs: number): RecordedEvent {
  return {
    position: BigInt(position),
    streamName: 'relayTask-4/1',
    revision: BigInt(position),
    eventId: randomUUID(),
    type: 'CssRelayTaskStart',
    data: Buffer.from(JSON.stringify(body)),
    metadata: writeArrival({ receivedAtMs, signature: 'TOKEN', remoteAddress: '127.0.0.1' }),
    recordedAtMs: 0,
  };
}
