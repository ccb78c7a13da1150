import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { FollowOptions } from '../../src/log/event-store.ts';
import { followLog } from '../../src/forwarding/follow-log.ts';
import { ConditionWaiters } from '../../src/kernel/notifier.ts';
import { createInMemoryLog, openInMemoryEventStore } from '../support/in-memory-event-store.ts';
import { newEvent } from '../support/log-events.ts';

/** A log whose readings are counted, and fail when the test says so. */
function openLog() {
  const store = openInMemoryEventStore(createInMemoryLog(), () => 0);
  const log = {
    isUnreadable: false,
    /** Readings that have begun and not ended. */
    readings: 0,
    /** Batches that had events. */
    batches: 0,
    async *followAll(options: FollowOptions) {
      log.readings += 1;
      try {
        for await (const batch of store.followAll(options)) {
          if (log.isUnreadable) throw new Error('The log cannot be read.');
          if (batch.events.length > 0) log.batches += 1;
          yield batch;
        }
      } finally {
        log.readings -= 1;
      }
    },
    async record(): Promise<void> {
      await store.append('one', [newEvent()], 'any');
    },
    end: () => store.endPosition(),
  };
  return log;
}

/** One that keeps so many events until it is drained, and begins again where its reading has failed. */
function follow(log: ReturnType<typeof openLog>, after: bigint, roomFor = Infinity) {
  const waiting = new ConditionWaiters();
  let [readTo, kept, abort] = [after, 0, new AbortController()];
  const got: bigint[] = [];
  const reader = {
    got,
    drain(): void {
      kept = 0;
      waiting.check();
    },
    stop(): void {
      abort.abort();
      waiting.check();
    },
    from(position: bigint): void {
      reader.stop();
      [readTo, got.length, abort] = [position, 0, new AbortController()];
      void run(abort.signal);
    },
  };
  const run = async (signal: AbortSignal): Promise<void> => {
    const hasRoom = () => kept < roomFor;
    const own = {
      readTo: () => readTo,
      hasRoom,
      room: () => waiting.until(() => hasRoom() || signal.aborted),
      add(events: readonly { readonly position: bigint }[]) {
        for (const { position } of events) {
          if (!hasRoom()) return;
          got.push(position);
          [readTo, kept] = [position, kept + 1];
        }
      },
    };
    while (!signal.aborted) {
      await followLog(log, own, signal).catch(() => turn());
    }
  };
  void run(abort.signal);
  return reader;
}

async function until(isMet: () => boolean): Promise<void> {
  for (let turns = 0; !isMet(); turns += 1) {
    if (turns > 10_000) throw new Error('It does not happen.');
    await turn();
  }
}

test('what is appended is read once for all that have what came before', async () => {
  const log = openLog();
  const readers = Array.from({ length: 256 }, () => follow(log, 0n));
  await until(() => log.readings === 1);
  const before = log.batches;
  for (let events = 1; events <= 5; events += 1) {
    await log.record();
    await until(() => readers.every(({ got }) => got.length === events + 1));
  }
  expect(log.batches - before).toBe(5);
  for (const one of readers) one.stop();
});

test('one without room waits for itself alone, and reads by itself what it lacks', async () => {
  const log = openLog();
  const [full, others] = [follow(log, 0n, 3), [follow(log, 0n), follow(log, 0n)]];
  await until(() => log.readings === 1);
  for (let events = 0; events < 10; events += 1) await log.record();
  await until(() => others.every(({ got }) => got.length === 11));
  expect(full.got).toEqual([1n, 2n, 3n]);
  full.drain();
  await until(() => full.got.length === 6);
  for (let drained = 0; drained < 3; drained += 1) {
    full.drain();
    await until(() => full.got.length === Math.min(11, 9 + drained * 3));
  }
  expect(full.got).toEqual(others[0]?.got);
  await until(() => log.readings === 1);
  for (const one of [full, ...others]) one.stop();
});

test('whatever comes between, each has every event after its beginning once and in order', async () => {
  const which = fc.nat(3);
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ record: fc.integer({ min: 1, max: 250 }) }) },
    fc.record({ drain: which }),
    fc.record({ beginAgain: which, after: fc.nat(300) }),
    fc.record({ isUnreadable: fc.boolean() }),
    fc.record({ turns: fc.nat(4) }),
  );
  const rooms = fc.tuple(...Array.from({ length: 4 }, () => fc.constantFrom(1, 7, Infinity)));
  const runs = fc.record({ steps: fc.array(step, { maxLength: 25 }), rooms });
  await fc.assert(
    fc.asyncProperty(runs, async ({ steps, rooms: roomOf }) => {
      const log = openLog();
      const begunAt = roomOf.map(() => 0);
      const readers = roomOf.map((room) => follow(log, 0n, room));
      for (const given of steps) {
        if ('record' in given) for (let events = 0; events < given.record; events += 1) await log.record();
        else if ('drain' in given) readers[given.drain]?.drain();
        else if ('isUnreadable' in given) log.isUnreadable = given.isUnreadable;
        else if ('turns' in given) for (let turns = 0; turns < given.turns; turns += 1) await turn();
        else {
          begunAt[given.beginAgain] = given.after;
          readers[given.beginAgain]?.from(BigInt(given.after));
        }
      }
      log.isUnreadable = false;
      const end = Number(await log.end());
      const wanted = begunAt.map((begun) =>
        Array.from({ length: Math.max(0, end - begun) }, (_, event) => BigInt(begun + event + 1)),
      );
      await until(() => {
        for (const one of readers) one.drain();
        return readers.every(({ got }, index) => got.length >= (wanted[index]?.length ?? 0));
      });
      expect(readers.map(({ got }) => got)).toEqual(wanted);
      for (const one of readers) one.stop();
      await until(() => log.readings === 0);
    }),
    // One that joins the others in the very moment in which they have been handed the last event, without having it.
    {
      numRuns: 60,
      examples: [[{ steps: [{ record: 2 }, { beginAgain: 1, after: 4 }, { record: 2 }], rooms: [Infinity, 1, 1, 1] }]],
    },
  );
});
