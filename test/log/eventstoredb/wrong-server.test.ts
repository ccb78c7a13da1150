import { afterEach, beforeEach, expect } from '@jest/globals';
import { createRequire } from 'node:module';
import type * as Grpc from '@grpc/grpc-js';
import { StoreUnavailable } from '../../../src/log/event-store.ts';
import type { EventStoreDbAppender } from '../../../src/log/eventstoredb/appender.ts';
import { askUntil } from '../../support/ask-until.ts';
import { openAppender } from '../../support/eventstoredb-log.ts';
import { startEventStoreDb, testNeeding, type EventStoreDbServer } from '../../support/eventstoredb-server.ts';
import { newEvent } from '../../support/log-events.ts';
import { openRecordingLogger } from '../../support/recording-logger.ts';

const grpc = createRequire(import.meta.url)('@grpc/grpc-js') as typeof Grpc;

let server: EventStoreDbServer;
let appender: EventStoreDbAppender | null;
let log: ReturnType<typeof openRecordingLogger>;
beforeEach(async () => {
  server = await startEventStoreDb();
  appender = null;
  log = openRecordingLogger();
});
afterEach(async () => {
  await appender?.close();
  await server.close();
});

/** Answers every call on this port with one status, as a proxy does whose server is not there yet. */
async function answerAll(port: number, code: Grpc.status): Promise<Grpc.Server> {
  const other = new grpc.Server();
  const serialize = (bytes: Buffer) => bytes;
  const definition = (path: string) => ({
    path,
    requestStream: false as const,
    responseStream: false as const,
    requestSerialize: serialize,
    requestDeserialize: serialize,
    responseSerialize: serialize,
    responseDeserialize: serialize,
  });
  const refuse = (_call: unknown, answer: (error: { code: Grpc.status; details: string }) => void) => {
    answer({ code, details: 'secret' });
  };
  other.addService(
    {
      features: definition('/event_store.client.server_features.ServerFeatures/GetSupportedMethods'),
      read: definition('/event_store.client.streams.Streams/Read'),
    },
    { features: refuse, read: refuse },
  );
  await new Promise<void>((resolve, reject) => {
    other.bindAsync(`127.0.0.1:${port}`, grpc.ServerCredentials.createInsecure(), (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
  return other;
}

/** Resolves once the appender says so, which it may learn after the time that an append may take. */
const isAway = (why: RegExp) =>
  askUntil(
    () => Promise.resolve(appender?.away()?.reason ?? ''),
    (reason) => why.test(reason),
  );

testNeeding('stand-in')(
  'a failed request before an append is not cached for good: the appender continues when the server is there',
  async () => {
    appender = openAppender(server.url, { logger: log.logger, answerMsMax: 300 });
    await appender.answering();
    await server.kill();
    const other = await answerAll(server.port, grpc.status.INTERNAL);
    const refusedBecause = async () => {
      await expect(appender?.append('a-1', [newEvent()], 'any')).rejects.toBeInstanceOf(StoreUnavailable);
      return appender?.away()?.reason;
    };
    await askUntil(refusedBecause, (reason) => reason === 'The server is not ready, or ended the call.');
    other.forceShutdown();
    await server.restart();
    const event = newEvent();
    // A third of a second is short: the store recognizes a repetition by its id.
    const appendOnce = async (): Promise<unknown> => {
      await appender?.answering();
      return appender?.append('a-1', [event], 'none').catch(appendOnce);
    };
    await appendOnce();
  },
);

testNeeding('stand-in')('reports a user whom the server does not know at once', async () => {
  await server.kill();
  const other = await answerAll(server.port, grpc.status.UNAUTHENTICATED);
  appender = openAppender(server.url, { logger: log.logger, answerMsMax: 1_000 });
  await appender.append('a-1', [newEvent()], 'any').catch(() => null);
  await isAway(/does not know the user of EVENT_STORE_URL, or does not allow that user to do this/);
  expect(log.lines.join()).toMatch(/EVENT_STORE_URL/);
  expect(log.lines.join()).not.toMatch(/secret/);
  other.forceShutdown();
});

testNeeding('stand-in')('reports a server without TLS at once if the connection string asks for TLS', async () => {
  const withTls = server.url.replace('127.0.0.1', 'localhost').replace('tls=false', 'tls=true');
  appender = openAppender(withTls, { logger: log.logger, answerMsMax: 2_000 });
  await appender.append('a-1', [newEvent()], 'any').catch(() => null);
  await isAway(/does not use TLS/);
});
