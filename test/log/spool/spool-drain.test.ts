import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { AppendRefused, StoreUnavailable, type EventStore } from '../../../src/log/event-store.ts';
import { AppendDispatch, appendsInFlightMax, type Attempt } from '../../../src/log/eventstoredb/append-dispatch.ts';
import { openPatientEventStore } from '../../support/sqlite-store.ts';
import { silentLogger } from '../../../src/kernel/logger.ts';
import { drainInFlightMax, SpoolDrain, type DrainTarget } from '../../../src/log/spool/spool-drain.ts';
import { openSpool } from '../../../src/log/spool/spool.ts';
import { alterLogFile } from '../../support/alter-log-file.ts';
import { drainAll } from '../../support/drain-all.ts';
import { openFailingLog, type FailingLog } from '../../support/failing-log.ts';
import { openLocalCommitter } from '../../support/local-committer.ts';
import { idsOf, newEvent, newEvents, readLog } from '../../support/log-events.ts';
import { openRecordingLogger } from '../../support/recording-logger.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

const clock = () => 1_000_000;
const bounds = { bytesMax: 1_000_000_000, ageMaxMs: 1_000_000_000 };

let folder: TemporaryFolder;
let store: EventStore;
let log: FailingLog;
beforeEach(() => {
  folder = makeTemporaryFolder();
  log = openFailingLog();
  store = openPatientEventStore(folder.path, clock, { openCommitter: openLocalCommitter });
});
afterEach(async () => {
  await store.close();
  folder.remove();
});

const acknowledged: Attempt = { kind: 'appended', appended: { revision: 0n, position: 0n } };

const open = () => openSpool({ store, bounds, clock });

test('a refused event is logged with its position in the spool, and nothing of its body', async () => {
  const spool = await open();
  const event = newEvent({ data: Buffer.from('{"secret":"4711"}') });
  await spool.keep('a-1', [event]);
  log.refuse(event.eventId);
  const { logger, lines } = openRecordingLogger('error');
  await drainAll(spool, log, logger);
  const position = (await readLog(store)).find(({ eventId }) => eventId === event.eventId)?.position;
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    expect.objectContaining({ reason: 'Refused.', eventId: event.eventId, position: String(position) }),
  ]);
  expect(lines.join('')).not.toContain('4711');
});

