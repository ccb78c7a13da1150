import { expect, test } from '@jest/globals';
import { StoreUnavailable } from '../../src/event-store/errors.ts';
import {
  createOutageReader,
  createOutageRecord,
  quietMsMin,
  waitingOutagesMax,
} from '../../src/receiving/outage-record.ts';
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
  expect(await Promise.all([begins(0, 100), begins(15, 29), begins(16, 19), begins(0, 100, 2)])).toEqual([
    [30, 20, 10],
    [20, 10],
    [],
    [30, 20],
  ]);
  record.note({ cause: 'STOPPED', fromMs: 50, toMs: 51, refused: null });
  await record.close();
  expect(await begins(0, 100)).toEqual([50, 30, 20, 10]);
  await ledger.close();
});
