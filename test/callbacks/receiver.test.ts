import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parseCallbackKeys } from '../../src/callbacks/callback-keys.ts';
import { createReceiver, type IncomingCallback, type Receiver } from '../../src/callbacks/receiver.ts';
import type { RecordedEvent } from '../../src/event-store/event-store.ts';
import { appendsWaitingMax } from '../../src/event-store/sqlite/append-queue.ts';
import { LedgerError } from '../../src/kernel/errors.ts';
import { alterLogFile } from '../support/alter-log-file.ts';
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

  beforeEach(() => {
    opened = openTemporarySqliteStore();
    logged = openRecordingLogger();
  });
  afterEach(() => opened.close());

  function open(keys = '', tokens: string[] = []): Receiver {
    return createReceiver({
      store: opened.store,
      authenticity: { keys: parseCallbackKeys(keys), tokens },
      clock: () => t * 1_000,
      logger: logged.logger,
    });
  }

  function incoming(body: unknown, given: Partial<IncomingCallback> = {}): IncomingCallback {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    return { body: bytes, token: null, remoteAddress: '192.0.2.7', ...given };
  }

  /** What stands in the log behind the event that names it. */
  async function appended(): Promise<RecordedEvent[]> {
    return (await readLog(opened.store)).slice(1);
  }

  function metadataOf(event: RecordedEvent | undefined): unknown {
    return JSON.parse(Buffer.from(event?.metadata ?? []).toString());
  }

  test('appends a callback as one event: the body byte for byte, and how it arrived', async () => {
    await open('test').receive(incoming(readSample('push')));
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
    const receiver = open();
    for (let arrival = 0; arrival < 3; arrival += 1) await receiver.receive(incoming(readSample('push')));
    expect(new Set((await appended()).map(({ eventId }) => eventId)).size).toBe(3);
  });

  test.each([
    ['UNSIGNED', { event_type: 1 }],
    ['INVALID', signed({ event_type: 1 }, 'another key', t)],
    ['EXPIRED', signed({ event_type: 1 }, 'k1', t + 901)],
  ])('refuses one that is %s with NOT_AUTHENTIC, and appends nothing', async (_name, body) => {
    await expect(open('k1', [token]).receive(incoming(body))).rejects.toMatchObject({ code: 'NOT_AUTHENTIC' });
    await expect(open('k1', [token]).receive(incoming(body, { token: `${token}x` }))).rejects.toBeInstanceOf(
      LedgerError,
    );
    expect(await appended()).toEqual([]);
  });

  test.each([
    ['nothing', ''],
    ['no JSON', 'not json'],
    ['a list', '[{"event_type":1}]'],
    ['null', 'null'],
    ['an object cut off', '{"event_type":1'],
    ['brackets 200,000 deep', '['.repeat(200_000)],
  ])('refuses a body that can not be read and proves nothing, and appends nothing: %s', async (_name, body) => {
    await expect(open().receive(incoming(body))).rejects.toMatchObject({ code: 'BODY_UNREADABLE' });
    await expect(open('k1', [token]).receive(incoming(body))).rejects.toMatchObject({ code: 'BODY_UNREADABLE' });
    expect(await appended()).toEqual([]);
  });

  test('keeps a body that can not be read but came with a token: in quarantine, byte for byte', async () => {
    const body = Buffer.from([0x7b, 0xff, 0x00, 0x22]);
    await open('k1', [token]).receive(incoming(body, { token }));
    const [event] = await appended();
    expect(event).toMatchObject({ streamName: 'quarantine-unreadable', type: 'CssUnreadable' });
    expect(body.equals(event?.data ?? Buffer.alloc(0))).toBe(true);
    expect(metadataOf(event)).toMatchObject({ signature: 'TOKEN' });
  });

  test('answers a log that can not be written with STORE_UNAVAILABLE, notes it, and takes callbacks again afterwards', async () => {
    const receiver = open();
    alterLogFile(opened.dataDir, 'ALTER TABLE events RENAME TO events_elsewhere');
    await expect(receiver.receive(incoming(readSample('push')))).rejects.toMatchObject({
      name: 'LedgerError',
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining('was not stored; send it again') as unknown,
    });
    expect(logged.lines.join('')).toContain('STORE_UNAVAILABLE');
    alterLogFile(opened.dataDir, 'ALTER TABLE events_elsewhere RENAME TO events');
    await receiver.receive(incoming(readSample('push')));
    expect(await appended()).toHaveLength(1);
  });

  test('answers a closed log with STORE_UNAVAILABLE', async () => {
    const receiver = open();
    await opened.store.close();
    await expect(receiver.receive(incoming(readSample('push')))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  test('answers what waits beyond the bound with STORE_OVERLOADED, and keeps all that was within it', async () => {
    const receiver = open();
    const arrivals = Array.from({ length: appendsWaitingMax }, () => receiver.receive(incoming({ event_type: 1 })));
    await expect(receiver.receive(incoming({ event_type: 1 }))).rejects.toMatchObject({ code: 'STORE_OVERLOADED' });
    await Promise.all(arrivals);
    expect(await appended()).toHaveLength(appendsWaitingMax);
  });
});
