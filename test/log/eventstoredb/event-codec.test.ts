import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { EventStoreDBClient, streamNameFilter, type EventData } from '@eventstore/db-client';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import type { NewEvent, RecordedEvent } from '../../../src/log/event-store.ts';
import { toClientEvent, readEvents, toRecorded } from '../../../src/log/eventstoredb/server-calls.ts';
import { encodeEvent, readableJson, type EncodedEvent } from '../../../src/log/eventstoredb/event-codec.ts';
import { readEventsAsBytes } from '../../../src/log/eventstoredb/client.ts';
import { createStreamNames } from '../../../src/log/eventstoredb/settings.ts';
import { callbackBodyBytesMax } from '../../../src/connections/limits.ts';
import { newPrefix } from '../../support/eventstoredb-log.ts';
import { startEventStoreDb, type EventStoreDbServer } from '../../support/eventstoredb-server.ts';
import { readGolden } from '../../support/golden.ts';
import { anyJsonObject, reordered } from '../../support/json-arbitraries.ts';
import { newEvent, readAll } from '../../support/log-events.ts';
import { numRunsOf } from '../../support/num-runs.ts';

interface StoredEvent {
  readonly what: string;
  readonly streamName: string;
  readonly type: string;
  readonly body: string;
  readonly metadata: string;
  readonly inServer: { streamName: string; contentType: string; data: string; metadata: string };
}

const textOf = (value: unknown) =>
  value instanceof Uint8Array ? Buffer.from(value).toString() : JSON.stringify(value);

