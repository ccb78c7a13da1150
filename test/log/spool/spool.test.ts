import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openSpool } from '../../../src/log/spool/spool.ts';
import { createSpoolingAppend, loopDelayMsMax, notInLogYet } from '../../../src/log/spool/spooling-append.ts';
import { AppendRefused, StoreOverloaded, StoreUnavailable, type EventStore } from '../../../src/log/event-store.ts';
import { openPatientEventStore } from '../../support/sqlite-store.ts';
import { drainAll } from '../../support/drain-all.ts';
import { openFailingLog, type FailingLog } from '../../support/failing-log.ts';
import { idsOf, newEvent, newEvents, readLog } from '../../support/log-events.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';
import { openLocalCommitter } from '../../support/local-committer.ts';

const large = { bytesMax: 1_000_000_000, ageMaxMs: 1_000_000_000 };

let folder: TemporaryFolder;
let store: EventStore;
let nowMs: number;
let log: FailingLog;
beforeEach(() => {
  folder = makeTemporaryFolder();
  nowMs = 1_000_000;
  log = openFailingLog();
  store = openStore();
});
afterEach(async () => {
  await store.close();
  folder.remove();
});

const openStore = () => openPatientEventStore(folder.path, () => nowMs, { openCommitter: openLocalCommitter });
const open = (bounds = large) => openSpool({ store, bounds, clock: () => nowMs });

