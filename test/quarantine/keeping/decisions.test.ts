import { nobody } from '../../../src/log/author.ts';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  createQuarantineDecisions,
  type QuarantineDecisionsOptions,
} from '../../../src/quarantine/keeping/decisions.ts';
import { readDiscard, type QuarantinedEventRef } from '../../../src/quarantine/quarantine-events.ts';
import { readArrival, writeArrival } from '../../../src/callbacks/arrival.ts';
import { alterLogFile } from '../../support/alter-log-file.ts';
import { pushBody } from '../../support/callback-bodies.ts';
import { newEvent, readLog } from '../../support/log-events.ts';
import { openTemporarySqliteStore } from '../../support/sqlite-store.ts';

const decidedAtMs = 1_700_000_000_000;
const by = { author: nobody, reason: 'the key was new' };

describe('decisions on quarantined callbacks', () => {
  let opened: ReturnType<typeof openTemporarySqliteStore>;
  let waitedFor: bigint[];

  beforeEach(() => {
    opened = openTemporarySqliteStore();
    waitedFor = [];
  });
  afterEach(() => opened.close());

  const open = (given: Partial<QuarantineDecisionsOptions> = {}) =>
    createQuarantineDecisions({
      store: opened.store,
      waitForPosition: (position) => {
        waitedFor.push(position);
        return Promise.resolve();
      },
      clock: () => decidedAtMs,
      ...given,
    });

  async function quarantined(body: unknown, streamName = 'quarantine-unproven'): Promise<QuarantinedEventRef> {
    const event = newEvent({
      data: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body, null, 2)),
      metadata: writeArrival({
        receivedAtMs: 1_600_000_000_000,
        signature: 'UNSIGNED',
        remoteAddress: '192.0.2.7',
        contentType: 'text/plain',
        quarantine: { reason: 'UNPROVEN', check: 'SIGN_PRESENT', field: 'sign' },
      }),
    });
    const { position } = await opened.store.append(streamName, [event], 'any');
    return { position, eventId: event.eventId };
  }

  test('a release appends the event of an accepted callback: same bytes, same arrival, and a reference to what it releases', async () => {
    const ref = await quarantined(pushBody());
    expect(await open().release([ref], by)).toEqual(['DONE']);
    const [, first, released, ...others] = await readLog(opened.store);
    expect(others).toEqual([]);
    expect(released).toMatchObject({
      streamName: 'pushedStream-12345678/test.domain.com/live/test_stream',
      type: 'CssPush',
      data: first?.data,
    });
    expect(readArrival(released?.metadata ?? Buffer.alloc(0))).toEqual({
      receivedAtMs: 1_600_000_000_000,
      signature: 'UNSIGNED',
      remoteAddress: '192.0.2.7',
      contentType: 'text/plain',
      released: { ...ref, atMs: decidedAtMs, ...by },
    });
    expect(new Set(waitedFor)).toEqual(new Set([released?.position]));
  });

  test('releases are appended in the order of the log, and their outcomes are in the order of the argument', async () => {
    const refs: QuarantinedEventRef[] = [];
    for (let sequence = 0; sequence < 40; sequence += 1) {
      refs.push(await quarantined(sequence % 10 === 3 ? '[]' : pushBody({ sequence: String(sequence) })));
    }
    const outcomes = await open().release([...refs].reverse(), by);
    expect(outcomes.map((outcome, index) => [39 - index, outcome]).filter(([, outcome]) => outcome !== 'DONE')).toEqual(
      [33, 23, 13, 3].map((index) => [index, 'UNREADABLE']),
    );
    const positions = (await readLog(opened.store, refs.at(-1)?.position)).map(
      ({ metadata }) => readArrival(metadata)?.released?.position ?? 0n,
    );
    expect(positions).toHaveLength(36);
    expect(positions).toEqual([...positions].sort((one, other) => (one < other ? -1 : 1)));
  });

  test('releasing again, also at once, makes the same event id', async () => {
    const ref = await quarantined(pushBody());
    await Promise.all([open().release([ref], by), open().release([ref], by), open().release([ref], by)]);
    const released = (await readLog(opened.store, ref.position)).map(({ eventId }) => eventId);
    expect(released).toHaveLength(3);
    expect(new Set(released).size).toBe(1);
    expect(released[0]).not.toBe(ref.eventId);
  });

  test('a decision repeated before it can be read is not appended again; afterwards it is', async () => {
    const ref = await quarantined(pushBody());
    const other = await quarantined(pushBody());
    let read: () => void = () => undefined;
    const untilRead = new Promise<void>((resolve) => (read = resolve));
    const one = open({ waitForPosition: () => untilRead });
    const asked = [
      one.release([ref], by),
      one.release([ref, other], by),
      one.discard([ref], by),
      one.release([ref], by),
    ];
    const appended = async () => (await readLog(opened.store, other.position)).map(({ type }) => type);
    while ((await appended()).length < 3) await new Promise(setImmediate);
    read();
    expect((await Promise.all(asked)).flat()).toEqual(Array.from({ length: 5 }, () => 'DONE'));
    expect((await appended()).sort()).toEqual(['CssPush', 'CssPush', 'QuarantineDiscarded']);
    expect(await one.release([ref], by)).toEqual(['DONE']);
    expect(await appended()).toHaveLength(4);
  });

  test('a discard is an event that names what it discards', async () => {
    const ref = await quarantined('not json', 'quarantine-unreadable');
    expect(await open().discard([ref], by)).toEqual(['DONE']);
    const last = (await readLog(opened.store)).at(-1);
    expect(last).toMatchObject({ streamName: 'quarantine-decisions', type: 'QuarantineDiscarded' });
    expect(readDiscard(last?.data ?? Buffer.alloc(0))).toEqual(ref);
  });

  test('an event that is not in quarantine is GONE, and nothing is appended', async () => {
    const ref = await quarantined(pushBody());
    const elsewhere = newEvent({ data: Buffer.from('{}'), metadata: Buffer.from('{}') });
    const { position } = await opened.store.append('account-1', [elsewhere], 'any');
    const refs = [
      { ...ref, eventId: elsewhere.eventId },
      { ...ref, position: 1_000n },
      { position, eventId: elsewhere.eventId },
    ];
    expect(await open().release(refs, by)).toEqual(['GONE', 'GONE', 'GONE']);
    expect(await open().discard(refs, by)).toEqual(['GONE', 'GONE', 'GONE']);
    expect(await readLog(opened.store, position)).toEqual([]);
    expect(waitedFor).toEqual([]);
  });

  test('a decision that the log can not store is NOT_STORED, and may be repeated', async () => {
    const ref = await quarantined(pushBody());
    alterLogFile(opened.dataDir, "CREATE TRIGGER full BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'full'); END");
    expect(await open().release([ref], by)).toEqual(['NOT_STORED']);
    alterLogFile(opened.dataDir, 'DROP TRIGGER full');
    expect(await open().release([ref], by)).toEqual(['DONE']);
  });
});