describe('draining', () => {
  test('has many appends under way at once, within its bound; one that is refused and one that is slow delay no other', async () => {
    const spool = await open();
    const events = newEvents(3 * drainInFlightMax);
    await Promise.all(events.map((event, index) => spool.keep(`a-${index % 7}`, [event])));
    const refused = events[40]?.eventId;
    const slow = events[50]?.eventId;
    let [underWay, most] = [0, 0];
    let finishSlow: () => void = () => undefined;
    const slowed = new Promise<void>((resolve) => (finishSlow = resolve));
    const stored: string[] = [];
    const target: DrainTarget = {
      answering: () => Promise.resolve(),
      async append(_streamName, [event]) {
        underWay += 1;
        most = Math.max(most, underWay);
        await (event?.eventId === slow ? slowed : new Promise(setImmediate));
        underWay -= 1;
        if (event?.eventId === refused) throw new AppendRefused('Refused.');
        stored.push(event?.eventId ?? '');
        // All but the refused one and the slow one itself.
        if (stored.length === events.length - 2) finishSlow();
        return { revision: 0n, position: BigInt(stored.length) };
      },
    };
    await drainAll(spool, target);
    expect(most).toBe(drainInFlightMax);
    expect(new Set(stored)).toEqual(new Set(idsOf(events).filter((id) => id !== refused)));
    expect(stored).toHaveLength(events.length - 1);
    expect(spool.figures()).toMatchObject({ events: 0, eventsRefused: 1, eventsDrainedTotal: events.length - 1 });
  });

  test('leaves room for what arrives meanwhile: that is sent at once while the log has not answered any of the drain', async () => {
    const spool = await open();
    await Promise.all(newEvents(2 * drainInFlightMax).map((event) => spool.keep('a-1', [event])));
    let answer: (attempt: Attempt) => void = () => undefined;
    const answered = new Promise<Attempt>((resolve) => (answer = resolve));
    const dispatch = new AppendDispatch({ isAnswering: () => true, onUnanswered: () => undefined });
    let [sent, drained] = [0, 0];
    const attempt = () => {
      sent += 1;
      // The first acknowledgements open the drain up.
      return sent <= drainInFlightMax ? Promise.resolve(acknowledged) : answered;
    };
    const target: DrainTarget = {
      answering: () => Promise.resolve(),
      append: (_streamName, [event]) =>
        dispatch.add(event?.data.byteLength ?? 0, attempt).finally(() => (drained += 1)),
    };
    const emptied = drainAll(spool, target);
    await untilTrue(() => sent === 2 * drainInFlightMax);
    let live = 0;
    const arriving = Array.from({ length: appendsInFlightMax - drainInFlightMax }, () =>
      dispatch.add(1, () => {
        live += 1;
        return Promise.resolve(acknowledged);
      }),
    );
    expect(live).toBe(appendsInFlightMax - drainInFlightMax);
    await Promise.all(arriving);
    expect(drained).toBe(drainInFlightMax);
    answer(acknowledged);
    await emptied;
    expect(drained).toBe(2 * drainInFlightMax);
  });

  test('counts each event once at every moment: as waiting until the log has acknowledged it, and as drained from then on', async () => {
    const spool = await open();
    const events = newEvents(50);
    for (const event of events) await spool.keep('a-1', [event]);
    const counted: number[] = [];
    const target: DrainTarget = {
      answering: () => Promise.resolve(),
      async append(...given) {
        const { events: waiting, eventsDrainedTotal } = spool.figures();
        counted.push(waiting + eventsDrainedTotal);
        return log.append(...given);
      },
    };
    await drainAll(spool, target);
    expect(new Set(counted)).toEqual(new Set([50]));
    expect(spool.figures()).toMatchObject({ events: 0, eventsSpooledTotal: 50, eventsDrainedTotal: 50 });
  });

  test('repeats only what a failing log did not acknowledge, and asks it for one at a time first', async () => {
    const spool = await open();
    const events = newEvents(20);
    for (const event of events) await spool.keep('a-1', [event]);
    for (let failures = 0; failures < 3; failures += 1) log.next('notStored');
    const { logger, lines } = openRecordingLogger('error');
    await drainAll(spool, log, logger);
    // The log itself says why it is away.
    expect(lines).toEqual([]);
    expect([...log.stored()].sort()).toEqual([...idsOf(events)].sort());
    expect(log.asked()).toBe(23);
  });

  test('what was damaged in the spool is appended as damaged, and set aside as damaged', async () => {
    const spool = await open();
    const [sound = '', changed = '', refused = ''] = idsOf(
      await Promise.all(
        newEvents(3).map(async (event) => {
          await spool.keep('a-1', [event]);
          return event;
        }),
      ),
    );
    alterLogFile(folder.path, `UPDATE events SET type = 'Other' WHERE event_id IN ('${changed}', '${refused}')`);
    const appended: [string, unknown][] = [];
    const target: DrainTarget = {
      answering: () => Promise.resolve(),
      append: (streamName, events, expected) => {
        for (const { eventId, isDamaged } of events) appended.push([eventId, isDamaged]);
        return log.append(streamName, events, expected);
      },
    };
    log.refuse(refused);
    await drainAll(spool, target);
    expect(new Map(appended)).toEqual(
      new Map([
        [sound, undefined],
        [changed, true],
        [refused, true],
      ]),
    );
    expect((await readLog(store)).at(-1)).toMatchObject({ eventId: refused, isDamaged: true });
  });

  test('a stop begins no further append, and does not wait for a log that does not answer', async () => {
    const spool = await open();
    for (const event of newEvents(9)) await spool.keep('a-1', [event]);
    let stopped: (stop: Promise<void>) => void = () => undefined;
    const stopping = new Promise<void>((resolve) => (stopped = resolve));
    let answers = 0;
    const target: DrainTarget = {
      answering: () => (++answers === 1 ? Promise.resolve() : new Promise(() => undefined)),
      append(...given) {
        stopped(drain.stop());
        return log.append(...given);
      },
    };
    const options = { spool, target, logger: silentLogger, onEmptied: () => undefined };
    const drain = new SpoolDrain(options);
    await stopping;
    expect(log.stored()).toHaveLength(1);
    const waiting = new SpoolDrain(options);
    while (answers < 2) await new Promise(setImmediate);
    await waiting.stop();
    expect(log.stored()).toHaveLength(1);
  });

  test('stopped half-way keeps what is not acknowledged, and that alone is drained by the next start', async () => {
    const spool = await open();
    const events = newEvents(20);
    for (const [index, event] of events.entries()) await spool.keep(`a-${index % 3}`, [event]);
    const waiting = events[4]?.eventId;
    let stopped: (stop: Promise<void>) => void = () => undefined;
    const stopping = new Promise<void>((resolve) => (stopped = resolve));
    const target: DrainTarget = {
      answering: () => Promise.resolve(),
      async append(...given) {
        if (given[1][0]?.eventId !== waiting) return log.append(...given);
        stopped(drain.stop());
        throw new StoreUnavailable('It is away.');
      },
    };
    const drain = new SpoolDrain({ spool, target, logger: silentLogger, onEmptied: () => undefined });
    await stopping;
    const before = log.stored().length;
    expect(before).toBeGreaterThan(0);
    expect(spool.figures()).toMatchObject({ events: 20 - before });
    await drainAll(await open(), log);
    expect(new Set(log.stored())).toEqual(new Set(idsOf(events)));
    // Nothing but what was behind the one that was not acknowledged, in its stream.
    expect(log.stored().length).toBeLessThanOrEqual(20 + before);
    expect(await readLog(store)).toHaveLength(1);
  });
});

/** Resolves once it is so; the test's own time limit ends it. */
async function untilTrue(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise(setImmediate);
}
