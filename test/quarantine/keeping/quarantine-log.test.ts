import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { quarantineBounds, type QuarantineBounds } from '../../../src/quarantine/keeping/share.ts';
import {
  createSharedQuarantine,
  openQuarantine,
  type Quarantine,
} from '../../../src/quarantine/keeping/quarantine-log.ts';
import { readTruncation, type Truncation } from '../../../src/quarantine/quarantine-events.ts';
import {
  quarantineDecisionsStream,
  quarantinedType,
  quarantineStreamOf,
  storedBytesOf,
  type Diagnosis,
  type QuarantineReason,
  senderOf,
} from '../../../src/quarantine/quarantine.ts';
import { StoreUnavailable, type EventReader } from '../../../src/log/event-store.ts';
import { openPatientEventStore } from '../../support/sqlite-store.ts';
import { silentLogger } from '../../../src/kernel/logger.ts';
import { endOfLog, newEvent, newEvents, readAll } from '../../support/log-events.ts';
import { boundsWith } from '../../support/quarantine-bounds.ts';
import { openRecordingLogger } from '../../support/recording-logger.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const dayMs = 24 * 3_600_000;
const byReason = (one: Truncation | null, other: Truncation | null) =>
  String(one?.reason) < String(other?.reason) ? -1 : 1;

