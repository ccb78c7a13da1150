import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { QuarantineBounds } from '../../src/callbacks/quarantine-bounds.ts';
import { openQuarantine, type DecidedBefore, type Quarantine } from '../../src/callbacks/quarantine.ts';
import { readTruncation } from '../../src/domain/quarantine-decisions.ts';
import {
  quarantineDecisionsStream,
  quarantineReasons,
  quarantineStreamOf,
  type QuarantineReason,
} from '../../src/domain/quarantine.ts';
import { openSqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.ts';
import { endOfLog, newEvents, readAll } from '../support/log-events.ts';
import { boundsWith } from '../support/quarantine-bounds.ts';
import { inTime } from '../support/scenarios.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const dayMs = 24 * 3_600_000;
const nothingDecided: DecidedBefore = () => 0n;
const allDecided: DecidedBefore = () => 1_000_000n;

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

  const keep = (quarantine: Quarantine, reason: QuarantineReason = 'FORGED', body = '{}') =>
    quarantine.keep({
      reason,
      diagnosis: { check: 'SIGN_MATCHES', field: 'sign' },
      body: Buffer.from(body),
      receivedAtMs: nowMs,
      signature: 'INVALID',
      remoteAddress: '',
    });

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
      { weight: 1, arbitrary: fc.constantFrom('sweep', 'decide and sweep', 'restart') },
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
            await quarantine.sweep(one === 'sweep' ? nothingDecided : allDecided);
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
  }, 60_000);

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
    await quarantine.sweep(allDecided);
    expect(await streamOf('FORGED')).toHaveLength(2);
    nowMs += 1;
    await quarantine.sweep(nothingDecided);
    expect((await streamOf('FORGED')).map(({ data }) => Buffer.from(data).toString())).toEqual(['second']);
    expect(await streamOf('EXPIRED')).toEqual([]);
    expect(quarantine.usage('EXPIRED')).toEqual({ events: 0, bytes: 0 });
    expect(await keep(quarantine, 'EXPIRED')).toBe(true);
  });

  test('tells the log what it removes, before it does', async () => {
    const quarantine = await open(boundsWith({}, dayMs));
    await keep(quarantine);
    const position = await endOfLog(store);
    nowMs += dayMs + 1;
    await quarantine.sweep(nothingDecided);
    expect((await decisions()).map(({ type, data }) => [type, readTruncation(data)])).toEqual([
      ['QuarantineTruncated', { reason: 'FORGED', beforePosition: position + 1n }],
    ]);
  });

  test('says and does nothing where nothing is too old', async () => {
    const quarantine = await open(boundsWith({}));
    await keep(quarantine);
    await quarantine.sweep(allDecided);
    expect(await decisions()).toEqual([]);
  });

  test('removes what is decided at the beginning of a stream, once more than half of the share is in use', async () => {
    const quarantine = await open(boundsWith({ FORGED: { eventsMax: 4 } }));
    await keep(quarantine, 'FORGED', 'first');
    await keep(quarantine, 'FORGED', 'second');
    const position = await endOfLog(store);
    await quarantine.sweep(() => position);
    expect(await streamOf('FORGED')).toHaveLength(2);
    await keep(quarantine, 'FORGED', 'third');
    await quarantine.sweep(() => position);
    expect((await streamOf('FORGED')).map(({ data }) => Buffer.from(data).toString())).toEqual(['second', 'third']);
  });

  test('forgets decisions when nothing they are about can be there', async () => {
    const quarantine = await open(boundsWith({}, dayMs));
    await store.append(quarantineDecisionsStream, newEvents(3), 'any');
    nowMs += 2 * dayMs;
    await quarantine.sweep(nothingDecided);
    expect(await decisions()).toHaveLength(3);
    nowMs += 1;
    await quarantine.sweep(nothingDecided);
    expect(await decisions()).toEqual([]);
  });
});
