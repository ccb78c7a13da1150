import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { QuarantineBounds } from '../../src/quarantine/share.ts';
import type { KnownDecisions, Removal } from '../../src/quarantine/removal.ts';
import { createSharedQuarantine, openQuarantine, type Quarantine } from '../../src/quarantine/quarantine.ts';
import { readTruncation, type Truncation } from '../../src/domain/quarantine/quarantine-records.ts';
import {
  quarantineDecisionsStream,
  quarantineReasons,
  quarantineStreamOf,
  type Diagnosis,
  type QuarantineReason,
} from '../../src/domain/quarantine/quarantine.ts';
import { StoreUnavailable } from '../../src/event-store/errors.ts';
import { openSqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.ts';
import { endOfLog, newEvents, readAll } from '../support/log-events.ts';
import { boundsWith } from '../support/quarantine-bounds.ts';
import { inTime } from '../support/scenarios.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const byReason = (one: Truncation | null, other: Truncation | null) =>
  String(one?.reason) < String(other?.reason) ? -1 : 1;
const dayMs = 24 * 3_600_000;
const decidedUpTo = (position: bigint): KnownDecisions => ({
  decidedBefore: () => position,
  decidedCount: () => 0,
});
const nothingDecided = decidedUpTo(0n);
const allDecided = decidedUpTo(1_000_000n);

describe('the quarantine', () => {
  let folder: ReturnType<typeof makeTemporaryFolder>;
  let store: ReturnType<typeof openSqliteEventStore>;
  let nowMs: number;
  const clock = () => nowMs;

  beforeEach(() => {
    nowMs = 1_600_000_000_000;
    folder = makeTemporaryFolder();
    store = openSqliteEventStore(folder.path, clock);
  });
  afterEach(async () => {
    await store.close();
    folder.remove();
  });

  const open = (bounds: QuarantineBounds) => openQuarantine({ store, bounds, clock });

  const wrongSign: Diagnosis = { check: 'SIGN_MATCHES', field: 'sign' };
  const keep = (quarantine: Quarantine, reason: QuarantineReason = 'FORGED', body = '{}', diagnosis = wrongSign) =>
    quarantine.keep({
      eventId: randomUUID(),
      reason,
      diagnosis,
      body: Buffer.from(body),
      receivedAtMs: nowMs,
      signature: 'INVALID',
      remoteAddress: '',
    });

  /** Everything that a run of retention does. */
  async function retain(quarantine: Quarantine, decisions: KnownDecisions): Promise<Removal[]> {
    const removals: Removal[] = [];
    await quarantine.removeOld(nowMs, decisions, (removal) => removals.push(removal));
    await quarantine.removeDecided(decisions);
    return removals;
  }

  const streamOf = (reason: QuarantineReason) => readAll(store.readStream(quarantineStreamOf(reason)));
  const decisions = () => readAll(store.readStream(quarantineDecisionsStream));

  /** What the log holds of a reason, counted from the outside. */
  async function inLog(reason: QuarantineReason) {
    const events = await streamOf(reason);
    const bytes = events.reduce((sum, { data, metadata }) => sum + data.byteLength + metadata.byteLength, 0);
    return { events: events.length, bytes };
  }

  test('property: never has more in the log than its shares, counts what is there, and counts the same after a restart', async () => {
    const bounds = boundsWith(
      {
        FORGED: { eventsMax: 3, bytesMax: 1_000 },
        UNPROVEN: { eventsMax: 5, bytesMax: 700 },
        EXPIRED: { eventsMax: 0 },
        UNREADABLE: { eventsMax: 2 },
      },
      10_000,
    );
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.tuple(fc.constantFrom(...quarantineReasons), fc.integer({ min: 0, max: 400 })) },
      { weight: 1, arbitrary: fc.constantFrom('retain', 'decide and retain', 'restart') },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        for (const reason of quarantineReasons) {
          const last = (await streamOf(reason)).at(-1);
          if (last !== undefined) await store.truncateStream(last.streamName, last.revision + 1n);
        }
        let quarantine = await open(bounds);
        for (const one of steps) {
          nowMs += 1_000;
          if (one === 'restart') quarantine = await open(bounds);
          else if (typeof one === 'string') {
            await retain(quarantine, one === 'retain' ? nothingDecided : allDecided);
          } else await keep(quarantine, one[0], 'x'.repeat(one[1]));
          for (const reason of quarantineReasons) {
            const present = await inLog(reason);
            expect(present.events).toBeLessThanOrEqual(bounds.shares[reason].eventsMax);
            expect(present.bytes).toBeLessThanOrEqual(bounds.shares[reason].bytesMax);
            expect(quarantine.usage(reason)).toEqual(present);
          }
        }
        const restarted = await open(bounds);
        for (const reason of quarantineReasons) expect(restarted.usage(reason)).toEqual(quarantine.usage(reason));
      }),
      { ...inTime, numRuns: 40 },
    );
  });

  test('never takes more than its share, however many come at once', async () => {
    const quarantine = await open(boundsWith({ FORGED: { eventsMax: 7 } }));
    const kept = await Promise.all(Array.from({ length: 50 }, () => keep(quarantine)));
    expect(kept.filter(Boolean)).toHaveLength(7);
    expect(await streamOf('FORGED')).toHaveLength(7);
  });

  test('a restart gives nobody more room', async () => {
    const bounds = boundsWith({ FORGED: { eventsMax: 1 } });
    await keep(await open(bounds));
    expect(await keep(await open(bounds))).toBe(false);
    expect(await keep(await open(bounds), 'UNPROVEN')).toBe(true);
  });

  test('removes what is older than the age, and nothing younger', async () => {
    const quarantine = await open(boundsWith({}, 30 * dayMs));
    await keep(quarantine, 'FORGED', 'first');
    await keep(quarantine, 'EXPIRED');
    nowMs += dayMs;
    await keep(quarantine, 'FORGED', 'second');
    nowMs += 29 * dayMs;
    await retain(quarantine, allDecided);
    expect(await streamOf('FORGED')).toHaveLength(2);
    nowMs += 1;
    await retain(quarantine, nothingDecided);
    expect((await streamOf('FORGED')).map(({ data }) => Buffer.from(data).toString())).toEqual(['second']);
    expect(await streamOf('EXPIRED')).toEqual([]);
    expect(quarantine.usage('EXPIRED')).toEqual({ events: 0, bytes: 0 });
    expect(await keep(quarantine, 'EXPIRED')).toBe(true);
  });

  test('reports for each reason how many it removed by age, and how many of them are undecided as far as is known', async () => {
    const quarantine = await open(boundsWith({}, dayMs));
    for (const reason of ['FORGED', 'FORGED', 'FORGED', 'UNPROVEN'] as const) await keep(quarantine, reason);
    const position = await endOfLog(store);
    nowMs += dayMs + 1;
    const counted: unknown[] = [];
    const removals = await retain(quarantine, {
      decidedBefore: () => 0n,
      decidedCount: (...about) => (counted.push(about), about[0] === 'FORGED' ? 2 : 0),
    });
    expect(removals).toEqual([
      { reason: 'FORGED', events: 3, undecided: 1 },
      { reason: 'UNPROVEN', events: 1, undecided: 1 },
    ]);
    expect(counted).toEqual([
      ['FORGED', position + 1n],
      ['UNPROVEN', position + 1n],
    ]);
  });

  test('removes what is too old even if the decisions can not be read', async () => {
    const quarantine = await open(boundsWith({}, dayMs));
    await keep(quarantine);
    nowMs += dayMs + 1;
    const removals: Removal[] = [];
    const fail = () => {
      throw new Error('database disk image is malformed');
    };
    const damaged = { decidedBefore: fail, decidedCount: fail };
    await quarantine.removeOld(nowMs, damaged, (removal) => removals.push(removal));
    expect(await streamOf('FORGED')).toEqual([]);
    expect(removals).toEqual([{ reason: 'FORGED', events: 1, undecided: 1 }]);
  });

  test.each([
    ['as it was kept', false],
    ['after a restart', true],
  ])(
    'what came with a right sign while the clock was 400 days slow is as old as its t says: %s',
    async (_name, isRestarted) => {
      const bounds = boundsWith({}, 30 * dayMs);
      let quarantine = await open(bounds);
      const rightMs = nowMs;
      nowMs -= 400 * dayMs;
      await keep(quarantine, 'EXPIRED', '{}', { check: 'CLOCK', field: 't', secondsOff: 400 * 86_400 + 600 });
      nowMs = rightMs;
      if (isRestarted) quarantine = await open(bounds);
      nowMs = rightMs + 30 * dayMs + 600_000;
      await retain(quarantine, nothingDecided);
      expect(await streamOf('EXPIRED')).toHaveLength(1);
      nowMs += 1;
      await retain(quarantine, nothingDecided);
      expect(await streamOf('EXPIRED')).toEqual([]);
    },
  );

  test('what was kept while the clock was a year ahead keeps nothing behind it for longer', async () => {
    const quarantine = await open(boundsWith({}, 30 * dayMs));
    const rightMs = nowMs;
    nowMs += 365 * dayMs;
    await keep(quarantine, 'FORGED', 'ahead');
    nowMs = rightMs;
    await keep(quarantine, 'FORGED', 'behind it');
    nowMs += 15 * dayMs;
    await keep(quarantine, 'FORGED', 'young');
    nowMs += 15 * dayMs + 1;
    await retain(quarantine, nothingDecided);
    expect((await streamOf('FORGED')).map(({ data }) => Buffer.from(data).toString())).toEqual(['young']);
  });

  test('records what it removes before it removes it', async () => {
    const quarantine = await open(boundsWith({}, dayMs));
    await keep(quarantine);
    const position = await endOfLog(store);
    nowMs += dayMs + 1;
    await retain(quarantine, nothingDecided);
    expect((await decisions()).map(({ type, data }) => [type, readTruncation(data)])).toEqual([
      ['QuarantineTruncated', { reason: 'FORGED', beforePosition: position + 1n }],
    ]);
  });

  test('records and removes nothing if nothing is too old', async () => {
    const quarantine = await open(boundsWith({}));
    await keep(quarantine);
    await retain(quarantine, allDecided);
    expect(await decisions()).toEqual([]);
  });

  test('removes what is decided at the beginning of a stream, once more than half of the share is in use', async () => {
    const quarantine = await open(boundsWith({ FORGED: { eventsMax: 4 } }));
    await keep(quarantine, 'FORGED', 'first');
    await keep(quarantine, 'FORGED', 'second');
    const position = await endOfLog(store);
    await retain(quarantine, decidedUpTo(position));
    expect(await streamOf('FORGED')).toHaveLength(2);
    await keep(quarantine, 'FORGED', 'third');
    await retain(quarantine, decidedUpTo(position));
    expect((await streamOf('FORGED')).map(({ data }) => Buffer.from(data).toString())).toEqual(['second', 'third']);
  });

  test('removes decisions once nothing they are about can be left', async () => {
    const quarantine = await open(boundsWith({}, dayMs));
    await store.append(quarantineDecisionsStream, newEvents(3), 'any');
    nowMs += 2 * dayMs;
    await retain(quarantine, nothingDecided);
    expect(await decisions()).toHaveLength(3);
    nowMs += 1;
    await retain(quarantine, nothingDecided);
    expect(await decisions()).toEqual([]);
  });

  test('records a removal again before that record is removed, once for each reason: later readers of the log still learn of it', async () => {
    const quarantine = await open(boundsWith({}, dayMs));
    const recorded = async () => (await decisions()).map(({ data }) => readTruncation(data));
    /** What is kept now is removed a day later. */
    const removed = async (...reasons: QuarantineReason[]) => {
      for (const reason of reasons) await keep(quarantine, reason);
      const end = await endOfLog(store);
      nowMs += dayMs + 1;
      await retain(quarantine, nothingDecided);
      return reasons.map((reason, index) => ({
        reason,
        beforePosition: end + 2n - BigInt(reasons.length - index),
      }));
    };
    const [, unproven] = await removed('FORGED', 'UNPROVEN');
    const [forged] = await removed('FORGED');
    expect(await recorded()).toHaveLength(3);
    nowMs += 2 * dayMs + 1;
    await retain(quarantine, nothingDecided);
    expect((await recorded()).sort(byReason)).toEqual([forged, unproven]);
    // Recorded again, they are young.
    await retain(quarantine, nothingDecided);
    expect(await recorded()).toHaveLength(2);
    // One reason has a newer record: only the other one is recorded again.
    nowMs += dayMs;
    const [later] = await removed('FORGED');
    expect((await recorded()).sort(byReason)).toEqual([later, unproven]);
  });

  test('keeps decisions, however old, while what they are about is there: else a rebuild would not know them', async () => {
    const quarantine = await open(boundsWith({}, dayMs));
    const rightMs = nowMs;
    nowMs += 365 * dayMs;
    await keep(quarantine);
    nowMs = rightMs;
    await store.append(quarantineDecisionsStream, newEvents(1), 'any');
    nowMs += 10 * dayMs;
    await retain(quarantine, nothingDecided);
    expect(await streamOf('FORGED')).toHaveLength(1);
    expect(await decisions()).toHaveLength(1);
  });

  describe('that other nodes append to as well', () => {
    const share = (bounds: QuarantineBounds, given: Partial<typeof store> = {}) =>
      createSharedQuarantine({
        store: {
          append: (...args) => store.append(...args),
          readStream: (...args) => store.readStream(...args),
          truncateStream: (...args) => store.truncateStream(...args),
          ...given,
        },
        bounds,
        clock,
      });
    const away = () => {
      throw new StoreUnavailable('The log is away.');
    };

    test('counts nothing until it is read, then what the log has', async () => {
      const bounds = boundsWith({ FORGED: { eventsMax: 2 } });
      await keep(await open(bounds));
      const quarantine = share(bounds);
      expect(quarantine.usage('FORGED').events).toBe(0);
      await quarantine.reread();
      expect(quarantine.usage('FORGED')).toEqual(await inLog('FORGED'));
      expect([await keep(quarantine), await keep(quarantine)]).toEqual([true, false]);
    });

    test('keeps its counts if it can not be read again', async () => {
      const quarantine = share(boundsWith({}), { readStream: away });
      await keep(quarantine);
      await expect(quarantine.reread()).rejects.toThrow(StoreUnavailable);
      expect(quarantine.usage('FORGED').events).toBe(1);
      await expect(retain(quarantine, allDecided)).rejects.toThrow(StoreUnavailable);
    });

    test('counts an append that is under way while it is read', async () => {
      let release: () => void = () => undefined;
      const released = new Promise<void>((resolve) => (release = resolve));
      const append: typeof store.append = async (...args) => {
        await released;
        return store.append(...args);
      };
      const quarantine = share(boundsWith({ FORGED: { eventsMax: 1 } }), { append });
      const first = keep(quarantine);
      await quarantine.reread();
      expect(await keep(quarantine)).toBe(false);
      release();
      expect(await first).toBe(true);
      expect(quarantine.usage('FORGED')).toEqual(await inLog('FORGED'));
      await quarantine.reread();
      expect(quarantine.usage('FORGED')).toEqual(await inLog('FORGED'));
    });

    test('is read before anything is removed: what other nodes put there goes too', async () => {
      const bounds = boundsWith({}, dayMs);
      const quarantine = share(bounds);
      await keep(await open(bounds));
      nowMs += dayMs + 1;
      expect(await retain(quarantine, nothingDecided)).toEqual([{ reason: 'FORGED', events: 1, undecided: 1 }]);
      expect(await streamOf('FORGED')).toEqual([]);
    });
  });
});
