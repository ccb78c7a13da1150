import { nobody } from '../../../src/log/author.ts';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openQuarantine } from '../../../src/quarantine/keeping/quarantine-log.ts';
import {
  writeTruncation,
  type QuarantinedEventRef,
  type Truncation,
} from '../../../src/quarantine/quarantine-events.ts';
import {
  quarantineDecisionsStream,
  quarantineReasons,
  quarantineStreamOf,
  storedBytesOf,
  truncatedType,
  senderOf,
} from '../../../src/quarantine/quarantine.ts';
import { silentLogger } from '../../../src/kernel/logger.ts';
import type { QuarantineBounds } from '../../../src/quarantine/keeping/share.ts';
import { interruptionBody, pushBody } from '../../support/callback-bodies.ts';
import { openLedger, withLedger, type Ledger } from '../../support/ledger.ts';
import { boundsWith } from '../../support/quarantine-bounds.ts';
import { decisionsOf, quarantine } from '../../support/quarantined.ts';
import type { TestReadModel } from '../../support/read-model.ts';
import { pageOf } from '../../support/list-requests.ts';
import { inTime } from '../../support/scenarios.ts';
import { listedCallbacks, listedSessions } from '../../support/expected-sessions.ts';

const by = { author: nobody, reason: null };

const push = { body: pushBody(), receivedAtMs: 1_000 };

describe('the list of what is in quarantine', () => {
  let ledger: Ledger;
  beforeEach(() => {
    ledger = openLedger();
  });
  afterEach(() => ledger.close());

  const listed = (readModel: TestReadModel) =>
    readModel.read((reader) => reader.quarantined(pageOf('RECORDED')).rows.map(({ row }) => row));

  test('lists each with its diagnosis and what its body says; nothing of it is a callback or a session', async () => {
    const { position, eventId } = await quarantine(ledger, push, 'FORGED');
    const readModel = await ledger.projected();
    expect(listed(readModel)).toEqual([
      {
        position,
        eventId,
        reason: 'FORGED',
        status: 'HELD',
        diagnosis: { check: 'SIGN_PRESENT', field: 'sign' },
        signature: 'NOT_CHECKED',
        receivedAtMs: 1_000,
        recordedAtMs: (await ledger.store.readAt(position))?.recordedAtMs,
        appId: '12345678',
        eventType: 1,
        callbackEvent: null,
        bodyBytes: JSON.stringify(push.body).length,
        streamName: 'quarantine-forged',
        storedBytes: storedBytesOf(
          (await ledger.store.readAt(position)) ?? { data: Buffer.of(), metadata: Buffer.of() },
        ),
        changedPosition: position,
        releasedBy: null,
      },
    ]);
    expect(listedSessions(readModel)).toEqual([]);
    expect(listedCallbacks(readModel)).toEqual([]);
  });

  test('lists what the first version put there, which made no diagnosis', async () => {
    await ledger.appendEvent('quarantine-unreadable', { type: 'CssUnreadable', data: Buffer.from('[1]') });
    expect(listed(await ledger.projected())).toMatchObject([
      {
        reason: 'UNREADABLE',
        diagnosis: { check: 'JSON', field: 'body', unreadable: 'NOT_AN_OBJECT' },
        appId: null,
        eventType: null,
        bodyBytes: 3,
      },
    ]);
  });

  test('marks a release and a discard with the event that made it', async () => {
    const [one, other] = [await quarantine(ledger, push), await quarantine(ledger, push)];
    await decisionsOf(ledger).release([one], by);
    await decisionsOf(ledger).discard([other], by);
    const [released, discarded] = (await ledger.events()).slice(-2);
    expect(listed(await ledger.projected())).toMatchObject([
      { position: other.position, status: 'DISCARDED', changedPosition: discarded?.position },
      { position: one.position, status: 'RELEASED', changedPosition: released?.position },
    ]);
  });

  test.each(['release first', 'discard first'])('if both are in the log, released wins: %s', async (order) => {
    const event = await quarantine(ledger, push);
    if (order === 'release first') await decisionsOf(ledger).release([event], by);
    await decisionsOf(ledger).discard([event], by);
    if (order !== 'release first') await decisionsOf(ledger).release([event], by);
    const readModel = await ledger.projected();
    expect(listed(readModel)).toMatchObject([{ status: 'RELEASED' }]);
    expect(listedSessions(readModel)).toMatchObject([{ deliveries: 1 }]);
  });

  test('released twice is one delivery; released beside a redelivery that was accepted, two', async () => {
    const event = await quarantine(ledger, push);
    await decisionsOf(ledger).release([event], by);
    await decisionsOf(ledger).release([event], by);
    const readModel = await ledger.projected();
    expect(listedSessions(readModel)).toMatchObject([{ state: 'LIVE', deliveries: 1, firstReceivedAtMs: 1_000 }]);
    await ledger.append([
      { ...push, receivedAtMs: 61_000 },
      { body: interruptionBody(), receivedAtMs: 2_000 },
    ]);
    await decisionsOf(ledger).release([event], by);
    expect(listedSessions(await ledger.projected())).toMatchObject([{ state: 'ENDED', deliveries: 3 }]);
  });

  test('decisions that are none of ours are poison, and harm no other', async () => {
    await ledger.appendEvent('quarantine-decisions', { type: 'QuarantineDiscarded', data: Buffer.from('{}') });
    await ledger.appendEvent('quarantine-decisions', { type: 'QuarantineTruncated', data: Buffer.from('?') });
    await ledger.appendEvent('quarantine-decisions', { type: 'OfALaterVersion', data: Buffer.from('?') });
    await quarantine(ledger, push);
    const readModel = await ledger.projected();
    expect(readModel.read((reader) => reader.poisoned(9)).map(({ reason }) => reason)).toEqual([
      'UnreadableEvent: data',
      'UnreadableEvent: data',
    ]);
    expect(listed(readModel)).toHaveLength(1);
  });
});

