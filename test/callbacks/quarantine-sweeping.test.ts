import { afterEach, expect, test } from '@jest/globals';
import {
  startQuarantineSweeping,
  sweepForRoomEveryMs,
  type QuarantineSweeping,
} from '../../src/callbacks/quarantine-sweeping.ts';
import { openRecordingLogger } from '../support/recording-logger.ts';

let sweeping: QuarantineSweeping;
afterEach(() => sweeping.stop());

function start(sweep: () => Promise<void>, { everyMs = 3_600_000, clock = (): number => 0 } = {}) {
  const { logger, lines } = openRecordingLogger();
  const quarantine = { sweep, keep: () => Promise.resolve(false), usage: () => ({ events: 0, bytes: 0 }) };
  sweeping = startQuarantineSweeping({ quarantine, decidedBefore: () => 0n, everyMs, clock, logger });
  return lines;
}

const turn = () => new Promise(setImmediate);

test('sweeps at the start, then regularly, one at a time', async () => {
  let sweeps = 0;
  let atOnce = 0;
  start(
    async () => {
      sweeps += 1;
      atOnce += 1;
      expect(atOnce).toBe(1);
      await turn();
      atOnce -= 1;
    },
    { everyMs: 1 },
  );
  while (sweeps < 3) await turn();
});

test('sweeps for room at most once a minute', async () => {
  let sweeps = 0;
  let nowMs = 0;
  start(
    () => {
      sweeps += 1;
      return Promise.resolve();
    },
    { clock: () => nowMs },
  );
  for (let count = 0; count < 5; count += 1) sweeping.makeRoom();
  await turn();
  expect(sweeps).toBe(2);
  nowMs += sweepForRoomEveryMs;
  sweeping.makeRoom();
  await turn();
  expect(sweeps).toBe(3);
  await sweeping.stop();
  nowMs += sweepForRoomEveryMs;
  sweeping.makeRoom();
  await turn();
  expect(sweeps).toBe(3);
});

test('one that fails is logged, and the next one is made all the same', async () => {
  let sweeps = 0;
  const lines = start(
    () => {
      sweeps += 1;
      return sweeps === 1 ? Promise.reject(new Error('secret')) : Promise.resolve();
    },
    { everyMs: 1 },
  );
  while (sweeps < 2) await turn();
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('could not be swept');
  expect(lines[0]).not.toContain('secret');
});
