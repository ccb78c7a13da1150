import { afterEach, expect, test } from '@jest/globals';
import { performance } from 'node:perf_hooks';
import { ServerAvailability } from '../../../../src/event-store/eventstoredb/client/server-availability.ts';
import { silentLogger } from '../../../../src/kernel/logger.ts';

let presence: ServerAvailability;
afterEach(() => presence.close());

/** Of a server that answers every question. */
function openPresence(onAnswering: () => void): void {
  const look = () => Promise.resolve();
  presence = new ServerAvailability({ probe: look, renewClient: () => undefined, onAnswering, logger: silentLogger });
}

test('a server that answers questions and takes no append is asked more and more rarely, not as fast as it fails', async () => {
  const begunMs = performance.now();
  let failures = 0;
  await new Promise<void>((resolve) => {
    openPresence(() => {
      failures += 1;
      if (failures === 6) resolve();
      // The next append has failed.
      else setImmediate(() => presence.callFailed('It takes none.'));
    });
  });
  // Pauses of 100, 200, 400 and 800 ms, each of them at least by half.
  expect(performance.now() - begunMs).toBeGreaterThan(700);
});

test('an append that it takes makes the next break be asked for at once again', async () => {
  const begunMs = performance.now();
  let breaks = 0;
  await new Promise<void>((resolve) => {
    openPresence(() => {
      breaks += 1;
      presence.appendAnswered();
      if (breaks === 200) resolve();
      else setImmediate(() => presence.callFailed('It was killed.'));
    });
  });
  // With pauses it would take six minutes.
  expect(performance.now() - begunMs).toBeLessThan(60_000);
});
