import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { StoreUnavailable, type NewEvent } from '../../../src/log/event-store.ts';
import { quarantineBounds, type LaneBounds } from '../../../src/quarantine/keeping/share.ts';
import { groupBytesMax, Lane } from '../../../src/quarantine/keeping/lane.ts';
import { newEvent } from '../../support/log-events.ts';

type Append = (streamName: string, events: readonly NewEvent[]) => Promise<unknown>;

function open(append: Append, bounds: Partial<LaneBounds> = {}, elapsedMs: () => number = () => 0): Lane {
  return new Lane({ append, bounds: { ...quarantineBounds.lane, ...bounds }, elapsedMs });
}

/** An append that is done when the test says so. */
function createGate() {
  const groups: { streamName: string; events: number; done: () => void }[] = [];
  const append: Append = (streamName, events) =>
    new Promise<void>((resolve) => groups.push({ streamName, events: events.length, done: resolve }));
  return { groups, append };
}

const turn = () => new Promise(setImmediate);

test('stores one group at a time, and of each stream one after the other', async () => {
  const { groups, append } = createGate();
  const lane = open(append);
  const first = lane.enter('flood', newEvent(), groupBytesMax);
  const flood = Array.from({ length: 5 }, () => lane.enter('flood', newEvent(), groupBytesMax / 4));
  const honest = lane.enter('honest', newEvent(), 1_000);
  await turn();
  expect(groups.splice(0).map(({ streamName, done }) => (done(), streamName))).toEqual(['flood']);
  expect(await first).toBe(true);
  while (groups.length < 2) await turn();
  expect(groups.map(({ streamName, events }) => [streamName, events])).toEqual([
    ['flood', 4],
    ['honest', 1],
  ]);
  for (const { done } of groups.splice(0)) done();
  expect(await honest).toBe(true);
  while (groups.length < 1) await turn();
  groups[0]?.done();
  expect(await Promise.all(flood)).toEqual([true, true, true, true, true]);
});

test('pauses after each group for as long as it took', async () => {
  let nowMs = 0;
  const startedAtMs: number[] = [];
  let begunMs = 0;
  const append: Append = () => {
    startedAtMs.push(performance.now() - begunMs);
    nowMs += 50;
    return Promise.resolve();
  };
  const lane = open(append, {}, () => nowMs);
  begunMs = performance.now();
  await Promise.all([lane.enter('a', newEvent(), groupBytesMax), lane.enter('a', newEvent(), groupBytesMax)]);
  expect(startedAtMs).toHaveLength(2);
  expect(startedAtMs[1]).toBeGreaterThan(45);
});

test('refuses what is too much of one sender, and none of another', async () => {
  const { groups, append } = createGate();
  const lane = open(append, { eventsPerSenderMax: 2, bytesPerSenderMax: 100 });
  const entered = [lane.enter('a', newEvent(), 500), lane.enter('a', newEvent(), 10), lane.enter('a', newEvent(), 10)];
  expect(await lane.enter('a', newEvent(), 10)).toBe(false);
  const other = [lane.enter('b', newEvent(), 60)];
  expect(await lane.enter('b', newEvent(), 60)).toBe(false);
  const all = Promise.all([...entered, ...other]);
  void all.then(() => groups.push({ streamName: '', events: 0, done: () => undefined }));
  while (!groups.some(({ streamName }) => streamName === '')) {
    for (const { done } of groups) done();
    await turn();
  }
  expect(await all).toEqual([true, true, true, true]);
});

test('property: where all senders together have too much, only who has most is refused', async () => {
  const arrivals = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 1, max: 50 })), {
    maxLength: 60,
  });
  await fc.assert(
    fc.asyncProperty(arrivals, async (all) => {
      const { append } = createGate();
      const bytesMax = 300;
      const lane = open(append, { bytesMax });
      // The first group is under way, so all others wait.
      void lane.enter('first', newEvent(), 1);
      const refused = new Map<string, number>();
      const given = new Map<string, number>();
      for (const [streamName, bytes] of all) {
        given.set(streamName, (given.get(streamName) ?? 0) + bytes);
        void lane.enter(streamName, newEvent(), bytes).then((isStored) => {
          if (!isStored) refused.set(streamName, (refused.get(streamName) ?? 0) + bytes);
        });
      }
      await turn();
      const equalPart = bytesMax / 3;
      for (const [streamName, bytes] of given) if (bytes < equalPart) expect(refused.get(streamName)).toBeUndefined();
    }),
  );
});

test('an append that fails fails those that were in it, and no others', async () => {
  const lane = open((streamName) =>
    streamName === 'bad' ? Promise.reject(new StoreUnavailable('away')) : Promise.resolve(),
  );
  const [bad, good] = [lane.enter('bad', newEvent(), 1), lane.enter('good', newEvent(), 1)];
  await expect(bad).rejects.toThrow(StoreUnavailable);
  expect(await good).toBe(true);
});

test('what has waited too long is not stored', async () => {
  let nowMs = 0;
  const appended: string[] = [];
  const append: Append = async (streamName) => {
    appended.push(streamName);
    await turn();
    nowMs += 16_000;
  };
  const lane = open(append, {}, () => nowMs);
  const [first, second] = [lane.enter('a', newEvent(), groupBytesMax), lane.enter('b', newEvent(), 1)];
  const late = expect(second).rejects.toThrow(StoreUnavailable);
  expect(await first).toBe(true);
  await lane.close();
  await late;
  expect(appended).toEqual(['a']);
});

test('close stores what waits, without a pause', async () => {
  let nowMs = 0;
  const lane = open(
    () => Promise.resolve(void (nowMs += 1_000)),
    {},
    () => nowMs,
  );
  const entered = Array.from({ length: 5 }, () => lane.enter('a', newEvent(), groupBytesMax));
  await lane.close();
  expect(await Promise.all(entered)).toEqual([true, true, true, true, true]);
});
