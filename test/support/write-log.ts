import { randomUUID } from 'node:crypto';
import { writeArrival } from '../../src/callbacks/arrival.ts';
import { openPatientEventStore } from './sqlite-store.ts';
import { interruptionBody, pushBody } from './callback-bodies.ts';

const streamName = 'pushedStream-12345678/test.domain.com/live/test_stream';

/**
 * Appends this many sessions, each with a push and an interruption, to the embedded log in a folder, and an event that cannot be projected.
 */
export async function writeLog(folder: string, sessions: number): Promise<void> {
  const store = openPatientEventStore(folder, () => 1_600_000_000_000);
  const append = (body: Record<string, unknown> | null, receivedAtMs: number) =>
    store.append(
      streamName,
      [
        {
          eventId: randomUUID(),
          type: 'CssOther',
          data: Buffer.from(body === null ? 'no JSON' : JSON.stringify(body)),
          metadata: writeArrival({ receivedAtMs, signature: 'NOT_CHECKED', remoteAddress: '' }),
        },
      ],
      'any',
    );
  for (let first = 0; first < sessions; first += 1_000) {
    const count = Math.min(1_000, sessions - first);
    await Promise.all(
      Array.from({ length: count }, (_, index) => first + index).flatMap((session) => {
        const times = {
          sequence: String(session + 1),
          stream_id: `stream-${session}`,
          event_time: 1_600_000 + session,
        };
        return [append(pushBody(times), 1_000), append(interruptionBody(times), 2_000)];
      }),
    );
  }
  await append(null, 3_000);
  await store.close();
}
