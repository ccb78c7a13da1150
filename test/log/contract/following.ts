import { expect, test } from '@jest/globals';
import type { EventBatch, EventStore } from '../../../src/log/event-store.ts';
import { endOfLog, idsOf, newEvent, newEvents, readLog } from '../../support/log-events.ts';
import type { OpenStore } from './opened-store.ts';
import { storePerTest } from './per-test.ts';

/** An iteration of `followAll` that is pulled by hand, and the means to end it. */
function follow(store: EventStore, after: bigint | null, batchEventsMax = 100) {
  const abort = new AbortController();
  const batches = store.followAll({ after, batchEventsMax, signal: abort.signal })[Symbol.asyncIterator]();
  return {
    abort: () => {
      abort.abort();
    },
    next: () => batches.next() as Promise<IteratorResult<EventBatch, undefined>>,
    /** Pulls until this many events were returned, and returns them. */
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

  test('5.1 followAll: after null returns all events from the first one of the log, in the order of their positions', async () => {
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

  test('5.3 followAll: says that it has caught up, with an empty batch if nothing is after the position', async () => {
    const iteration = follow(at.store, await endOfLog(at.store));
    expect(await iteration.next()).toEqual({ done: false, value: { events: [], caughtUp: true } });
    iteration.abort();
  });

  test.each([1, 2, 3, 5, 6, 7])(
    '5.4 followAll: with at most %s events a batch, says so at the end and not before',
    async (batchEventsMax) => {
      const from = await endOfLog(at.store);
      await at.store.append('a-1', newEvents(6), 'none');
      const iteration = follow(at.store, from, batchEventsMax);
      let events = 0;
      for (;;) {
        const { value } = await iteration.next();
        events += value?.events.length ?? 0;
        expect(value?.events.length).toBeLessThanOrEqual(batchEventsMax);
        if (value?.caughtUp !== false || events > 6) break;
      }
      expect(events).toBe(6);
      iteration.abort();
    },
  );

  test('5.5 followAll: continues with what is appended after it has caught up', async () => {
    const iteration = follow(at.store, await endOfLog(at.store));
    await iteration.next();
    for (let round = 0; round < 3; round += 1) {
      const waiting = iteration.next();
      const event = newEvent();
      await at.store.append('a-1', [event], 'any');
      expect(idsOf((await waiting).value?.events ?? [])).toEqual([event.eventId]);
    }
    iteration.abort();
  });

  test('5.6 followAll: a caller that does not pull misses nothing, and gets no batch above its bound', async () => {
    const iteration = follow(at.store, await endOfLog(at.store), 10);
    await iteration.next();
    const appended = newEvents(55);
    for (const event of appended) await at.store.append('a-1', [event], 'any');
    const received: string[] = [];
    while (received.length < appended.length) {
      const { value } = await iteration.next();
      expect(value?.events.length).toBeLessThanOrEqual(10);
      received.push(...idsOf(value?.events ?? []));
    }
    expect(received).toEqual(idsOf(appended));
    iteration.abort();
  });

  test('5.7 followAll: misses and repeats nothing while others append, whenever it reads and waits', async () => {
    const iteration = follow(at.store, await endOfLog(at.store), 7);
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let round = 0; round < 50; round += 1)
        await at.store.append(`a-${writer}`, newEvents((round % 3) + 1), 'any');
    });
    const count = 8 * (17 * 1 + 17 * 2 + 16 * 3);
    const received = await iteration.events(count);
    await Promise.all(writers);
    expect(idsOf(received)).toEqual(idsOf(await readLog(at.store)).slice(1));
    iteration.abort();
  });

  test('5.8 followAll: several iterations get everything, each at its own pace', async () => {
    const from = await endOfLog(at.store);
    const iterations = [follow(at.store, from, 1), follow(at.store, from, 50), follow(at.store, null, 3)];
    const appended = newEvents(20);
    const received = Promise.all(iterations.map((iteration, index) => iteration.events(index === 2 ? 21 : 20)));
    for (const event of appended) await at.store.append('a-1', [event], 'any');
    for (const events of await received) expect(idsOf(events).slice(-20)).toEqual(idsOf(appended));
    for (const iteration of iterations) iteration.abort();
  });

  test('5.9 followAll: aborting ends one that waits, without an error', async () => {
    const iteration = follow(at.store, await endOfLog(at.store));
    await iteration.next();
    const waiting = iteration.next();
    iteration.abort();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  test('5.10 followAll: aborting ends it before its next batch, even if there is more', async () => {
    await at.store.append('a-1', newEvents(5), 'none');
    const iteration = follow(at.store, null, 2);
    await iteration.next();
    iteration.abort();
    expect(await iteration.next()).toEqual({ done: true, value: undefined });
  });

  test('5.11 followAll: returns nothing if it was aborted before it began', async () => {
    const iteration = follow(at.store, null);
    iteration.abort();
    expect(await iteration.next()).toEqual({ done: true, value: undefined });
  });

  test('5.12 followAll: returns nothing for a refused append', async () => {
    const iteration = follow(at.store, await endOfLog(at.store));
    await iteration.next();
    const waiting = iteration.next();
    await Promise.allSettled([at.store.append('a-1', [newEvent()], 4n)]);
    const event = newEvent();
    await at.store.append('a-1', [event], 'any');
    expect(idsOf((await waiting).value?.events ?? [])).toEqual([event.eventId]);
    iteration.abort();
  });
}
