import { EventStoreDBClient } from '@eventstore/db-client';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { verify } from '../../../src/operations/verify.ts';
import { LogUnusable } from '../../../src/log/event-store.ts';
import type { LogCheck } from '../../../src/log/event-digest.ts';
import { encodeEvent } from '../../../src/log/eventstoredb/event-codec.ts';
import { toClientEvent } from '../../../src/log/eventstoredb/server-calls.ts';
import { createStreamNames } from '../../../src/log/eventstoredb/settings.ts';
import { newPrefix, openAppender } from '../../support/eventstoredb-log.ts';
import { startEventStoreDb, type EventStoreDbServer } from '../../support/eventstoredb-server.ts';
import { newEvent, newEvents } from '../../support/log-events.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

let server: EventStoreDbServer;
beforeAll(async () => {
  server = await startEventStoreDb();
});
afterAll(() => server.close());

const folder = makeTemporaryFolder();
afterAll(() => {
  folder.remove();
});

async function check(prefix: string): Promise<{ isSound: boolean; found: LogCheck[] }> {
  const found: LogCheck[] = [];
  const isSound = await verify(
    { DATA_DIR: folder.path, EVENT_STORE_URL: server.url, EVENT_STORE_PREFIX: prefix },
    { onProgress: () => undefined, onUnfinished: () => undefined, onChecked: (_part, one) => found.push(one) },
  );
  return { isSound, found };
}

test('verify walks the log in EventStoreDB: finds what was changed, counts what has no digest, and begins no log', async () => {
  const prefix = newPrefix();
  await expect(check(prefix)).rejects.toThrow(LogUnusable);
  const appender = openAppender(server.url, { prefix });
  await appender.append('a-1', newEvents(3), 'any');
  expect(await check(prefix)).toMatchObject({
    isSound: true,
    found: [{ events: 4, eventsWithoutDigest: 0, damages: 0, firstDamage: null }],
  });

  const client = EventStoreDBClient.connectionString(server.url);
  const toServer = createStreamNames(prefix).toServer('a-1');
  const changed = { ...encodeEvent(newEvent()), data: Buffer.from('{"sequence":"2"}') };
  await client.appendToStream(toServer, toClientEvent(changed));
  const withoutDigest = { ...encodeEvent(newEvent()), metadata: Buffer.from('{}') };
  await client.appendToStream(toServer, toClientEvent(withoutDigest));
  const { isSound, found } = await check(prefix);
  expect(isSound).toBe(false);
  expect(found).toMatchObject([
    { events: 6, eventsWithoutDigest: 1, damages: 1, firstDamage: { problem: 'is not what was recorded' } },
  ]);
  await client.dispose();
  await appender.close();
});