describe('the bounds', () => {
  test('of bytes refuse only what is new; what waits stays, and room comes back by draining', async () => {
    const spool = await open({ ...large, bytesMax: 1_000 });
    const event = () => newEvent({ data: Buffer.alloc(400), metadata: Buffer.from('{}') });
    await spool.keep('a-1', [event()]);
    await spool.keep('a-1', [event()]);
    await expect(spool.keep('a-1', [event()])).rejects.toThrow(/SPOOL_BYTES_MAX/);
    expect(spool.figures()).toMatchObject({ events: 2, bytes: 804 });
    await drainAll(spool, log);
    expect(log.stored()).toHaveLength(2);
    await spool.keep('a-1', [event()]);
    expect(spool.figures()).toMatchObject({ events: 1, eventsSpooledTotal: 3, eventsDrainedTotal: 2 });
  });

  test('of bytes hold for many that come at once', async () => {
    const spool = await open({ ...large, bytesMax: 1_000 });
    const kept = await Promise.allSettled(
      newEvents(20).map((event) => spool.keep('a-1', [{ ...event, data: Buffer.alloc(300) }])),
    );
    expect(kept.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect(spool.fullBecause()).toBeNull();
  });

  test('of age refuse what is new once the oldest has waited longer, also after a restart', async () => {
    let spool = await open({ ...large, ageMaxMs: 5_000 });
    await spool.keep('a-1', [newEvent()]);
    nowMs += 5_000;
    await spool.keep('a-1', [newEvent()]);
    nowMs += 1;
    await expect(spool.keep('a-1', [newEvent()])).rejects.toThrow(/SPOOL_AGE_MAX_MS/);
    await store.close();
    store = openStore();
    spool = await open({ ...large, ageMaxMs: 5_000 });
    expect(spool.figures()).toMatchObject({ events: 2, oldestAgeMs: 5_001 });
    await expect(spool.keep('a-1', [newEvent()])).rejects.toBeInstanceOf(StoreUnavailable);
    await drainAll(spool, log);
    await spool.keep('a-1', [newEvent()]);
  });

  test('of age count from the oldest that is left', async () => {
    const spool = await open();
    await spool.keep('a-1', [newEvent()]);
    nowMs += 3_000;
    await spool.keep('a-1', [newEvent()]);
    nowMs += 500;
    for await (const [oldest] of spool.follow(new AbortController().signal)) {
      if (oldest !== undefined) spool.appended(oldest);
      break;
    }
    await spool.clear();
    expect(spool.figures()).toMatchObject({ events: 1, oldestAgeMs: 500 });
  });

  test('count nothing that the disk did not take', async () => {
    const append = () => Promise.reject(new StoreUnavailable('The disk is full.'));
    const full = Object.create(store, { append: { value: append } }) as EventStore;
    const spool = await openSpool({ store: full, bounds: large, clock: () => nowMs });
    await expect(spool.keep('a-1', [newEvent()])).rejects.toThrow('The disk is full.');
    nowMs += 1;
    expect(spool.figures()).toMatchObject({ events: 0, bytes: 0, oldestAgeMs: 0, eventsSpooledTotal: 0 });
  });
});

test('an event that the log refuses permanently stays in the spool, is counted apart, and blocks no others', async () => {
  const spool = await open();
  const [first, refused, last] = newEvents(3);
  if (!first || !refused || !last) throw new Error('Three events were made.');
  for (const event of [first, refused, last]) await spool.keep('a-1', [event]);
  log.refuse(refused.eventId);
  await drainAll(spool, log);
  expect(log.stored()).toEqual([first.eventId, last.eventId]);
  expect(spool.figures()).toMatchObject({ events: 0, bytes: 0, oldestAgeMs: 0, eventsRefused: 1 });
  // It alone is left in the file, so that no other is appended again.
  expect(idsOf(await readLog(store)).slice(1)).toEqual([refused.eventId]);
  const later = newEvent();
  await spool.keep('a-1', [later]);
  await drainAll(spool, log);
  expect(log.stored()).toEqual([first.eventId, last.eventId, later.eventId]);
  for (const expected of [0, 1]) {
    const again = await open();
    expect(again.figures()).toMatchObject({ events: 1 });
    if (expected === 1) log.refuse(null);
    await drainAll(again, log);
    expect(again.figures()).toMatchObject({ events: 0, eventsRefused: 1 - expected });
  }
  expect(log.stored()).toEqual([first.eventId, last.eventId, later.eventId, refused.eventId]);
  expect(await readLog(store)).toHaveLength(1);
});

test('a removal that fails half-way is repeated: nothing is lost, and nothing is counted twice or for ever', async () => {
  let removals = 0;
  const failing = Object.create(store, {
    truncateStream: {
      value: (...given: Parameters<EventStore['truncateStream']>) => {
        removals += 1;
        return removals === 3
          ? Promise.reject(new StoreUnavailable('The disk is full.'))
          : store.truncateStream(...given);
      },
    },
  }) as EventStore;
  const spool = await openSpool({ store: failing, bounds: large, clock: () => nowMs });
  const events = newEvents(8);
  const [, , , , refused] = events;
  log.refuse(refused?.eventId ?? null);
  for (const [index, event] of events.entries()) await spool.keep(`a-${index % 4}`, [event]);
  await drainAll(spool, log);
  expect(removals).toBeGreaterThan(4);
  expect(new Set(log.stored())).toEqual(new Set(idsOf(events.filter((event) => event !== refused))));
  expect(spool.figures()).toMatchObject({ events: 0, bytes: 0, oldestAgeMs: 0, eventsRefused: 1 });
  await spool.keep('a-1', [newEvent()]);
  expect(spool.figures()).toMatchObject({ events: 1 });
});

describe('appending with a spool', () => {
  let delayMs = 0;
  const loopDelayMs = () => delayMs;
  beforeEach(() => {
    delayMs = 0;
  });

  test('does not try a log that is known to be away', async () => {
    const spool = await open();
    const append = createSpoolingAppend({ target: log, spool, loopDelayMs });
    log.isAway = true;
    expect(await append('a-1', [newEvent()], 'any')).toEqual(notInLogYet);
    expect([log.asked(), spool.figures().events]).toEqual([0, 1]);
  });

  test('spools an event that the log does not acknowledge, with its id: a late success counts once', async () => {
    const spool = await open();
    const append = createSpoolingAppend({ target: log, spool, loopDelayMs });
    log.next('storedUnanswered');
    const event = newEvent();
    expect(await append('a-1', [event], 'any')).toEqual(notInLogYet);
    await drainAll(spool, log);
    expect(log.stored()).toEqual([event.eventId, event.eventId]);
  });

  test('spools an event that the log refuses permanently: it is not lost', async () => {
    const spool = await open();
    const event = newEvent();
    log.refuse(event.eventId);
    await createSpoolingAppend({ target: log, spool, loopDelayMs })('a-1', [event], 'any');
    expect(spool.figures().events).toBe(1);
  });

  test('without a spool rejects at once, and says whether the event may be stored', async () => {
    const append = createSpoolingAppend({ target: log, spool: null, loopDelayMs });
    log.next('storedUnanswered');
    await expect(append('a-1', [newEvent()], 'any')).rejects.toMatchObject({ mayBeStored: true });
    log.isAway = true;
    await expect(append('a-1', [newEvent()], 'any')).rejects.toMatchObject({ mayBeStored: false });
    expect(log.asked()).toBe(1);
    log.isAway = false;
    log.refuse('all');
    await expect(append('a-1', [newEvent()], 'any')).rejects.toBeInstanceOf(AppendRefused);
  });

  test('says that the event may be stored if the log did not answer and the spool is full', async () => {
    const spool = await open({ ...large, bytesMax: 0 });
    const append = createSpoolingAppend({ target: log, spool, loopDelayMs });
    log.next('storedUnanswered');
    await expect(append('a-1', [newEvent()], 'any')).rejects.toMatchObject({
      mayBeStored: true,
      message: expect.stringContaining('SPOOL_BYTES_MAX') as unknown,
    });
    const overloaded = {
      keep: () => Promise.reject(new StoreOverloaded('Too many wait.')),
      fullBecause: () => null,
    };
    log.next('storedUnanswered');
    const crowded = createSpoolingAppend({ target: log, spool: overloaded, loopDelayMs })('a-1', [newEvent()], 'any');
    await expect(crowded).rejects.toMatchObject({ mayBeStored: true });
  });

  test('spools while this process is late, so that the answer is in time; not if it is less late, or the spool is full', async () => {
    const spool = await open();
    const append = createSpoolingAppend({ target: log, spool, loopDelayMs });
    delayMs = loopDelayMsMax + 1;
    expect(await append('a-1', [newEvent()], 'any')).toEqual(notInLogYet);
    expect([log.asked(), spool.figures().events]).toEqual([0, 1]);
    delayMs = loopDelayMsMax;
    await append('a-1', [newEvent()], 'any');
    expect([log.asked(), spool.figures().events]).toEqual([1, 1]);
    delayMs = loopDelayMsMax + 1;
    const full = { keep: spool.keep.bind(spool), fullBecause: () => 'It is full.' };
    await createSpoolingAppend({ target: log, spool: full, loopDelayMs })('a-1', [newEvent()], 'any');
    await createSpoolingAppend({ target: log, spool: null, loopDelayMs })('a-1', [newEvent()], 'any');
    expect([log.asked(), spool.figures().events]).toEqual([3, 1]);
  });
});

type Step = 'spool' | 'fail' | 'loseAnswer' | 'drain' | 'restart' | 'kill';

test('whatever fails, restarts and drains in between: nothing is lost, and each counts once', async () => {
  const steps = fc.array(
    fc.constantFrom<Step>('spool', 'spool', 'spool', 'fail', 'loseAnswer', 'drain', 'restart', 'kill'),
    { maxLength: 25 },
  );
  await fc.assert(
    fc.asyncProperty(steps, async (taken) => {
      await store.close();
      folder.remove();
      folder = makeTemporaryFolder();
      log = openFailingLog();
      store = openStore();
      let spool = await open();
      const kept: string[] = [];
      for (const step of taken) {
        if (step === 'spool') {
          const event = newEvent();
          await spool.keep(`a-${kept.length % 3}`, [event]);
          kept.push(event.eventId);
        } else if (step === 'fail') log.next('notStored');
        else if (step === 'loseAnswer') log.next('storedUnanswered');
        else if (step === 'drain') await drainAll(spool, log);
        else {
          // Killed between acknowledgement and removal: the log has it, and the spool still does.
          if (step === 'kill') await log.appendOldestOf(spool);
          await store.close();
          store = openStore();
          spool = await open();
        }
      }
      await drainAll(spool, log);
      expect(new Set(log.stored())).toEqual(new Set(kept));
      expect(spool.figures()).toMatchObject({ events: 0, bytes: 0, oldestAgeMs: 0 });
    }),
    { numRuns: 25 },
  );
});
