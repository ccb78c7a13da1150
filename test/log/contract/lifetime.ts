import { expect, test } from '@jest/globals';
import { epochBegunType, ledgerStreamName, logBegunType, StoreUnavailable } from '../../../src/log/event-store.ts';
import { endOfLog, idsOf, newEvent, newEvents, readAll, readLog } from '../../support/log-events.ts';
import type { OpenStore } from './opened-store.ts';
import { storePerTest } from './per-test.ts';

export function lifetimeContract(open: OpenStore): void {
  const at = storePerTest(open);

  test('8.1 identity: a log has a UUID, stated by its first event only', async () => {
    const log = await readLog(at.store);
    expect(at.store.logId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(log).toHaveLength(1);
    expect(log[0]).toMatchObject({ streamName: ledgerStreamName, type: logBegunType, revision: 0n });
    expect(JSON.parse(Buffer.from(log[0]?.data ?? []).toString())).toEqual({ logId: at.store.logId, epoch: 1 });
  });

  test('8.2 identity: survives reopening, without a second event that names the log', async () => {
    const { logId } = at.store;
    const store = await at.reopen();
    expect(store.logId).toBe(logId);
    expect(await readAll(store.readStream(ledgerStreamName))).toHaveLength(1);
  });

  test('8.3 lifetime: what was acknowledged survives reopening, and the log continues after it', async () => {
    const events = newEvents(3);
    await at.store.append('a-1', events, 'none');
    const [before, end] = [await readLog(at.store), await endOfLog(at.store)];
    const store = await at.reopen();
    expect(await readLog(store)).toEqual(before);
    const appended = await store.append('a-1', [newEvent()], 2n);
    expect(appended.revision).toBe(3n);
    expect(appended.position).toBeGreaterThan(end);
  });

  test('8.4 close: completes the appends that wait', async () => {
    const events = newEvents(1_500);
    const waiting = events.map((event) => at.store.append('a-1', [event], 'any'));
    const closed = at.store.close();
    const settled = await Promise.allSettled(waiting);
    await closed;
    expect(settled.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(idsOf(await readAll((await at.reopen()).readStream('a-1')))).toEqual(idsOf(events));
  });

  test('8.5 close: an append after it fails with StoreUnavailable', async () => {
    await at.store.close();
    await expect(at.store.append('a-1', [newEvent()], 'any')).rejects.toBeInstanceOf(StoreUnavailable);
    expect(await readAll((await at.reopen()).readStream('a-1'))).toEqual([]);
  });

  test('8.6 close: every reading after it fails', async () => {
    const { store } = at;
    await store.close();
    await expect(readAll(store.readStream('a-1'))).rejects.toThrow();
    await expect(store.readAt(1n)).rejects.toThrow();
    await expect(store.lagAfter(null)).rejects.toThrow();
    await expect(store.endPosition()).rejects.toThrow();
  });

  test('8.7 close: ends followAll while it waits', async () => {
    const { signal } = new AbortController();
    const batches = at.store.followAll({ after: null, batchEventsMax: 10, signal })[Symbol.asyncIterator]();
    await batches.next();
    const waiting = batches.next();
    await at.store.close();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  test('8.8 close: twice is harmless', async () => {
    await at.store.close();
    await expect(at.store.close()).resolves.toBeUndefined();
  });

  test('8.9 epoch: a new log is in its first, and stays in it over reopening', async () => {
    expect(at.store.epoch).toBe(1);
    expect((await at.reopen()).epoch).toBe(1);
  });

  test('8.10 epoch: is the one that was begun last, with the identity unchanged', async () => {
    const { logId } = at.store;
    const begun = (epoch: number) =>
      newEvent({ type: epochBegunType, data: Buffer.from(JSON.stringify({ logId, epoch })) });
    await at.store.append(ledgerStreamName, [begun(2)], 0n);
    await at.store.append(ledgerStreamName, [begun(3)], 1n);
    await at.store.append(ledgerStreamName, [newEvent({ type: 'SomethingElse' })], 2n);
    const store = await at.reopen();
    expect(store.epoch).toBe(3);
    expect(store.logId).toBe(logId);
  });
}
