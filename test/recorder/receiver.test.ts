import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parseCallbackKeys } from '../../src/recorder/authenticity.ts';
import { RejectionLog } from '../../src/recorder/rejection-log.ts';
import { quarantineBounds } from '../../src/quarantine/keeping/share.ts';
import { openQuarantine } from '../../src/quarantine/keeping/quarantine-log.ts';
import { Receiver, type IncomingCallback, type ReceiptOutcome } from '../../src/recorder/receiver.ts';
import { senderOf } from '../../src/quarantine/quarantine.ts';
import type { RecordedEvent } from '../../src/log/event-store.ts';
import { appendsWaitingMax } from '../../src/log/sqlite/append-queue.ts';
import { alterLogFile } from '../support/alter-log-file.ts';
import { boundsWith } from '../support/quarantine-bounds.ts';
import { readLog } from '../support/log-events.ts';
import { openRecordingLogger } from '../support/recording-logger.ts';
import { readSample } from '../support/samples.ts';
import { signed } from '../support/signed.ts';
import { openTemporarySqliteStore } from '../support/sqlite-store.ts';

const t = 1_545_030_873;
const token = 'token-of-sixteen-or-more';

describe('the receiver', () => {
  let opened: ReturnType<typeof openTemporarySqliteStore>;
  let logged: ReturnType<typeof openRecordingLogger>;
  let outcomes: ReceiptOutcome[];

  beforeEach(() => {
    opened = openTemporarySqliteStore();
    logged = openRecordingLogger();
  });
  afterEach(() => opened.close());

  const rejectionLogs: RejectionLog[] = [];
  afterEach(() => {
    for (const rejections of rejectionLogs.splice(0)) rejections.close();
  });

  async function open(keys = '', tokens: string[] = [], bounds = quarantineBounds): Promise<Receiver> {
    const clock = () => t * 1_000;
    outcomes = [];
    const rejections = new RejectionLog(logged.logger, clock);
    rejectionLogs.push(rejections);
    return new Receiver({
      append: opened.store.append.bind(opened.store),
      quarantine: await openQuarantine({ store: opened.store, reader: opened.store, bounds, logger: logged.logger }),
      authenticity: { keys: parseCallbackKeys(keys), tokens },
      clock,
      rejections,
      onOutcome: (outcome) => outcomes.push(outcome),
    });
  }

  function incoming(body: unknown, given: Partial<IncomingCallback> = {}): IncomingCallback {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    return { body: bytes, token: null, remoteAddress: '192.0.2.7', ...given };
  }

  /** What is in the log behind the event that names it. */
  async function appended(): Promise<RecordedEvent[]> {
    return (await readLog(opened.store)).slice(1);
  }

  function metadataOf(event: RecordedEvent | undefined): unknown {
    return JSON.parse(Buffer.from(event?.metadata ?? []).toString());
  }

  test('appends a callback as one event: the body byte for byte, and how it arrived', async () => {
    await (await open('test')).receive(incoming(readSample('push')));
    const [event, ...others] = await appended();
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      streamName: 'pushedStream-12345678/test.domain.com/live/test_stream',
      type: 'CssPush',
    });
    expect(readSample('push').equals(event?.data ?? Buffer.alloc(0))).toBe(true);
    expect(metadataOf(event)).toEqual({
      receivedAt: '2018-12-17T07:14:33.000Z',
      signature: 'VALID',
      remoteAddress: '192.0.2.7',
    });
  });

  test('appends each arrival, redelivered or not, as an event with an id of its own', async () => {
    const receiver = await open();
    for (let arrival = 0; arrival < 3; arrival += 1) await receiver.receive(incoming(readSample('push')));
    expect(new Set((await appended()).map(({ eventId }) => eventId)).size).toBe(3);
  });

  const forged = signed({ event_type: 1 }, 'another key', t);
  const expired = signed({ event_type: 1 }, 'k1', t + 901);
  const notJson = Buffer.from([0x7b, 0xff, 0x00, 0x22]);

  test.each([
    ['FORGED', forged, null, 'INVALID', { check: 'SIGN_MATCHES', field: 'sign' }],
    ['UNPROVEN', { event_type: 314 }, null, 'UNSIGNED', { check: 'SIGN_PRESENT', field: 'sign' }],
    ['UNPROVEN', { event_type: 314 }, `${token}x`, 'UNSIGNED', { check: 'SIGN_PRESENT', field: 'sign' }],
    ['EXPIRED', expired, null, 'EXPIRED', { check: 'CLOCK', field: 't', secondsOff: 901 }],
    ['UNREADABLE', notJson, token, 'TOKEN', { check: 'JSON', field: 'body', unreadable: 'NOT_JSON' }],
  ] as const)(
    'keeps one that is %s in its quarantine: byte for byte, with a diagnosis',
    async (reason, body, urlToken, signature, diagnosis) => {
      const sent = incoming(body, { token: urlToken });
      await (await open('k1', [token])).receive(sent);
      const [event, ...others] = await appended();
      expect(others).toEqual([]);
      expect(event).toMatchObject({
        streamName: `quarantine-${reason.toLowerCase()}-${senderOf('192.0.2.7')}`,
        type: 'CssQuarantined',
      });
      expect(Buffer.from(sent.body).equals(event?.data ?? Buffer.alloc(0))).toBe(true);
      expect(metadataOf(event)).toEqual({
        receivedAt: '2018-12-17T07:14:33.000Z',
        signature,
        remoteAddress: '192.0.2.7',
        quarantine: { reason, ...diagnosis },
      });
      expect(outcomes).toEqual([{ kind: 'QUARANTINED', reason }]);
      expect(logged.lines.join('')).toContain(`"kind":"${reason} ${diagnosis.check}"`);
    },
  );

  test.each([
    ['FORGED', forged, null, 'NOT_AUTHENTIC'],
    ['UNPROVEN', { event_type: 314 }, null, 'NOT_AUTHENTIC'],
    ['EXPIRED', expired, null, 'QUARANTINE_FULL'],
    ['UNREADABLE', 'not json', token, 'QUARANTINE_FULL'],
  ] as const)(
    'refuses one that is %s once its quarantine is full, and none of the others',
    async (reason, body, urlToken, code) => {
      const receiver = await open('k1', [token], boundsWith({ [reason]: 700 }));
      await receiver.receive(incoming(body, { token: urlToken }));
      await expect(receiver.receive(incoming(body, { token: urlToken }))).rejects.toMatchObject({
        code,
        message: expect.stringContaining('The quarantine for such callbacks is full') as unknown,
        details: { share: reason },
      });
      expect(outcomes).toEqual([{ kind: 'QUARANTINED', reason }]);
      expect(logged.lines.join('')).toContain(`"kind":"${code} ${reason}","refusedSinceLastLine":1`);
      const before = (await appended()).length;
      for (const [other, otherBody, otherToken] of [
        ['FORGED', forged, null],
        ['UNPROVEN', { event_type: 314 }, null],
        ['EXPIRED', expired, null],
        ['UNREADABLE', 'not json', token],
      ] as const) {
        if (other !== reason) await receiver.receive(incoming(otherBody, { token: otherToken }));
      }
      await receiver.receive(incoming(signed({ event_type: 1 }, 'k1', t)));
      expect(await appended()).toHaveLength(before + 4);
    },
  );

  test('refuses what its sender has too much waiting, says what to do, and claims no full quarantine', async () => {
    const lane = { ...quarantineBounds.lane, eventsPerSenderMax: 1 };
    const receiver = await open('k1', [token], { ...quarantineBounds, lane });
    const received = Array.from({ length: 5 }, () => receiver.receive(incoming(forged)));
    const refused = (await Promise.allSettled(received)).flatMap((one) =>
      one.status === 'rejected' ? [one.reason as unknown] : [],
    );
    expect(refused.length).toBeGreaterThan(0);
    for (const refusal of refused) {
      expect(refusal).toMatchObject({
        code: 'QUARANTINE_FULL',
        message: expect.stringMatching(/adds the key of the callback template .* send it again later/) as unknown,
        details: { share: 'FORGED' },
      });
      expect((refusal as Error).message).not.toMatch(/is full/);
    }
  });

  test('logs refusals of one reason apart from those of another: a flood of forgeries hides nothing', async () => {
    const receiver = await open('k1', [token], boundsWith({ FORGED: 0, UNPROVEN: 0 }));
    for (let count = 0; count < 20; count += 1) {
      await expect(receiver.receive(incoming(forged))).rejects.toMatchObject({ code: 'NOT_AUTHENTIC' });
    }
    await expect(receiver.receive(incoming({}))).rejects.toMatchObject({ code: 'NOT_AUTHENTIC' });
    expect(logged.lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { kind: 'NOT_AUTHENTIC FORGED', refusedSinceLastLine: 1 },
      { kind: 'NOT_AUTHENTIC UNPROVEN', refusedSinceLastLine: 1 },
    ]);
  });

  test('tells an observer of what it has stored, by both clocks, and of nothing else', async () => {
    const receiver = await open();
    await receiver.receive(incoming({ event_type: 1, event_time: t - 60 }));
    await receiver.receive(incoming({}));
    await expect(receiver.receive(incoming('not json'))).rejects.toMatchObject({ code: 'BODY_UNREADABLE' });
    expect(outcomes).toEqual([
      { kind: 'ACCEPTED', receivedAtMs: t * 1_000, sendableFromMs: (t - 60) * 1_000 },
      { kind: 'ACCEPTED', receivedAtMs: t * 1_000, sendableFromMs: null },
    ]);
  });

  test('gives the room back where the log could not take a quarantined one', async () => {
    const receiver = await open('k1', [token], boundsWith({ UNPROVEN: 700 }));
    await receiver.receive(incoming({}, { token }));
    alterLogFile(opened.dataDir, 'ALTER TABLE events RENAME TO events_elsewhere');
    await expect(receiver.receive(incoming({}))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    alterLogFile(opened.dataDir, 'ALTER TABLE events_elsewhere RENAME TO events');
    await receiver.receive(incoming({}));
    await expect(receiver.receive(incoming({}))).rejects.toMatchObject({ code: 'NOT_AUTHENTIC' });
  });

  test.each([
    ['nothing', ''],
    ['no JSON', 'not json'],
    ['a list', '[{"event_type":1}]'],
    ['null', 'null'],
    ['an object cut off', '{"event_type":1'],
    ['brackets 200,000 deep', '['.repeat(200_000)],
  ])('refuses a body that can not be read and proves nothing, and appends nothing: %s', async (_name, body) => {
    await expect((await open()).receive(incoming(body))).rejects.toMatchObject({ code: 'BODY_UNREADABLE' });
    await expect((await open('k1', [token])).receive(incoming(body))).rejects.toMatchObject({
      code: 'BODY_UNREADABLE',
    });
    expect(await appended()).toEqual([]);
  });

  test('answers a log that can not be written with STORE_UNAVAILABLE, notes it, and takes callbacks again afterwards', async () => {
    const receiver = await open();
    await receiver.receive(incoming({ event_type: 9 }));
    alterLogFile(opened.dataDir, 'ALTER TABLE events RENAME TO events_elsewhere');
    await expect(receiver.receive(incoming(readSample('push')))).rejects.toMatchObject({
      name: 'LedgerError',
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining('was not stored; send it again') as unknown,
    });
    expect(logged.lines.join('')).toContain('STORE_UNAVAILABLE');
    alterLogFile(opened.dataDir, 'ALTER TABLE events_elsewhere RENAME TO events');
    await receiver.receive(incoming(readSample('push')));
    expect(await appended()).toHaveLength(2);
  });

  test('answers a closed log with STORE_UNAVAILABLE', async () => {
    const receiver = await open();
    await opened.store.close();
    await expect(receiver.receive(incoming(readSample('push')))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  test('answers what waits beyond the bound with STORE_OVERLOADED, and keeps all that was within it', async () => {
    const receiver = await open();
    const arrivals = Array.from({ length: appendsWaitingMax }, () => receiver.receive(incoming({ event_type: 1 })));
    await expect(receiver.receive(incoming({ event_type: 1 }))).rejects.toMatchObject({ code: 'STORE_OVERLOADED' });
    await Promise.all(arrivals);
    expect(await appended()).toHaveLength(appendsWaitingMax);
  });
});