describe('the quarantine', () => {
  let folder: ReturnType<typeof makeTemporaryFolder>;
  let store: ReturnType<typeof openPatientEventStore>;
  let nowMs: number;
  let isDiskNearlyFull: boolean;
  let passedMs: number;

  beforeEach(() => {
    nowMs = 1_600_000_000_000;
    isDiskNearlyFull = false;
    passedMs = 0;
    folder = makeTemporaryFolder();
    store = openPatientEventStore(folder.path, () => nowMs);
  });
  const opened: Quarantine[] = [];
  afterEach(async () => {
    for (const quarantine of opened.splice(0)) await quarantine.close();
    await store.close();
    folder.remove();
  });

  async function open(bounds: QuarantineBounds): Promise<Quarantine> {
    const quarantine = await openQuarantine({
      store,
      reader: store,
      bounds,
      logger: silentLogger,
      isDiskNearlyFull: () => isDiskNearlyFull,
      elapsedMs: () => performance.now() + passedMs,
    });
    opened.push(quarantine);
    return quarantine;
  }

  const wrongSign: Diagnosis = { check: 'SIGN_MATCHES', field: 'sign' };
  interface Given {
    readonly reason?: QuarantineReason;
    readonly body?: string;
    readonly diagnosis?: Diagnosis;
    readonly from?: string;
  }
  const keep = (
    quarantine: Quarantine,
    { reason = 'FORGED', body = '{}', diagnosis = wrongSign, from = '' }: Given = {},
  ) =>
    quarantine.keep({
      eventId: randomUUID(),
      reason,
      diagnosis,
      body: Buffer.from(body),
      receivedAtMs: nowMs,
      signature: 'INVALID',
      remoteAddress: from,
    });

  const streamOf = (reason: QuarantineReason, from = '') =>
    readAll(store.readStream(quarantineStreamOf(reason, senderOf(from))));
  const bodiesOf = async (reason: QuarantineReason, from = '') =>
    (await streamOf(reason, from)).map(({ data }) => Buffer.from(data).toString());
  const decisions = () => readAll(store.readStream(quarantineDecisionsStream));

  /** Bytes of the whole reason in the log, counted from the outside. */
  async function bytesInLog(reason: QuarantineReason): Promise<number> {
    let bytes = 0;
    for await (const { streamName } of store.streamSizes('quarantine-', 1_000_000n)) {
      if (!streamName.startsWith(quarantineStreamOf(reason))) continue;
      for (const event of await readAll(store.readStream(streamName))) bytes += storedBytesOf(event);
    }
    return bytes;
  }

  test('keeps each callback in the stream of its reason and sender, whose name does not show the address', async () => {
    const quarantine = await open(quarantineBounds);
    expect(await keep(quarantine, { from: '192.0.2.7' })).toBe('STORED');
    expect(await keep(quarantine, { from: '::ffff:192.0.2.7' })).toBe('STORED');
    expect(await keep(quarantine, { from: '192.0.2.8', reason: 'UNPROVEN' })).toBe('STORED');
    expect(await readAll(store.streamSizes('quarantine-', 100n))).toMatchObject([
      { streamName: 'quarantine-forged-37dad677cf0b3997', events: 2 },
      { streamName: 'quarantine-unproven-40aeedd51e175ff5', events: 1 },
    ]);
  });

  test('counts what is in the log, and the same after a restart: also what earlier versions put there', async () => {
    const event = newEvent({ type: quarantinedType, data: Buffer.from('{}'), metadata: Buffer.from('{}') });
    await store.append(quarantineStreamOf('FORGED'), [event], 'any');
    const before = await open(quarantineBounds);
    for (let count = 0; count < 5; count += 1)
      await keep(before, { from: `192.0.2.${count}`, body: `${count}`.repeat(99) });
    await before.settled();
    const { events, bytes } = before.figures().FORGED;
    expect([events, bytes]).toEqual([6, await bytesInLog('FORGED')]);
    const after = await open(quarantineBounds);
    await after.settled();
    expect(after.figures().FORGED).toMatchObject({ events, bytes, displacedTotal: 0 });
  });

  test('takes callbacks while the log is still being counted, and counts each once', async () => {
    await keep(await open(quarantineBounds));
    let goOn: () => void = () => undefined;
    const untilGoOn = new Promise<void>((resolve) => (goOn = resolve));
    const reader: Pick<EventReader, 'streamSizes' | 'endPosition'> = {
      endPosition: () => store.endPosition(),
      async *streamSizes(...given) {
        await untilGoOn;
        yield* store.streamSizes(...given);
      },
    };
    const quarantine = await openQuarantine({ store, reader, bounds: quarantineBounds, logger: silentLogger });
    opened.push(quarantine);
    expect(await keep(quarantine)).toBe('STORED');
    expect(quarantine.figures().FORGED.events).toBe(1);
    goOn();
    await quarantine.settled();
    expect(quarantine.figures().FORGED).toMatchObject({ events: 2, bytes: await bytesInLog('FORGED') });
  });

  test('where it is full, whoever has most loses the oldest, and only that', async () => {
    const quarantine = await open(boundsWith({ FORGED: 10_000 }, { slackBytes: 2_000 }));
    await keep(quarantine, { from: '192.0.2.1', body: 'honest' });
    for (let count = 0; count < 40; count += 1) {
      await keep(quarantine, { from: '192.0.2.2', body: String(count) });
      await quarantine.settled();
    }
    await keep(quarantine, { reason: 'UNPROVEN', from: '192.0.2.2' });
    const left = await bodiesOf('FORGED', '192.0.2.2');
    expect(left.length).toBeGreaterThan(10);
    expect(left).toEqual(Array.from({ length: left.length }, (_, index) => String(40 - left.length + index)));
    expect(await bodiesOf('FORGED', '192.0.2.1')).toEqual(['honest']);
    const { bytes, displacedTotal, fullInSeconds } = quarantine.figures().FORGED;
    expect([bytes, displacedTotal]).toEqual([await bytesInLog('FORGED'), 40 - left.length]);
    expect(bytes).toBeLessThanOrEqual(10_000);
    expect(fullInSeconds).not.toBeNull();
    expect(quarantine.figures().EXPIRED.fullInSeconds).toBeNull();
  });

  test('logs once a minute at most that it is full, without any address', async () => {
    const { logger, lines } = openRecordingLogger();
    const bounds = boundsWith({ FORGED: 1_500 }, { slackBytes: 2_000 });
    const quarantine = await openQuarantine({ store, reader: store, bounds, logger, elapsedMs: () => passedMs });
    opened.push(quarantine);
    for (let count = 0; count < 9; count += 1) {
      await keep(quarantine, { from: '192.0.2.7' });
      await quarantine.settled();
    }
    expect(lines).toHaveLength(1);
    passedMs += 60_000;
    await keep(quarantine, { from: '192.0.2.7' });
    await quarantine.settled();
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { level: 40, kind: 'FORGED', displacedSinceStart: 1, msg: expect.stringContaining('full') as unknown },
      { level: 40, kind: 'FORGED', displacedSinceStart: quarantine.figures().FORGED.displacedTotal },
    ]);
    expect(lines.join('')).not.toContain('192.0.2');
  });

  test('records what it displaces before it removes it, by its stream', async () => {
    const quarantine = await open(boundsWith({ FORGED: 1_000 }, { slackBytes: 2_000 }));
    for (const body of ['1', '2', '3']) await keep(quarantine, { body });
    await quarantine.settled();
    const [kept] = await streamOf('FORGED');
    const recorded = (await decisions()).map(({ type, data }) => [type, readTruncation(data)]);
    expect(recorded.at(-1)).toEqual([
      'QuarantineTruncated',
      { reason: 'FORGED', beforePosition: kept?.position, stream: kept?.streamName },
    ]);
  });

  test('after a restart, what the log has too much is removed: a lower bound takes effect', async () => {
    const before = await open(quarantineBounds);
    for (let count = 0; count < 10; count += 1) await keep(before, { body: String(count) });
    const after = await open(boundsWith({ FORGED: 1_500 }));
    await after.settled();
    expect((await bodiesOf('FORGED')).at(-1)).toBe('9');
    expect(await bytesInLog('FORGED')).toBeLessThanOrEqual(1_500);
  });

  test('takes nothing beyond its room and the slack, however many come at once', async () => {
    const quarantine = await open(boundsWith({ FORGED: 3_000 }));
    const kept = await Promise.all(Array.from({ length: 50 }, () => keep(quarantine)));
    expect(kept.filter((outcome) => outcome === 'FULL').length).toBeGreaterThan(40);
    expect(await bytesInLog('FORGED')).toBeLessThanOrEqual(3_000);
    expect(await keep(quarantine, { reason: 'UNPROVEN' })).toBe('STORED');
  });

  test('refuses what a sender has too much waiting, with room left', async () => {
    const lane = { ...quarantineBounds.lane, eventsPerSenderMax: 3 };
    const quarantine = await open({ ...quarantineBounds, lane });
    const kept = await Promise.all(Array.from({ length: 9 }, () => keep(quarantine)));
    expect(kept).toContain('BUSY');
    expect(kept).not.toContain('FULL');
    expect(quarantine.figures().FORGED.events).toBe(kept.filter((outcome) => outcome === 'STORED').length);
  });

  test('while the disk is nearly full it does not grow, but displaces within what it has; then it goes on', async () => {
    const quarantine = await open(boundsWith({}, { slackBytes: 1_000 }));
    for (let count = 0; count < 10; count += 1) await keep(quarantine, { body: String(count) });
    const { bytes } = quarantine.figures().FORGED;
    isDiskNearlyFull = true;
    passedMs += 1_000;
    for (let count = 10; count < 20; count += 1) {
      expect(await keep(quarantine, { body: String(count) })).toBe('STORED');
      await quarantine.settled();
      expect(quarantine.figures().FORGED.bytes).toBeLessThanOrEqual(bytes + 10);
    }
    expect((await bodiesOf('FORGED')).at(-1)).toBe('19');
    expect(quarantine.figures().FORGED.displacedTotal).toBeGreaterThan(5);
    isDiskNearlyFull = false;
    passedMs += 1_000;
    for (let count = 20; count < 30; count += 1) await keep(quarantine);
    await quarantine.settled();
    expect(quarantine.figures().FORGED.bytes).toBeGreaterThan(1.5 * bytes);
  });

  test('gives the room back where the log could not take a callback', async () => {
    let isAway = true;
    const quarantine = await openQuarantine({
      store: {
        append: (...given) => (isAway ? Promise.reject(new StoreUnavailable('away')) : store.append(...given)),
        readStream: (...given) => store.readStream(...given),
        truncateStream: (...given) => store.truncateStream(...given),
      },
      reader: store,
      bounds: boundsWith({ FORGED: 700 }),
      logger: silentLogger,
    });
    opened.push(quarantine);
    await expect(keep(quarantine)).rejects.toThrow(StoreUnavailable);
    isAway = false;
    expect([await keep(quarantine), await keep(quarantine)]).toEqual(['STORED', 'FULL']);
  });

  test('removes what is older than the age, of every sender, and nothing younger', async () => {
    const quarantine = await open(boundsWith({}, { ageMaxMs: 30 * dayMs }));
    await keep(quarantine, { body: 'first', from: '192.0.2.1' });
    await keep(quarantine, { body: 'other', from: '192.0.2.2' });
    await keep(quarantine, { reason: 'EXPIRED' });
    nowMs += dayMs;
    await keep(quarantine, { body: 'second', from: '192.0.2.1' });
    nowMs += 29 * dayMs;
    expect(await quarantine.removeOld(nowMs)).toEqual([]);
    expect(await decisions()).toEqual([]);
    nowMs += 1;
    expect(await quarantine.removeOld(nowMs)).toEqual([
      { reason: 'FORGED', events: 2 },
      { reason: 'EXPIRED', events: 1 },
    ]);
    expect(await bodiesOf('FORGED', '192.0.2.1')).toEqual(['second']);
    expect(await bodiesOf('FORGED', '192.0.2.2')).toEqual([]);
    expect(quarantine.figures().EXPIRED).toMatchObject({ events: 0, bytes: 0 });
    expect(quarantine.figures().FORGED).toMatchObject({ events: 1, bytes: await bytesInLog('FORGED') });
  });

  test.each([
    ['as it was kept', false],
    ['after a restart', true],
  ])(
    'what came with a right sign while the clock was 400 days slow is as old as its t says: %s',
    async (_name, isRestarted) => {
      const bounds = boundsWith({}, { ageMaxMs: 30 * dayMs });
      let quarantine = await open(bounds);
      const rightMs = nowMs;
      nowMs -= 400 * dayMs;
      const diagnosis: Diagnosis = { check: 'CLOCK', field: 't', secondsOff: 400 * 86_400 + 600 };
      await keep(quarantine, { reason: 'EXPIRED', diagnosis });
      nowMs = rightMs;
      if (isRestarted) quarantine = await open(bounds);
      nowMs = rightMs + 30 * dayMs + 600_000;
      await quarantine.removeOld(nowMs);
      expect(await streamOf('EXPIRED')).toHaveLength(1);
      nowMs += 1;
      await quarantine.removeOld(nowMs);
      expect(await streamOf('EXPIRED')).toEqual([]);
    },
  );

  test('what came while the clock was slow is as young as what other senders sent before it', async () => {
    const quarantine = await open(boundsWith({}, { ageMaxMs: 30 * dayMs }));
    await keep(quarantine, { body: 'right', from: '192.0.2.1' });
    nowMs -= 400 * dayMs;
    await keep(quarantine, { body: 'slow', from: '192.0.2.2' });
    nowMs += 400 * dayMs + 30 * dayMs;
    expect(await quarantine.removeOld(nowMs)).toEqual([]);
    expect(await quarantine.removeOld(nowMs + 1)).toEqual([{ reason: 'FORGED', events: 2 }]);
  });

  test('removes decisions once nothing they are about can be left', async () => {
    const quarantine = await open(boundsWith({}, { ageMaxMs: dayMs }));
    await store.append(quarantineDecisionsStream, newEvents(3), 'any');
    nowMs += 2 * dayMs;
    await quarantine.removeOld(nowMs);
    expect(await decisions()).toHaveLength(3);
    nowMs += 1;
    await quarantine.removeOld(nowMs);
    expect(await decisions()).toEqual([]);
  });

  test('records removals again before their records are removed, once for each reason: later readers of the log still learn of them', async () => {
    const quarantine = await open(boundsWith({}, { ageMaxMs: dayMs }));
    const recorded = async () => (await decisions()).map(({ data }) => readTruncation(data));
    await keep(quarantine, { from: '192.0.2.1' });
    await keep(quarantine, { reason: 'UNPROVEN' });
    const unproven = { reason: 'UNPROVEN', beforePosition: (await endOfLog(store)) + 1n };
    await keep(quarantine, { from: '192.0.2.2' });
    const forged = { reason: 'FORGED', beforePosition: (await endOfLog(store)) + 1n };
    nowMs += dayMs + 1;
    await quarantine.removeOld(nowMs);
    expect(await recorded()).toHaveLength(3);
    for (let again = 0; again < 2; again += 1) {
      nowMs += 2 * dayMs + 1;
      await quarantine.removeOld(nowMs);
      expect((await recorded()).sort(byReason)).toEqual([forged, unproven]);
    }
  });

  test('keeps decisions, however old, while what they are about is there: else a rebuild would not know them', async () => {
    const quarantine = await open(boundsWith({}, { ageMaxMs: dayMs }));
    const rightMs = nowMs;
    nowMs += 365 * dayMs;
    await keep(quarantine);
    nowMs = rightMs;
    await store.append(quarantineDecisionsStream, newEvents(1), 'any');
    nowMs += 10 * dayMs;
    await quarantine.removeOld(nowMs);
    expect(await streamOf('FORGED')).toHaveLength(1);
    expect(await decisions()).toHaveLength(1);
  });

  describe('of a log that other nodes append to as well', () => {
    const share = (copy: EventReader | null, ageMaxMs = dayMs) => {
      const bounds = boundsWith({}, { ageMaxMs });
      const quarantine = createSharedQuarantine({ store, bounds, copy: () => copy, logger: silentLogger });
      opened.push(quarantine);
      return quarantine;
    };

    test('counts what it has appended itself', async () => {
      await keep(share(null));
      const quarantine = share(null);
      expect(quarantine.figures().FORGED.events).toBe(0);
      await keep(quarantine);
      expect(quarantine.figures().FORGED.events).toBe(1);
    });

    test('removes by age what it has appended and what its copy shows of others, and what earlier versions have', async () => {
      await keep(share(null), { from: '192.0.2.1' });
      const old = newEvent({ type: quarantinedType });
      await store.append(quarantineStreamOf('FORGED'), [old], 'any');
      const [alone, withCopy] = [share(null), share(store)];
      await keep(alone, { from: '192.0.2.2' });
      nowMs += dayMs + 1;
      expect(await alone.removeOld(nowMs)).toEqual([{ reason: 'FORGED', events: 2 }]);
      expect(await streamOf('FORGED', '192.0.2.1')).toHaveLength(1);
      expect(await withCopy.removeOld(nowMs)).toEqual([{ reason: 'FORGED', events: 1 }]);
    });

    test('what another node has removed meanwhile makes room, and nothing goes round in circles', async () => {
      const bounds = boundsWith({ FORGED: 2_000 }, { slackBytes: 2_000 });
      const quarantine = createSharedQuarantine({ store, bounds, copy: () => null, logger: silentLogger });
      opened.push(quarantine);
      for (let count = 0; count < 4; count += 1) await keep(quarantine);
      const [last] = (await streamOf('FORGED')).slice(-1);
      await store.truncateStream(quarantineStreamOf('FORGED', senderOf('')), (last?.revision ?? 0n) + 1n);
      for (let count = 0; count < 4; count += 1) {
        expect(await keep(quarantine)).toBe('STORED');
        await quarantine.settled();
      }
      expect(quarantine.figures().FORGED.bytes).toBeLessThanOrEqual(2_000);
    });
  });
});
