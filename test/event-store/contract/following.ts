import { expect, test } from '@jest/globals';
import type { EventBatch, EventStore } from '../../../src/event-store/event-store.ts';
import { endOfLog, idsOf, newEvent, newEvents, readLog } from '../../support/log-events.ts';
import type { OpenStore } from './opened-store.ts';
import { storePerTest } from './per-test.ts';

/** A follower that is pulled by hand, and the means to end it. */
function follow(store: EventStore, after: bigint | null, batchEventsMax = 100) {
  const abort = new AbortController();
  const batches = store.followAll({ after, batchEventsMax, signal: abort.signal })[Symbol.asyncIterator]();
  return {
    abort: () => {
      abort.abort();
    },
    next: () => batches.next() as Promise<IteratorResult<EventBatch, undefined>>,
    /** Pulls until so many events have come, and tells them. */
    async events(count: number) {
      const events: EventBatch['events'][number][] = [];
      while (events.length < count) {
        const { done, value } = (await batches.next()) as IteratorResult<EventBatch, undefined>;
        if (done === true) break;
        events.push(...value.events);
      }
      return events;
    },
  };
}

export function followingContract(open: OpenStore): void {
  const at = storePerTest(open);

  test('5.1 followAll: after null tells all events from the first one of the log, in the order of their positions', async () => {
    const appended = [];
    for (const stream of ['a-1', 'b-1', 'a-1']) {
      const event = newEvent();
      appended.push(event);
      await at.store.append(stream, [event], 'any');
    }
    const log = await readLog(at.store);
    expect(idsOf(log).slice(-3)).toEqual(idsOf(appended));
    expect(log).toHaveLength(4);
    expect(log.every(({ position }, index) => index === 0 || position > (log[index - 1]?.position ?? 0n))).toBe(true);
  });

  test('5.2 followAll: after a position begins with the event behind it', async () => {
    const [first, second] = [newEvent(), newEvent()];
    const { position } = await at.store.append('a-1', [first], 'any');
    await at.store.append('b-1', [second], 'any');
    expect(idsOf(await readLog(at.store, position))).toEqual([second.eventId]);
  });

  test('5.3 followAll: says that it has caught up, with an empty batch where nothing stands after the position', async () => {
    const follower = follow(at.store, await endOfLog(at.store));
    expect(await follower.next()).toEqual({ done: false, value: { events: [], caughtUp: true } });
    follower.abort();
  });

  test.each([1, 2, 3, 5, 6, 7])(
    '5.4 followAll: with at most %s events a batch, says so at the end and not before',
    async (batchEventsMax) => {
      const from = await endOfLog(at.store);
      await at.store.append('a-1', newEvents(6), 'none');
      const follower = follow(at.store, from, batchEventsMax);
      let events = 0;
      for (;;) {
        const { value } = await follower.next();
        events += value?.events.length ?? 0;
        expect(value?.events.length).toBeLessThanOrEqual(batchEventsMax);
        if (value?.caughtUp !== false || events > 6) break;
      }
      expect(events).toBe(6);
      follower.abort();
    },
  );

  test('5.5 followAll: goes on with what is appended after it has caught up', async () => {
    const follower = follow(at.store, await endOfLog(at.store));
    await follower.next();
    for (let round = 0; round < 3; round += 1) {
      const waiting = follower.next();
      const event = newEvent();
      await at.store.append('a-1', [event], 'any');
      expect(idsOf((await waiting).value?.events ?? [])).toEqual([event.eventId]);
    }
    follower.abort();
  });

  test('5.6 followAll: a follower that does not pull misses nothing, and gets no batch above its bound', async () => {
    const follower = follow(at.store, await endOfLog(at.store), 10);
    await follower.next();
    const appended = newEvents(55);
    for (const event of appended) await at.store.append('a-1', [event], 'any');
    const told: string[] = [];
    while (told.length < appended.length) {
      const { value } = await follower.next();
      expect(value?.events.length).toBeLessThanOrEqual(10);
      told.push(...idsOf(value?.events ?? []));
    }
    expect(told).toEqual(idsOf(appended));
    follower.abort();
  });

  test('5.7 followAll: nothing is missed or repeated while others append, whenever it looks and waits', async () => {
    const follower = follow(at.store, await endOfLog(at.store), 7);
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let round = 0; round < 50; round += 1)
        await at.store.append(`a-${writer}`, newEvents((round % 3) + 1), 'any');
    });
    const count = 8 * (17 * 1 + 17 * 2 + 16 * 3);
    const told = await follower.events(count);
    await Promise.all(writers);
    expect(idsOf(told)).toEqual(idsOf(await readLog(at.store)).slice(1));
    follower.abort();
  });

  test('5.8 followAll: several followers get everything, each at its own pace', async () => {
    const from = await endOfLog(at.store);
    const followers = [follow(at.store, from, 1), follow(at.store, from, 50), follow(at.store, null, 3)];
    const appended = newEvents(20);
    const told = Promise.all(followers.map((follower, index) => follower.events(index === 2 ? 21 : 20)));
    for (const event of appended) await at.store.append('a-1', [event], 'any');
    for (const events of await told) expect(idsOf(events).slice(-20)).toEqual(idsOf(appended));
    for (const follower of followers) follower.abort();
  });

  test('5.9 followAll: aborting ends one that waits, without an error', async () => {
    const follower = follow(at.store, await endOfLog(at.store));
    await follower.next();
    const waiting = follower.next();
    follower.abort();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  test('5.10 followAll: aborting ends one that has more to tell, before its next batch', async () => {
    await at.store.append('a-1', newEvents(5), 'none');
    const follower = follow(at.store, null, 2);
    await follower.next();
    follower.abort();
    expect(await follower.next()).toEqual({ done: true, value: undefined });
  });

  test('5.11 followAll: one that was aborted before it began tells nothing', async () => {
    const follower = follow(at.store, null);
    follower.abort();
    expect(await follower.next()).toEqual({ done: true, value: undefined });
  });

  test('5.12 followAll: tells nothing of a refused append', async () => {
    const follower = follow(at.store, await endOfLog(at.store));
    await follower.next();
    const waiting = follower.next();
    await Promise.allSettled([at.store.append('a-1', [newEvent()], 4n)]);
    const event = newEvent();
    await at.store.append('a-1', [event], 'any');
    expect(idsOf((await waiting).value?.events ?? [])).toEqual([event.eventId]);
    follower.abort();
  });
}
