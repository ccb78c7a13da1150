import { afterEach, expect, test } from '@jest/globals';
import { performance } from 'node:perf_hooks';
import { logLineEveryMs, ServerAvailability } from '../../../src/log/eventstoredb/server-availability.ts';
import { silentLogger, type Logger } from '../../../src/kernel/logger.ts';
import { openRecordingLogger } from '../../support/recording-logger.ts';

let availability: ServerAvailability;
afterEach(() => availability.close());

/** Of a server that answers every probe. */
function openAvailability(onAnswering: () => void, logger: Logger = silentLogger): void {
  availability = new ServerAvailability({
    probe: () => Promise.resolve(),
    renewClient: () => undefined,
    onAnswering,
    logger,
  });
}

test('probes a server that answers probes and accepts no append ever more rarely', async () => {
  const begunMs = performance.now();
  let failures = 0;
  await new Promise<void>((resolve) => {
    openAvailability(() => {
      failures += 1;
      if (failures === 6) resolve();
      // The next append has failed.
      else setImmediate(() => availability.callFailed('It takes none.'));
    });
  });
  // Pauses of 100, 200, 400 and 800 ms, each of them at least by half.
  expect(performance.now() - begunMs).toBeGreaterThan(700);
});

test('probes at once again after an append has been accepted', async () => {
  const begunMs = performance.now();
  let breaks = 0;
  await new Promise<void>((resolve) => {
    openAvailability(() => {
      breaks += 1;
      availability.appendAnswered();
      if (breaks === 200) resolve();
      else setImmediate(() => availability.callFailed('It was killed.'));
    });
  });
  // With pauses it would take six minutes.
  expect(performance.now() - begunMs).toBeLessThan(60_000);
});

test('a server that stops answering again and again is logged once a minute', async () => {
  const begunMs = performance.now();
  const { logger, lines } = openRecordingLogger();
  let breaks = 0;
  await new Promise<void>((resolve) => {
    openAvailability(() => {
      breaks += 1;
      availability.appendAnswered();
      if (breaks === 100) resolve();
      else setImmediate(() => availability.callFailed('It was slow.'));
    }, logger);
  });
  const said = lines.filter((line) => line.includes('EventStoreDB does not answer'));
  expect(JSON.parse(said[0] ?? '')).toMatchObject({ reason: 'It was slow.', failuresSinceLastLine: 1 });
  expect(said.length).toBeLessThanOrEqual(1 + (performance.now() - begunMs) / logLineEveryMs);
});