describe('an event in EventStoreDB', () => {
  let server: EventStoreDbServer;
  let client: EventStoreDBClient;
  const names = createStreamNames(newPrefix());
  beforeAll(async () => {
    server = await startEventStoreDb();
    client = EventStoreDBClient.connectionString(server.url);
  });
  afterAll(async () => {
    await client.dispose();
    await server.close();
  });

  /** Sends events by the real client; the name of their stream. */
  async function send(events: readonly NewEvent[]): Promise<string> {
    const streamName = `a-${randomUUID()}`;
    const toServer = names.toServer(streamName);
    for (const event of events) await client.appendToStream(toServer, toClientEvent(encodeEvent(event)));
    return streamName;
  }

  /** What one who follows gets of so many events of a stream. */
  async function follow(streamName: string, count: number): Promise<RecordedEvent[]> {
    const prefixes = [names.toServer(streamName)];
    const subscription = client.subscribeToAll({ filter: streamNameFilter({ prefixes }) });
    readEventsAsBytes(subscription);
    subscription.on('error', () => undefined);
    const events: RecordedEvent[] = [];
    for await (const resolved of subscription) {
      const event = toRecorded(resolved, names);
      if (event !== null) events.push(event);
      if (events.length === count) break;
    }
    await subscription.unsubscribe();
    return events;
  }

  test.each(readGolden<StoredEvent[]>('eventstoredb-events'))('is stored as: $what', async (stored) => {
    const { streamName, type, body, metadata, inServer } = stored;
    const given = newEvent({ type, data: Buffer.from(body), metadata: Buffer.from(metadata) });
    expect(createStreamNames('live_ledger').toServer(streamName)).toBe(inServer.streamName);
    const toServer = names.toServer(`${streamName}-${randomUUID()}`);
    await client.appendToStream(toServer, toClientEvent(encodeEvent(given)));
    const found: unknown[] = [];
    for await (const { event } of client.readStream(toServer)) {
      found.push([event?.id, event?.type, event?.isJson, textOf(event?.data), textOf(event?.metadata)]);
    }
    const isJson = inServer.contentType === 'application/json';
    expect(found).toEqual([[given.eventId, type, isJson, inServer.data, inServer.metadata]]);
  });

  const jsonText = anyJsonObject.chain((object) =>
    fc.oneof(
      fc.constant(JSON.stringify(object)),
      reordered(object).map((one) => JSON.stringify(one)),
      fc.constantFrom(' ', '\n\t', '\r\n').map((space) => JSON.stringify(object, null, space)),
    ),
  );
  const oddText = fc.constantFrom(
    '{"a":6674468118806626493}',
    '{"a":-0}',
    '{"a":1e400,"b":-1e400}',
    '{"a":1.0,"a":2}',
    '{"2":1,"1":2}',
    '{"__proto__":{"a":1}}',
    '{"a":"\\u00e9","b":"\\/","c":"\\ud800"}',
    '{"bodyBase64":"AA==","metadataBase64":"AA=="}',
    '"text"',
    '12345678901234567890',
    'null',
    `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
  );
  const anyBytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc.oneof(jsonText, oddText).map((text) => Buffer.from(text)),
    // JSON but for one byte that is no UTF-8.
    jsonText.map((text) => Buffer.concat([Buffer.from(`{"a":"`), Buffer.from([0xff]), Buffer.from(`","b":${text}}`)])),
  );

  test('property: whatever the bytes of body and metadata are, the real client gives them back, to who reads and to who follows', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(anyBytes, anyBytes), { minLength: 10, maxLength: 20 }), async (contents) => {
        const events = contents.map(([data, metadata]) => newEvent({ data, metadata }));
        const streamName = await send(events);
        const read = await readAll(readEvents(client, names, streamName));
        for (const decoded of [read, await follow(streamName, events.length)]) {
          expect(decoded).toHaveLength(events.length);
          for (const [index, { eventId, data, metadata }] of events.entries()) {
            expect(decoded[index]?.eventId).toBe(eventId);
            expect(Buffer.from(decoded[index]?.data ?? []).equals(data)).toBe(true);
            expect(Buffer.from(decoded[index]?.metadata ?? []).equals(metadata)).toBe(true);
          }
        }
      }),
      { numRuns: numRunsOf(30) },
    );
  });

  const large = callbackBodyBytesMax - 10;
  test.each<[string, Buffer, string]>([
    ['JSON that is given back', Buffer.from(`{"a":"${'x'.repeat(large)}"}`), 'application/json'],
    ['JSON with blanks', Buffer.from(`{"a": "${'x'.repeat(large)}"}`), 'application/octet-stream'],
    ['no JSON', Buffer.alloc(callbackBodyBytesMax, 0xff), 'application/octet-stream'],
    [
      'JSON that is no UTF-8',
      Buffer.concat([Buffer.from('{"a":"'), Buffer.alloc(large, 0xff), Buffer.from('"}')]),
      'application/octet-stream',
    ],
  ])('of the largest body fits into an append of 1 MiB: %s', async (_name, data, contentType) => {
    const event = newEvent({ data, metadata: Buffer.from('{"receivedAt":"2026-01-31T12:00:00.000Z"}') });
    const encoded = encodeEvent(event);
    expect(encoded.contentType).toBe(contentType);
    expect(encoded.data.byteLength + encoded.metadata.byteLength).toBeLessThan(1024 * 1024);
    const [decoded] = await readAll(readEvents(client, names, await send([event])));
    expect(Buffer.from(decoded?.data ?? []).equals(data)).toBe(true);
  });

  test('never stores as JSON what is no JSON', () => {
    for (const text of ['{"a":1e999}', '{"a":123456789012345678901234567890}', '{"a":[[[1E-999]]]}']) {
      const { data, contentType } = encodeEvent(newEvent({ data: Buffer.from(text) }));
      expect(contentType).toBe('application/json');
      expect(() => JSON.parse(textOf(data)) as unknown).not.toThrow();
      expect(textOf(data)).not.toContain('null');
    }
  });

  test('shows numbers as they were written if JavaScript would change them', () => {
    const text =
      '{"a":[9007199254740993,9007199254740991,-9007199254740993,1.5,1e3,"9007199254740993"],"b":"\\"1e999"}';
    expect(readableJson(Buffer.from(text))).toEqual({
      a: ['9007199254740993', 9007199254740991, '-9007199254740993', 1.5, 1000, '9007199254740993'],
      b: '"1e999',
    });
  });

  test('of another program is copied as its exact bytes: long numbers, and blanks', async () => {
    const streamName = `a-${randomUUID()}`;
    const written = { data: '{"a": 12345678901234567890}', metadata: '{ "b":98765432109876543210 }' };
    const [data, metadata] = [Buffer.from(written.data), Buffer.from(written.metadata)];
    const event = { id: randomUUID(), type: 'x', contentType: 'application/json', data, metadata } as const;
    await client.appendToStream(names.toServer(streamName), toClientEvent(event));
    const [copied] = await follow(streamName, 1);
    expect([textOf(copied?.data), textOf(copied?.metadata)]).toEqual([written.data, written.metadata]);
  });

  test('of a stranger is read as far as it goes, whatever it is', async () => {
    const streamName = `a-${randomUUID()}`;
    const strange: EventData[] = [
      { id: randomUUID(), contentType: 'application/json', type: 'x', data: 'text', metadata: undefined },
      { id: randomUUID(), contentType: 'application/json', type: 'x', data: {}, metadata: ['a'] },
      { id: randomUUID(), contentType: 'application/json', type: 'x', data: {}, metadata: { bodyBase64: 7 } },
      {
        id: randomUUID(),
        contentType: 'application/octet-stream',
        type: 'x',
        data: Uint8Array.of(1, 2),
        metadata: Uint8Array.of(0xff),
      },
    ];
    for (const event of strange) await client.appendToStream(names.toServer(streamName), [event]);
    const decoded = await readAll(readEvents(client, names, streamName));
    expect(
      decoded.map(({ data, metadata }) => [
        Buffer.from(data).toString('latin1'),
        Buffer.from(metadata).toString('latin1'),
      ]),
    ).toEqual([
      ['text', ''],
      ['{}', '["a"]'],
      ['{}', '{}'],
      ['\u0001\u0002', '\u00ff'],
    ]);
  });

  test('is damaged where type, body or metadata are not what was given, and unchecked where it has no digest', async () => {
    const given = newEvent({
      type: 'CssPush',
      data: Buffer.from('{"sequence":"12345"}'),
      metadata: Buffer.from('{"receivedAt":"2026-01-31T12:00:00.000Z"}'),
    });
    const odd = newEvent({ data: Buffer.from('{ "sequence": 6674468118806626493 }') });
    const change = (bytes: Uint8Array, from: string, to: string) =>
      Buffer.from(Buffer.from(bytes).toString('latin1').replace(from, to), 'latin1');
    const encoded = encodeEvent(given);
    const oddEncoded = encodeEvent(odd);
    const body = Buffer.from(odd.data).toString('base64');
    const stored: [EncodedEvent, object][] = [
      [encoded, {}],
      [oddEncoded, {}],
      [{ ...encoded, data: change(encoded.data, '12345', '12346') }, { isDamaged: true }],
      [{ ...encoded, metadata: change(encoded.metadata, '2026', '2025') }, { isDamaged: true }],
      [{ ...encoded, type: 'CssOther' }, { isDamaged: true }],
      [{ ...oddEncoded, metadata: change(oddEncoded.metadata, body, `A${body.slice(1)}`) }, { isDamaged: true }],
      [{ ...encoded, metadata: given.metadata }, { isUnchecked: true }],
    ];
    const streamName = `a-${randomUUID()}`;
    for (const [event] of stored) {
      await client.appendToStream(names.toServer(streamName), toClientEvent({ ...event, id: randomUUID() }));
    }
    for (const decoded of [
      await readAll(readEvents(client, names, streamName)),
      await follow(streamName, stored.length),
    ]) {
      expect(
        decoded.map(({ isDamaged, isUnchecked }) => ({
          ...(isDamaged && { isDamaged }),
          ...(isUnchecked && { isUnchecked }),
        })),
      ).toEqual(stored.map(([, expected]) => expected));
    }
  });
});
