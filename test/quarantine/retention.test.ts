import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { clockSteadyForMs } from '../../src/quarantine/clock-jump-detector.ts';
import type { QuarantineRemoval } from '../../src/quarantine/removal.ts';
import {
  lookForRoomEveryMs,
  startQuarantineRetention,
  type QuarantineRetention,
} from '../../src/quarantine/retention.ts';
import { openRecordingLogger } from '../support/recording-logger.ts';

const dayMs = 24 * 3_600_000;

let sweeping: QuarantineRetention;
let elapsedMs: number;
let nowMs: number;
beforeEach(() => {
  elapsedMs = 0;
  nowMs = 1_600_000_000_000;
});
afterEach(() => sweeping.stop());

const nothing = () => Promise.resolve();

function start(given: Partial<QuarantineRemoval>, everyMs = 3_600_000): string[] {
  const { logger, lines } = openRecordingLogger();
  sweeping = startQuarantineRetention({
    quarantine: { removeOld: nothing, removeDecided: nothing, ...given },
    decisions: { decidedBefore: () => 0n, decidedCount: () => 0 },
    everyMs,
    clock: () => nowMs,
    elapsedMs: () => elapsedMs,
    logger,
  });
  return lines;
}

/** Both clocks. */
function run(ms: number): void {
  elapsedMs += ms;
  nowMs += ms;
}

const turn = () => new Promise(setImmediate);

test('sweeps at the start, then regularly, one at a time', async () => {
  let sweeps = 0;
  let atOnce = 0;
  const one = async () => {
    run(clockSteadyForMs);
    sweeps += 1;
    atOnce += 1;
    expect(atOnce).toBe(1);
    await turn();
    atOnce -= 1;
  };
  start({ removeOld: one, removeDecided: one }, 1);
  while (sweeps < 6) await turn();
});

test('removes by age only by a clock that has been steady: not at the start, and not after it was set', async () => {
  const sweptAtMs: number[] = [];
  let sweeps = 0;
  start(
    {
      removeOld: (atMs) => Promise.resolve(void sweptAtMs.push(atMs)),
      removeDecided: () => Promise.resolve(void (sweeps += 1)),
    },
    1,
  );
  const swept = async () => {
    const before = sweeps;
    while (sweeps < before + 2) await turn();
    return sweptAtMs.splice(0).at(-1) ?? null;
  };
  expect(await swept()).toBeNull();
  run(clockSteadyForMs);
  expect(await swept()).toBe(nowMs);
  nowMs += 31 * dayMs;
  expect(await swept()).toBeNull();
  run(500);
  nowMs -= 31 * dayMs;
  expect(await swept()).toBeNull();
  run(clockSteadyForMs);
  expect(await swept()).toBe(nowMs);
});

test('looks for room at most once a minute, whatever the clock is set to', async () => {
  let looks = 0;
  start({ removeDecided: () => Promise.resolve(void (looks += 1)) });
  await turn();
  expect(looks).toBe(1);
  const makeRoom = async () => {
    sweeping.makeRoom();
    await turn();
    return looks;
  };
  for (let count = 0; count < 5; count += 1) expect(await makeRoom()).toBe(2);
  nowMs += dayMs;
  expect(await makeRoom()).toBe(2);
  nowMs -= 400 * dayMs;
  elapsedMs += lookForRoomEveryMs;
  expect(await makeRoom()).toBe(3);
  await sweeping.stop();
  elapsedMs += lookForRoomEveryMs;
  expect(await makeRoom()).toBe(3);
});

test('looks for room after each decision, however soon after the last look, and once for many that come together', async () => {
  let looks = 0;
  start({ removeDecided: () => Promise.resolve(void (looks += 1)) });
  await turn();
  sweeping.makeRoom();
  await turn();
  expect(looks).toBe(2);
  for (let count = 0; count < 500; count += 1) sweeping.decided();
  await turn();
  expect(looks).toBe(3);
  sweeping.decided();
  await turn();
  expect(looks).toBe(4);
});

test('one that fails is logged, keeps nothing else from being done, and is tried again', async () => {
  let failures = 0;
  let others = 0;
  const lines = start(
    {
      removeOld: () => Promise.resolve(void (others += 1)),
      removeDecided() {
        run(clockSteadyForMs);
        failures += 1;
        return Promise.reject(new Error('secret'));
      },
    },
    1,
  );
  while (failures < 2 || others < 2) await turn();
  expect(lines.length).toBeGreaterThanOrEqual(2);
  for (const line of lines) {
    expect(line).toContain('could not be swept');
    expect(line).not.toContain('secret');
  }
});

test('tells of what was removed undecided, with counts, and of nothing else', async () => {
  const lines = start(
    {
      removeDecided() {
        run(clockSteadyForMs);
        return Promise.resolve();
      },
      removeOld(_atMs, _decisions, onRemoved) {
        onRemoved({ reason: 'FORGED', events: 5, undecided: 0 });
        onRemoved({ reason: 'UNPROVEN', events: 7, undecided: 3 });
        return Promise.resolve();
      },
    },
    1,
  );
  while (lines.length === 0) await turn();
  await sweeping.stop();
  expect(lines.map((line) => JSON.parse(line) as unknown)[0]).toMatchObject({
    level: 40,
    kind: 'UNPROVEN',
    removed: 7,
    undecided: 3,
    msg: expect.stringContaining('too old') as unknown,
  });
  for (const line of lines) expect(line).not.toContain('FORGED');
});
