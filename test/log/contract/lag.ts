import { expect, test } from '@jest/globals';
import { endOfLog, newEvents, readLog } from '../../support/log-events.ts';
import type { OpenStore } from './opened-store.ts';
import { storePerTest } from './per-test.ts';

export function lagContract(open: OpenStore): void {
  const at = storePerTest(open);

  test('6.1 lagAfter: is nothing at the end of the log', async () => {
    await at.store.append('a-1', newEvents(2), 'none');
    expect(await at.store.lagAfter(await endOfLog(at.store))).toEqual({ events: 0, oldestRecordedAtMs: null });
  });

  test('6.2 lagAfter: counts the events after it, and says when the oldest of them was recorded', async () => {
    const from = await endOfLog(at.store);
    await at.store.append('a-1', newEvents(3), 'none');
    await at.store.append('b-1', newEvents(4), 'none');
    const [oldest] = await readLog(at.store, from);
    expect(await at.store.lagAfter(from)).toEqual({ events: 7, oldestRecordedAtMs: oldest?.recordedAtMs });
  });

  test('6.3 lagAfter: after null is that of the whole log', async () => {
    await at.store.append('a-1', newEvents(3), 'none');
    const log = await readLog(at.store);
    expect(await at.store.lagAfter(null)).toEqual({ events: log.length, oldestRecordedAtMs: log[0]?.recordedAtMs });
  });

  test('6.4 lagAfter: a refused append does not count', async () => {
    const end = await endOfLog(at.store);
    await Promise.allSettled([at.store.append('a-1', newEvents(3), 9n)]);
    expect(await at.store.lagAfter(end)).toMatchObject({ events: 0 });
  });

  test('6.5 lagAfter: where events were truncated counts at least what is left, and at most what was there', async () => {
    const from = await endOfLog(at.store);
    await at.store.append('a-1', newEvents(2), 'none');
    await at.store.append('b-1', newEvents(3), 'none');
    await at.store.append('a-1', newEvents(2), 1n);
    await at.store.append('b-1', newEvents(1), 2n);
    await at.store.truncateStream('a-1', 4n);
    const { events, oldestRecordedAtMs } = await at.store.lagAfter(from);
    expect(events).toBeGreaterThanOrEqual(4);
    expect(events).toBeLessThanOrEqual(8);
    expect(oldestRecordedAtMs).toBe((await readLog(at.store, from))[0]?.recordedAtMs);
  });

  test('6.6 lagAfter: is nothing if every event after it was truncated', async () => {
    const end = await endOfLog(at.store);
    await at.store.append('a-1', newEvents(3), 'none');
    await at.store.truncateStream('a-1', 3n);
    expect(await at.store.lagAfter(end)).toEqual({ events: 0, oldestRecordedAtMs: null });
  });
}