const reopen = (ledger: Ledger, bounds: QuarantineBounds) =>
  openQuarantine({ store: ledger.store, reader: ledger.store, bounds, logger: silentLogger });

test('the record of a removal drops the rows of its stream and no others; one without a stream, all of the reason', async () => {
  await withLedger([], async (ledger) => {
    const senders = [null, senderOf('192.0.2.1'), senderOf('192.0.2.2')];
    const refs: QuarantinedEventRef[] = [];
    for (const sender of [...senders, ...senders]) refs.push(await quarantine(ledger, push, 'FORGED', sender));
    await quarantine(ledger, push, 'UNPROVEN', senders[1]);
    const readModel = ledger.openReadModel();
    const left = async (truncation: Truncation) => {
      const data = writeTruncation(truncation);
      await ledger.appendEvent(quarantineDecisionsStream, { type: truncatedType, data, metadata: Buffer.from('{}') });
      const checkpoint = readModel.rows.checkpoint() ?? 0n;
      readModel.project((await ledger.events()).filter(({ position }) => position > checkpoint));
      const [forged, unproven] = readModel.read((reader) => reader.quarantine.shares(0));
      const { rows } = readModel.read((reader) => reader.quarantined(pageOf('RECORDED')));
      const bytes = rows
        .filter(({ row }) => row.reason === 'FORGED')
        .reduce((sum, { row }) => sum + row.storedBytes, 0);
      expect([forged?.bytes, unproven?.events]).toEqual([bytes, 1]);
      return rows.map(({ row }) => refs.findIndex(({ position }) => position === row.position)).sort();
    };
    const beforePosition = (refs[4]?.position ?? 0n) + 1n;
    const stream = quarantineStreamOf('FORGED', senders[1]);
    expect(await left({ reason: 'FORGED', beforePosition, stream })).toEqual([-1, 0, 2, 3, 5]);
    expect(await left({ reason: 'FORGED', beforePosition })).toEqual([-1, 5]);
    expect((await ledger.projected()).dump()).toEqual(readModel.dump());
  });
});

