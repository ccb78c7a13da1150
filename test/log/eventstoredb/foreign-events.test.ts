import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { EventStoreDBClient, jsonEvent, binaryEvent } from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { writeArrival } from '../../../src/callbacks/arrival.ts';
import type { NewEvent } from '../../../src/log/event-store.ts';
import type { EventStoreDbAppender } from '../../../src/log/eventstoredb/appender.ts';
import { interruptionBody, pushBody } from '../../support/callback-bodies.ts';
import { newPrefix, openAppender, openReplica, type OpenedReplica } from '../../support/eventstoredb-log.ts';
import { startEventStoreDb, testNeeding, type EventStoreDbServer } from '../../support/eventstoredb-server.ts';
import { readLog } from '../../support/log-events.ts';
import { openTestReadModel, type TestReadModel } from '../../support/read-model.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';
import { listedSessions } from '../../support/expected-sessions.ts';

const streamName = 'pushedStream-12345678/test.domain.com/live/test_stream';

let server: EventStoreDbServer;
let prefix: string;
let appender: EventStoreDbAppender;
let folder: TemporaryFolder;
let copy: OpenedReplica;
let readModel: TestReadModel | null;

beforeEach(async () => {
  server = await startEventStoreDb();
  prefix = newPrefix();
  folder = makeTemporaryFolder();
  readModel = null;
  appender = openAppender(server.url, { prefix });
  await appender.answering();
  copy = await openReplica(server.url, prefix, folder.path);
});
afterEach(async () => {
  readModel?.close();
  await appender.close();
  await copy.close();
  await server.close();
  folder.remove();
});

function arrivalOf(body: Record<string, unknown>, receivedAtMs: number): NewEvent {
  const metadata = writeArrival({ receivedAtMs, signature: 'NOT_CHECKED', remoteAddress: '' });
  return { eventId: randomUUID(), type: 'CssPush', data: Buffer.from(JSON.stringify(body)), metadata };
}

/** The read model of all that is in the copy once this position is. */
async function projectedUpTo(position: bigint): Promise<TestReadModel> {
  await copy.waitForPosition(position);
  readModel = openTestReadModel(path.join(folder.path, 'read-model.sqlite'), copy.reader.logId);
  readModel.project(await readLog(copy.reader));
  return readModel;
}

test('reports what other programs and operators do to our streams with its reason, and projects the rest', async () => {
  await appender.append(streamName, [arrivalOf(pushBody(), 1_000)], 'any');
  const arrivedBefore = { receivedAt: '2026-01-31T12:00:00.000Z', signature: 'NOT_CHECKED', remoteAddress: '' };
  const there = (name: string) => `${prefix}.${name}`;
  const client = EventStoreDBClient.connectionString(server.url);
  await client.appendToStream(there(streamName), [
    jsonEvent({ type: 'theirs', data: { secret: 1 } }),
    binaryEvent({ type: 'theirs', data: Uint8Array.of(1, 2, 3), metadata: { secret: 1 } }),
    binaryEvent({ type: 'CssPush', data: new TextEncoder().encode('no JSON'), metadata: arrivedBefore }),
    jsonEvent({
      type: 'CssPush',
      data: pushBody(),
      metadata: { receivedAt: '2040-01-01T00:00:00.000Z', signature: 'PROVED_OTHERWISE' },
    }),
  ]);
  await client.setStreamMetadata(there(streamName), { maxCount: 1_000_000 });
  await client.appendToStream(there('account-1'), jsonEvent({ type: 'theirs', data: {} }));
  await client.deleteStream(there('account-1'));
  await client.tombstoneStream(there('account-2'));
  await client.dispose();
  const { position } = await appender.append(streamName, [arrivalOf(interruptionBody(), 2_000)], 'any');

  const projected = await projectedUpTo(position);
  const poisoned = [...projected.read((reader) => reader.poisoned(10))].reverse();
  expect(poisoned.map((one) => [one.streamName, one.reason])).toEqual([
    [streamName, 'UnreadableEvent: metadata'],
    [streamName, 'UnreadableEvent: metadata'],
    [streamName, 'UnreadableEvent: data: NOT_JSON'],
    [streamName, 'UnreadableEvent: metadata'],
    [`$$${streamName}`, 'UnreadableEvent: type: STREAM_METADATA_CHANGED'],
    ['account-1', 'UnreadableEvent: metadata'],
    ['$$account-1', 'UnreadableEvent: type: STREAM_METADATA_CHANGED'],
    ['account-2', 'UnreadableEvent: type: STREAM_DELETED'],
  ]);
  expect(listedSessions(projected)).toMatchObject([{ state: 'ENDED', deliveries: 2 }]);
});

testNeeding('restart')('counts an append that is in the log twice, with one id, once', async () => {
  const event = arrivalOf(pushBody(), 1_000);
  await appender.append(streamName, [event], 'any');
  await server.kill();
  await server.restart();
  await appender.answering();
  await appender.append(streamName, [event], 'any');
  const { position } = await appender.append(streamName, [arrivalOf(pushBody(), 3_000)], 'any');
  const projected = await projectedUpTo(position);
  const arrivals = (await readLog(copy.reader)).filter((one) => one.streamName === streamName);
  expect(arrivals).toHaveLength(3);
  expect(new Set(arrivals.map(({ eventId }) => eventId)).size).toBe(2);
  expect(listedSessions(projected)).toMatchObject([{ deliveries: 2 }]);
});
