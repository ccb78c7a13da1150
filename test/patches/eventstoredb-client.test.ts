import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { EventStoreDBClient, START, UnknownError, jsonEvent, streamNameFilter } from '@eventstore/db-client';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { createJsonEventOfBytes, readEventsAsBytes } from '../../src/log/eventstoredb/client.ts';
import { readFailure } from '../../src/log/eventstoredb/server-calls.ts';
import { startEventStoreDb, type EventStoreDbServer } from '../support/eventstoredb-server.ts';

// docs/patches.md: what @eventstore/db-client has inside, asserted without our patches applied.

let server: EventStoreDbServer;
let client: EventStoreDBClient;

beforeAll(async () => {
  server = await startEventStoreDb();
  client = EventStoreDBClient.connectionString(server.url);
});
afterAll(async () => {
  await client.dispose();
  await server.close();
});

const streamName = () => `patches-${randomUUID()}`;

test('GRPCStreamCreator opens the stream of appends, by this name, and appendToStream waits for its drain', async () => {
  const own = EventStoreDBClient.connectionString(server.url);
  type Create = (service: unknown, name: string, open: (grpc: unknown) => unknown, cache?: unknown) => () => unknown;
  const inside = own as unknown as { GRPCStreamCreator: Create };
  const create = inside.GRPCStreamCreator;
  expect(create).toHaveLength(4);
  const names: string[] = [];
  let waitsForDrain = false;
  inside.GRPCStreamCreator = (service, name, open, cache) => {
    names.push(name);
    return create(
      service,
      name,
      async (grpc) => {
        const stream = (await open(grpc)) as Duplex;
        const write = stream.write.bind(stream) as (chunk: unknown) => boolean;
        stream.write = (chunk: unknown) => {
          write(chunk);
          stream.on('newListener', (event) => {
            if (event === 'drain') waitsForDrain = true;
          });
          setImmediate(() => stream.emit('drain'));
          return false;
        };
        return stream;
      },
      cache,
    );
  };
  const events = [jsonEvent({ type: 'Tested', data: {} })];
  await own.appendToStream(streamName(), events, { batchAppendSize: 1 });
  expect(names).toEqual(['appendToStream']);
  expect(waitsForDrain).toBe(true);
  await own.dispose();
});

describe('convertGrpcEvent of a subscription', () => {
  test('parses JSON by itself, and gives bytes once it is replaced', async () => {
    const name = streamName();
    const text = '{ "n": 12345678901234567890 }';
    const bytes = new Uint8Array(Buffer.from(text));
    const event = createJsonEventOfBytes({ id: randomUUID(), type: 'Tested', data: bytes, metadata: bytes });
    await client.appendToStream(name, [event]);

    const filter = streamNameFilter({ prefixes: [name] });
    const read = async (asBytes: boolean) => {
      const subscription = client.subscribeToAll({ fromPosition: START, filter });
      expect(Object.hasOwn(subscription, 'convertGrpcEvent')).toBe(true);
      if (asBytes) readEventsAsBytes(subscription);
      for await (const { event: recorded } of subscription) {
        await subscription.unsubscribe();
        return recorded;
      }
      throw new Error('The subscription ended.');
    };
    expect(await read(false)).toMatchObject({ isJson: true, data: { n: Number('12345678901234567890') } });
    const recorded = await read(true);
    expect(Buffer.from(recorded?.data as Uint8Array).toString()).toBe(text);
    expect(Buffer.from(recorded?.metadata as Uint8Array).toString()).toBe(text);
  });

  test('is called with a generated class whose metadata can be read as bytes and replaced', () => {
    const record = new streams.ReadResp.ReadEvent.RecordedEvent();
    record
      .setCustomMetadata(new Uint8Array([1, 2]))
      .getMetadataMap()
      .set('content-type', 'application/json');
    expect(record.getCustomMetadata_asU8()).toEqual(new Uint8Array([1, 2]));
    expect(record.setCustomMetadata('').getCustomMetadata_asU8()).toHaveLength(0);
    expect(record.getMetadataMap().get('content-type')).toBe('application/json');
  });
});

test('appendToStream reads the content type of an event twice: to send it, and then to serialize the data', async () => {
  const types = ['application/json', 'application/octet-stream'];
  let reads = 0;
  const event = {
    id: randomUUID(),
    type: 'Tested',
    data: new Uint8Array(Buffer.from('{ }')),
    metadata: new Uint8Array(Buffer.from('{ }')),
    get contentType() {
      return types[reads++];
    },
  };
  const name = streamName();
  await client.appendToStream(name, [event as never]);
  expect(reads).toBe(2);
  for await (const { event: recorded } of client.readStream(name)) expect(recorded?.isJson).toBe(true);
});

test('an error of a batch append that the server refuses has no code, and these words', async () => {
  const event = jsonEvent({ id: 'no UUID', type: 'Tested', data: {} });
  const error = await client.appendToStream(streamName(), [event]).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UnknownError);
  expect((error as UnknownError).message).toMatch(/\bBadRequest$/);
  expect(readFailure(error).kind).toBe('refused');
});