test('the share of a reason has what its rows use, and how fast that grows', async () => {
  await withLedger([], async (ledger) => {
    const nowMs = 10_000_000;
    await quarantine(ledger, { ...push, receivedAtMs: nowMs - 3_600_000 }, 'FORGED');
    for (let count = 0; count < 30; count += 1) {
      await quarantine(ledger, { ...push, receivedAtMs: nowMs - 10_000 * count }, 'UNPROVEN', senderOf('192.0.2.1'));
    }
    const readModel = await ledger.projected();
    const [forged, unproven, ...others] = readModel.read((reader) => reader.quarantine.shares(nowMs));
    expect(forged).toMatchObject({ reason: 'FORGED', events: 1, recentEvents: 0, bytesPerSecond: 0 });
    expect(unproven).toMatchObject({ reason: 'UNPROVEN', events: 30, recentEvents: 30 });
    expect(unproven?.bytesPerSecond).toBeCloseTo((unproven?.bytes ?? 0) / 300, 6);
    expect(others.map(({ events }) => events)).toEqual([0, 0]);
  });
});

test('a reader that was behind while callbacks, and the events of their removal, were removed shows the same as all others', async () => {
  await withLedger([], async (ledger) => {
    const ageMaxMs = 8_000;
    const beginMs = 1_600_000_000_000;
    let nowMs = beginMs;
    const events = [];
    for (const reason of ['FORGED', 'UNPROVEN'] as const) {
      for (let count = 0; count < 2; count += 1) {
        events.push(await quarantine(ledger, { body: pushBody(), receivedAtMs: nowMs }, reason));
      }
    }
    await decisionsOf(ledger).discard(events.slice(0, 1), by);
    const behind = ledger.openReadModel();
    behind.project((await ledger.events()).slice(0, 4));
    for (const afterMs of [ageMaxMs, 3 * ageMaxMs]) {
      nowMs = beginMs + afterMs + 1_000;
      const reopened = await reopen(ledger, boundsWith({}, { ageMaxMs }));
      await reopened.removeOld(nowMs);
    }
    const checkpoint = behind.rows.checkpoint() ?? 0n;
    behind.project((await ledger.events()).filter(({ position }) => position > checkpoint));
    expect(behind.dump()).toEqual((await ledger.projected()).dump());
    expect(behind.read((reader) => reader.quarantined(pageOf('RECORDED')).rows)).toEqual([]);
  });
});

test('property: a rebuild gives what was projected event by event, also after events were removed by age or to make room', async () => {
  const arrival = fc.record({
    hold: fc.constantFrom(...quarantineReasons),
    by: fc.constantFrom(null, senderOf('192.0.2.1'), senderOf('192.0.2.2')),
  });
  const step = fc.oneof(
    { weight: 4, arbitrary: arrival },
    { weight: 2, arbitrary: fc.record({ release: fc.nat(9) }) },
    { weight: 2, arbitrary: fc.record({ discard: fc.nat(9) }) },
    { weight: 1, arbitrary: fc.constant('sweep' as const) },
  );
  // However few runs there is time for: one that is too old by the time of the removal.
  const pause = { discard: 9 };
  const tooOld = [{ hold: 'FORGED' as const, by: null }, ...Array.from({ length: 9 }, () => pause), 'sweep' as const];
  let removals = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      await withLedger([], async (ledger) => {
        let nowMs = 0;
        const bounds = boundsWith({ FORGED: 4_000, UNPROVEN: 3_000 }, { ageMaxMs: 8_000 });
        const readModel = ledger.openReadModel();
        const events = [];
        for (const one of steps) {
          nowMs += 1_000;
          if (one === 'sweep') {
            const reopened = await reopen(ledger, bounds);
            await reopened.removeOld(nowMs);
            await reopened.settled();
          } else if ('hold' in one) {
            const sent = { body: pushBody(), receivedAtMs: nowMs };
            events.push(await quarantine(ledger, sent, one.hold, one.by));
          } else {
            const event = events.at('release' in one ? one.release : one.discard);
            if (event !== undefined) await decisionsOf(ledger)['release' in one ? 'release' : 'discard']([event], by);
          }
          const checkpoint = readModel.rows.checkpoint() ?? 0n;
          readModel.project((await ledger.events()).filter(({ position }) => position > checkpoint));
        }
        expect((await ledger.projected()).dump()).toEqual(readModel.dump());
        removals += (await ledger.events()).filter(({ type }) => type === 'QuarantineTruncated').length;
      });
    }),
    { ...inTime, numRuns: 60, examples: [[tooOld]] },
  );
  expect(removals).toBeGreaterThan(0);
});
