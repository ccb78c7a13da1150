import { expect, test } from '@jest/globals';
import { interpret } from '../../src/callbacks/callback.ts';
import { nameEvent } from '../../src/callbacks/event-naming.ts';
import { newDelivery } from '../../src/forwarding/delivery-queue.ts';
import { parseSample } from '../support/samples.ts';

/** As the log has it: what is recorded of a body is in the stream that the body names, or in that of its account. */
function orderOf(body: object, isDamaged = false): string {
  const { streamName, eventType: type } = nameEvent(interpret(body as Parameters<typeof interpret>[0]));
  const data = Buffer.from(isDamaged ? 'not JSON' : JSON.stringify(body));
  const event = { position: 1n, revision: 0n, recordedAtMs: 0, eventId: '', metadata: Buffer.from('{}') };
  return newDelivery({ ...event, streamName, type, data, ...(isDamaged && { isDamaged }) }).streamName;
}

test('a recording waits for the stream that it names, not for everything of its account', () => {
  const push = parseSample('push');
  const recording = { ...push, event_type: 100 };
  expect(orderOf(recording)).toBe(orderOf(push));
  expect(orderOf({ ...recording, stream_id: 'other' })).not.toBe(orderOf(push));
  const { appid } = push as { appid?: unknown };
  const ofAccount = orderOf({ event_type: 100, appid });
  expect(orderOf({ event_type: 200, appid })).toBe(ofAccount);
  expect(orderOf(recording, true)).toBe(ofAccount);
});
