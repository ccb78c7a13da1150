import { expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import {
  knownOutagesMax,
  receivingOutagesStream,
  writeOutage,
  createOutageReader,
  createOutageRecord,
  outageEvent,
  quietMsMin,
  waitingOutagesMax,
} from '../../src/outages/receiving-outage-events.ts';
import { StoreUnavailable } from '../../src/log/event-store.ts';
import { openLedger } from '../support/ledger.ts';

/** A record over a log that can be made unavailable. */
function openRecord() {
  const ledger = openLedger();
  const state = { nowMs: 1_000_000, isAvailable: true };
  const record = createOutageRecord({
    append: (...given) =>
      state.isAvailable ? ledger.store.append(...given) : Promise.reject(new StoreUnavailable('It is away.')),
    node: 'n',
    clock: () => state.nowMs,
  });
  const outages = createOutageReader(ledger.store);
  return { ledger, state, record, all: () => outages.between(0, Infinity, 100) };
}

test('refusals that come and go are one outage, recorded once callbacks were stored for a while', async () => {
  const { ledger, state, record, all } = openRecord();
  const beganMs = state.nowMs;
  record.noteNotStored('STORE_UNAVAILABLE');
  state.nowMs += quietMsMin - 1;
  record.noteStored();
  record.noteNotStored('STORE_UNAVAILABLE');
  state.nowMs += quietMsMin;
  expect(await all()).toEqual([]);
  record.noteStored();
  await record.close();
  const toMs = beganMs + quietMsMin - 1;
  expect(await all()).toEqual([{ node: 'n', cause: 'STORE_UNAVAILABLE', fromMs: beganMs, toMs, refused: 2 }]);
  await ledger.close();
});

test('causes that come in turn are one outage each, and a refusal after a quiet time of its cause begins another', async () => {
  const { ledger, state, record, all } = openRecord();
  const beganMs = state.nowMs;
  for (let refusals = 0; refusals < 200; refusals += 1) {
    record.noteNotStored('STORE_UNAVAILABLE');
    record.noteNotStored('STORE_OVERLOADED');
    state.nowMs += 1;
  }
  state.nowMs = beganMs + quietMsMin;
  record.noteNotStored('STORE_OVERLOADED');
  state.nowMs += 199;
  record.noteNotStored('STORE_UNAVAILABLE');
  await record.close();
  expect((await all()).map(({ cause, fromMs, refused }) => [cause, fromMs - beganMs, refused])).toEqual([
    ['STORE_UNAVAILABLE', quietMsMin + 199, 1],
    ['STORE_UNAVAILABLE', 0, 200],
    ['STORE_OVERLOADED', 0, 201],
  ]);
  await ledger.close();
});

test('more than can wait are merged by cause: no refusal and no time is lost', async () => {
  const { ledger, state, record, all } = openRecord();
  const beganMs = state.nowMs;
  const refusals = 3 * waitingOutagesMax;
  for (let count = 0; count < refusals; count += 1) {
    record.noteNotStored(count % 2 === 0 ? 'STORE_UNAVAILABLE' : 'STORE_OVERLOADED');
    state.nowMs += quietMsMin;
  }
  await record.close();
  const outages = await all();
  expect(outages).toHaveLength(waitingOutagesMax);
  for (const cause of ['STORE_UNAVAILABLE', 'STORE_OVERLOADED']) {
    const ofCause = outages.filter((outage) => outage.cause === cause);
    expect(ofCause.reduce((sum, { refused }) => sum + (refused ?? 0), 0)).toBe(refusals / 2);
  }
  expect(Math.min(...outages.map(({ fromMs }) => fromMs))).toBe(beganMs);
  expect(Math.max(...outages.map(({ toMs }) => toMs))).toBe(beganMs + (refusals - 1) * quietMsMin);
  await ledger.close();
});

test('an append that was stored although it failed is in the log twice, and read once', async () => {
  const ledger = openLedger();
  let isAnswering = false;
  const record = createOutageRecord({
    async append(...given) {
      const appended = await ledger.store.append(...given);
      if (!isAnswering) throw new StoreUnavailable('The answer was lost.');
      return appended;
    },
    node: null,
    clock: () => 1_000,
  });
  const outages = createOutageReader(ledger.store);
  record.note({ cause: 'STOPPED', fromMs: 1, toMs: 2, refused: null });
  record.note({ cause: 'STOPPED', fromMs: 3, toMs: 4, refused: null });
  await record.close();
  expect(await outages.between(0, 10, 9)).toHaveLength(2);
  isAnswering = true;
  await record.close();
  expect((await outages.between(0, 10, 9)).map(({ fromMs }) => fromMs)).toEqual([3, 1]);
  expect((await ledger.events()).filter(({ type }) => type === 'ReceivingOutage').length).toBeGreaterThan(2);
  await ledger.close();
});

test('what the log does not take is recorded later, once', async () => {
  const { ledger, state, record, all } = openRecord();
  state.isAvailable = false;
  record.note({ cause: 'LOST', fromMs: 1, toMs: 2, refused: null });
  record.noteStored();
  await new Promise(setImmediate);
  expect(await all()).toEqual([]);
  state.isAvailable = true;
  record.noteStored();
  await record.close();
  expect(await all()).toHaveLength(1);
  expect((await ledger.events()).filter(({ type }) => type === 'ReceivingOutage')).toHaveLength(1);
  await ledger.close();
});

test('only outages with a moment in the time are read, the newest first, and new ones too', async () => {
  const { ledger, record } = openRecord();
  const reader = createOutageReader(ledger.store);
  for (const at of [10, 30, 20]) record.note({ cause: 'STOPPED', fromMs: at, toMs: at + 5, refused: null });
  await record.close();
  const begins = async (fromMs: number, toMs: number, max = 9) =>
    (await reader.between(fromMs, toMs, max)).map((one) => one.fromMs);
  expect(await Promise.all([begins(0, 100), begins(15, 30), begins(16, 19), begins(0, 100, 2)])).toEqual([
    [30, 20, 10],
    [30, 20, 10],
    [],
    [30, 20],
  ]);
  record.note({ cause: 'STOPPED', fromMs: 50, toMs: 51, refused: null });
  await record.close();
  expect(await begins(0, 100)).toEqual([50, 30, 20, 10]);
  await ledger.close();
});

test('each outage is recorded while the service runs on', async () => {
  const { ledger, record, all } = openRecord();
  for (const count of [1, 2]) {
    record.note({ cause: 'LOST', fromMs: count, toMs: count, refused: null });
    while ((await all()).length < count) await new Promise(setImmediate);
  }
  await record.close();
  await ledger.close();
});

test('while the log is away, outages beyond a bound are merged; what it never took is recorded by the next record', async () => {
  const { ledger, state, record } = openRecord();
  state.isAvailable = false;
  const outages = 10 * waitingOutagesMax;
  for (let fromMs = 0; fromMs < outages; fromMs += 1) {
    const toMs = fromMs === waitingOutagesMax ? 2 * outages : fromMs;
    record.note({ cause: 'STORE_UNAVAILABLE', fromMs, toMs, refused: 1 });
    await new Promise(setImmediate);
  }
  const left = await record.close();
  expect(left.length).toBeLessThanOrEqual(3 * waitingOutagesMax);
  await createOutageRecord({
    append: (...given) => ledger.store.append(...given),
    node: 'next',
    clock: () => 0,
    notAppended: left,
  }).close();
  const read = await createOutageReader(ledger.store).between(0, Infinity, outages);
  expect(read.reduce((sum, { refused }) => sum + (refused ?? 0), 0)).toBe(outages);
  expect([Math.min(...read.map(({ fromMs }) => fromMs)), Math.max(...read.map(({ toMs }) => toMs))]).toEqual([
    0,
    2 * outages,
  ]);
  expect(new Set(read.map(({ node }) => node))).toEqual(new Set(['n']));
  await ledger.close();
});

test('the newest outages are kept in memory, at most so many; what cannot be read is left out', async () => {
  const { ledger, all } = openRecord();
  const eventOf = (data: Buffer) => outageEvent(data, randomUUID());
  const at = (fromMs: number) =>
    eventOf(writeOutage({ node: null, cause: 'LOST', fromMs, toMs: fromMs, refused: null }));
  const older = Array.from({ length: knownOutagesMax }, (_none, index) => at(index));
  await ledger.store.append(receivingOutagesStream, [...older, eventOf(Buffer.from('{}')), at(knownOutagesMax)], 'any');
  const outages = createOutageReader(ledger.store);
  expect(await outages.between(knownOutagesMax - 1, Infinity, 9)).toHaveLength(2);
  expect(await outages.between(0, 1, 9)).toMatchObject([{ fromMs: 1 }]);
  expect(await all()).toHaveLength(100);
  await ledger.close();
});
