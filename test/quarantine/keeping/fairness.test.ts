import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  eventOverheadBytes,
  quarantineBytesMax,
  quarantineReasons,
  quarantineStreamOf,
  storedBytesOf,
  senderOf,
} from '../../../src/quarantine/quarantine.ts';
import { writeArrival } from '../../../src/callbacks/arrival.ts';
import type { EventStore } from '../../../src/log/event-store.ts';
import { LedgerError } from '../../../src/kernel/errors.ts';
import { silentLogger } from '../../../src/kernel/logger.ts';
import { quarantineBounds } from '../../../src/quarantine/keeping/share.ts';
import { openQuarantine } from '../../../src/quarantine/keeping/quarantine-log.ts';
import { Receiver } from '../../../src/recorder/receiver.ts';
import { readAll } from '../../support/log-events.ts';
import { boundsWith } from '../../support/quarantine-bounds.ts';
import { numRunsOf } from '../../support/num-runs.ts';
import { inTime } from '../../support/scenarios.ts';
import { signed } from '../../support/signed.ts';
import { openTemporarySqliteStore } from '../../support/sqlite-store.ts';

const senders = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '2001:db8::1'];
const nowMs = 1_700_000_000_000;

const inStream = (store: EventStore, from: string) =>
  readAll(store.readStream(quarantineStreamOf('FORGED', senderOf(from))));

test('property: whatever the order of arrivals, no sender with less than an equal part of the bound loses or is refused anything', async () => {
  const bytesMax = 20_000;
  const arrival = fc.record({ from: fc.constantFrom(...senders), bytes: fc.integer({ min: 1, max: 2_000 }) });
  /** Each inner list arrives at once. */
  const arrivals = fc.array(fc.array(arrival, { minLength: 1, maxLength: 8 }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(arrivals, fc.boolean(), async (all, isRestarted) => {
      const log = openTemporarySqliteStore();
      const { store } = log;
      // Twice of it is more than eight arrivals take: more at once than that may be refused from anybody.
      const bounds = boundsWith({ FORGED: bytesMax }, { slackBytes: 12_000 });
      const open = () => openQuarantine({ store, reader: store, bounds, logger: silentLogger });
      let quarantine = await open();
      try {
        const sent = new Map(senders.map((from) => [from, { bytes: 0, ids: [] as string[], refused: 0 }]));
        for (const together of all) {
          await Promise.all(
            together.map(async ({ from, bytes }) => {
              const one = { ...wrongSign, eventId: randomUUID(), body: Buffer.alloc(bytes), remoteAddress: from };
              const total = sent.get(from);
              if (total === undefined) return;
              total.bytes +=
                bytes + writeArrival({ ...one, quarantine: { reason: 'FORGED', ...one.diagnosis } }).length;
              total.bytes += eventOverheadBytes;
              if ((await quarantine.keep(one)) === 'STORED') total.ids.push(one.eventId);
              else total.refused += 1;
            }),
          );
          await quarantine.settled();
          if (isRestarted) {
            await quarantine.close();
            quarantine = await open();
          }
        }
        let inLog = 0;
        for (const [from, { bytes, ids, refused }] of sent) {
          const kept = await inStream(store, from);
          inLog += kept.reduce((sum, event) => sum + storedBytesOf(event), 0);
          if (bytes >= bytesMax / senders.length) continue;
          expect([refused, kept.map(({ eventId }) => eventId).sort()]).toEqual([0, ids.sort()]);
        }
        await quarantine.settled();
        expect(inLog).toBeLessThanOrEqual(bytesMax);
      } finally {
        await quarantine.close();
        await log.close();
      }
    }),
    { ...inTime, numRuns: numRunsOf(25) },
  );
});

const wrongSign = {
  reason: 'FORGED',
  diagnosis: { check: 'SIGN_MATCHES', field: 'sign' },
  receivedAtMs: nowMs,
  signature: 'INVALID',
} as const;

test('a key changed at CSS only loses nothing, and a flood of forgeries from three addresses changes nothing about that', async () => {
  const log = openTemporarySqliteStore();
  const { store } = log;
  const callbacks = 1_500;
  const body = (key: string, sequence: number, bytes: number) =>
    Buffer.from(
      JSON.stringify(
        signed({ event_type: 1, sequence: String(sequence), junk: 'x'.repeat(bytes) }, key, nowMs / 1_000),
      ),
    );
  // Room for as many callbacks beside three floods as the product has for an hour's.
  const share = callbacks / (50 * 3_600);
  const bounds = {
    ...quarantineBounds,
    bytesMax: { ...quarantineBytesMax, FORGED: quarantineBytesMax.FORGED * share },
  };
  const quarantine = await openQuarantine({
    store,
    reader: store,
    logger: silentLogger,
    bounds: { ...bounds, slackBytes: 2 * 1024 * 1024 },
  });
  const receiver = new Receiver({
    append: store.append.bind(store),
    quarantine,
    clock: () => nowMs,
    rejections: { note: () => undefined },
    authenticity: { keys: [{ domain: null, key: 'old' }], tokens: [] },
  });
  const receive = (key: string, sequence: number, bytes: number, remoteAddress: string) =>
    receiver.receive({ body: body(key, sequence, bytes), token: null, remoteAddress });
  try {
    const forgery = 400 * 1024;
    let isOver = false;
    let refused = 0;
    const floods = ['198.51.100.1', '198.51.100.2', '198.51.100.3'].map(async (from) => {
      for (let count = 0; !isOver; count += 1) {
        // As requests do, which arrive in turns of the event loop.
        await turn();
        await receive('forged', count, forgery, from).catch((error: unknown) => {
          if (!(error instanceof LedgerError)) throw error;
          refused += 1;
        });
      }
    });
    // A second's callbacks at once.
    for (let count = 0; count < callbacks; count += 50) {
      const second = Array.from({ length: 50 }, (_, index) => receive('new', count + index, 750, '203.0.113.7'));
      await Promise.all([...second, receive('old', count, 750, '203.0.113.7')]);
    }
    isOver = true;
    await Promise.all(floods);
    await quarantine.settled();
    const kept = await inStream(store, '203.0.113.7');
    const sequences = kept.map(
      ({ data }) => (JSON.parse(Buffer.from(data).toString()) as { sequence: string }).sequence,
    );
    expect(sequences).toEqual(Array.from({ length: callbacks }, (_, count) => String(count)));
    const { bytes, displacedTotal } = quarantine.figures().FORGED;
    expect(bytes).toBeLessThanOrEqual(quarantineBytesMax.FORGED * share);
    expect(displacedTotal + refused).toBeGreaterThan(0);
    expect(await readAll(store.streamSizes('account-', 1_000_000n))).toMatchObject([{ events: callbacks / 50 }]);
  } finally {
    await quarantine.close();
    await log.close();
  }
});

test.each(quarantineReasons)(
  'an hour of 50 callbacks a second of 1 KiB fits what a sender may have of %s',
  (reason) => {
    const quarantine = { ...wrongSign.diagnosis, reason };
    const metadata = writeArrival({
      ...wrongSign,
      remoteAddress: '2001:db8:1111:2222:3333:4444:5555:6666',
      quarantine,
    });
    const bytes = 50 * 3_600 * storedBytesOf({ data: Buffer.alloc(1_024), metadata });
    // Anybody can flood the first two; for the others a flood must be signed, or come with a token.
    const floods = reason === 'FORGED' || reason === 'UNPROVEN' ? 3 : 0;
    expect(bytes).toBeLessThan(quarantineBytesMax[reason] / (floods + 1));
  },
);
