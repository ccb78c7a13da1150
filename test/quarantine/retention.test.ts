import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { clockTrustedAfterMs } from '../../src/quarantine/retention.ts';
import { noKnownDecisions, type QuarantineRemoval } from '../../src/quarantine/removal.ts';
import { makeRoomEveryMs, startQuarantineRetention, type QuarantineRetention } from '../../src/quarantine/retention.ts';
import { Notifier } from '../../src/kernel/notifier.ts';
import { openRecordingLogger } from '../support/recording-logger.ts';

const dayMs = 24 * 3_600_000;

let retention: QuarantineRetention;
let changed: Notifier;
let elapsedMs: number;
let nowMs: number;
beforeEach(() => {
  elapsedMs = 0;
  changed = new Notifier();
  nowMs = 1_600_000_000_000;
});
afterEach(() => retention.stop());

const nothing = () => Promise.resolve();

function start(given: Partial<QuarantineRemoval>, everyMs = 3_600_000): string[] {
  const { logger, lines } = openRecordingLogger();
  retention = startQuarantineRetention({
    quarantine: { removeOld: nothing, removeDecided: nothing, ...given },
    decisions: () => noKnownDecisions,
    changed,
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

test('runs at the start, then regularly, one at a time', async () => {
  let runs = 0;
  let atOnce = 0;
  const one = async () => {
    run(clockTrustedAfterMs);
    runs += 1;
    atOnce += 1;
    expect(atOnce).toBe(1);
    await turn();
    atOnce -= 1;
  };
  start({ removeOld: one, removeDecided: one }, 1);
  while (runs < 6) await turn();
});

test('removes by age only if the clock has been steady: not at the start, and not after it was set', async () => {
  const removedAtMs: number[] = [];
  let runs = 0;
  start(
    {
      removeOld: (atMs) => Promise.resolve(void removedAtMs.push(atMs)),
      removeDecided: () => Promise.resolve(void (runs += 1)),
    },
    1,
  );
  const removed = async () => {
    const before = runs;
    while (runs < before + 2) await turn();
    return removedAtMs.splice(0).at(-1) ?? null;
  };
  expect(await removed()).toBeNull();
  run(clockTrustedAfterMs);
  expect(await removed()).toBe(nowMs);
  nowMs += 31 * dayMs;
  expect(await removed()).toBeNull();
  run(500);
  nowMs -= 31 * dayMs;
  expect(await removed()).toBeNull();
  run(clockTrustedAfterMs);
  expect(await removed()).toBe(nowMs);
});

test('makes room at most once a minute, whatever the clock is set to', async () => {
  let runs = 0;
  start({ removeDecided: () => Promise.resolve(void (runs += 1)) });
  await turn();
  expect(runs).toBe(1);
  const makeRoom = async () => {
    retention.makeRoom();
    await turn();
    return runs;
  };
  for (let count = 0; count < 5; count += 1) expect(await makeRoom()).toBe(2);
  nowMs += dayMs;
  expect(await makeRoom()).toBe(2);
  nowMs -= 400 * dayMs;
  elapsedMs += makeRoomEveryMs;
  expect(await makeRoom()).toBe(3);
  await retention.stop();
  elapsedMs += makeRoomEveryMs;
  expect(await makeRoom()).toBe(3);
});

test('runs after each change, however soon after the last run, and once for many that come together', async () => {
  let runs = 0;
  start({ removeDecided: () => Promise.resolve(void (runs += 1)) });
  await turn();
  retention.makeRoom();
  await turn();
  expect(runs).toBe(2);
  for (let count = 0; count < 500; count += 1) changed.notify();
  await turn();
  expect(runs).toBe(3);
  changed.notify();
  await turn();
  expect(runs).toBe(4);
});

test('a run that fails is logged, keeps nothing else from being done, and is tried again', async () => {
  let failures = 0;
  let others = 0;
  const lines = start(
    {
      removeOld: () => Promise.resolve(void (others += 1)),
      removeDecided() {
        run(clockTrustedAfterMs);
        failures += 1;
        return Promise.reject(new Error('secret'));
      },
    },
    1,
  );
  while (failures < 2 || others < 2) await turn();
  expect(lines.length).toBeGreaterThanOrEqual(2);
  for (const line of lines) {
    expect(line).toContain('removing callbacks from quarantine failed');
    expect(line).not.toContain('secret');
  }
});

test('logs what was removed undecided, with counts, and nothing else', async () => {
  const lines = start(
    {
      removeDecided() {
        run(clockTrustedAfterMs);
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
  await retention.stop();
  expect(lines.map((line) => JSON.parse(line) as unknown)[0]).toMatchObject({
    level: 40,
    kind: 'UNPROVEN',
    removed: 7,
    undecided: 3,
    msg: expect.stringContaining('by age') as unknown,
  });
  for (const line of lines) expect(line).not.toContain('FORGED');
});
